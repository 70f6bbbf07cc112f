//! `sfc test` as a process over the tests of `specs/sales-etl`, repeated: how many tests a second, and how
//! long one test takes alone. Tests of steps and tests of the whole pipeline are measured apart.
//!
//! `cargo bench -p sfc --bench sfc_test`; asked for are 200 tests of steps a second on two cores. A test is
//! some fifty statements of the engine, and nearly all of its time is the engine planning them.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark is its output"
)]

use std::fs;
use std::path::Path;
use std::process::Command;

/// Copies of each file of tests of steps.
const STEPS: usize = 100;

/// Copies of the file of tests of the whole pipeline.
const PIPELINES: usize = 5;

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.file_name() == ".sfc" || entry.file_name() == "tests" {
            continue;
        }
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// The pipeline with `copies` of each file of tests that is chosen. It gives how many tests there
/// are and the seconds that they take, as the program itself says.
fn measured(copies: usize, is_chosen: &dyn Fn(&str) -> bool) -> (u64, f64) {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs/sales-etl");
    let folder = tempfile::tempdir().unwrap();
    copy(&example, folder.path());
    let tests = folder.path().join("tests");
    fs::create_dir(&tests).unwrap();
    for entry in fs::read_dir(example.join("tests")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        for number in (0..copies).filter(|_| is_chosen(name)) {
            fs::copy(&path, tests.join(format!("{name}_{number}.yaml"))).unwrap();
        }
    }
    let ended = Command::new(env!("CARGO_BIN_EXE_sfc"))
        .args(["test", "--json"])
        .arg(folder.path())
        .output()
        .unwrap();
    assert!(ended.status.success(), "{ended:?}");
    let report: serde_json::Value = serde_json::from_slice(&ended.stdout).unwrap();
    let passed = report.get("passed").and_then(serde_json::Value::as_u64);
    let seconds = report.get("seconds").and_then(serde_json::Value::as_f64);
    (passed.unwrap(), seconds.unwrap())
}

fn main() {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let is_step = |name: &str| name != "pipeline";
    let report = |what: &str, (tests, seconds): (u64, f64)| {
        #[expect(clippy::cast_precision_loss, reason = "a few hundred tests")]
        let rate = tests as f64 / seconds;
        println!("{what}: {tests} in {seconds:.2} s, {rate:.0} tests/s on {cores} cores");
    };
    report("tests of steps", measured(STEPS, &is_step));
    report(
        "tests of the whole pipeline",
        measured(PIPELINES, &|name| !is_step(name)),
    );
    let (tests, seconds) = measured(1, &is_step);
    println!("{tests} tests, once: {seconds:.2} s");
}
