//! The wheel: installed where there is neither Rust nor npm nor a compiler, everything works.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use crate::package;

/// Most bytes of a wheel with both halves of the program: 50 MB, as the larger of the two kinds of megabyte. What
/// counts is the program that is given away, so one that is not optimized is not held against it. Neither are
/// the Lambda's packages, of 4 MB each: this wheel has none that works.
const LARGEST: u64 = 50 * 1024 * 1024;

/// How long it may take from `sfc init` to the end of the first run.
const FIRST_RUN: Duration = Duration::from_secs(10);

/// The same where something else may keep the machine busy: other tests, or whatever a CI does beside this.
const FIRST_RUN_OF_A_BUSY_MACHINE: Duration = Duration::from_secs(60);

fn ran(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", said(&output));
    String::from_utf8(output.stdout).unwrap()
}

/// Whether this machine has what `scripts/wheel` and pip need, and the loader that is asked below.
fn can_install() -> bool {
    let mut python = Command::new("python3");
    let asked = python.args(["-c", "import ensurepip, venv"]).output();
    cfg!(target_os = "linux") && asked.is_ok_and(|output| output.status.success())
}

fn said(output: &Output) -> String {
    let text = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    String::from_utf8_lossy(&text).into_owned()
}

#[test]
fn an_installed_wheel_makes_runs_tests_and_builds_a_pipeline() {
    if !can_install() {
        println!("skipped: there is no Linux with Python and its venv");
        return;
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let place = tempfile::tempdir().unwrap();
    let packed = place.path().join("lambda-x86_64.zip");
    fs::copy(package::small(), &packed).unwrap();
    let wheel = ran(Command::new(root.join("scripts/wheel"))
        .args(["--program", env!("CARGO_BIN_EXE_sfc"), "--lambda"])
        .arg(&packed)
        .arg("--out")
        .arg(place.path()));
    let wheel = wheel.trim();
    let bytes = fs::metadata(wheel).unwrap().len();
    println!("the wheel has {:.1} MB", bytes as f64 / 1e6);
    if !cfg!(debug_assertions) {
        assert!(bytes <= LARGEST, "{bytes} bytes");
    }
    ran(Command::new("python3")
        .args(["-m", "venv", "installed"])
        .current_dir(place.path()));
    let installed = place.path().join("installed");
    ran(Command::new(installed.join("bin/pip"))
        .args(["install", "--quiet", "--no-index", wheel])
        .env("PIP_DISABLE_PIP_VERSION_CHECK", "1"));

    let sfc = |arguments: &[&str]| {
        let mut command = Command::new(installed.join("bin/sfc"));
        command
            .args(arguments)
            .current_dir(place.path())
            .env_clear()
            .env("PATH", installed.join("bin"))
            .env("HOME", place.path());
        command
    };
    // It is the wheel's own library that is loaded.
    let linked = ran(sfc(&["--version"]).env("LD_TRACE_LOADED_OBJECTS", "1"));
    let library = installed.join("bin/../lib/sfc/libduckdb.so");
    assert!(linked.contains(library.to_str().unwrap()), "{linked}");
    let begun = Instant::now();
    ran(&mut sfc(&["init", "shop"]));
    let run = ran(&mut sfc(&["run", "shop"]));
    let took = begun.elapsed();
    assert!(run.contains("FINISHED: 5 of 5 steps finished"), "{run}");
    println!(
        "from `sfc init` to the end of the first run: {:.1} s, of {} s at most",
        took.as_secs_f64(),
        FIRST_RUN.as_secs()
    );
    // This is about time itself, that of the machine's own clock. Tests beside it take their share of the machine.
    assert!(took <= FIRST_RUN_OF_A_BUSY_MACHINE, "{took:?}");
    let tested = ran(&mut sfc(&["test", "shop"]));
    assert!(tested.contains("2 tests passed"), "{tested}");
    ran(&mut sfc(&["build", "shop"]));
    let bundle = place.path().join("shop/.sfc/bundle");
    assert!(bundle.join("template.json").is_file());
    let missing = fs::read_to_string(place.path().join("shop/pipeline.yaml")).unwrap()
        + "\nstack: { architecture: arm64 }\n";
    fs::write(place.path().join("shop/pipeline.yaml"), missing).unwrap();
    let refused = sfc(&["build", "shop"]).output().unwrap();
    assert_eq!(refused.status.code(), Some(3), "{}", said(&refused));
    // Where the checkout is still there, it is cargo that is missing.
    let says = ["SFC0704", "SFC0706"]
        .iter()
        .any(|code| said(&refused).contains(code));
    assert!(
        says && said(&refused).contains("arm64"),
        "{}",
        said(&refused)
    );

    // What is in it is named, with its terms.
    let information = installed.join("lib");
    let found = ran(Command::new("find").arg(&information).args([
        "-path",
        "*/sfc-*.dist-info/*",
        "-type",
        "f",
    ]));
    for name in ["LICENSE", "NOTICE", "THIRD-PARTY.txt", "sfc.cdx.json"] {
        assert!(found.contains(name), "{name}: {found}");
    }
    let bill = found
        .lines()
        .find(|line| line.ends_with("sfc.cdx.json"))
        .unwrap();
    let bill: serde_json::Value = serde_json::from_str(&fs::read_to_string(bill).unwrap()).unwrap();
    let components = bill["components"].as_array().unwrap();
    for name in ["serde_json", "duckdb", "aws-sdk-sfn"] {
        assert!(components.iter().any(|one| one["name"] == name), "{name}");
    }
    assert!(!components.iter().any(|one| one["name"] == "proptest"));
}
