//! Events of ended statements, on the wire.

use std::io::{BufRead as _, BufReader, Read as _};
use std::time::Duration;

use super::served::Served;
use crate::program::SLOW;

/// An EventBridge endpoint that fails the first time and then takes what it gets.
fn event_bus() -> (String, std::sync::mpsc::Receiver<serde_json::Value>) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for (number, stream) in listener.incoming().enumerate() {
            let mut stream = BufReader::new(stream.unwrap());
            let (mut length, mut target) = (0, String::new());
            loop {
                let mut line = String::new();
                stream.read_line(&mut line).unwrap();
                let line = line.trim().to_ascii_lowercase();
                if line.is_empty() {
                    break;
                }
                if let Some(value) = line.strip_prefix("content-length: ") {
                    length = value.parse().unwrap();
                }
                if let Some(value) = line.strip_prefix("x-amz-target: ") {
                    target = value.to_owned();
                }
            }
            let mut body = vec![0; length];
            stream.read_exact(&mut body).unwrap();
            assert_eq!(target, "awsevents.putevents");
            let (status, answer) = if number == 0 {
                ("500 Internal Server Error", "{}")
            } else {
                sender.send(serde_json::from_slice(&body).unwrap()).unwrap();
                (
                    "200 OK",
                    r#"{"FailedEntryCount":0,"Entries":[{"EventId":"1"}]}"#,
                )
            };
            let answer = format!(
                "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{answer}",
                answer.len()
            );
            std::io::Write::write_all(stream.get_mut(), answer.as_bytes()).unwrap();
        }
    });
    (url, receiver)
}

#[tokio::test(flavor = "multi_thread")]
async fn ended_statements_are_events() {
    let (bus, events) = event_bus();
    let folder = tempfile::tempdir().unwrap();
    let mut served = Served::start(folder.path(), &["--events", &bus]);
    let client = served.client();
    let execute = |name: &str, sql: &str, event: bool| {
        client
            .execute_statement()
            .workgroup_name("analytics")
            .database("dev")
            .statement_name(name)
            .with_event(event)
            .sql(sql)
            .send()
    };
    let next = || events.recv_timeout(Duration::from_secs(20)).unwrap();
    execute("quiet", "select 1", false).await.unwrap();
    let id = execute("good", "select 1 union all select 2", true)
        .await
        .unwrap()
        .id
        .unwrap();
    let event = next();
    let entry = &event["Entries"][0];
    assert_eq!(entry["Source"], "aws.redshift-data");
    assert_eq!(entry["DetailType"], "Redshift Data Statement Status Change");
    let detail: serde_json::Value =
        serde_json::from_str(entry["Detail"].as_str().unwrap()).unwrap();
    assert_eq!(detail["statementName"], "good");
    assert_eq!(detail["statementId"], id.as_str());
    assert_eq!(detail["state"], "FINISHED");
    assert_eq!(detail["rows"], 2);
    assert!(detail["redshiftQueryId"].is_i64() && detail["principal"].is_string());
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap()
        .as_secs();
    assert!(detail["expireAt"].as_u64().unwrap().abs_diff(now + 86_400) < 120);
    let state = |event: serde_json::Value| {
        let detail: serde_json::Value =
            serde_json::from_str(event["Entries"][0]["Detail"].as_str().unwrap()).unwrap();
        (detail["statementName"].clone(), detail["state"].clone())
    };
    execute("bad", "select nothing", true).await.unwrap();
    assert_eq!(state(next()), ("bad".into(), "FAILED".into()));
    let slow = execute("slow", SLOW, true).await.unwrap().id.unwrap();
    client.cancel_statement().id(slow).send().await.unwrap();
    assert_eq!(state(next()), ("slow".into(), "ABORTED".into()));
    // What the end of the server cancels is told too.
    execute("last", SLOW, true).await.unwrap();
    served.signal("-TERM");
    assert_eq!(state(next()), ("last".into(), "ABORTED".into()));
    assert_eq!(served.ended().0, Some(0));
}
