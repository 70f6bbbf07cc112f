//! `sfc cost`: what a run in AWS has cost, with what the warehouse says of itself.

use std::fs;

use jiff::{SignedDuration, Timestamp};
use runtime_lambda::keys;
use runtime_lambda::report::Manifest;
use runtime_lambda::state::{RunStatus, StepState, StepStatus};

use crate::aws::Served;
use crate::operating::{put, state, write};
use crate::peer::Peer;
use crate::pipeline::{ended, folder, spec};

/// A state in which `one` took 30 seconds and `two` 10.
fn over(peer: &Peer) -> runtime_lambda::state::GlobalState {
    let mut state = state(peer, RunStatus::Finished, StepStatus::Finished);
    for (name, seconds) in [("one", 30), ("two", 10)] {
        let step: &mut StepState = &mut state.steps[name];
        step.ended = Some(state.started + SignedDuration::from_secs(seconds));
    }
    state.ended = Some(state.started + SignedDuration::from_secs(60));
    state
}

#[test]
fn a_run_in_aws_is_billed_step_by_step_with_its_share_of_the_warehouse() {
    let folder = folder(
        &spec("local: { system_tables: system_tables }\n")
            .replace("workgroup: w,", "workgroup: analytics,"),
    );
    let peer = Peer::start();
    let run = |arguments: &[&str]| ended(peer.sfc(folder.path(), arguments));
    assert_eq!(run(&["deploy", "--yes"]).code, Some(0));
    assert_eq!(run(&["start"]).code, Some(0));
    let state = over(&peer);
    write(&peer, &state);
    let manifest = Manifest::of(&state, RunStatus::Finished, Timestamp::now());
    let key = keys::manifest("demo", &state.run, 1);
    put(&peer, key, serde_json::to_vec(&manifest).unwrap());

    let tables = folder.path().join("system_tables");
    fs::create_dir(&tables).unwrap();
    let time = |seconds: i64| {
        let time = state.started + SignedDuration::from_secs(seconds);
        time.strftime("%Y-%m-%d %H:%M:%S").to_string()
    };
    fs::write(
        tables.join("sys_serverless_usage.csv"),
        format!(
            "start_time timestamp,end_time timestamp,charged_seconds bigint\n{},{},480\n{},{},7\n",
            time(-10),
            time(50),
            time(-7_200),
            time(-7_140)
        ),
    )
    .unwrap();
    let served = Served::start(folder.path(), "http://127.0.0.1:9");
    let billed = |arguments: &[&str]| {
        let mut command = peer.sfc(folder.path(), arguments);
        command.env("AWS_ENDPOINT_URL_REDSHIFT_DATA", &served.url);
        ended(command)
    };
    let json = billed(&["cost", "--json"]);
    assert_eq!(json.code, Some(0), "{json:?}");
    let bill: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    let share = |index: usize| {
        let step = &bill["steps"][index];
        let seconds = step["rpu_seconds"].as_f64().unwrap().round();
        (step["step"].as_str().unwrap().to_owned(), seconds)
    };
    // 30 and 10 seconds of the minute; the other minute was not the run's.
    assert_eq!(share(0), ("one".to_owned(), 360.0));
    assert_eq!(share(1), ("two".to_owned(), 120.0));
    assert_eq!(
        bill["all"]["rpu_seconds"].as_f64().map(f64::round),
        Some(480.0)
    );
    assert!(bill["all"]["dollars"].as_f64().unwrap() > 0.0);

    let table = billed(&["cost", "last"]);
    assert_eq!(table.code, Some(0), "{table:?}");
    let timeless = table.stdout.replace(state.run.as_str(), "RUN");
    insta::assert_snapshot!(timeless);
}

#[test]
fn a_bill_without_the_warehouse_says_why() {
    let folder = folder(&spec("").replace("workgroup: w,", "cluster: warehouse,"));
    let peer = Peer::start();
    let run = |arguments: &[&str]| ended(peer.sfc(folder.path(), arguments));
    assert_eq!(run(&["deploy", "--yes"]).code, Some(0));
    assert_eq!(run(&["start"]).code, Some(0));
    write(&peer, &over(&peer));
    let bill = run(&["cost"]);
    assert_eq!(bill.code, Some(0), "{bill:?}");
    assert!(
        bill.stdout
            .contains("without the warehouse: a cluster costs the same with and without the run"),
        "{bill:?}"
    );
}
