//! Ctrl-C while steps are running.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use runtime_lambda::state::{GlobalState, RunStatus, StepStatus};

use crate::program::{Folder, SLOW, sfc, spec};

/// Waits until the state of the last run says that the warehouse has this step's statement.
fn until_running(folder: &Folder, step: &str) {
    let is_running = || {
        folder.path().join(".sfc/bucket/demo").is_dir()
            && folder.runs().last().is_some_and(|run| {
                std::fs::read(run.join("state.json")).is_ok_and(|bytes| {
                    let state: GlobalState = serde_json::from_slice(&bytes).unwrap();
                    let step = &state.steps[step];
                    step.status == StepStatus::Running && step.statement_id.is_some()
                })
            })
    };
    let begun = Instant::now();
    while !is_running() {
        assert!(begun.elapsed() < Duration::from_secs(60), "{step}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn ctrl_c_cancels_what_runs_and_leaves_a_truthful_state() {
    let folder = Folder::new(
        &spec(
            "rounds: 3, lanes: 2",
            "  quick: { sql: one.sql }\n  slow: { sql: slow.sql, after: quick }\n  behind: { sql: one.sql, after: slow }\n",
        ),
        &[("slow.sql", SLOW), ("one.sql", "select 1 as one")],
    );
    let mut child = sfc(folder.path(), &["run", "."])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    // `slow` starts as soon as `quick` has finished.
    assert!(lines.any(|line| line.unwrap().contains("quick")));
    until_running(&folder, "slow");
    let asked = Instant::now();
    let status = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(status.success());
    let rest: Vec<String> = lines.map(Result::unwrap).collect();
    let ended = child.wait().unwrap();
    assert_eq!(ended.code(), Some(130), "{rest:?}");
    assert!(
        asked.elapsed() < Duration::from_secs(20),
        "{:?}",
        asked.elapsed()
    );

    let state = folder.state();
    assert_eq!(state.status, RunStatus::Stopped);
    assert_eq!(state.steps["quick"].status, StepStatus::Finished);
    assert_eq!(state.steps["slow"].status, StepStatus::Failed);
    assert_eq!(state.steps["behind"].status, StepStatus::Skipped);
    assert_eq!(
        folder.document("manifests/round-1.json")["run_status"],
        "STOPPED"
    );
    assert_eq!(folder.messages().len(), 1);

    // The folder can be run again.
    folder.write("slow.sql", "select 1 as one");
    assert_eq!(folder.sfc(&["run", "."]).code, Some(0));
}

#[test]
fn ctrl_c_stops_the_crawl_that_the_run_has_started() {
    let folder = Folder::new(
        &spec(
            "rounds: 1, lanes: 2",
            "  quick: { sql: one.sql }\n  crawl: { glue_crawler: raw, local: slow.sql }\n",
        ),
        &[("slow.sql", SLOW), ("one.sql", "select 1 as one")],
    );
    let mut child = sfc(folder.path(), &["run", "."])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().contains("quick")));
    let begun = Instant::now();
    while !folder.state().steps["crawl"].crawling {
        assert!(begun.elapsed() < Duration::from_secs(20));
        std::thread::sleep(Duration::from_millis(50));
    }
    let status = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(status.success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let state = folder.state();
    assert_eq!(state.status, RunStatus::Stopped);
    assert_eq!(state.steps["crawl"].status, StepStatus::Failed);
    // Nobody but `query-timeout`, once the crawler has stopped, takes this back.
    assert!(!state.steps["crawl"].crawling);
}

#[test]
fn a_run_that_was_killed_is_ended_by_the_next_one() {
    let folder = Folder::new(
        &spec(
            "rounds: 1, lanes: 1",
            "  slow: { sql: slow.sql }\n  behind: { sql: one.sql, after: slow }\n",
        ),
        &[("slow.sql", SLOW), ("one.sql", "select 1 as one")],
    );
    let mut child = sfc(folder.path(), &["run", "."])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    until_running(&folder, "slow");
    child.kill().unwrap();
    child.wait().unwrap();
    let killed = folder.state();
    assert_eq!(killed.status, RunStatus::Running);

    folder.write("slow.sql", "select 1 as one");
    let ended = folder.sfc(&["run", "."]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(
        ended
            .stderr
            .contains(&format!("run {} had died", killed.run)),
        "{}",
        ended.stderr
    );
    let first = folder
        .runs()
        .into_iter()
        .find(|run| run.ends_with(killed.run.as_str()))
        .unwrap();
    let state: GlobalState =
        serde_json::from_slice(&std::fs::read(first.join("state.json")).unwrap()).unwrap();
    assert_eq!(state.status, RunStatus::Stopped);
    assert_eq!(state.steps["slow"].status, StepStatus::Failed);
    assert_eq!(state.steps["behind"].status, StepStatus::Skipped);
    assert_eq!(folder.messages().len(), 2);
}
