//! Limits of a served warehouse that would take hours or hundreds of statements as AWS has them.

use std::time::{Duration, Instant};

use local::data_api::{Access, DataApiServer, ServerSettings, ServiceLimits};
use local::warehouse::{EmbeddedWarehouse, Options};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const SLOW: &str = "with recursive r(n) as (select 1 union all select n + 1 from r where n < 2000000000) select count(*) from r";

/// A server with these limits for everybody; its address.
async fn serve(limits: ServiceLimits) -> String {
    serve_with(Access::Any, limits).await
}

async fn serve_with(access: Access, limits: ServiceLimits) -> String {
    let warehouse = EmbeddedWarehouse::in_memory(Options::default()).unwrap();
    let settings = ServerSettings {
        limits,
        ..ServerSettings::new(access)
    };
    let server = DataApiServer::bind(warehouse, settings).await.unwrap();
    let address = server.url().trim_start_matches("http://").to_owned();
    tokio::spawn(server.run(std::future::pending(), |_| ()));
    address
}

/// The body of an answer, and the name of its error.
async fn call(address: &str, operation: &str, body: &Value) -> (Value, String) {
    let body = body.to_string();
    let mut peer = TcpStream::connect(address).await.unwrap();
    let request = format!(
        "POST / HTTP/1.1\r\nHost: {address}\r\nX-Amz-Target: RedshiftData.{operation}\r\n\
         Content-Type: application/x-amz-json-1.1\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    peer.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    peer.read_to_string(&mut answer).await.unwrap();
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    let body: Value = serde_json::from_str(body).unwrap();
    let error = body["__type"].as_str().unwrap_or_default().to_owned();
    (body, error)
}

fn statement(sql: &str, more: &Value) -> Value {
    let mut body = json!({ "Sql": sql, "WorkgroupName": "analytics", "Database": "dev" });
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

#[tokio::test(flavor = "multi_thread")]
async fn active_statements_are_limited() {
    let address = serve(ServiceLimits {
        active_statements: 2,
        ..ServiceLimits::default()
    })
    .await;
    let slow = statement(SLOW, &json!({}));
    let (first, _) = call(&address, "ExecuteStatement", &slow).await;
    let (second, _) = call(&address, "ExecuteStatement", &slow).await;
    let (_, error) = call(&address, "ExecuteStatement", &slow).await;
    assert_eq!(error, "ActiveStatementsExceededException");
    let batch = json!({ "Sqls": ["select 1"], "WorkgroupName": "analytics", "Database": "dev" });
    let (_, error) = call(&address, "BatchExecuteStatement", &batch).await;
    assert_eq!(error, "ActiveStatementsExceededException");
    for started in [first, second] {
        let id = json!({ "Id": started["Id"] });
        let (_, error) = call(&address, "CancelStatement", &id).await;
        assert_eq!(error, "");
    }
    let (_, error) = call(
        &address,
        "ExecuteStatement",
        &statement("select 1", &json!({})),
    )
    .await;
    assert_eq!(error, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn active_sessions_are_limited() {
    let address = serve(ServiceLimits {
        active_sessions: 1,
        ..ServiceLimits::default()
    })
    .await;
    let held = statement(
        "select 1",
        &json!({ "SessionKeepAliveSeconds": 1, "WaitTimeSeconds": 30 }),
    );
    let (_, error) = call(&address, "ExecuteStatement", &held).await;
    assert_eq!(error, "");
    let (_, error) = call(&address, "ExecuteStatement", &held).await;
    assert_eq!(error, "ActiveSessionsExceededException");
    // The server's clock closes the session, a second after its last statement.
    let begun = Instant::now();
    loop {
        let (_, error) = call(&address, "ExecuteStatement", &held).await;
        if error.is_empty() {
            break;
        }
        assert_eq!(error, "ActiveSessionsExceededException");
        assert!(begun.elapsed() < Duration::from_secs(60));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_old_is_forgotten() {
    let address = serve(ServiceLimits {
        retention: Duration::from_secs(3),
        client_token: Duration::from_secs(2),
        ..ServiceLimits::default()
    })
    .await;
    let given = statement(
        "select 1",
        &json!({ "ClientToken": "token", "WaitTimeSeconds": 30 }),
    );
    let (first, _) = call(&address, "ExecuteStatement", &given).await;
    let (again, _) = call(&address, "ExecuteStatement", &given).await;
    assert_eq!(first["Id"], again["Id"]);
    // The server's clock: the token is forgotten before the statement.
    let begun = Instant::now();
    let other = loop {
        let (other, _) = call(&address, "ExecuteStatement", &given).await;
        if other["Id"] != first["Id"] {
            break other;
        }
        assert!(begun.elapsed() < Duration::from_secs(60));
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    let id = json!({ "Id": first["Id"] });
    let (described, _) = call(&address, "DescribeStatement", &id).await;
    assert_eq!(described["Status"], "FINISHED");
    let begun = Instant::now();
    while call(&address, "DescribeStatement", &id).await.1.is_empty() {
        assert!(begun.elapsed() < Duration::from_secs(60));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    for operation in ["DescribeStatement", "GetStatementResult", "CancelStatement"] {
        let (_, error) = call(&address, operation, &id).await;
        assert_eq!(error, "ResourceNotFoundException");
    }
    let (described, _) = call(&address, "DescribeStatement", &json!({ "Id": other["Id"] })).await;
    assert_eq!(described["Status"], "FINISHED");
}

/// The name of the error of a request that is sent as it is.
async fn raw(address: &str, authorization: &str) -> (String, String) {
    let mut peer = TcpStream::connect(address).await.unwrap();
    let request = format!(
        "POST / HTTP/1.1\r\nHost: {address}\r\nX-Amz-Target: RedshiftData.ListStatements\r\n\
         {authorization}Content-Length: 2\r\nConnection: close\r\n\r\n{{}}"
    );
    peer.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    peer.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let body: Value = serde_json::from_str(body).unwrap();
    let error = body["__type"].as_str().unwrap_or_default().to_owned();
    (head.lines().next().unwrap().to_owned(), error)
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_has_the_key_is_answered() {
    let named = |id: &str| {
        format!(
            "Authorization: AWS4-HMAC-SHA256 Credential={id}/20261125/us-east-1/redshift-data/aws4_request, \
             SignedHeaders=host, Signature=00\r\n"
        )
    };
    let address = serve_with("KEY".parse().unwrap(), ServiceLimits::default()).await;
    for (authorization, expected) in [
        (String::new(), "MissingAuthenticationTokenException"),
        (
            "Authorization: Basic YTpi\r\n".to_owned(),
            "IncompleteSignatureException",
        ),
        (named("OTHER"), "UnrecognizedClientException"),
        (named("KE"), "UnrecognizedClientException"),
        (named("KEY"), ""),
    ] {
        let (status, error) = raw(&address, &authorization).await;
        assert_eq!(error, expected, "{authorization}");
        let refused = !expected.is_empty();
        assert_eq!(status.contains(" 403 "), refused, "{status}");
    }
    let address = serve_with("KEY:SECRET".parse().unwrap(), ServiceLimits::default()).await;
    let (_, error) = raw(&address, &named("KEY")).await;
    assert_eq!(error, "InvalidSignatureException");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_connection_is_closed_and_makes_room() {
    let limits = ServiceLimits {
        connections: 2,
        idle: Duration::from_millis(300),
        ..ServiceLimits::default()
    };
    let address = serve_with(Access::Any, limits).await;
    let mut silent = TcpStream::connect(&address).await.unwrap();
    let mut slow = TcpStream::connect(&address).await.unwrap();
    slow.write_all(b"POST / HTTP/1.1\r\nHost: 127")
        .await
        .unwrap();
    // Answered as soon as one of the two is closed.
    let (status, _) = raw(&address, "").await;
    assert!(status.contains(" 200 "), "{status}");
    let mut rest = Vec::new();
    silent.read_to_end(&mut rest).await.unwrap();
    assert_eq!(rest, b"");
    let _ = slow.read_to_end(&mut rest).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_does_not_come_is_not_waited_for() {
    let limits = ServiceLimits {
        body: Duration::from_millis(200),
        ..ServiceLimits::default()
    };
    let address = serve_with(Access::Any, limits).await;
    let mut peer = TcpStream::connect(&address).await.unwrap();
    let request = format!(
        "POST / HTTP/1.1\r\nHost: {address}\r\nX-Amz-Target: RedshiftData.ListStatements\r\n\
         Content-Length: 100\r\nConnection: close\r\n\r\n{{"
    );
    peer.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    peer.read_to_string(&mut answer).await.unwrap();
    assert!(answer.contains("RequestTimeoutException"), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn statements_that_are_too_much_to_remember_are_forgotten_oldest_first() {
    let limits = ServiceLimits {
        statement_memory: 100 * 1024,
        ..ServiceLimits::default()
    };
    let address = serve_with(Access::Any, limits).await;
    let long = format!("select '{}' as t", "x".repeat(40 * 1024));
    let mut ids = Vec::new();
    for _ in 0..4 {
        let wait = json!({ "WaitTimeSeconds": 20 });
        let (started, _) = call(&address, "ExecuteStatement", &statement(&long, &wait)).await;
        ids.push(started["Id"].clone());
    }
    loop {
        let (_, error) = call(&address, "DescribeStatement", &json!({ "Id": ids[1] })).await;
        if error == "ResourceNotFoundException" {
            break;
        }
        tokio::task::yield_now().await;
    }
    let (_, error) = call(&address, "DescribeStatement", &json!({ "Id": ids[3] })).await;
    assert_eq!(error, "");
}
