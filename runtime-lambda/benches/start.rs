//! The package's size, and how soon a fresh process answers its first event. The same session measures a
//! Python handler that imports boto3 and makes the same clients.
//!
//! ```sh
//! cargo build --profile lambda -p runtime-lambda --features aws --bin bootstrap
//! cargo bench -p runtime-lambda --features aws --bench start --profile dev
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

use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use zip::write::SimpleFileOptions;

use crate::http::{Reply, Server};
use crate::lambda::Lambda;

/// How often each of the two is started; an odd number has a median.
const STARTS: usize = 31;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let Some(bootstrap) = packaged() else {
        println!("skipped: there is no bootstrap of the profile `lambda` in the target folder");
        return;
    };
    size(&bootstrap);

    // No run has this name; the answer takes one request to S3.
    let s3 = Server::start(async |_| {
        Reply::new(
            404,
            "application/xml",
            "<Error><Code>NoSuchKey</Code></Error>",
        )
    })
    .await;
    let variables = artifacts::variables_at(&s3.url());
    let event = json!({
        "action": "sweep", "pipeline": "sales", "execution": "arn:e", "status": "ABORTED",
        "started": "2026-11-21T05:00:00Z",
    });
    let Some(python) = python() else {
        let mut ours = Vec::new();
        for _ in 0..=STARTS {
            ours.push(start(&bootstrap, &[], &variables, &event).await);
        }
        print("bootstrap", &ours[1..]);
        println!("skipped: the comparison needs python3 and boto3 from PyPI");
        return;
    };
    let handler = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/start.py");
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    // Alternately, so that whatever else the machine does meets both; the first of each warms its files.
    for _ in 0..=STARTS {
        ours.push(start(&bootstrap, &[], &variables, &event).await);
        theirs.push(start(&python, &[&handler], &variables, &event).await);
    }
    let (time, memory) = print("bootstrap", &ours[1..]);
    let (python_time, python_memory) = print("Python 3 and boto3", &theirs[1..]);
    println!(
        "{:.1} times as fast, {:.2} of the memory",
        python_time.as_secs_f64() / time.as_secs_f64(),
        memory as f64 / python_memory as f64
    );
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

fn size(bootstrap: &Path) {
    let bytes = std::fs::read(bootstrap).unwrap();
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Deflated)
        .unix_permissions(0o755);
    archive.start_file("bootstrap", options).unwrap();
    archive.write_all(&bytes).unwrap();
    let zipped = archive.finish().unwrap().into_inner().len();
    let mib = |bytes: usize| bytes as f64 / 1024.0 / 1024.0;
    println!(
        "package: {:.2} MiB zipped, {:.2} MiB unzipped, needs glibc {}",
        mib(zipped),
        mib(bytes.len()),
        newest_glibc(&bytes)
    );
}

/// The newest version of glibc's symbols that the binary names.
fn newest_glibc(bytes: &[u8]) -> String {
    let name = b"GLIBC_";
    bytes
        .windows(name.len())
        .enumerate()
        .filter(|(_, window)| window == name)
        .filter_map(|(start, _)| {
            let rest = &bytes[start + name.len()..];
            let end = rest
                .iter()
                .position(|byte| !matches!(byte, b'0'..=b'9' | b'.'))?;
            let version = std::str::from_utf8(&rest[..end]).ok()?;
            let parts: Option<Vec<u32>> =
                version.split('.').map(|part| part.parse().ok()).collect();
            Some((parts?, version.to_owned()))
        })
        .max()
        .map_or_else(|| "of no version".to_owned(), |(_, version)| version)
}

/// Time from the start of the process to its first answer, and its peak memory in KiB by then.
async fn start(
    program: &Path,
    arguments: &[&Path],
    variables: &[(String, String)],
    event: &Value,
) -> (Duration, u64) {
    let started = Instant::now();
    let mut lambda = Lambda::run(program, arguments, variables).await;
    lambda.invoke(event).await.unwrap();
    let took = started.elapsed();
    let peak = lambda.peak_memory();
    lambda.kill().await;
    (took, peak)
}

fn print(name: &str, starts: &[(Duration, u64)]) -> (Duration, u64) {
    let mut times: Vec<_> = starts.iter().map(|(time, _)| *time).collect();
    let mut memory: Vec<_> = starts.iter().map(|(_, memory)| *memory).collect();
    times.sort();
    memory.sort_unstable();
    let middle = times.len() / 2;
    println!(
        "{name}: first answer after {:.1} ms (median of {}; fastest {:.1} ms), peak memory {:.1} MiB",
        times[middle].as_secs_f64() * 1e3,
        times.len(),
        times[0].as_secs_f64() * 1e3,
        memory[middle] as f64 / 1024.0
    );
    (times[middle], memory[middle])
}

/// A Python with boto3, in a virtual environment beside the target's other files.
fn python() -> Option<PathBuf> {
    let own = std::env::current_exe().ok()?;
    let folder = own.ancestors().nth(3)?.join("start-python");
    let python = folder.join("bin/python3");
    let has_boto3 = || {
        let asked = Command::new(&python).args(["-c", "import boto3"]).output();
        asked.is_ok_and(|output| output.status.success())
    };
    if !has_boto3() {
        let made = Command::new("python3")
            .arg("-m")
            .arg("venv")
            .arg(&folder)
            .output();
        if !made.is_ok_and(|output| output.status.success()) {
            return None;
        }
        let pip = folder.join("bin/pip");
        let _ = Command::new(pip)
            .args(["install", "--quiet", "boto3"])
            .output();
    }
    has_boto3().then_some(python)
}
