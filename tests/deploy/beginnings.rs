//! What starts runs in the stand-in for AWS: the clock, an object in a bucket, an event; and runs that meet.

use std::fs;
use std::path::Path;

use runtime_lambda::state::RunStatus;
use serde_json::json;
use tempfile::TempDir;

use crate::aws::{Account, Deployed, StandIn};

/// A plain name, because the stand-in's S3 puts names into its events as they stand in a URL. Another kind of
/// name starts a run of `specs/toll-events`.
const OBJECT: &str = "incoming/2026-03/part-1.csv";

fn folder(name: &str, more: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let spec = format!(
        "name: {name}\nwarehouse: {{ workgroup: analytics, database: dev }}\nparameters:\n  who: {{ type: string, default: nobody }}\n  number: {{ type: integer, default: 0 }}\nlimits: {{ step: 2m, run: 10m, rounds: 1, lanes: 1 }}\nstack: {{ architecture: x86_64, dashboard: false }}\n{more}steps:\n  said: {{ sql: said.sql }}\n"
    );
    write(folder.path(), "pipeline.yaml", &spec);
    write(
        folder.path(),
        "said.sql",
        "select :who as who, cast(:number as integer) + 1 as number",
    );
    folder
}

fn write(folder: &Path, name: &str, text: &str) {
    fs::write(folder.join(name), text).unwrap();
}

#[test]
fn objects_events_and_the_clock_start_runs_with_what_they_say() {
    let folder = folder(
        "started",
        "triggers:\n  - { schedule: rate(1 minute), parameters: { who: the clock } }\n  - { s3: { bucket: landing, prefix: incoming/, suffix: .csv }, parameters: { who: $.detail.object.key } }\n  - event: { source: [shop], detail-type: [Sold], detail: { kind: [paper] } }\n    parameters: { who: $.detail.buyer.name, number: $.detail.number }\n",
    );
    let Some(account) = Account::of(folder.path()) else {
        return;
    };
    let aws = &account.aws;
    aws.make_bucket_with_events("landing");
    let pipeline = Deployed::new(aws, folder.path(), "started");
    let mut known = Vec::new();
    let mut started = |who: &str, number: &str| {
        let run = pipeline.next_run(&known);
        let state = pipeline.finished(&run);
        assert_eq!(state.parameters["who"], who);
        assert_eq!(state.parameters["number"], number);
        let number: i64 = number.parse().unwrap();
        let csv = format!(
            "who,number\n\"{}\",{}\n",
            who.replace('"', "\"\""),
            number + 1
        );
        let plain = csv.replace(&format!("\"{who}\""), who);
        let said = pipeline.results(&run)["said.csv"].clone();
        assert!(said == csv || said == plain, "{said}");
        known.push(run);
    };

    aws.put_object("landing", "elsewhere/a.csv", "1");
    aws.put_object("landing", "incoming/a.json", "1");
    aws.put_object("landing", OBJECT, "1");
    started(OBJECT, "0");
    let sold = |kind: &str, name: &str| {
        let detail = json!({ "kind": kind, "buyer": { "name": name }, "number": 41 });
        aws.put_event("shop", "Sold", &detail);
    };
    sold("ink", "nobody");
    sold("paper", "A \"B\" \\ C");
    started("A \"B\" \\ C", "41");
    // The first minute takes its time.
    two_that_must_not_meet(aws);
    started("the clock", "0");
    pipeline.destroy();
}

/// `overlap: skip`: of two runs one ends at once and names the other.
fn two_that_must_not_meet(aws: &StandIn) {
    let folder = folder("single", "overlap: skip\n");
    let pipeline = Deployed::new(aws, folder.path(), "single");
    // At the same time: on a slow machine the first is over before a second command has begun.
    let runs = std::thread::scope(|scope| {
        let starts = [0; 2].map(|_| scope.spawn(|| pipeline.start(&[])));
        starts.map(|start| start.join().unwrap())
    });
    let watched = runs
        .each_ref()
        .map(|run| pipeline.sfc(&["watch", run.as_str()]));
    let went = watched.iter().position(|run| run.code == Some(0));
    let went = went.unwrap_or_else(|| panic!("{watched:?}\n{}", aws.lambda_logs()));
    let (run, skipped) = (&runs[went], &runs[1 - went]);
    assert_eq!(pipeline.finished(run).status, RunStatus::Finished);
    let said = format!("the run `{skipped}` was skipped: `{run}` was going on");
    assert_eq!(watched[1 - went].code, Some(1), "{watched:?}");
    assert!(watched[1 - went].stderr.contains(&said), "{watched:?}");
    let status = pipeline.sfc(&["status", skipped]);
    assert_eq!(status.code, Some(1), "{status:?}");
    assert!(status.stderr.contains(&said), "{status:?}");
    let listed = pipeline.sfc(&["status"]);
    let line = listed.stdout.lines().find(|line| line.starts_with(skipped));
    assert!(line.unwrap().contains("SKIPPED"), "{listed:?}");
    assert!(pipeline.state(skipped).is_none());

    // The turn is free again.
    let watched = pipeline.sfc(&["start", "--watch"]);
    assert_eq!(watched.code, Some(0), "{watched:?}");
    pipeline.destroy();
}
