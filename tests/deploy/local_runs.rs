//! The verbs that look at runs, on what `sfc run` leaves.

use std::fs;
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::pipeline::{Ended, ended, folder, sfc, spec};

/// A query that takes far longer than any test.
const SLOW: &str = "with recursive r(n) as (select 1 union all select n + 1 from r where n < 2000000000) select count(*) from r";

fn run(folder: &tempfile::TempDir, arguments: &[&str]) -> Ended {
    ended(sfc(folder.path(), arguments))
}

#[test]
fn a_local_run_is_looked_at_and_resumed_like_one_in_aws() {
    let folder = folder(&spec("limits: { rounds: 1 }\n"));
    let none = run(&folder, &["status", "last", "--local"]);
    assert_eq!(none.code, Some(2), "{none:?}");
    let broken = "select nothing from nowhere";
    let good = fs::read_to_string(folder.path().join("two.sql")).unwrap();
    fs::write(
        folder.path().join("two.sql"),
        good.replace("2 as two", "two from nowhere"),
    )
    .unwrap();
    let failed = run(&folder, &["run", "."]);
    assert_eq!(failed.code, Some(1), "{broken}: {failed:?}");
    let list = run(&folder, &["status", "--local"]);
    assert!(
        list.stdout.contains("FAILED") && list.stdout.contains("1/2"),
        "{}",
        list.stdout
    );
    let document = |arguments: &[&str]| -> serde_json::Value {
        let ended = run(&folder, arguments);
        assert_eq!(ended.code, Some(0), "{ended:?}");
        serde_json::from_str(&ended.stdout).unwrap()
    };
    let all = document(&["status", "--local", "--json"]);
    assert_eq!(all["version"], 1);
    assert_eq!(all["runs"][0]["status"], "FAILED");
    assert_eq!(all["runs"][0]["steps"]["finished"], 1);
    let one = document(&["status", "last", "--local", "--json"]);
    assert_eq!(one["run"], all["runs"][0]["run"]);
    assert_eq!(one["steps"][1]["status"], "FAILED");
    assert_eq!(one["steps"][1]["error"]["error"], "Sfc.StatementFailed");
    let watched = run(&folder, &["watch", "--local"]);
    assert_eq!(watched.code, Some(1), "{watched:?}");

    fs::write(folder.path().join("two.sql"), good).unwrap();
    let resumed = run(&folder, &["resume", "last", "--local", "--json"]);
    assert_eq!(resumed.code, Some(0), "{resumed:?}");
    let ended = resumed.stdout.lines().last().unwrap();
    let ended: serde_json::Value = serde_json::from_str(ended).unwrap();
    assert_eq!(ended["event"], "run_ended");
    assert_eq!(ended["steps"]["finished"], 2);
    assert_eq!(ended["steps"]["stopped"], 0);
    let status = run(&folder, &["status", "last", "--local"]);
    assert!(status.stdout.contains("kept from"), "{}", status.stdout);
    assert!(
        status.stdout.contains("FINISHED: 2 of 2"),
        "{}",
        status.stdout
    );
    let fetched = run(&folder, &["results", "last", "--local", "--to", "out"]);
    assert_eq!(fetched.code, Some(0), "{fetched:?}");
    assert_eq!(
        fs::read_to_string(folder.path().join("out/one.csv")).unwrap(),
        "one\n1\n"
    );
    assert_eq!(
        fs::read_to_string(folder.path().join("out/two.csv")).unwrap(),
        "two\n2\n"
    );
    let logs = run(&folder, &["logs", "last", "--local"]);
    assert_eq!(logs.code, Some(2), "{logs:?}");
}

#[test]
fn a_resumed_run_runs_again_what_has_changed_and_what_comes_after_it() {
    let folder = folder(&spec("limits: { rounds: 1 }\n"));
    let path = folder.path().join("pipeline.yaml");
    let steps = format!(
        "{}  three: {{ sql: three.sql, after: two }}\n",
        fs::read_to_string(&path).unwrap()
    );
    fs::write(&path, steps).unwrap();
    fs::write(folder.path().join("three.sql"), "select three from nowhere").unwrap();
    assert_eq!(run(&folder, &["run", "."]).code, Some(1));
    fs::write(folder.path().join("three.sql"), "select 3 as three").unwrap();
    fs::write(folder.path().join("one.sql"), "select 11 as one").unwrap();
    assert_eq!(run(&folder, &["resume", "last", "--local"]).code, Some(0));
    let status = run(&folder, &["status", "last", "--local"]);
    assert!(!status.stdout.contains("kept from"), "{}", status.stdout);
    let fetched = run(
        &folder,
        &["results", "last", "one", "--local", "--to", "out"],
    );
    assert_eq!(fetched.code, Some(0), "{fetched:?}");
    assert_eq!(
        fs::read_to_string(folder.path().join("out/one.csv")).unwrap(),
        "one\n11\n"
    );
}

#[test]
fn a_local_run_is_stopped_from_another_terminal() {
    let folder = folder(&spec(""));
    fs::write(folder.path().join("one.sql"), SLOW).unwrap();
    let mut running = sfc(folder.path(), &["run", "."])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let begun = Instant::now();
    loop {
        let status = run(&folder, &["status", "last", "--local"]);
        if status.stdout.contains("RUNNING") {
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "{status:?}");
        std::thread::sleep(Duration::from_millis(100));
    }
    let stopped = run(&folder, &["stop", "last", "--local"]);
    assert_eq!(stopped.code, Some(0), "{stopped:?}");
    assert!(stopped.stdout.contains("STOPPED"), "{}", stopped.stdout);
    assert_eq!(running.wait().unwrap().code(), Some(130));
}
