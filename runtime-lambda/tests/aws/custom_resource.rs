//! CloudFormation's requests, and the runs that answer them, on the wire.

use runtime_lambda::keys;
use serde_json::{Value, json};

use crate::killed::mortal;
use crate::lambda::Lambda;
use crate::peer::{Fault, Peer};
use crate::pipeline::{
    ARTIFACTS, Artifacts, DATA, again, artifacts, drive_execution, two_steps, variables,
};

const MACHINE: &str = "arn:aws:states:eu-central-1:111122223333:stateMachine:sales-retry";
const STACK: &str = "arn:aws:cloudformation:eu-central-1:111122223333:stack/sales/1";

/// What the template says; CloudFormation hands numbers over as text.
fn properties(plan: &str) -> Value {
    json!({
        "ServiceToken": "arn:aws:lambda:x", "ServiceTimeout": "3600", "Pipeline": "sales",
        "Plan": plan, "StateMachine": MACHINE, "Steps": ["deploy", "destroy"],
        "Triggers": [r#"{"parameters":{"since":"2026-02-02"},"trigger":"deploy"}"#],
    })
}

fn request(peer: &Peer, kind: &str, id: &str, properties: &Value) -> Value {
    json!({
        "RequestType": kind, "RequestId": id, "StackId": STACK, "LogicalResourceId": "StackRuns",
        "ResourceType": "Custom::SfcStackRuns", "ResourceProperties": properties,
        "ResponseURL": format!("{}/responses/{id}?Signature=hidden%2Fsignature", peer.url()),
    })
}

/// The end of the last execution that was started, as the rule tells it.
fn end(peer: &Peer, status: &str) -> Value {
    json!({
        "action": "answer_stack", "pipeline": "sales", "execution": last(peer), "status": status,
        "started": 1_795_237_200_000_i64,
    })
}

/// ARN of the last execution that CloudFormation waits for.
fn last(peer: &Peer) -> String {
    let world = peer.world();
    let stacks = world.executions.iter().rev();
    let (_, name, _) = stacks
        .clone()
        .find(|(_, name, _)| name.starts_with("sfc-stack-"))
        .unwrap();
    format!(
        "{}:{name}",
        MACHINE.replace(":stateMachine:", ":execution:")
    )
}

async fn peer_with(artifacts: &Artifacts) -> Peer {
    let peer = Peer::start().await;
    for (key, body) in &artifacts.objects {
        peer.put(ARTIFACTS, key, body.clone());
    }
    peer
}

/// The last response, without its reason, and the reason.
fn told(peer: &Peer) -> (Value, String) {
    let mut response = peer.world().responses.last().unwrap().clone();
    let reason = response.as_object_mut().unwrap().remove("Reason");
    let reason = reason.and_then(|reason| reason.as_str().map(str::to_owned));
    (response, reason.unwrap_or_default())
}

fn response(status: &str, id: &str, physical: &str) -> Value {
    json!({
        "Status": status, "RequestId": id, "StackId": STACK, "LogicalResourceId": "StackRuns",
        "PhysicalResourceId": physical,
    })
}

#[tokio::test]
async fn a_creation_is_answered_at_the_end_of_its_run_and_once() {
    let artifacts = two_steps();
    let peer = peer_with(&artifacts).await;
    let mut lambda = Lambda::start(&variables(&peer)).await;
    let create = request(&peer, "Create", "r-1", &properties(&artifacts.plan));
    for _ in 0..2 {
        assert_eq!(lambda.invoke(&create).await.unwrap()["status"], "STARTED");
    }
    {
        let world = peer.world();
        assert_eq!(world.executions.len(), 1);
        let (machine, name, input) = &world.executions[0];
        assert_eq!(machine, MACHINE);
        assert!(name.starts_with("sfc-stack-"), "{name}");
        assert_eq!(*input, json!({ "by": "a deploy", "when": "deploy" }));
        assert!(world.responses.is_empty());
    }
    let arn = last(&peer);
    // The run's own last action answers, however often it is delivered.
    let run = drive_execution(&mut lambda, &artifacts.plan, &arn).await;
    let notify = json!({ "action": "notify", "pipeline": "sales", "run": run });
    lambda.invoke(&notify).await.unwrap();
    let started: jiff::Timestamp = "2026-11-21T05:00:00Z".parse().unwrap();
    assert_eq!(end(&peer, "")["started"], started.as_millisecond());
    let answered = end(&peer, "SUCCEEDED");
    // The rule and CloudFormation both tell it again.
    assert_eq!(
        lambda.invoke(&answered).await.unwrap()["status"],
        Value::Null
    );
    assert_eq!(lambda.invoke(&create).await.unwrap()["status"], "ANSWERED");
    // A run of somebody else is nobody's answer.
    let mut other = answered.clone();
    other["execution"] = json!("arn:aws:states:x:1:execution:sales-retry:mine");
    assert_eq!(lambda.invoke(&other).await.unwrap()["status"], Value::Null);

    let puts = peer.seen("PutResponse");
    assert_eq!(puts.len(), 1);
    assert_eq!(puts[0].request.method, "PUT");
    assert_eq!(puts[0].request.query["Signature"], "hidden/signature");
    for unsigned in ["content-type", "authorization", "x-amz-date"] {
        assert!(
            !puts[0].request.headers.contains_key(unsigned),
            "{unsigned}"
        );
    }
    assert_eq!(
        told(&peer),
        (response("SUCCESS", "r-1", "sales-runs"), String::new())
    );
    // Then the triggered run, which nobody waits for.
    {
        let world = peer.world();
        assert_eq!(world.executions.len(), 2);
        let (_, name, input) = &world.executions[1];
        assert!(!name.starts_with("sfc-stack-"), "{name}");
        assert_eq!(input["parameters"]["since"], "2026-02-02");
        assert_eq!(input["trigger"], "deploy");
    }
    let name = arn.rsplit(':').next().unwrap();
    let kept = peer
        .object(DATA, &keys::custom_resource_request("sales", name))
        .unwrap();
    assert!(!String::from_utf8(kept).unwrap().contains("hidden"));
    let log = lambda.log.lock().unwrap().join("\n");
    assert!(log.contains("stack_event"), "{log}");
    assert!(!log.contains("hidden"), "{log}");
}

#[tokio::test]
async fn a_step_that_fails_is_the_reason_and_taking_it_back_drops_nothing() {
    let artifacts = artifacts(&[("load", &["wrong"])]);
    let peer = peer_with(&artifacts).await;
    let mut lambda = Lambda::start(&variables(&peer)).await;
    let create = request(&peer, "Create", "r-1", &properties(&artifacts.plan));
    lambda.invoke(&create).await.unwrap();
    let run = drive_execution(&mut lambda, &artifacts.plan, &last(&peer)).await;
    // Its second round never came: its execution has died.
    // What ends the run sends its notification, and that answers: nothing is left to be answered.
    let answer = lambda.invoke(&end(&peer, "FAILED")).await;
    assert_eq!(answer.unwrap()["status"], Value::Null);
    assert_eq!(peer.seen("PutResponse").len(), 1);
    let (said, reason) = told(&peer);
    assert_eq!(said, response("FAILED", "r-1", "sales-runs-not-made"));
    assert!(
        reason.starts_with(&format!("step `load` failed: ERROR: as told (run {run}: ")),
        "{reason}"
    );
    assert!(reason.contains("report/index.html"), "{reason}");
    // No triggered run; and the rollback is answered at once.
    let mut delete = request(&peer, "Delete", "r-2", &properties(&artifacts.plan));
    delete["PhysicalResourceId"] = said["PhysicalResourceId"].clone();
    assert_eq!(lambda.invoke(&delete).await.unwrap()["status"], "DONE");
    assert_eq!(told(&peer).0, response("SUCCESS", "r-2", "sales-runs"));
    assert_eq!(peer.world().executions.len(), 1);
}

#[tokio::test]
async fn an_update_that_is_taken_back_never_fails() {
    let artifacts = artifacts(&[("load", &["wrong"])]);
    let peer = peer_with(&artifacts).await;
    let mut lambda = Lambda::start(&variables(&peer)).await;
    let (old, new) = (properties("0"), properties(&artifacts.plan));
    let update = |id: &str, from: &Value, to: &Value| {
        let mut update = request(&peer, "Update", id, to);
        update["OldResourceProperties"] = from.clone();
        update["PhysicalResourceId"] = json!("sales-runs");
        update
    };
    for (id, from, to, wanted) in [
        ("r-1", &old, &new, "FAILED"),
        ("r-2", &new, &old, "SUCCESS"),
        // The next try is an update like any other.
        ("r-3", &old, &new, "FAILED"),
    ] {
        lambda.invoke(&update(id, from, to)).await.unwrap();
        drive_execution(&mut lambda, &artifacts.plan, &last(&peer)).await;
        lambda.invoke(&end(&peer, "FAILED")).await.unwrap();
        assert_eq!(told(&peer).0, response(wanted, id, "sales-runs"));
    }
    let world = peer.world();
    assert_eq!(world.executions.len(), 3, "no triggered run");
}

#[tokio::test]
async fn a_deletion_runs_its_steps_or_is_answered_at_once() {
    let artifacts = two_steps();
    let peer = peer_with(&artifacts).await;
    let mut lambda = Lambda::start(&variables(&peer)).await;
    let delete = |id: &str, properties: &Value| {
        let mut delete = request(&peer, "Delete", id, properties);
        delete["PhysicalResourceId"] = json!("sales-runs");
        delete
    };
    let all = properties(&artifacts.plan);
    lambda.invoke(&delete("r-1", &all)).await.unwrap();
    assert_eq!(
        peer.world().executions[0].2,
        json!({ "by": "a deploy", "when": "destroy" })
    );
    drive_execution(&mut lambda, &artifacts.plan, &last(&peer)).await;
    lambda.invoke(&end(&peer, "SUCCEEDED")).await.unwrap();
    assert_eq!(told(&peer).0, response("SUCCESS", "r-1", "sales-runs"));
    assert_eq!(peer.world().executions.len(), 1, "no triggered run");

    let mut none = all.clone();
    none["Steps"] = json!(["deploy"]);
    lambda.invoke(&delete("r-2", &none)).await.unwrap();
    assert_eq!(told(&peer).0, response("SUCCESS", "r-2", "sales-runs"));
    // The machine is gone, whoever took it away.
    let gone = Fault::Error(400, "StateMachineDoesNotExist");
    peer.fault("StartExecution", gone);
    lambda.invoke(&delete("r-3", &all)).await.unwrap();
    assert_eq!(told(&peer).0, response("SUCCESS", "r-3", "sales-runs"));
    assert_eq!(peer.world().executions.len(), 1);
    // A run that was stopped in the middle: EventBridge tells, and nothing of it is left running.
    let slow = crate::pipeline::artifacts(&[("load", &["slow"])]);
    for (key, body) in &slow.objects {
        peer.put(ARTIFACTS, key, body.clone());
    }
    let delete_slow = delete("r-5", &properties(&slow.plan));
    lambda.invoke(&delete_slow).await.unwrap();
    let created = json!({
        "action": "create_run", "pipeline": "sales", "plan": slow.plan, "execution": last(&peer),
        "started": "2026-11-21T05:00:00Z",
    });
    let run = lambda.invoke(&created).await.unwrap()["run"].clone();
    for event in [
        json!({ "action": "next_step", "pipeline": "sales", "run": run, "round": 1, "lane": 0, "turn": 1, "turns_left": 9 }),
        json!({ "action": "submit", "pipeline": "sales", "run": run, "step": "load", "round": 1 }),
    ] {
        lambda.invoke(&event).await.unwrap();
    }
    assert!(peer.world().statements.last().unwrap().is_running());
    lambda.invoke(&end(&peer, "ABORTED")).await.unwrap();
    let (said, reason) = told(&peer);
    assert_eq!(said, response("FAILED", "r-5", "sales-runs"));
    assert!(reason.contains("it was stopped"), "{reason}");
    assert!(!peer.world().statements.last().unwrap().is_running());
    // A run that never came to have a state.
    lambda.invoke(&delete("r-4", &all)).await.unwrap();
    lambda.invoke(&end(&peer, "ABORTED")).await.unwrap();
    let (said, reason) = told(&peer);
    assert_eq!(said, response("FAILED", "r-4", "sales-runs"));
    assert!(
        reason.contains("ended ABORTED before its first step"),
        "{reason}"
    );
}

#[tokio::test]
async fn without_steps_a_trigger_is_all_there_is_to_start() {
    let peer = Peer::start().await;
    let mut lambda = Lambda::start(&variables(&peer)).await;
    let mut properties = properties("0");
    properties.as_object_mut().unwrap().remove("Steps");
    let create = request(&peer, "Create", "r-1", &properties);
    for _ in 0..2 {
        assert_eq!(lambda.invoke(&create).await.unwrap()["status"], "DONE");
        assert_eq!(told(&peer).0, response("SUCCESS", "r-1", "sales-runs"));
    }
    let world = peer.world();
    assert_eq!(world.executions.len(), 1);
    assert_eq!(world.executions[0].2["trigger"], "deploy");
}

#[tokio::test]
async fn whatever_goes_wrong_is_an_answer() {
    let peer = Peer::start().await;
    let mut lambda = Lambda::start(&variables(&peer)).await;
    // Not for a moment, as with permissions that are not known everywhere yet, but for good.
    for _ in 0..8 {
        peer.fault("StartExecution", Fault::Error(400, "AccessDeniedException"));
    }
    let create = request(&peer, "Create", "r-1", &properties("0"));
    assert_eq!(lambda.invoke(&create).await.unwrap()["status"], "FAILED");
    let (said, reason) = told(&peer);
    assert_eq!(said, response("FAILED", "r-1", "sales-runs-not-made"));
    assert!(reason.contains("AccessDeniedException"), "{reason}");
    assert!(peer.seen("StartExecution").len() > 3);

    let create = request(&peer, "Create", "r-2", &json!({ "Pipeline": "sales" }));
    assert_eq!(lambda.invoke(&create).await.unwrap()["status"], "FAILED");
    let (said, reason) = told(&peer);
    assert_eq!(
        (&said["Status"], &said["RequestId"]),
        (&json!("FAILED"), &json!("r-2"))
    );
    assert!(reason.contains("missing field `Plan`"), "{reason}");
}

#[tokio::test]
async fn a_response_that_is_not_taken_is_put_again() {
    let peer = Peer::start().await;
    let mut lambda = Lambda::start(&variables(&peer)).await;
    let mut properties = properties("0");
    properties["Steps"] = json!([]);
    properties["Triggers"] = json!([]);
    peer.fault("PutResponse", Fault::Error(503, "SlowDown"));
    peer.fault("PutResponse", Fault::Cut);
    let create = request(&peer, "Create", "r-1", &properties);
    lambda.invoke(&create).await.unwrap();
    assert_eq!(peer.seen("PutResponse").len(), 3);
    assert_eq!(peer.world().responses.len(), 1);
    // Its two hours are over: nobody waits.
    peer.fault("PutResponse", Fault::Error(403, "AccessDenied"));
    lambda
        .invoke(&request(&peer, "Create", "r-2", &properties))
        .await
        .unwrap();
    assert_eq!(peer.seen("PutResponse").len(), 4);
    // It never arrives: whoever delivers the event delivers it again.
    for _ in 0..4 {
        peer.fault("PutResponse", Fault::Error(500, "InternalError"));
    }
    let create = request(&peer, "Create", "r-3", &properties);
    let (error, sentence) = lambda.invoke(&create).await.unwrap_err();
    assert_eq!(error, "Sfc.Unavailable");
    assert!(!sentence.contains("hidden"), "{sentence}");
    lambda.invoke(&create).await.unwrap();
    assert_eq!(told(&peer).0, response("SUCCESS", "r-3", "sales-runs"));
}

#[tokio::test]
async fn killed_at_every_request_of_a_deploy() {
    let artifacts = artifacts(&[("load", &["create table t"])]);
    let mut n = 1;
    loop {
        let mut mortal = mortal(&artifacts, n).await;
        let peer = mortal.peer.clone();
        let create = request(&peer, "Create", "r-1", &properties(&artifacts.plan));
        again(&mut mortal, &create).await.unwrap();
        let arn = last(&peer);
        drive_execution(&mut mortal, &artifacts.plan, &arn).await;
        again(&mut mortal, &end(&peer, "SUCCEEDED")).await.unwrap();
        let world = peer.world();
        let names: Vec<&str> = world.executions.iter().map(|one| one.1.as_str()).collect();
        assert_eq!(names.len(), 2, "killed at {n}: {names:?}");
        for said in &world.responses {
            assert_eq!(
                *said,
                response("SUCCESS", "r-1", "sales-runs"),
                "killed at {n}"
            );
        }
        assert!(!world.responses.is_empty(), "killed at {n}");
        drop(world);
        if mortal.deaths == 0 {
            break;
        }
        n += 1;
    }
    assert!(n > 20, "a deploy has more than {n} requests");
}
