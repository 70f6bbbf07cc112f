//! `sfc backfill --aws` against a peer: what is started, and what executions say about each value.

use runtime_lambda::state::{RunStatus, StepStatus};
use serde_json::{Value, json};

use crate::operating::{deployed, run, state, write};
use crate::peer::{Execution, Peer};
use crate::pipeline::Ended;

const MACHINE: &str = "arn:aws:states:eu-central-1:111122223333:stateMachine:demo-backfill";

const RANGE: &str = "day=2026-01-30..2026-02-02";

fn backfill(peer: &Peer, folder: &tempfile::TempDir, arguments: &[&str]) -> Ended {
    let all = [&["backfill", "--aws", "-p"], arguments].concat();
    run(peer, folder, &all)
}

/// Backfills that were started so far.
fn started(peer: &Peer) -> Vec<Execution> {
    let executions = peer.world().executions.clone();
    let own = executions.into_iter();
    own.filter(|execution| execution.machine == MACHINE)
        .collect()
}

/// What the machine does for one value of the last backfill.
fn runs(peer: &Peer, key: &str, status: &str) {
    let backfill = started(peer).pop().unwrap();
    let arn = backfill.arn.replace("demo-backfill", "demo-retry");
    let mut world = peer.world();
    world.executions.push(Execution {
        arn: format!("{arn}-{key}"),
        machine: MACHINE.replace("demo-backfill", "demo-retry"),
        status: status.to_owned(),
        started: backfill.started + 1.0,
        ..backfill
    });
}

fn ends(peer: &Peer, status: &str) {
    let mut world = peer.world();
    let own = world.executions.iter_mut().rev();
    let last = own
        .into_iter()
        .find(|execution| execution.machine == MACHINE);
    last.unwrap().status = status.to_owned();
}

fn keys(input: &Value) -> Vec<&str> {
    let values = input["values"].as_array().unwrap().iter();
    values.map(|value| value["key"].as_str().unwrap()).collect()
}

#[test]
fn one_execution_runs_what_is_not_finished() {
    let (peer, folder) = deployed();
    let first = backfill(&peer, &folder, &[RANGE, "--parallel", "3"]);
    assert_eq!(first.code, Some(0), "{first:?}");
    assert!(first.stdout.ends_with("\n· 4 to do\n"), "{first:?}");
    let own = started(&peer);
    assert_eq!(own.len(), 1);
    assert_eq!(own[0].input["parallel"], 3);
    assert_eq!(own[0].input["run"]["parameters"], json!({}));
    assert!(own[0].input["run"]["by"].is_string());
    assert_eq!(own[0].input["run"].get("steps"), None);
    assert_eq!(
        own[0].input["values"][1],
        json!({ "key": "2026-01-31", "parameters": { "day": "2026-01-31" } })
    );

    let destroyed = run(&peer, &folder, &["destroy", "--yes"]);
    assert_eq!(destroyed.code, Some(2), "{destroyed:?}");
    assert!(
        destroyed.stderr.contains("a backfill goes on"),
        "{destroyed:?}"
    );

    // It goes on: nobody starts another one.
    runs(&peer, "2026-01-30", "SUCCEEDED");
    runs(&peer, "2026-01-31", "FAILED");
    write(&peer, &state(&peer, RunStatus::Failed, StepStatus::Failed));
    runs(&peer, "2026-02-01", "RUNNING");
    let again = backfill(&peer, &folder, &[RANGE, "--json"]);
    assert_eq!(again.code, Some(0), "{again:?}");
    assert!(again.stderr.contains("goes on"), "{again:?}");
    assert_eq!(started(&peer).len(), 1);
    let document: Value = serde_json::from_str(&again.stdout).unwrap();
    assert_eq!(document["execution"], own[0].arn);
    assert_eq!(document["values"][1]["value"], "2026-01-31");
    assert_eq!(document["values"][1]["status"], "FAILED");
    assert_eq!(document["values"][1]["error"]["step"], "two");
    assert!(document["values"][2]["run"].is_string());
    let told = backfill(&peer, &folder, &[RANGE]);
    let grid = format!("\n2026-01  {}✓✗\n2026-02  ▸·\n", " ".repeat(29));
    assert!(told.stdout.contains(&grid), "{told:?}");

    let stopped = backfill(&peer, &folder, &[RANGE, "--stop"]);
    assert_eq!(stopped.code, Some(0), "{stopped:?}");
    assert!(stopped.stderr.contains("with 1 run;"), "{stopped:?}");
    let ends_of = |peer: &Peer| -> Vec<String> {
        let executions = peer.world().executions.clone();
        executions.into_iter().map(|one| one.status).collect()
    };
    assert_eq!(
        ends_of(&peer),
        ["ABORTED", "SUCCEEDED", "FAILED", "ABORTED"]
    );

    // Started again, it leaves out what is finished; a longer range adds to it.
    let longer = "day=2026-01-30..2026-02-03";
    let second = backfill(&peer, &folder, &[longer]);
    assert_eq!(second.code, Some(0), "{second:?}");
    assert!(
        second.stdout.contains("✓ 1 finished before   · 4 to do\n"),
        "{second:?}"
    );
    let own = started(&peer);
    assert_eq!(own.len(), 2);
    let rest = ["2026-01-31", "2026-02-01", "2026-02-02", "2026-02-03"];
    assert_eq!(keys(&own[1].input), rest);
    assert_ne!(own[0].arn, own[1].arn);

    let watched = std::thread::scope(|scope| {
        let watched = scope.spawn(|| backfill(&peer, &folder, &[longer, "--watch"]));
        for key in rest {
            runs(&peer, key, "SUCCEEDED");
        }
        ends(&peer, "SUCCEEDED");
        watched.join().unwrap()
    });
    // Whether it was seen going on, or began anew with nothing to do.
    assert_eq!(watched.code, Some(0), "{watched:?}");
    assert!(watched.stderr.contains("5 values finished"), "{watched:?}");
    let done = backfill(&peer, &folder, &[longer]);
    assert_eq!(done.code, Some(0), "{done:?}");
    assert!(done.stdout.ends_with("\n✓ 5 finished before\n"), "{done:?}");
    assert_eq!(started(&peer).len(), 2);
    let anew = backfill(&peer, &folder, &[RANGE, "--again"]);
    assert_eq!(anew.code, Some(0), "{anew:?}");
    assert_eq!(keys(&started(&peer)[2].input).len(), 4);

    // With chosen steps it is another one.
    let part = backfill(&peer, &folder, &[RANGE, "--select", "one"]);
    assert_eq!(part.code, Some(0), "{part:?}");
    let own = started(&peer);
    assert_eq!(own[3].input["run"]["steps"], json!(["one"]));
    assert_eq!(keys(&own[3].input).len(), 4);
}

#[test]
fn what_one_execution_cannot_do_is_refused() {
    let (peer, folder) = deployed();
    let long = backfill(&peer, &folder, &["day=2024-01-01..2026-01-01"]);
    assert_eq!(long.code, Some(2), "{long:?}");
    assert!(long.stderr.contains("error[SFC0947]"), "{long:?}");
    assert!(long.stderr.contains("732 values"), "{long:?}");
    let none = backfill(&peer, &folder, &[RANGE, "--stop"]);
    assert_eq!(none.code, Some(0), "{none:?}");
    assert!(none.stderr.contains("no such backfill"), "{none:?}");
    assert!(peer.world().executions.is_empty());
}

#[test]
fn an_older_stack_starts_nothing_that_it_does_not_know() {
    let (peer, folder) = deployed();
    {
        let mut world = peer.world();
        let outputs = &mut world.stacks.get_mut("demo").unwrap().outputs;
        outputs.remove("BackfillStateMachineArn").unwrap();
        assert_eq!(outputs.remove("RunInputVersion").as_deref(), Some("2"));
    }
    for arguments in [
        &["backfill", "--aws", "-p", RANGE][..],
        &["start", "--select", "one"],
    ] {
        let refused = run(&peer, &folder, arguments);
        assert_eq!(refused.code, Some(2), "{refused:?}");
        assert!(refused.stderr.contains("error[SFC0948]"), "{refused:?}");
    }
    assert!(peer.world().executions.is_empty());
    let all = run(&peer, &folder, &["start"]);
    assert_eq!(all.code, Some(0), "{all:?}");
}
