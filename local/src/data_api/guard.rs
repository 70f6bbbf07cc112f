//! Who may ask. A web page in a browser on this machine can reach loopback, by its own name made to
//! point there (DNS rebinding) or across origins. It must not reach a warehouse. SDKs and tools name
//! the loopback address they connect to and send no `Origin`.

use axum::http::{HeaderMap, header};

use super::fault::ApiFault;

/// Refuses what a web page may have sent.
pub(super) fn admit(headers: &HeaderMap) -> Result<(), ApiFault> {
    if headers.contains_key(header::ORIGIN) {
        return Err(ApiFault::denied("Requests of web pages are not answered."));
    }
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or_default();
    if is_loopback(host) {
        Ok(())
    } else {
        Err(ApiFault::denied(
            "Only requests to a loopback address are answered.",
        ))
    }
}

fn is_loopback(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    name.eq_ignore_ascii_case("localhost")
        || name
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_is_loopback() {
        for host in [
            "127.0.0.1:8080",
            "localhost",
            "LOCALHOST:1",
            "[::1]:80",
            "127.0.0.2",
        ] {
            assert!(is_loopback(host), "{host}");
        }
        for host in [
            "",
            "evil.example",
            "127.0.0.1.evil.example",
            "localhost.evil.example:80",
            "192.168.0.1",
            "0.0.0.0",
        ] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
