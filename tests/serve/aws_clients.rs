//! boto3 and the AWS CLI.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use super::served::Served;
use crate::program::checkout;

/// The virtual environment with boto3 and the AWS CLI; without Python or PyPI, why not.
pub fn aws_clients() -> Result<&'static Path, &'static str> {
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

fn aws(clients: &Path, served: &Served, arguments: &[&str]) -> Output {
    let mut command = Command::new(clients.join("bin/python"));
    command
        .arg(clients.join("bin/aws"))
        .arg("redshift-data")
        .args(arguments)
        .env_clear()
        .env("HOME", clients)
        .envs(served.variables())
        .env("AWS_DEFAULT_REGION", "us-east-1")
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
    // Some of its requests are made by hand, unsigned.
    let served = Served::start(folder.path(), &["--access-key", "any"]);
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
        let output = aws(clients, &served, arguments);
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
    let refused = aws(clients, &served, &["cancel-statement", "--id", id]);
    let message = String::from_utf8_lossy(&refused.stderr);
    assert!(!refused.status.success());
    assert!(
        message.contains("(ValidationException) when calling the CancelStatement operation"),
        "{message}"
    );
}
