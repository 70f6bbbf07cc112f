//! Who is answered.

use super::served;
use crate::program::{Folder, spec};

fn pipeline() -> Folder {
    Folder::new(
        &spec("lanes: 1", "  one: { sql: one.sql }\n"),
        &[("one.sql", "select 1 as one")],
    )
}

#[test]
fn whoever_has_no_token_is_refused() {
    let folder = pipeline();
    let console = served(&folder);
    let host = ("Host", console.host());
    for page in [
        "/",
        "/style.css",
        "/local/demo/",
        "/?token=guessed",
        "/local/demo/events",
    ] {
        let answer = console.ask("GET", page, std::slice::from_ref(&host), "");
        assert_eq!(answer.status, 403, "{page}: {answer:?}");
        assert!(answer.body.contains("SFC0824"), "{answer:?}");
        assert!(!answer.body.contains("demo"), "{answer:?}");
    }
    let other = served(&folder);
    let cookie = ("Cookie", format!("sfc-ui-{}={}", console.port, other.token));
    let answer = console.ask("GET", "/", &[host, cookie], "");
    assert_eq!(answer.status, 403, "{answer:?}");
}

#[test]
fn the_token_becomes_a_cookie_and_leaves_the_address() {
    let folder = pipeline();
    let console = served(&folder);
    let entrance = format!("{}?token={}", console.page, console.token);
    let answer = console.ask("GET", &entrance, &[("Host", console.host())], "");
    assert_eq!(answer.location(), "/");
    assert_eq!(
        answer.header("set-cookie").unwrap(),
        format!("{}; HttpOnly; SameSite=Strict; Path=/", console.cookie().1)
    );
    let answer = console.get("/");
    assert_eq!(answer.status, 200, "{answer:?}");
    let policy = answer.header("content-security-policy").unwrap();
    assert!(
        policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"),
        "{policy}"
    );
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    assert!(!answer.body.contains(&console.token));
}

#[test]
fn another_name_and_foreign_pages_are_refused() {
    let folder = pipeline();
    let console = served(&folder);
    // A name of somebody else that was made to lead here.
    for host in [
        "evil.example".to_owned(),
        format!("evil.example:{}", console.port),
        "127.0.0.1".to_owned(),
    ] {
        let answer = console.ask("GET", "/", &[("Host", host), console.cookie()], "");
        assert_eq!(answer.status, 403, "{answer:?}");
    }
    let host = ("Host", console.host());
    let own = format!("http://{}", console.host());
    for origin in [None, Some("null"), Some("http://evil.example")] {
        let mut headers = vec![host.clone(), console.cookie()];
        headers.extend(origin.map(|origin| ("Origin", origin.to_owned())));
        let answer = console.ask("POST", "/local/pipeline/start", &headers, "");
        assert_eq!(answer.status, 403, "{origin:?}: {answer:?}");
    }
    let answer = console.ask(
        "POST",
        "/local/nobody/start",
        &[host, console.cookie(), ("Origin", own)],
        "",
    );
    assert_eq!(answer.status, 404, "{answer:?}");
    assert!(!folder.path().join(".sfc").exists());
}

#[test]
fn nothing_outside_of_the_runs_is_a_page() {
    let folder = pipeline();
    assert_eq!(folder.sfc(&["run"]).code, Some(0));
    folder.write(".sfc/bucket/secret.csv", "secret");
    let console = served(&folder);
    let list = console.page("/");
    let (_, behind) = list.split_once("href=\"/local/").unwrap();
    let (id, _) = behind.split_once('/').unwrap();
    let run = folder.state().run.to_string();
    for page in [
        format!("/local/{id}/..%2F/report/"),
        format!("/local/{id}/%2e%2e/results/secret.csv"),
        format!("/local/{id}/{run}/results/..%2F..%2F..%2Fsecret.csv"),
        format!("/local/{id}/{run}/results/one.txt"),
        format!("/local/{id}/{run}/rows/..%2Fstate"),
        format!("/local/{id}/20260101T000000Z-00000000/report/"),
        format!("/aws/{id}/"),
        "/local/%2e%2e/".to_owned(),
    ] {
        let answer = console.get(&page);
        assert!(matches!(answer.status, 400 | 404), "{page}: {answer:?}");
        assert!(!answer.body.contains("secret\n"), "{answer:?}");
    }
}

#[test]
fn what_cannot_be_served_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let ended = crate::program::sfc(folder.path(), &["ui", "--port", "0"]);
    let ended: crate::program::Ended = { ended }.output().unwrap().into();
    assert_eq!(ended.code, Some(2), "{ended:?}");
    assert!(ended.stderr.contains("SFC0821"), "{ended:?}");

    let folder = pipeline();
    let console = served(&folder);
    let ended = folder.sfc(&["ui", "--port", &console.port.to_string()]);
    assert_eq!(ended.code, Some(3), "{ended:?}");
    assert!(ended.stderr.contains("SFC0822"), "{ended:?}");
}
