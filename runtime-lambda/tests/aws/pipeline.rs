//! A run driven as its machines drive it, and what must hold of it afterwards.

use runtime_lambda::ids::RunId;
use runtime_lambda::keys;
use serde_json::{Value, json};

pub use crate::artifacts::{ARTIFACTS, Artifacts, DATA, TOPIC, artifacts, two_steps, variables_at};
use crate::lambda::{Answer, Lambda};
use crate::peer::Peer;

/// The variables of a function that finds everything at `peer`.
pub fn variables(peer: &Peer) -> Vec<(String, String)> {
    variables_at(&peer.url())
}

/// Who gives an event to a function and brings back what it says.
pub trait Deliver {
    async fn deliver(&mut self, event: &Value) -> Answer;
}

impl Deliver for Lambda {
    async fn deliver(&mut self, event: &Value) -> Answer {
        self.invoke(event).await
    }
}

/// Drives a run as its machines do, on one lane and for one round. What fails is told apart from
/// what is to be tried again by its name, as a Retry does. Returns the run's id.
pub async fn drive(function: &mut impl Deliver, plan: &str) -> String {
    let execution = "arn:aws:states:eu-central-1:111122223333:execution:sales-retry:1";
    drive_execution(function, plan, execution).await
}

/// As [`drive`], of the execution with this ARN.
pub async fn drive_execution(function: &mut impl Deliver, plan: &str, execution: &str) -> String {
    let created = again(
        function,
        &json!({
            "action": "create_run",
            "pipeline": "sales",
            "plan": plan,
            "execution": execution,
            "started": "2026-11-21T05:00:00Z",
            "input": {},
        }),
    )
    .await
    .unwrap();
    let run = created["run"].as_str().unwrap().to_owned();
    for turn in 1.. {
        let next = again(
            function,
            &json!({
                "action": "next_step", "pipeline": "sales", "run": run, "round": 1, "lane": 0,
                "turn": turn, "turns_left": 100,
            }),
        )
        .await
        .unwrap();
        if next["next"] != "run" {
            break;
        }
        let of = |action: &str| {
            json!({
                "action": action, "pipeline": "sales", "run": run, "step": next["step"], "round": 1,
            })
        };
        let mut status = again(function, &of("submit")).await;
        while matches!(&status, Ok(answer) if answer["status"] == "RUNNING") {
            status = again(function, &of("await")).await;
        }
        if status.is_ok() {
            status = again(function, &of("collect")).await;
        }
        if let Err((error, _)) = status {
            let mut stop = of("stop");
            stop["error"] = json!(error);
            stop["call"] = json!(1);
            again(function, &stop).await.unwrap();
        }
    }
    let of_run =
        |action: &str| json!({ "action": action, "pipeline": "sales", "run": run, "round": 1 });
    let closed = again(function, &of_run("close_round")).await.unwrap();
    again(function, &of_run("report")).await.unwrap();
    // People hear of a run that is over.
    if closed["status"] != "RUNNING" {
        again(function, &of_run("notify")).await.unwrap();
    }
    run
}

/// Delivers an event until it is neither throttled nor without an answer.
pub async fn again(function: &mut impl Deliver, event: &Value) -> Answer {
    let mut answer = function.deliver(event).await;
    for _ in 0..8 {
        match &answer {
            Err((error, _)) if error == "Sfc.Throttled" || error == "Sfc.Unavailable" => {
                answer = function.deliver(event).await;
            }
            _ => break,
        }
    }
    answer
}

/// What must hold after a run of [`two_steps`], however it went: promises 1, 3 and 5 of the design.
pub fn assert_kept(peer: &Peer, run: &str, after: &str) {
    {
        let world = peer.world();
        let mut tokens: Vec<_> = world.statements.iter().map(|s| s.token.clone()).collect();
        tokens.sort();
        tokens.dedup();
        assert_eq!(tokens.len(), 2, "statements by token, {after}");
        let running = world.statements.iter().any(|s| s.is_running());
        assert!(!running, "a statement is running, {after}");
        // At least once; told apart by its key where it went out twice.
        assert!(!world.published.is_empty(), "nobody was told, {after}");
    }
    let read = |key: String| {
        peer.object(DATA, &key)
            .unwrap_or_else(|| panic!("no `{key}`, {after}"))
    };
    let run = &RunId::from(run);
    assert_complete(
        &read(keys::state("sales", run)),
        &read(keys::result_json("sales", run, &"revenue".into())),
        &read(keys::result_csv("sales", run, &"revenue".into())),
        after,
    );
    read(keys::manifest("sales", run, 1));
    read(keys::report("sales", run));
}

/// Every step FINISHED, and all ten rows in JSON and in CSV.
pub fn assert_complete(state: &[u8], json: &[u8], csv: &[u8], after: &str) {
    let state: Value = serde_json::from_slice(state).unwrap();
    assert_eq!(state["status"], "FINISHED", "{after}: {state:#}");
    let result: Value = serde_json::from_slice(json).unwrap();
    let numbers: Vec<u64> = result["Records"]
        .as_array()
        .unwrap()
        .iter()
        .map(|record| record[0]["longValue"].as_u64().unwrap())
        .collect();
    assert_eq!(numbers, (0..10).collect::<Vec<_>>(), "{after}");
    let csv = std::str::from_utf8(csv).unwrap();
    assert_eq!(csv.lines().count(), 11, "{after}: {csv}");
    assert_eq!(csv.lines().last(), Some("9,row 9,"), "{after}");
}
