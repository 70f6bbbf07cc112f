//! Who is answered: a client with the key that was printed, and no other user of the machine.

use std::io::{Read as _, Write as _};

use aws_sdk_redshiftdata::error::ProvideErrorMetadata as _;

use super::served::Served;
use crate::program::sfc;

/// The answer to a statement that a client without a key sends.
fn unsigned(served: &Served, sql: &str) -> String {
    let address = served.url.trim_start_matches("http://");
    let body =
        format!(r#"{{"WorkgroupName":"any","Database":"dev","Sql":"{sql}","WaitTimeSeconds":10}}"#);
    let mut peer = std::net::TcpStream::connect(address).unwrap();
    let request = format!(
        "POST / HTTP/1.1\r\nHost: {address}\r\nX-Amz-Target: RedshiftData.ExecuteStatement\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    peer.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    peer.read_to_string(&mut answer).unwrap();
    answer
}

async fn tables(client: &aws_sdk_redshiftdata::Client) -> Result<usize, String> {
    let listed = client
        .list_tables()
        .workgroup_name("any")
        .database("dev")
        .send()
        .await;
    match listed {
        Ok(listed) => Ok(listed.tables().len()),
        Err(error) => Err(error.code().unwrap_or_default().to_owned()),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_client_with_the_printed_key_is_answered() {
    let folder = tempfile::tempdir().unwrap();
    let served = Served::start(folder.path(), &[]);
    let answer = unsigned(&served, "create table left_by_a_stranger (id int)");
    assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
    assert!(
        answer.contains("MissingAuthenticationTokenException"),
        "{answer}"
    );
    assert_eq!(tables(&served.client()).await, Ok(0));
    let (id, secret) = &served.key;
    for (id, secret, expected) in [
        ("any", "any", "UnrecognizedClientException"),
        (
            "AKIAIOSFODNN7EXAMPLE",
            secret.as_str(),
            "UnrecognizedClientException",
        ),
        (id, "any", "InvalidSignatureException"),
    ] {
        let refused = tables(&served.client_with(id, secret)).await;
        assert_eq!(refused, Err(expected.to_owned()));
    }
    let other = Served::start(folder.path(), &[]);
    assert_ne!(other.key, served.key, "fresh at each start");
    let refused = tables(&other.client_with(id, secret)).await;
    assert_eq!(refused, Err("UnrecognizedClientException".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_can_be_set_and_everybody_let_in() {
    let folder = tempfile::tempdir().unwrap();
    let served = Served::start(folder.path(), &["--access-key", "KEY:SECRET"]);
    assert_eq!(served.key, ("KEY".to_owned(), "SECRET".to_owned()));
    assert_eq!(tables(&served.client()).await, Ok(0));
    let refused = tables(&served.client_with("KEY", "other")).await;
    assert_eq!(refused, Err("InvalidSignatureException".to_owned()));
    let served = Served::start(folder.path(), &["--access-key", "KEY"]);
    assert_eq!(tables(&served.client_with("KEY", "whatever")).await, Ok(0));
    let refused = tables(&served.client_with("OTHER", "whatever")).await;
    assert_eq!(refused, Err("UnrecognizedClientException".to_owned()));
    let mut served = Served::start(folder.path(), &["--access-key", "any"]);
    assert!(unsigned(&served, "select 1").starts_with("HTTP/1.1 200"));
    assert_eq!(tables(&served.client_with("a", "b")).await, Ok(0));
    served.signal("-TERM");
    let (_, stderr) = served.ended();
    assert!(stderr.contains("every user of this machine"), "{stderr}");
    let wrong = sfc(folder.path(), &["serve", "--access-key", "my key"])
        .output()
        .unwrap();
    assert_eq!(wrong.status.code(), Some(2));
    let stderr = String::from_utf8_lossy(&wrong.stderr);
    assert!(stderr.contains("error[SFC0807]"), "{stderr}");
}
