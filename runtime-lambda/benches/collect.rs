//! The real process collects results of 100,000, 1,000,000 and 3,000,000 rows: peak memory, and time next to
//! the same pages fetched and thrown away.
//!
//! ```sh
//! cargo build --profile lambda -p runtime-lambda --features aws --bin bootstrap
//! cargo bench -p runtime-lambda --features aws --bench collect --profile dev
//! ```

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a benchmark may stop, and is its output"
)]
#![allow(dead_code, reason = "shared with the tests, which use all of it")]

#[path = "../tests/aws/artifacts.rs"]
mod artifacts;
#[path = "../tests/aws/http.rs"]
mod http;
#[path = "../tests/aws/lambda.rs"]
mod lambda;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

use crate::artifacts::{ARTIFACTS, artifacts, variables_at};
use crate::http::{Reply, Request, Server};
use crate::lambda::Lambda;

/// Rows of a page: about half a megabyte.
const PAGE: u64 = 4_000;

/// How long a page takes where the Data API gives out 20 a second.
const PACED: Duration = Duration::from_millis(50);

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let Some(bootstrap) = packaged() else {
        println!("skipped: there is no bootstrap of the profile `lambda` in the target folder");
        return;
    };
    for (pace, sizes) in [
        (Duration::ZERO, [100_000, 1_000_000, 3_000_000].as_slice()),
        (PACED, &[100_000, 1_000_000]),
    ] {
        for &rows in sizes {
            let peer = Peer::start(rows, pace).await;
            let paging = page_through(&peer, rows).await;
            let (collecting, peak) = collect(&bootstrap, &peer).await;
            println!(
                "{rows} rows, a page each {} ms: collected in {:.2} s, paging alone {:.2} s, \
                 {} MB written, peak memory {:.1} MiB",
                pace.as_millis(),
                collecting.as_secs_f64(),
                paging.as_secs_f64(),
                *peer.written.lock().unwrap() / 1_000_000,
                peak as f64 / 1024.0
            );
        }
    }
}

/// The binary as it is packaged: of the profile `lambda`, beside this benchmark's own profile.
fn packaged() -> Option<PathBuf> {
    if let Some(path) = std::env::var_os("SFC_BOOTSTRAP") {
        return Some(path.into());
    }
    let own = std::env::current_exe().ok()?;
    let bootstrap = own.ancestors().nth(3)?.join("lambda/bootstrap");
    bootstrap.exists().then_some(bootstrap)
}

/// Small objects by path, each with its entity tag.
type Objects = Arc<Mutex<HashMap<String, (Vec<u8>, String)>>>;

/// One statement's result in Redshift Data, and an S3 that keeps what is small.
struct Peer {
    server: Server,
    plan: String,
    written: Arc<Mutex<u64>>,
}

impl Peer {
    async fn start(rows: u64, pace: Duration) -> Self {
        let artifacts = artifacts(&[("revenue", &["select"])]);
        let objects: Objects = Arc::default();
        for (key, body) in artifacts.objects {
            let path = format!("/{ARTIFACTS}/{key}");
            objects
                .lock()
                .unwrap()
                .insert(path, (body, "\"0\"".to_owned()));
        }
        let written: Arc<Mutex<u64>> = Arc::default();
        let server = {
            let written = Arc::clone(&written);
            Server::start(move |request| {
                let (objects, written) = (Arc::clone(&objects), Arc::clone(&written));
                async move {
                    match request.headers.get("x-amz-target") {
                        Some(target) if target.ends_with("GetStatementResult") => {
                            tokio::time::sleep(pace).await;
                            page(&request, rows)
                        }
                        Some(_) => json_reply(&json!({
                            "Id": "id", "Status": "FINISHED", "HasResultSet": true,
                            "ResultRows": rows,
                        })),
                        None => s3(&objects, &written, request),
                    }
                }
            })
            .await
        };
        Self {
            server,
            plan: artifacts.plan.into(),
            written,
        }
    }
}

fn json_reply(body: &Value) -> Reply {
    Reply::new(200, "application/x-amz-json-1.1", body.to_string())
}

fn page(request: &Request, rows: u64) -> Reply {
    let input: Value = serde_json::from_slice(&request.body).unwrap();
    let start: u64 = input["NextToken"].as_str().unwrap_or("0").parse().unwrap();
    let end = (start + PAGE).min(rows);
    let mut body = String::from(
        r#"{"ColumnMetadata":[{"name":"id","typeName":"int8"},{"name":"customer","typeName":"varchar"},{"name":"amount","typeName":"float8"},{"name":"note","typeName":"varchar"}],"Records":["#,
    );
    for row in start..end {
        use std::fmt::Write as _;
        let comma = if row == start { "" } else { "," };
        write!(
            body,
            r#"{comma}[{{"longValue":{row}}},{{"stringValue":"customer number {row}"}},{{"doubleValue":{row}.25}},{{"isNull":true}}]"#
        )
        .unwrap();
    }
    body.push_str(&format!(r#"],"TotalNumRows":{rows}"#));
    if end < rows {
        body.push_str(&format!(r#","NextToken":"{end}""#));
    }
    body.push('}');
    Reply::new(200, "application/x-amz-json-1.1", body)
}

fn s3(objects: &Objects, written: &Mutex<u64>, request: Request) -> Reply {
    let mut objects = objects.lock().unwrap();
    match request.method.as_str() {
        "GET" => match objects.get(&request.path) {
            Some((body, etag)) => {
                Reply::new(200, "application/json", body.clone()).header("etag", etag)
            }
            None => Reply::new(
                404,
                "application/xml",
                "<Error><Code>NoSuchKey</Code></Error>",
            ),
        },
        "PUT" => {
            *written.lock().unwrap() += request.body.len() as u64;
            let etag = format!("\"{}\"", objects.len() + request.body.len());
            // Parts of results are counted, and dropped.
            if !request.query.contains_key("uploadId") {
                objects.insert(request.path, (request.body, etag.clone()));
            }
            Reply::new(200, "application/xml", "").header("etag", etag)
        }
        _ if request.query.contains_key("uploads") => Reply::new(
            200,
            "application/xml",
            "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>",
        ),
        _ => Reply::new(
            200,
            "application/xml",
            "<CompleteMultipartUploadResult><ETag>e</ETag></CompleteMultipartUploadResult>",
        ),
    }
}

/// The same pages, one after the other on one connection, thrown away.
async fn page_through(peer: &Peer, rows: u64) -> Duration {
    let started = Instant::now();
    let stream = TcpStream::connect(peer.server.address).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let mut stream = BufReader::with_capacity(256 * 1024, stream);
    for start in (0..rows).step_by(PAGE.try_into().unwrap()) {
        let body = json!({ "Id": "id", "NextToken": start.to_string() }).to_string();
        let request = format!(
            "POST / HTTP/1.1\r\nhost: x\r\nx-amz-target: RedshiftData.GetStatementResult\r\n\
             content-length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut length = 0;
        loop {
            let mut line = String::new();
            stream.read_line(&mut line).await.unwrap();
            if line.trim().is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("content-length: ") {
                length = value.trim().parse().unwrap();
            }
        }
        let mut answer = vec![0; length];
        stream.read_exact(&mut answer).await.unwrap();
    }
    started.elapsed()
}

/// A run up to its collection: how long that took, and the process's peak memory in KiB.
async fn collect(bootstrap: &std::path::Path, peer: &Peer) -> (Duration, u64) {
    let variables = variables_at(&peer.server.url());
    let mut lambda = Lambda::run(bootstrap, &[], &variables).await;
    let created = lambda
        .invoke(&json!({
            "action": "create_run", "pipeline": "sales", "plan": peer.plan, "execution": "arn:e",
            "started": "2026-11-21T05:00:00Z",
        }))
        .await
        .unwrap();
    let run = created["run"].as_str().unwrap();
    lambda
        .invoke(&json!({
            "action": "next_step", "pipeline": "sales", "run": run, "round": 1, "lane": 0,
            "turn": 1, "turns_left": 9,
        }))
        .await
        .unwrap();
    let of = |action: &str| json!({ "action": action, "pipeline": "sales", "run": run, "step": "revenue", "round": 1 });
    lambda.invoke(&of("submit")).await.unwrap();
    let started = Instant::now();
    let collected = lambda.invoke(&of("collect")).await.unwrap();
    let took = started.elapsed();
    assert_eq!(collected["status"], "FINISHED");
    let peak = lambda.peak_memory();
    lambda.kill().await;
    (took, peak)
}
