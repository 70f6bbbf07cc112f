//! Who may ask. Every user of this machine can reach the port. So can web pages in a browser on it, by a
//! name of theirs that points here (DNS rebinding) or across origins. So whoever asks must have the token,
//! name this address, and, to change something, come from one of these pages.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use std::sync::Arc;
use subtle::ConstantTimeEq as _;

use super::pages::ProblemPage;
use crate::diagnostic::Code;

/// Bytes of a token.
const TOKEN_BYTES: usize = 32;

/// Pages may show what is in them, ask this server, and run its scripts; nothing else. Places of bars in a
/// timeline are attributes `style`.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; \
    img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The token, and the address that it is for.
pub struct Guard {
    port: u16,
    token: String,
}

/// What becomes of a request.
#[derive(Debug, PartialEq)]
enum Admission {
    /// The request may be answered.
    Admitted,
    /// It has the token in its address: the browser keeps it as a cookie, and asks again without it.
    Enters(String),
    /// It is not answered.
    Refused(&'static str),
}

impl Guard {
    /// A guard with a fresh token.
    ///
    /// # Errors
    /// The system gives no random numbers.
    pub fn new(port: u16) -> Result<Self, getrandom::Error> {
        let mut bytes = [0_u8; TOKEN_BYTES];
        getrandom::fill(&mut bytes)?;
        let token = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Self { port, token })
    }

    /// The address of a page, with the token.
    pub fn url(&self, page: &str) -> String {
        format!("http://127.0.0.1:{}{page}?token={}", self.port, self.token)
    }

    /// Browsers send cookies to all ports of a host, so the name tells whose it is.
    fn cookie_name(&self) -> String {
        format!("sfc-ui-{}", self.port)
    }

    fn cookie(&self) -> String {
        format!(
            "{}={}; HttpOnly; SameSite=Strict; Path=/",
            self.cookie_name(),
            self.token
        )
    }

    fn is_token(&self, text: &str) -> bool {
        bool::from(self.token.as_bytes().ct_eq(text.as_bytes()))
    }

    fn admission(
        &self,
        method: &Method,
        path: &str,
        query: &str,
        headers: &HeaderMap,
    ) -> Admission {
        let text =
            |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
        let host = text(header::HOST).unwrap_or_default();
        let port = self.port;
        if host != format!("127.0.0.1:{port}") && host != format!("localhost:{port}") {
            return Admission::Refused("Only requests to this address are answered.");
        }
        let pairs = || form_urlencoded::parse(query.as_bytes());
        let given = pairs().find(|(name, _)| name == "token");
        if let Some((_, given)) = given
            && *method == Method::GET
            && self.is_token(&given)
        {
            let rest: Vec<_> = pairs().filter(|(name, _)| name != "token").collect();
            let rest = form_urlencoded::Serializer::new(String::new())
                .extend_pairs(rest)
                .finish();
            // Two slashes would lead to another host.
            let path = format!("/{}", path.trim_start_matches('/'));
            return Admission::Enters(match rest.is_empty() {
                true => path,
                false => format!("{path}?{rest}"),
            });
        }
        let name = self.cookie_name();
        let cookies = headers.get_all(header::COOKIE).iter();
        let has_token = cookies
            .filter_map(|cookies| cookies.to_str().ok())
            .flat_map(|cookies| cookies.split(';'))
            .filter_map(|cookie| cookie.trim().split_once('='))
            .any(|(key, value)| key == name && self.is_token(value));
        if !has_token {
            return Admission::Refused(
                "Open the whole address that sfc printed: its token is missing here, or of an earlier start.",
            );
        }
        let reads = matches!(*method, Method::GET | Method::HEAD);
        if !reads && text(header::ORIGIN) != Some(&format!("http://{host}")) {
            return Admission::Refused("Only these pages may change something.");
        }
        Admission::Admitted
    }
}

/// Answers what may be asked, and tells the browser what the page may do.
pub async fn admit(State(guard): State<Arc<Guard>>, request: Request, next: Next) -> Response {
    let uri = request.uri();
    let admission = guard.admission(
        request.method(),
        uri.path(),
        uri.query().unwrap_or_default(),
        request.headers(),
    );
    let mut response = match admission {
        Admission::Admitted => next.run(request).await,
        Admission::Enters(page) => {
            let mut response = StatusCode::SEE_OTHER.into_response();
            let headers = response.headers_mut();
            for (name, value) in [
                (header::LOCATION, page),
                (header::SET_COOKIE, guard.cookie()),
            ] {
                if let Ok(value) = HeaderValue::from_str(&value) {
                    headers.insert(name, value);
                }
            }
            response
        }
        Admission::Refused(sentence) => ProblemPage {
            status: StatusCode::FORBIDDEN,
            said: format!("{}: {sentence}\n", Code::ConsoleRefused),
            back: None,
        }
        .into_response(),
    };
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // Without an address of their own, pages would send `Origin: null`.
        (header::REFERRER_POLICY, "same-origin"),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        // A page may have a narrower policy of its own.
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guard() -> Guard {
        Guard {
            port: 8080,
            token: "secret".to_owned(),
        }
    }

    fn asked(method: Method, query: &str, headers: &[(header::HeaderName, &str)]) -> Admission {
        let headers = headers
            .iter()
            .map(|(name, value)| (name.clone(), HeaderValue::from_str(value).unwrap()))
            .collect();
        guard().admission(&method, "/a/", query, &headers)
    }

    const HOST: (header::HeaderName, &str) = (header::HOST, "127.0.0.1:8080");
    const COOKIE: (header::HeaderName, &str) = (header::COOKIE, "other=1; sfc-ui-8080=secret");

    #[test]
    fn the_token_lets_in_and_leaves_the_address() {
        assert_eq!(
            asked(Method::GET, "rows=5&token=secret", &[HOST]),
            Admission::Enters("/a/?rows=5".to_owned())
        );
        assert!(matches!(
            asked(Method::GET, "token=guessed", &[HOST]),
            Admission::Refused(_)
        ));
        assert!(matches!(
            asked(Method::POST, "token=secret", &[HOST]),
            Admission::Refused(_)
        ));
        assert_eq!(asked(Method::GET, "", &[HOST, COOKIE]), Admission::Admitted);
        let other = (header::COOKIE, "sfc-ui-8081=secret");
        assert!(matches!(
            asked(Method::GET, "", &[HOST, other]),
            Admission::Refused(_)
        ));
    }

    #[test]
    fn another_name_for_this_address_is_refused() {
        for host in [
            "evil.example:8080",
            "127.0.0.1",
            "127.0.0.1:80",
            "localhost:8080.evil.example",
            "",
        ] {
            let host = (header::HOST, host);
            assert!(
                matches!(
                    asked(Method::GET, "token=secret", &[host.clone(), COOKIE]),
                    Admission::Refused(_)
                ),
                "{host:?}"
            );
        }
    }

    #[test]
    fn only_its_own_pages_change_something() {
        for origin in ["http://evil.example", "null", "http://127.0.0.1:8081"] {
            let origin = (header::ORIGIN, origin);
            assert!(
                matches!(
                    asked(Method::POST, "", &[HOST, COOKIE, origin.clone()]),
                    Admission::Refused(_)
                ),
                "{origin:?}"
            );
        }
        assert!(matches!(
            asked(Method::POST, "", &[HOST, COOKIE]),
            Admission::Refused(_)
        ));
        let origin = (header::ORIGIN, "http://127.0.0.1:8080");
        assert_eq!(
            asked(Method::POST, "", &[HOST, COOKIE, origin]),
            Admission::Admitted
        );
    }
}
