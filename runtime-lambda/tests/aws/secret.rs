//! A secret parameter in the real process: bound, and then nowhere to be found.

use runtime_lambda::ids::{Hash, RunId};
use runtime_lambda::keys;
use serde_json::{Value, json};

use crate::artifacts::artifacts;
use crate::lambda::Lambda;
use crate::peer::Peer;
use crate::pipeline::{ARTIFACTS, DATA, drive, variables};

const ARN: &str = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:token-AbCdEf";
const VALUE: &str = "c0rrect horse's battery";

/// A pipeline of one step that binds `:since`, which is a secret; and the hash of its plan.
fn pipeline(peer: &Peer, sql: &str) -> Hash {
    let made = artifacts(&[("call", &[sql])]);
    let mut hash = Hash::default();
    for (key, body) in made.objects {
        if key != keys::plan(&made.plan) {
            peer.put(ARTIFACTS, &key, body);
            continue;
        }
        let mut plan: Value = serde_json::from_slice(&body).unwrap();
        plan["parameters"] = json!({ "since": { "type": "string", "secret": ARN } });
        let body = serde_json::to_vec(&plan).unwrap();
        hash = keys::sha256(&body).into();
        peer.put(ARTIFACTS, &keys::plan(&hash), body);
    }
    hash
}

fn assert_hidden(what: &str, text: &str) {
    for part in [VALUE, "c0rrect", "battery"] {
        assert!(!text.contains(part), "{what} has the secret: {text}");
    }
}

#[tokio::test]
async fn a_secret_is_bound_and_taken_out_of_what_the_warehouse_says() {
    let peer = Peer::start().await;
    let plan = pipeline(&peer, "wrong insert :since");
    peer.world()
        .secrets
        .insert(ARN.to_owned(), (VALUE.to_owned(), None));
    let mut lambda = Lambda::start(&variables(&peer)).await;
    let run = RunId::from(drive(&mut lambda, &plan).await);
    let sent = peer.seen("ExecuteStatement")[0].json();
    assert_eq!(sent["Sql"], "wrong insert :since");
    assert_eq!(
        sent["Parameters"],
        json!([{ "name": "since", "value": VALUE }])
    );
    let state = peer.object(DATA, &keys::state("sales", &run)).unwrap();
    let state: Value = serde_json::from_slice(&state).unwrap();
    assert_eq!(
        state["steps"]["call"]["error"]["message"],
        "ERROR: as told ***"
    );
    for key in [
        keys::state("sales", &run),
        keys::error("sales", &run, &"call".into(), 1),
        keys::manifest("sales", &run, 1),
        keys::report("sales", &run),
    ] {
        let body = peer.object(DATA, &key).unwrap();
        assert_hidden(&key, std::str::from_utf8(&body).unwrap());
    }
    let log = lambda.log.lock().unwrap().join("\n");
    assert_hidden("the log", &log);
    assert_hidden("a message", &format!("{:?}", peer.world().published));
}

#[tokio::test]
async fn a_value_that_was_changed_meanwhile_is_taken_out_as_well() {
    let peer = Peer::start().await;
    let plan = pipeline(&peer, "slow insert :since");
    peer.world().secrets.insert(
        ARN.to_owned(),
        ("new value".to_owned(), Some(VALUE.to_owned())),
    );
    let mut lambda = Lambda::start(&variables(&peer)).await;
    let created = lambda
        .invoke(&json!({
            "action": "create_run", "pipeline": "sales", "plan": plan,
            "execution": "arn:aws:states:eu-central-1:111122223333:execution:sales-retry:1",
            "started": "2026-11-21T05:00:00Z", "input": {},
        }))
        .await
        .unwrap();
    let run = created["run"].clone();
    let next = json!({
        "action": "next_step", "pipeline": "sales", "run": run, "round": 1, "lane": 0, "turn": 1,
        "turns_left": 100,
    });
    lambda.invoke(&next).await.unwrap();
    let of = |action: &str, token: Option<&str>| {
        json!({
            "action": action, "pipeline": "sales", "run": run, "step": "call", "round": 1,
            "token": token,
        })
    };
    lambda.invoke(&of("submit", Some("token"))).await.unwrap();
    {
        let mut world = peer.world();
        world.statements[0].status = "FAILED";
        world.statements[0].values = vec![VALUE.to_owned()];
    }
    let (error, message) = lambda.invoke(&of("await", None)).await.unwrap_err();
    assert_eq!(error, "Sfc.StatementFailed");
    assert_eq!(message, "ERROR: as told ***");
}

#[tokio::test]
async fn a_secret_that_is_not_there_fails_the_step_and_sends_nothing() {
    let peer = Peer::start().await;
    let plan = pipeline(&peer, "insert :since");
    let mut lambda = Lambda::start(&variables(&peer)).await;
    let run = RunId::from(drive(&mut lambda, &plan).await);
    assert!(peer.seen("ExecuteStatement").is_empty());
    let state = peer.object(DATA, &keys::state("sales", &run)).unwrap();
    let state: Value = serde_json::from_slice(&state).unwrap();
    let message = &state["steps"]["call"]["error"]["message"];
    assert!(
        message.as_str().unwrap().contains("the parameter `since`"),
        "{message}"
    );
}
