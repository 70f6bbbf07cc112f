//! `sfc serve` against clients that nobody here wrote: boto3 and the AWS CLI, installed once from PyPI
//! into a cache outside the checkout, and the Rust SDK.

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use aws_sdk_redshiftdata::Client;
use aws_sdk_redshiftdata::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_redshiftdata::operation::describe_statement::DescribeStatementError;
use aws_sdk_redshiftdata::operation::execute_statement::ExecuteStatementError;
use aws_sdk_redshiftdata::types::{Field, SqlParameter, StatusString};

use crate::program::{Folder, SLOW, checkout, sfc, spec};

/// A server, ended with SIGTERM when dropped.
struct Served {
    process: Child,
    url: String,
}

impl Served {
    fn start(folder: &Path, arguments: &[&str]) -> Self {
        let mut all = vec!["serve"];
        all.extend_from_slice(arguments);
        all.extend_from_slice(&["--port", "0"]);
        let mut process = sfc(folder, &all)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut url = String::new();
        BufReader::new(process.stdout.take().unwrap())
            .read_line(&mut url)
            .unwrap();
        Self {
            process,
            url: url.trim().to_owned(),
        }
    }

    fn signal(&self, name: &str) {
        let id = self.process.id().to_string();
        let sent = Command::new("kill").args([name, &id]).status().unwrap();
        assert!(sent.success());
    }

    fn ended(&mut self) -> (Option<i32>, String) {
        let deadline = Instant::now() + Duration::from_secs(20);
        while self.process.try_wait().unwrap().is_none() {
            assert!(Instant::now() < deadline, "the server does not end");
            std::thread::sleep(Duration::from_millis(20));
        }
        let mut stderr = String::new();
        if let Some(mut pipe) = self.process.stderr.take() {
            pipe.read_to_string(&mut stderr).unwrap();
        }
        (self.process.wait().unwrap().code(), stderr)
    }

    fn client(&self) -> Client {
        let http = aws_smithy_http_client::Builder::new().build_http();
        let config = aws_sdk_redshiftdata::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .endpoint_url(&self.url)
            .region(Region::new("us-east-1"))
            .credentials_provider(Credentials::new("any", "any", None, None, "test"))
            .http_client(http)
            .build();
        Client::from_conf(config)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        if self.process.try_wait().is_ok_and(|ended| ended.is_none()) {
            self.signal("-TERM");
            let _ = self.process.wait();
        }
    }
}

/// The virtual environment with boto3 and the AWS CLI; without Python or PyPI, why not.
fn aws_clients() -> Result<&'static Path, &'static str> {
    static MADE: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    match MADE.get_or_init(make_aws_clients) {
        Ok(path) => Ok(path),
        Err(why) => Err(why),
    }
}

fn make_aws_clients() -> Result<PathBuf, String> {
    let requirements = checkout().join("tests/aws-clients/requirements.txt");
    let cache = std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| Path::new(&home).join(".cache")))
        .ok_or("no folder for caches")?;
    let mut versions = String::new();
    for line in fs::read_to_string(&requirements).unwrap().lines() {
        let _ = write!(versions, "-{}", line.replace("==", "-"));
    }
    let place = cache.join(format!("sfc/aws-clients{versions}"));
    if place.join("ready").exists() {
        return Ok(place);
    }
    fs::create_dir_all(place.parent().unwrap()).map_err(|error| error.to_string())?;
    let done = |command: &mut Command| match command.stdin(Stdio::null()).output() {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => Err(String::from_utf8_lossy(&output.stderr).replace('\n', " ")),
        Err(error) => Err(error.to_string()),
    };
    done(
        Command::new("python3")
            .args(["-m", "venv", "--clear"])
            .arg(&place),
    )
    .map_err(|why| format!("no virtual environment: {why}"))?;
    done(
        Command::new(place.join("bin/python"))
            .args([
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "-r",
            ])
            .arg(&requirements),
    )
    .map_err(|why| format!("PyPI is not there: {why}"))?;
    fs::write(place.join("ready"), "").map_err(|error| error.to_string())?;
    Ok(place)
}

fn aws(clients: &Path, url: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new(clients.join("bin/python"));
    command
        .arg(clients.join("bin/aws"))
        .arg("redshift-data")
        .args(arguments)
        .env_clear()
        .env("HOME", clients)
        .env("AWS_ENDPOINT_URL_REDSHIFT_DATA", url)
        .env("AWS_REGION", "us-east-1")
        .env("AWS_ACCESS_KEY_ID", "any")
        .env("AWS_SECRET_ACCESS_KEY", "any")
        .stdin(Stdio::null());
    command.output().unwrap()
}

#[test]
fn boto3_cannot_tell_the_difference() {
    let clients = match aws_clients() {
        Ok(clients) => clients,
        Err(why) => {
            println!("skipped: {why}");
            return;
        }
    };
    let folder = tempfile::tempdir().unwrap();
    let served = Served::start(folder.path(), &[]);
    let output = Command::new(clients.join("bin/python"))
        .arg(checkout().join("tests/aws-clients/data_api.py"))
        .arg(&served.url)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    println!("{printed}");
    assert!(
        output.status.success() && printed.contains("ok one statement from its start"),
        "{printed}{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn the_aws_cli_cannot_tell_the_difference() {
    let clients = match aws_clients() {
        Ok(clients) => clients,
        Err(why) => {
            println!("skipped: {why}");
            return;
        }
    };
    let folder = tempfile::tempdir().unwrap();
    let served = Served::start(folder.path(), &[]);
    let json = |arguments: &[&str]| -> serde_json::Value {
        let output = aws(clients, &served.url, arguments);
        assert!(
            output.status.success(),
            "{arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let place = ["--workgroup-name", "analytics", "--database", "dev"];
    let with_place = |arguments: &[&'static str]| [arguments, &place].concat();
    let started = json(&with_place(&[
        "execute-statement",
        "--sql",
        "select n from generate_series(1, :most::int) as t(n)",
        "--parameters",
        "name=most,value=5000",
        "--wait-time-seconds",
        "30",
        "--statement-name",
        "cli",
    ]));
    assert_eq!(started["Status"], "FINISHED");
    let id = started["Id"].as_str().unwrap();
    let described = json(&["describe-statement", "--id", id]);
    assert_eq!(described["ResultRows"], 5000);
    // The CLI follows NextToken by itself: all pages are one answer.
    let result = json(&["get-statement-result", "--id", id]);
    assert_eq!(result["Records"].as_array().unwrap().len(), 5000);
    assert_eq!(result["TotalNumRows"], 5000);
    let cut = json(&["get-statement-result", "--id", id, "--max-items", "10"]);
    assert_eq!(cut["Records"].as_array().unwrap().len(), 10);
    let token = cut["NextToken"].as_str().unwrap();
    let more = json(&[
        "get-statement-result",
        "--id",
        id,
        "--max-items",
        "1",
        "--starting-token",
        token,
    ]);
    assert_eq!(more["Records"][0][0]["longValue"], 11);
    let batch = json(&with_place(&[
        "batch-execute-statement",
        "--sqls",
        "create table cli (id int)",
        "insert into cli values (1)",
        "--wait-time-seconds",
        "30",
    ]));
    assert_eq!(batch["Status"], "FINISHED");
    let tables = json(&with_place(&["list-tables", "--table-pattern", "cl%"]));
    assert_eq!(tables["Tables"][0]["name"], "cli");
    let listed = json(&["list-statements", "--statement-name", "cl"]);
    assert_eq!(listed["Statements"].as_array().unwrap().len(), 1);
    let refused = aws(clients, &served.url, &["cancel-statement", "--id", id]);
    let message = String::from_utf8_lossy(&refused.stderr);
    assert!(!refused.status.success());
    assert!(
        message.contains("(ValidationException) when calling the CancelStatement operation"),
        "{message}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rust_sdk_has_typed_answers_and_errors() {
    let folder = tempfile::tempdir().unwrap();
    let served = Served::start(folder.path(), &[]);
    let client = served.client();
    let execute = |sql: &str| {
        client
            .execute_statement()
            .workgroup_name("analytics")
            .database("dev")
            .wait_time_seconds(30)
            .sql(sql)
    };
    let parameter = SqlParameter::builder()
        .name("n")
        .value("7")
        .build()
        .unwrap();
    let started = execute("select :n::int as n")
        .parameters(parameter)
        .send()
        .await
        .unwrap();
    let id = started.id().unwrap();
    let described = client.describe_statement().id(id).send().await.unwrap();
    assert_eq!(described.status(), Some(&StatusString::Finished));
    assert!(described.created_at().is_some() && described.duration() > 0);
    let result = client.get_statement_result().id(id).send().await.unwrap();
    assert_eq!(result.records(), [[Field::LongValue(7)]]);
    let failed = client
        .describe_statement()
        .id("00000000-0000-4000-8000-000000000000")
        .send()
        .await
        .unwrap_err()
        .into_service_error();
    assert!(
        matches!(&failed, DescribeStatementError::ResourceNotFoundException(inner)
            if inner.resource_id() == "00000000-0000-4000-8000-000000000000"),
        "{failed:?}"
    );
    let failed = execute("").send().await.unwrap_err().into_service_error();
    assert!(
        matches!(failed, ExecuteStatementError::ValidationException(_)),
        "{failed:?}"
    );
    let slow = execute(SLOW).wait_time_seconds(1).send().await.unwrap();
    client
        .cancel_statement()
        .id(slow.id().unwrap())
        .send()
        .await
        .unwrap();
    let described = client
        .describe_statement()
        .id(slow.id().unwrap())
        .send()
        .await
        .unwrap();
    assert_eq!(described.status(), Some(&StatusString::Aborted));
}

/// Resident memory of a process at its highest, in KiB.
fn peak(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_million_rows_are_paged_in_flat_memory() {
    let folder = tempfile::tempdir().unwrap();
    let served = Served::start(folder.path(), &[]);
    let client = served.client();
    let started = client
        .execute_statement()
        .workgroup_name("analytics")
        .database("dev")
        .sql("select n, 'a text of the row ' || n as t from generate_series(1, 1000000) as t(n)")
        .send()
        .await
        .unwrap();
    let id = started.id().unwrap();
    let status = loop {
        let described = client
            .describe_statement()
            .id(id)
            .wait_time_seconds(30)
            .send()
            .await
            .unwrap();
        let status = described.status().unwrap().clone();
        if !matches!(
            status,
            StatusString::Submitted | StatusString::Picked | StatusString::Started
        ) {
            break status;
        }
    };
    assert_eq!(status, StatusString::Finished);
    let before = peak(served.process.id());
    let (mut rows, mut sum, mut token) = (0, 0, None);
    loop {
        let page = client
            .get_statement_result()
            .id(id)
            .set_next_token(token)
            .send()
            .await
            .unwrap();
        assert_eq!(page.total_num_rows(), 1_000_000);
        for record in page.records() {
            if let Field::LongValue(n) = record[0] {
                sum += n;
            }
        }
        rows += page.records().len();
        token = page.next_token().map(str::to_owned);
        if token.is_none() {
            break;
        }
    }
    assert_eq!((rows, sum), (1_000_000, 500_000_500_000));
    match (before, peak(served.process.id())) {
        (Some(before), Some(after)) => {
            println!("peak memory {before} KiB before paging, {after} KiB after it");
            assert!(after < before + 32 * 1024, "{before} KiB, then {after} KiB");
        }
        _ => println!("skipped: this system does not say how much memory a process takes"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pipeline_is_served_with_its_warehouse_and_its_buckets() {
    let text = format!(
        "{}local: {{ buckets: {{ raw: data }} }}\n",
        spec("rounds: 1", "  make: { sql: make.sql }\n")
    );
    let folder = Folder::new(
        &text,
        &[
            (
                "make.sql",
                "create table made (id int); insert into made values (1);",
            ),
            ("data/rows.csv", "2\n3\n"),
        ],
    );
    assert_eq!(folder.sfc(&["run", "."]).code, Some(0));
    let mut served = Served::start(folder.path(), &["."]);
    let client = served.client();
    let run = async |sql: &str| {
        let started = client
            .execute_statement()
            .workgroup_name("w-w")
            .database("dev")
            .sql(sql)
            .wait_time_seconds(30)
            .send()
            .await
            .unwrap();
        assert_eq!(
            started.status().map(|status| status.as_str()),
            Some("FINISHED"),
            "{sql}"
        );
        started.id().unwrap().to_owned()
    };
    run("copy made from 's3://raw/rows' iam_role default csv").await;
    let id = run("select sum(id) from made").await;
    let result = client.get_statement_result().id(id).send().await.unwrap();
    assert_eq!(result.records(), [[Field::LongValue(6)]]);
    // One process at a time has the warehouse.
    let other = folder.sfc(&["serve", ".", "--port", "0"]);
    assert_eq!(other.code, Some(3), "{other:?}");
    assert!(
        other.stderr.contains("cannot be opened"),
        "{}",
        other.stderr
    );
    let slow = client
        .execute_statement()
        .workgroup_name("w-w")
        .database("dev")
        .sql(SLOW)
        .wait_time_seconds(1)
        .send()
        .await
        .unwrap();
    assert_eq!(slow.status().map(|status| status.as_str()), Some("STARTED"));
    served.signal("-INT");
    let (code, stderr) = served.ended();
    assert_eq!(code, Some(0), "{stderr}");
    assert!(
        stderr.contains("AWS_ENDPOINT_URL_REDSHIFT_DATA=http://127.0.0.1:"),
        "{stderr}"
    );
    // What was committed is in the file.
    assert_eq!(
        folder.sfc(&["run", "."]).code,
        Some(1),
        "`made` is there already"
    );
}

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

#[test]
fn what_cannot_be_served_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let taken = sfc(folder.path(), &["serve", "--port", &port])
        .output()
        .unwrap();
    assert_eq!(taken.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&taken.stderr).contains(&port));
    let wrong = sfc(folder.path(), &["serve", "--events", "https//nowhere"])
        .output()
        .unwrap();
    assert_eq!(wrong.status.code(), Some(2));
    let help = sfc(folder.path(), &["serve", "--help"]).output().unwrap();
    let help = String::from_utf8_lossy(&help.stdout).into_owned();
    for operation in ["ExecuteStatement", "ListSessions", "Operations it has not"] {
        assert!(help.contains(operation), "{help}");
    }
}
