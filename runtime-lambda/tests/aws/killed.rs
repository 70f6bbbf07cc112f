//! The process is killed at each of its requests in turn, after the request had its effect and
//! before it was answered. The same event then goes to a fresh process.

use serde_json::{Value, json};

use crate::lambda::{Answer, Lambda};
use crate::peer::Peer;
use crate::pipeline::{
    ARTIFACTS, Artifacts, Deliver, artifacts, assert_kept, drive, two_steps, variables,
};

/// Kills the process where the peer falls silent, and delivers again.
pub struct Mortal {
    pub peer: Peer,
    pub lambda: Lambda,
    pub deaths: u32,
}

impl Deliver for Mortal {
    async fn deliver(&mut self, event: &Value) -> Answer {
        loop {
            let silenced = self.peer.silenced.notified();
            tokio::select! {
                answer = self.lambda.invoke(event) => return answer,
                () = silenced => {
                    self.lambda.kill().await;
                    self.deaths += 1;
                }
            }
            self.lambda = Lambda::start(&variables(&self.peer)).await;
        }
    }
}

/// A peer that falls silent at its `n`th request, and a process.
pub async fn mortal(artifacts: &Artifacts, n: usize) -> Mortal {
    let peer = Peer::start().await;
    for (key, body) in &artifacts.objects {
        peer.put(ARTIFACTS, key, body.clone());
    }
    peer.silent_at(n);
    Mortal {
        lambda: Lambda::start(&variables(&peer)).await,
        peer,
        deaths: 0,
    }
}

#[tokio::test]
async fn at_every_request_of_a_run() {
    let artifacts = two_steps();
    let mut n = 1;
    loop {
        let mut mortal = mortal(&artifacts, n).await;
        let run = drive(&mut mortal, &artifacts.plan).await;
        let operation = mortal
            .peer
            .world()
            .seen
            .get(n - 1)
            .map(|s| s.operation.clone());
        let after = format!("killed at request {n}, {operation:?}");
        assert_kept(&mortal.peer, &run, &after);
        if mortal.deaths == 0 {
            break;
        }
        n += 1;
    }
    assert!(n > 40, "a run has more than {n} requests");
}

#[tokio::test]
async fn at_every_request_of_a_stop() {
    let artifacts = artifacts(&[("load", &["slow"])]);
    for submitted in [true, false] {
        let mut n = 1;
        loop {
            let mut mortal = mortal(&artifacts, usize::MAX / 2).await;
            let run = create(&mut mortal, &artifacts.plan).await;
            let submit = json!({
                "action": "submit", "pipeline": "sales", "run": run, "step": "load", "round": 1,
            });
            if submitted {
                assert_eq!(mortal.deliver(&submit).await.unwrap()["status"], "RUNNING");
            } else {
                // Dies with the statement started and its id nowhere: state, plan and script are read
                // first. Its machine has timed out, nobody delivers it again.
                mortal.peer.silent_at(4);
                tokio::select! {
                    answer = mortal.lambda.invoke(&submit) => panic!("{answer:?}"),
                    () = mortal.peer.silenced.notified() => mortal.lambda.kill().await,
                }
                assert_eq!(mortal.peer.seen("ExecuteStatement").len(), 1);
                mortal.lambda = Lambda::start(&variables(&mortal.peer)).await;
            }
            mortal.peer.silent_at(n);
            let stop = json!({
                "action": "stop", "pipeline": "sales", "run": run, "step": "load", "round": 1,
                "error": "States.Timeout", "call": 1,
            });
            let answer = mortal.deliver(&stop).await.unwrap();
            assert_eq!(answer["status"], "FAILED", "killed at {n}");
            let world = mortal.peer.world();
            assert_eq!(world.statements.len(), 1);
            assert_eq!(world.statements[0].status, "ABORTED", "killed at {n}");
            if mortal.deaths == 0 {
                break;
            }
            n += 1;
        }
        assert!(n > 6, "a stop has more than {n} requests");
    }
}

/// Creates a run and claims its first step.
async fn create(function: &mut impl Deliver, plan: &str) -> String {
    let created = function
        .deliver(&json!({
            "action": "create_run", "pipeline": "sales", "plan": plan, "execution": "arn:e",
            "started": "2026-11-21T05:00:00Z",
        }))
        .await
        .unwrap();
    let run = created["run"].as_str().unwrap().to_owned();
    let next = json!({
        "action": "next_step", "pipeline": "sales", "run": run, "round": 1, "lane": 0, "turn": 1,
        "turns_left": 9,
    });
    assert_eq!(function.deliver(&next).await.unwrap()["next"], "run");
    run
}
