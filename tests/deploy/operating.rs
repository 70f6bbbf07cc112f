//! Runs in AWS: started, looked at, stopped, resumed. The state in the bucket is what the actions would
//! have written.

use std::time::{Duration, Instant};

use runtime_lambda::ids::{RunId, StepName};
use runtime_lambda::keys;
use runtime_lambda::state::{GlobalState, RunStatus, StepError, StepState, StepStatus};

use crate::peer::Peer;
use crate::pipeline::{Ended, ended, folder, spec};

const DATA: &str = "demo-data-bucket";

pub fn run(peer: &Peer, folder: &tempfile::TempDir, arguments: &[&str]) -> Ended {
    ended(peer.sfc(folder.path(), arguments))
}

pub fn deployed() -> (Peer, tempfile::TempDir) {
    let peer = Peer::start();
    let folder = folder(&spec(""));
    assert_eq!(run(&peer, &folder, &["deploy", "--yes"]).code, Some(0));
    (peer, folder)
}

/// The last execution's state, in which `one` is FINISHED and `two` as given.
pub fn state(peer: &Peer, status: RunStatus, two: StepStatus) -> GlobalState {
    let execution = peer.world().executions.last().unwrap().clone();
    let millis = (execution.started * 1000.0) as i64;
    let started = jiff::Timestamp::from_millisecond(millis).unwrap();
    let step = |status: StepStatus| StepState {
        status,
        round: 1,
        lane: Some(1),
        started: Some(started),
        ended: (status != StepStatus::Running).then_some(started),
        rows: (status == StepStatus::Finished).then_some(1_234),
        has_result: status == StepStatus::Finished,
        error: (status == StepStatus::Failed).then(|| StepError {
            error: "Sfc.StatementFailed".to_owned(),
            message: "relation \"x\" does not exist".to_owned(),
            place: None,
        }),
        ..StepState::initial()
    };
    let over = status != RunStatus::Running;
    GlobalState {
        format: 1,
        pipeline: "demo".to_owned(),
        run: keys::run_id(&execution.arn, started),
        plan: "p".into(),
        execution: execution.arn.into(),
        started_by: None,
        status,
        ending: None,
        round: 1,
        started,
        deadline: started,
        ended: over.then_some(started),
        notifying: None,
        told: Vec::new(),
        notified: over,
        parameters: indexmap::IndexMap::new(),
        lanes: std::collections::BTreeMap::new(),
        left_out: 0,
        steps: [
            (StepName::from("one"), step(StepStatus::Finished).into()),
            (StepName::from("two"), step(two).into()),
        ]
        .into_iter()
        .collect(),
    }
}

pub fn put(peer: &Peer, key: String, bytes: Vec<u8>) {
    let mut world = peer.world();
    world
        .buckets
        .get_mut(DATA)
        .unwrap()
        .objects
        .insert(key, bytes);
}

pub fn write(peer: &Peer, state: &GlobalState) {
    let key = keys::state("demo", &state.run);
    put(peer, key, serde_json::to_vec(state).unwrap());
}

/// Waits until the program has called an operation this many times more than `before`.
pub fn called(peer: &Peer, operation: &str, before: usize, more: usize) {
    let begun = Instant::now();
    while peer.world().count(operation) < before + more {
        assert!(begun.elapsed() < Duration::from_secs(60), "{operation}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_run_is_started_with_its_parameters_and_watched_to_its_end() {
    let (peer, folder) = deployed();
    let wrong = run(&peer, &folder, &["start", "--param", "dya=2026-01-02"]);
    assert_eq!(wrong.code, Some(2), "{wrong:?}");
    assert!(wrong.stderr.contains("`day`"), "{}", wrong.stderr);
    assert!(peer.world().executions.is_empty());

    let started = run(&peer, &folder, &["start", "--param", "day=2026-01-02"]);
    assert_eq!(started.code, Some(0), "{started:?}");
    let running = state(&peer, RunStatus::Running, StepStatus::Running);
    assert_eq!(started.stdout.trim(), running.run.as_str());
    assert_eq!(
        peer.world().executions[0].input["parameters"]["day"],
        "2026-01-02"
    );

    write(&peer, &running);
    let destroyed = run(&peer, &folder, &["destroy", "--yes"]);
    assert_eq!(destroyed.code, Some(2), "{destroyed:?}");
    assert!(
        destroyed.stderr.contains("error[SFC0920]"),
        "{}",
        destroyed.stderr
    );

    let looked = peer.world().count("DescribeExecution");
    let watching = std::thread::scope(|scope| {
        let watching = scope.spawn(|| run(&peer, &folder, &["watch", "last"]));
        // It looks at the state first: by then it has seen the run go on.
        called(&peer, "DescribeExecution", looked, 1);
        write(&peer, &state(&peer, RunStatus::Failed, StepStatus::Failed));
        peer.world().executions[0].status = "FAILED".to_owned();
        watching.join().unwrap()
    });
    assert_eq!(watching.code, Some(1), "{watching:?}");
    assert!(
        watching.stdout.contains("one  FINISHED"),
        "{}",
        watching.stdout
    );
    assert!(
        watching.stdout.contains("two  FAILED"),
        "{}",
        watching.stdout
    );
    assert!(
        watching.stdout.contains("1,234 rows"),
        "{}",
        watching.stdout
    );
    assert!(
        watching
            .stdout
            .contains("FAILED: 1 of 2 steps finished, 1 failed"),
        "{}",
        watching.stdout
    );
    assert!(watching.stdout.contains(&format!(
        "s3://{DATA}/demo/{}/report/index.html",
        running.run
    )));

    let status = run(&peer, &folder, &["status", &running.run[..16]]);
    assert_eq!(status.code, Some(0), "{status:?}");
    assert!(
        status
            .stdout
            .contains("Sfc.StatementFailed: relation \"x\" does not exist"),
        "{}",
        status.stdout
    );
    let list = run(&peer, &folder, &["status"]);
    assert!(list.stdout.contains("1/2"), "{}", list.stdout);
    let unknown = run(&peer, &folder, &["status", "2020"]);
    assert_eq!(unknown.code, Some(2), "{unknown:?}");
    assert!(
        unknown.stderr.contains("error[SFC0917]"),
        "{}",
        unknown.stderr
    );
}

#[test]
fn a_run_that_was_skipped_says_for_which() {
    let (peer, folder) = deployed();
    let started = run(&peer, &folder, &["start"]);
    assert_eq!(started.code, Some(0), "{started:?}");
    let skipped = started.stdout.trim();
    let other = "20260301T000000Z-01234567";
    {
        let mut world = peer.world();
        let execution = &mut world.executions[0];
        execution.status = "SUCCEEDED".to_owned();
        execution.output =
            format!(r#"{{"run":"{skipped}","status":"SKIPPED","held_by":"{other}"}}"#);
    }
    let said = format!("error[SFC0918]: the run `{skipped}` was skipped: `{other}` was going on");
    for verb in ["watch", "status"] {
        let ended = run(&peer, &folder, &[verb, "last"]);
        assert_eq!(ended.code, Some(1), "{ended:?}");
        assert!(ended.stderr.contains(&said), "{}", ended.stderr);
    }
    let listed = run(&peer, &folder, &["status"]);
    assert!(listed.stdout.contains("SKIPPED"), "{}", listed.stdout);
    // What ended in another way is no skipped run.
    peer.world().executions[0].output = String::new();
    let watched = run(&peer, &folder, &["watch", "last"]);
    assert!(
        watched.stderr.contains("error[SFC0924]"),
        "{}",
        watched.stderr
    );
}

#[test]
fn a_run_that_ended_before_it_had_a_state_says_why() {
    let (peer, folder) = deployed();
    assert_eq!(run(&peer, &folder, &["start"]).code, Some(0));
    {
        let mut world = peer.world();
        let execution = &mut world.executions[0];
        execution.status = "FAILED".to_owned();
        execution.error = "Sfc.InvalidParameter".to_owned();
        execution.cause = "the parameter is wrong".to_owned();
    }
    let watched = run(&peer, &folder, &["watch"]);
    assert_eq!(watched.code, Some(1), "{watched:?}");
    assert!(
        watched
            .stderr
            .contains("Sfc.InvalidParameter: the parameter is wrong"),
        "{}",
        watched.stderr
    );
}

#[test]
fn stop_waits_until_the_state_is_terminal() {
    let (peer, folder) = deployed();
    assert_eq!(run(&peer, &folder, &["start"]).code, Some(0));
    write(
        &peer,
        &state(&peer, RunStatus::Running, StepStatus::Running),
    );
    let stopped = std::thread::scope(|scope| {
        let stopping = scope.spawn(|| run(&peer, &folder, &["stop", "last"]));
        while peer.world().executions[0].status != "ABORTED" {
            std::thread::sleep(Duration::from_millis(20));
        }
        // Once to know whether there is a state, once to wait for its end, and once more.
        let looked = peer.world().count("GetObject");
        called(&peer, "GetObject", looked, 3);
        assert!(!stopping.is_finished(), "the sweep has not run yet");
        write(&peer, &state(&peer, RunStatus::Stopped, StepStatus::Failed));
        stopping.join().unwrap()
    });
    assert_eq!(stopped.code, Some(0), "{stopped:?}");
    assert!(
        stopped.stdout.contains("STOPPED: 1 of 2"),
        "{}",
        stopped.stdout
    );
    assert!(peer.world().executions[0].cause.contains("user/tester"));
    let again = run(&peer, &folder, &["stop", "last"]);
    assert_eq!(again.code, Some(0), "{again:?}");
    assert!(
        again.stderr.contains("has ended already"),
        "{}",
        again.stderr
    );
}

#[test]
fn stop_has_a_run_swept_whose_execution_is_over() {
    let (peer, folder) = deployed();
    assert_eq!(run(&peer, &folder, &["start"]).code, Some(0));
    write(
        &peer,
        &state(&peer, RunStatus::Running, StepStatus::Running),
    );
    // The sweep is an execution, too: the state is that of the run.
    let ended = state(&peer, RunStatus::TimedOut, StepStatus::Failed);
    let (arn, started) = {
        let mut world = peer.world();
        let execution = &mut world.executions[0];
        execution.status = "TIMED_OUT".to_owned();
        (execution.arn.clone(), execution.started)
    };
    let stopped = std::thread::scope(|scope| {
        let stopping = scope.spawn(|| run(&peer, &folder, &["stop", "last"]));
        while peer.world().executions.len() == 1 && !stopping.is_finished() {
            std::thread::sleep(Duration::from_millis(20));
        }
        write(&peer, &ended);
        stopping.join().unwrap()
    });
    assert_eq!(stopped.code, Some(0), "{stopped:?}");
    let world = peer.world();
    let sweep = &world.executions[1];
    assert!(sweep.machine.ends_with(":demo-report"), "{}", sweep.machine);
    assert_eq!(sweep.input["execution"], arn.as_str());
    assert_eq!(sweep.input["status"], "TIMED_OUT");
    let told = sweep.input["started"].as_i64().unwrap();
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of this century")]
    let difference = (told as f64 / 1_000.0 - started).abs();
    assert!(difference < 0.002, "{told} {started}");
}

#[test]
fn stop_has_a_run_swept_that_died_before_it_had_a_state_and_none_that_was_skipped() {
    let (peer, folder) = deployed();
    assert_eq!(run(&peer, &folder, &["start"]).code, Some(0));
    for (status, sweeps) in [("SUCCEEDED", 0), ("TIMED_OUT", 1)] {
        peer.world().executions[0].status = status.to_owned();
        let stopped = run(&peer, &folder, &["stop", "last"]);
        assert_eq!(stopped.code, Some(0), "{stopped:?}");
        let words = "ended before it had a state";
        assert!(stopped.stderr.contains(words), "{}", stopped.stderr);
        assert_eq!(peer.world().executions.len(), 1 + sweeps, "{status}");
    }
    let world = peer.world();
    let sweep = &world.executions[1];
    assert!(sweep.machine.ends_with(":demo-report"), "{}", sweep.machine);
    assert_eq!(sweep.input["status"], "TIMED_OUT");
}

#[test]
fn a_failed_run_is_resumed_and_a_finished_one_is_not() {
    let (peer, folder) = deployed();
    assert_eq!(run(&peer, &folder, &["start"]).code, Some(0));
    let failed = state(&peer, RunStatus::Failed, StepStatus::Failed);
    write(
        &peer,
        &state(&peer, RunStatus::Running, StepStatus::Running),
    );
    let early = run(&peer, &folder, &["resume", "last"]);
    assert!(early.stderr.contains("error[SFC0920]"), "{}", early.stderr);
    write(&peer, &failed);
    let resumed = run(&peer, &folder, &["resume", &failed.run]);
    assert_eq!(resumed.code, Some(0), "{resumed:?}");
    assert_eq!(
        peer.world().executions[1].input["resume"],
        failed.run.as_str()
    );
    write(
        &peer,
        &state(&peer, RunStatus::Finished, StepStatus::Finished),
    );
    let nothing = run(&peer, &folder, &["resume", resumed.stdout.trim()]);
    assert_eq!(nothing.code, Some(2), "{nothing:?}");
    assert!(
        nothing.stderr.contains("error[SFC0921]"),
        "{}",
        nothing.stderr
    );
}

#[test]
fn a_part_is_started_by_the_names_of_its_steps() {
    let (peer, folder) = deployed();
    let started = run(&peer, &folder, &["start", "--select", "one"]);
    assert_eq!(started.code, Some(0), "{started:?}");
    assert!(
        started.stderr.contains("running 1 of 2 steps: one"),
        "{started:?}"
    );
    let input = |peer: &Peer, run: usize| peer.world().executions[run].input["steps"].clone();
    assert_eq!(input(&peer, 0), serde_json::json!(["one"]));
    let all = run(
        &peer,
        &folder,
        &["start", "--select", "one+", "--select", "two"],
    );
    assert_eq!(all.code, Some(0), "{all:?}");
    assert_eq!(input(&peer, 1), serde_json::Value::Null);
    let wrong = run(&peer, &folder, &["start", "--select", "tow"]);
    assert_eq!(wrong.code, Some(2), "{wrong:?}");
    assert!(wrong.stderr.contains("error[SFC0941]"), "{}", wrong.stderr);
    // The run's plan is not among the artifacts, so nobody can say that its steps are as they were.
    let changed = run(&peer, &folder, &["start", "--select", "state:modified,one"]);
    assert_eq!(changed.code, Some(0), "{changed:?}");
    assert_eq!(input(&peer, 2), serde_json::json!(["one"]));
}

#[test]
fn results_are_fetched_from_where_they_lie() {
    let (peer, folder) = deployed();
    assert_eq!(run(&peer, &folder, &["start"]).code, Some(0));
    let mut state = state(&peer, RunStatus::Finished, StepStatus::Finished);
    state.steps["one"].kept_from = Some("20260101T000000Z-00000000".into());
    write(&peer, &state);
    for (step, holder) in [
        ("one", "20260101T000000Z-00000000"),
        ("two", state.run.as_str()),
    ] {
        let holder = &RunId::from(holder);
        put(
            &peer,
            keys::result_json("demo", holder, &step.into()),
            format!(
                "{{\n  \"ColumnMetadata\": [{{\"name\":\"{step}\",\"typeName\":\"int4\"}}],\n  \"Records\": [\n    [{{\"longValue\":7}}]\n  ],\n  \"TotalNumRows\": 1\n}}\n"
            )
            .into_bytes(),
        );
        put(
            &peer,
            keys::result_csv("demo", holder, &step.into()),
            step.as_bytes().to_vec(),
        );
    }
    let fetched = run(&peer, &folder, &["results", "last", "--to", "out"]);
    assert_eq!(fetched.code, Some(0), "{fetched:?}");
    assert_eq!(
        fetched.stdout,
        "out/one.json\nout/one.csv\nout/two.json\nout/two.csv\n"
    );
    for step in ["one", "two"] {
        let path = folder.path().join(format!("out/{step}.csv"));
        assert_eq!(std::fs::read_to_string(path).unwrap(), step);
    }
    let shown = run(&peer, &folder, &["results"]);
    assert_eq!(
        shown.stdout,
        "one  (kept from 20260101T000000Z-00000000)\n one\nint4\n────\n   7\n1 of 1,234 rows\n\ntwo\n two\nint4\n────\n   7\n1 of 1,234 rows\n",
        "{shown:?}"
    );
    let csv = run(&peer, &folder, &["results", "two", "--csv"]);
    assert_eq!(csv.stdout, "two", "{csv:?}");
    let wrong = run(&peer, &folder, &["results", "last", "tow"]);
    assert_eq!(wrong.code, Some(2), "{wrong:?}");
    assert!(wrong.stderr.contains("`two`"), "{}", wrong.stderr);
}

#[test]
fn logs_are_those_of_the_run() {
    let (peer, folder) = deployed();
    assert_eq!(run(&peer, &folder, &["start"]).code, Some(0));
    let state = state(&peer, RunStatus::Running, StepStatus::Running);
    write(&peer, &state);
    let time = state.started.as_millisecond() + 5;
    peer.world().logs = vec![
        (time, format!("claimed one of {}\n", state.run)),
        (time, "another run\u{1b}[2J".to_owned()),
    ];
    let own = run(&peer, &folder, &["logs", "last"]);
    assert_eq!(own.code, Some(0), "{own:?}");
    assert!(own.stdout.contains("claimed one of"), "{}", own.stdout);
    assert!(!own.stdout.contains("another run"), "{}", own.stdout);
    let all = run(&peer, &folder, &["logs"]);
    assert!(all.stdout.contains("another run [2J"), "{}", all.stdout);
}
