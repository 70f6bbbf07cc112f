//! Signatures of requests (AWS page: "Create a signed AWS API request", Signature Version 4).

use std::fmt::Write as _;

use axum::http::HeaderMap;
use axum::http::request::Parts;
use hmac::{Hmac, Mac as _};
use sha2::{Digest as _, Sha256};

/// The one algorithm that SDKs use for this service.
const ALGORITHM: &str = "AWS4-HMAC-SHA256";
/// Headers without which a signature says nothing: where, when and what.
const MUST_BE_SIGNED: [&str; 3] = ["host", "x-amz-date", "x-amz-target"];

/// The header `Authorization`:
/// `AWS4-HMAC-SHA256 Credential=ID/DATE/REGION/SERVICE/aws4_request, SignedHeaders=a;b, Signature=HEX`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct AuthorizationHeader<'a> {
    /// Access key id that the request names.
    pub(super) id: &'a str,
    /// What the key is good for: `DATE/REGION/SERVICE/aws4_request`.
    scope: &'a str,
    /// Names of headers, in lower case and in order, by semicolons.
    signed: &'a str,
    signature: &'a str,
}

impl<'a> AuthorizationHeader<'a> {
    pub(super) fn read(text: &'a str) -> Option<Self> {
        let members = text.strip_prefix(ALGORITHM)?.split(',').map(str::trim);
        let (mut credential, mut signed, mut signature) = (None, None, None);
        for (name, value) in members.filter_map(|member| member.split_once('=')) {
            match name {
                "Credential" => credential = Some(value),
                "SignedHeaders" => signed = Some(value),
                "Signature" => signature = Some(value),
                _ => {}
            }
        }
        let (id, scope) = credential?.split_once('/')?;
        Some(Self {
            id,
            scope,
            signed: signed?,
            signature: signature?,
        })
    }
}

/// Whether a request was signed with this secret.
pub(super) fn is_of(
    authorization: &AuthorizationHeader<'_>,
    secret: &str,
    head: &Parts,
    body: &[u8],
) -> bool {
    let names: Vec<&str> = authorization.signed.split(';').collect();
    if !MUST_BE_SIGNED.iter().all(|name| names.contains(name)) {
        return false;
    }
    let scope: Vec<&str> = authorization.scope.split('/').collect();
    let [date, region, service, "aws4_request"] = scope.as_slice() else {
        return false;
    };
    let Some(moment) = value(&head.headers, "x-amz-date").filter(|moment| moment.starts_with(date))
    else {
        return false;
    };
    let Some(request) = canonical(head, &names, authorization.signed, body) else {
        return false;
    };
    let text = format!(
        "{ALGORITHM}\n{moment}\n{}\n{}",
        authorization.scope,
        hex(&Sha256::digest(request))
    );
    let key = [*date, *region, *service, "aws4_request"].iter().try_fold(
        format!("AWS4{secret}").into_bytes(),
        |key, part| {
            let part = keyed(&key, part.as_bytes())?;
            Some(part.finalize().into_bytes().to_vec())
        },
    );
    let Some(given) = bytes(authorization.signature) else {
        return false;
    };
    // `verify_slice` takes the same time for every wrong signature.
    key.and_then(|key| keyed(&key, text.as_bytes()))
        .is_some_and(|signature| signature.verify_slice(&given).is_ok())
}

fn keyed(key: &[u8], data: &[u8]) -> Option<Hmac<Sha256>> {
    let mut keyed = Hmac::<Sha256>::new_from_slice(key).ok()?;
    keyed.update(data);
    Some(keyed)
}

/// The request in the form that is signed. `None`: a header that is said to be signed is not there.
fn canonical(head: &Parts, names: &[&str], signed: &str, body: &[u8]) -> Option<String> {
    let mut query: Vec<&str> = head
        .uri
        .query()
        .unwrap_or_default()
        .split('&')
        .filter(|part| !part.is_empty())
        .collect();
    query.sort_unstable();
    let mut text = format!(
        "{}\n{}\n{}\n",
        head.method,
        head.uri.path(),
        query.join("&")
    );
    for name in names {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{name}:{}", value(&head.headers, name)?);
    }
    let _ = write!(text, "\n{signed}\n{}", hex(&Sha256::digest(body)));
    Some(text)
}

/// A header's value as it is signed: without blanks around it, and with one blank where there are more.
fn value(headers: &HeaderMap, name: &str) -> Option<String> {
    let mut values = Vec::new();
    for value in headers.get_all(name) {
        let words: Vec<&str> = value.to_str().ok()?.split_whitespace().collect();
        values.push(words.join(" "));
    }
    (!values.is_empty()).then(|| values.join(","))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    let digits = hex.as_bytes();
    digits
        .chunks(2)
        .map(|pair| {
            let pair = std::str::from_utf8(pair)
                .ok()
                .filter(|pair| pair.len() == 2)?;
            u8::from_str_radix(pair, 16).ok()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

    fn head(target: &str) -> Parts {
        let request = Request::post("/")
            .header("host", "127.0.0.1:15439")
            .header("x-amz-date", "20261125T120000Z")
            .header("x-amz-target", target);
        request.body(()).unwrap().into_parts().0
    }

    /// Signed by botocore 1.44 with the key above.
    const SIGNED: &str = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261125/us-east-1/redshift-data/aws4_request, \
        SignedHeaders=host;x-amz-date;x-amz-target, Signature=c7114e1578a05d553bee36f0e685b5aef815c6db8c7a02056d85b6e43cb280ff";

    #[test]
    fn a_signature_holds_for_its_request_and_its_secret_alone() {
        let authorization = AuthorizationHeader::read(SIGNED).unwrap();
        assert_eq!(authorization.id, "AKIDEXAMPLE");
        let good = head("RedshiftData.ListStatements");
        assert!(is_of(&authorization, SECRET, &good, b"{}"));
        assert!(!is_of(&authorization, "other", &good, b"{}"));
        assert!(!is_of(&authorization, SECRET, &good, b"{ }"));
        let other = head("RedshiftData.ExecuteStatement");
        assert!(!is_of(&authorization, SECRET, &other, b"{}"));
    }

    #[test]
    fn what_is_no_signature_is_none() {
        for text in [
            "",
            "Bearer x",
            "AWS4-HMAC-SHA256",
            "AWS4-HMAC-SHA256 Credential=a, SignedHeaders=host, Signature=00",
        ] {
            assert_eq!(AuthorizationHeader::read(text), None, "{text}");
        }
        let good = head("RedshiftData.ListStatements");
        for (from, to) in [
            ("host;x-amz-date;x-amz-target", "host;x-amz-date"),
            ("x-amz-target,", "x-amz-target;x-amz-none,"),
            ("20261125/", "20261126/"),
            ("aws4_request", "aws4"),
            ("Signature=", "Signature=zz"),
            ("Signature=", "Signature=ä"),
        ] {
            let text = SIGNED.replacen(from, to, 1);
            let authorization = AuthorizationHeader::read(&text).unwrap();
            assert!(!is_of(&authorization, SECRET, &good, b"{}"), "{text}");
        }
    }
}
