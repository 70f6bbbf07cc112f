//! Runs of a pipeline that must not overlap: which of them has the turn, waits for it, or is skipped.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::program::{Folder, SLOW, spec};
use crate::redelivery::{EXECUTION, Lambda, STARTED};

/// A second run of the same pipeline, a second later.
const SECOND: &str = "arn:aws:states:local:000000000000:execution:demo-retry:two";

async fn overlapping(overlap: &str) -> (Lambda, String, Value) {
    let text = spec("rounds: 1, lanes: 1", "  one: { sql: one.sql }\n")
        .replace("name: demo", &format!("name: demo\noverlap: {overlap}"));
    let lambda = Lambda::of(Folder::new(&text, &[("one.sql", SLOW)])).await;
    let create = |execution: &str| json!({ "action": "create_run", "plan": lambda.plan, "execution": execution, "started": STARTED });
    let first = lambda.twice(create(EXECUTION)).await;
    assert!(first.get("held_by").is_none());
    let second = create(SECOND);
    (lambda, first["run"].as_str().unwrap().to_owned(), second)
}

#[tokio::test]
async fn a_run_that_meets_another_one_has_no_turn_until_that_one_is_over() {
    for overlap in ["skip", "queue"] {
        let (lambda, first, second) = overlapping(overlap).await;
        let held = lambda.twice(second.clone()).await;
        assert_eq!(held["held_by"], first.as_str(), "{overlap}");
        // It has no state; that it was skipped is written down, as a late delivery must not create it.
        let is_skipped = overlap == "skip";
        assert_eq!(lambda.folder.runs().len(), if is_skipped { 2 } else { 1 });
        // However it ends: here its execution was stopped.
        let sweep = json!({ "action": "sweep", "execution": EXECUTION, "started": STARTED, "status": "ABORTED" });
        lambda.twice(sweep).await;
        let free = lambda.twice(second).await;
        if is_skipped {
            assert_eq!(free["held_by"], first.as_str(), "{free}");
        } else {
            assert!(free.get("held_by").is_none(), "{free}");
            assert_eq!(free["lanes"], 1);
        }
    }
}

#[tokio::test]
async fn of_several_runs_that_wait_the_one_that_was_started_first_is_the_next() {
    let (lambda, first, second) = overlapping("queue").await;
    let later = |name: &str, minutes: i64| {
        let started: Timestamp = STARTED.parse().unwrap();
        let mut run = second.clone();
        run["execution"] = json!(format!("{EXECUTION}-{name}"));
        run["started"] = json!(started + jiff::SignedDuration::from_mins(minutes));
        run
    };
    let [one, two, three] = [later("one", 1), later("two", 2), later("three", 3)];
    // They ask in another order than the one in which they were started.
    for waiting in [&three, &one, &two] {
        let held = lambda.twice(waiting.clone()).await;
        assert_eq!(held["held_by"], first.as_str());
    }
    let over = |execution: &Value| json!({ "action": "sweep", "execution": execution["execution"], "started": execution["started"], "status": "ABORTED" });
    lambda
        .twice(json!({ "action": "sweep", "execution": EXECUTION, "started": STARTED, "status": "ABORTED" }))
        .await;
    let next = lambda.twice(three.clone()).await;
    assert!(next["held_by"].as_str().unwrap() != first, "{next}");
    // The first of them was stopped while it waited.
    lambda.twice(over(&one)).await;
    let next = lambda.twice(three.clone()).await;
    let free = lambda.twice(two).await;
    assert_eq!(next["held_by"], free["run"]);
    assert!(free.get("held_by").is_none(), "{free}");
    let held = lambda.twice(three).await;
    assert_eq!(held["held_by"], free["run"]);
}

#[tokio::test]
async fn a_run_that_cloudformation_waits_for_is_never_skipped() {
    for overlap in ["skip", "queue"] {
        let (lambda, first, mut second) = overlapping(overlap).await;
        let now: Timestamp = STARTED.parse().unwrap();
        second["input"] = json!({ "when": "destroy" });
        second["started"] = json!(now);
        // It waits for its turn, and has it once the other run is over.
        let held = lambda.twice(second.clone()).await;
        assert_eq!(held["held_by"], first.as_str(), "{overlap}");
        assert_eq!(held["for_stack"], true, "{overlap}");
        // But not for longer than CloudFormation waits for it.
        let mut late = second.clone();
        late["pipeline"] = "demo".into();
        late["started"] = json!(now - jiff::SignedDuration::from_mins(51));
        let error = lambda.handler.handle(late).await.unwrap_err();
        assert_eq!(error.name(), "Sfc.TimeLimit", "{error}");

        let sweep = json!({ "action": "sweep", "execution": EXECUTION, "started": STARTED, "status": "ABORTED" });
        lambda.twice(sweep).await;
        let free = lambda.twice(second).await;
        assert!(free.get("held_by").is_none(), "{overlap}: {free}");
        // Whatever the run's limit is, it is over before CloudFormation gives up.
        let deadline = free["deadline"].as_i64().unwrap();
        let most = (now + jiff::SignedDuration::from_mins(50)).as_millisecond();
        assert!(deadline <= most, "{overlap}: {deadline} {most}");
    }
}

#[tokio::test]
async fn a_run_that_died_while_it_had_the_turn_blocks_nobody_for_ever() {
    let (lambda, first, second) = overlapping("skip").await;
    let turn = lambda.folder.path().join(".sfc/bucket/demo/turn.json");
    let mut document: Value = serde_json::from_slice(&std::fs::read(&turn).unwrap()).unwrap();
    assert_eq!(document["run"], first.as_str());
    // Its time has passed, although its state says that it goes on.
    document["expires"] = json!("2026-01-01T00:00:00Z");
    std::fs::write(&turn, document.to_string()).unwrap();
    assert!(lambda.twice(second).await.get("held_by").is_none());

    // It took the turn a day ago, and never came to have a state.
    let (lambda, _, second) = overlapping("skip").await;
    let turn = lambda.folder.path().join(".sfc/bucket/demo/turn.json");
    let lost = json!({ "run": "20260101T000000Z-00000000", "taken": "2026-01-01T00:00:00Z", "expires": "2126-01-01T00:00:00Z" });
    std::fs::write(&turn, lost.to_string()).unwrap();
    assert!(lambda.twice(second).await.get("held_by").is_none());
}

#[tokio::test]
async fn a_delivery_that_has_looked_before_its_run_was_skipped_has_no_turn_afterwards() {
    let (lambda, first, second) = overlapping("skip").await;
    let held = lambda.twice(second.clone()).await;
    assert_eq!(held["held_by"], first.as_str());
    let sweep = json!({ "action": "sweep", "execution": EXECUTION, "started": STARTED, "status": "ABORTED" });
    lambda.twice(sweep).await;
    // For that delivery this is not there yet, and the run that it was skipped for is over.
    let run = held["run"].as_str().unwrap();
    let bucket = lambda.folder.path().join(".sfc/bucket/demo");
    std::fs::remove_file(bucket.join(run).join("skipped.json")).unwrap();
    let late = lambda.twice(second.clone()).await;
    assert_eq!(late["held_by"], first.as_str(), "{late}");
    assert!(!bucket.join(run).join("state.json").exists());

    // Another run has its turn, although one is named that was skipped.
    let mut third = second;
    third["execution"] = json!(format!("{EXECUTION}-three"));
    let free = lambda.twice(third).await;
    assert!(free.get("held_by").is_none(), "{free}");
    let turn: Value =
        serde_json::from_slice(&std::fs::read(bucket.join("turn.json")).unwrap()).unwrap();
    assert_eq!(turn["run"], free["run"]);
    assert_eq!(turn["skipped"][0]["run"], run);
}
