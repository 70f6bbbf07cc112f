//! Step Functions may deliver an event twice, and an answer may be lost after its effect: the same
//! event again gives the same answer and does nothing twice.

use std::sync::Arc;

use local::bucket::FolderBucket;
use local::clock::SystemClock;
use local::outbox::Outbox;
use local::run::NoExecutions;
use local::warehouse::{EmbeddedWarehouse, Options};
use runtime_lambda::Handler;
use runtime_lambda::ports::{Condition, Ports, Store as _, Warehouse as _};
use serde_json::{Value, json};
use sfc::bundle::artifacts;
use sfc::compile::{Overrides, compile};
use sfc::project::Project;

use crate::program::{Folder, spec};

const EXECUTION: &str = "arn:aws:states:local:000000000000:execution:demo-retry:one";
const STARTED: &str = "2026-11-21T10:15:00Z";

/// The Lambda of a pipeline, without any state machine in front of it.
struct Lambda {
    handler: Handler,
    warehouse: Arc<EmbeddedWarehouse>,
    plan: String,
    folder: Folder,
}

impl Lambda {
    async fn of(folder: Folder) -> Self {
        let project = Project::open(folder.path()).unwrap();
        let compiled = compile(&project.spec, &project, Overrides::default())
            .value
            .unwrap();
        let store = FolderBucket::open(folder.path().join(".sfc/artifacts")).unwrap();
        for (key, bytes) in artifacts(&compiled) {
            store
                .put(&key, bytes.to_vec(), Condition::Always)
                .await
                .unwrap();
        }
        let warehouse = Arc::new(EmbeddedWarehouse::in_memory(Options::default()).unwrap());
        let handler = Handler::new(Ports {
            warehouse: warehouse.clone(),
            data: Arc::new(FolderBucket::open(folder.path().join(".sfc/bucket")).unwrap()),
            artifacts: Arc::new(store),
            notifier: Arc::new(Outbox::open(folder.path().join(".sfc/outbox")).unwrap()),
            executions: Arc::new(NoExecutions),
            clock: Arc::new(SystemClock),
        });
        Self {
            handler,
            warehouse,
            plan: compiled.plan_hash,
            folder,
        }
    }

    /// Delivers an event twice; both answers are the same.
    async fn twice(&self, mut event: Value) -> Value {
        if let Some(fields) = event.as_object_mut() {
            fields.insert("pipeline".to_owned(), "demo".into());
        }
        let first = self.handler.handle(event.clone()).await;
        let second = self.handler.handle(event.clone()).await;
        assert_eq!(first, second, "{event}");
        first.unwrap()
    }
}

#[tokio::test]
async fn a_whole_run_with_every_event_delivered_twice() {
    let lambda = Lambda::of(Folder::new(
        &spec(
            "rounds: 2, lanes: 2",
            "  make: { sql: make.sql }\n  count: { sql: count.sql, after: make }\n",
        ),
        &[
            ("make.sql", "create table t as select 1 as n"),
            ("count.sql", "select count(*) as n from t"),
        ],
    ))
    .await;
    let created = lambda
        .twice(json!({ "action": "create_run", "plan": lambda.plan, "execution": EXECUTION, "started": STARTED, "input": {} }))
        .await;
    let run = created["run"].as_str().unwrap().to_owned();
    assert_eq!(created["lanes"], 2);

    let next = |lane: u32, turn: u32| json!({ "action": "next_step", "run": run, "round": 1, "lane": lane, "turn": turn, "turns_left": 9 });
    let step = |action: &str, step: &str| json!({ "action": action, "run": run, "step": step, "round": 1 });
    assert_eq!(lambda.twice(next(1, 1)).await["step"], "make");
    // The other lane gets nothing, however often it asks.
    assert_eq!(lambda.twice(next(2, 1)).await["next"], "wait");
    for action in ["submit", "await", "collect"] {
        assert_eq!(
            lambda.twice(step(action, "make")).await["status"],
            "FINISHED",
            "{action}"
        );
    }
    assert_eq!(lambda.twice(next(2, 2)).await["step"], "count");
    assert_eq!(lambda.twice(next(1, 2)).await["next"], "wait");
    assert_eq!(
        lambda.twice(step("submit", "count")).await["status"],
        "FINISHED"
    );
    assert_eq!(lambda.twice(step("collect", "count")).await["rows"], 1);
    assert_eq!(lambda.twice(next(1, 3)).await["next"], "end");

    for name in ["make", "count"] {
        let statements = lambda
            .warehouse
            .find(&format!("demo/{run}/{name}/1"))
            .await
            .unwrap();
        assert_eq!(statements.len(), 1, "{name}");
    }
    let closed = lambda
        .twice(json!({ "action": "close_round", "run": run, "round": 1 }))
        .await;
    assert_eq!(closed["status"], "FINISHED");
    lambda
        .twice(json!({ "action": "report", "run": run }))
        .await;
    lambda
        .twice(json!({ "action": "notify", "run": run }))
        .await;
    assert_eq!(lambda.folder.messages().len(), 1);
}

#[tokio::test]
async fn a_step_that_was_stopped_takes_no_late_submit_and_no_late_outcome() {
    let lambda = Lambda::of(Folder::new(
        &spec("rounds: 1, lanes: 1", "  late: { sql: late.sql }\n"),
        &[("late.sql", "select 1 as n")],
    ))
    .await;
    let created = lambda
        .twice(json!({ "action": "create_run", "plan": lambda.plan, "execution": EXECUTION, "started": STARTED }))
        .await;
    let run = created["run"].as_str().unwrap().to_owned();
    lambda
        .twice(json!({ "action": "next_step", "run": run, "round": 1, "lane": 1, "turn": 1, "turns_left": 9 }))
        .await;
    let stopped = lambda
        .twice(json!({ "action": "stop", "run": run, "step": "late", "round": 1, "error": "States.Timeout", "call": 1 }))
        .await;
    assert_eq!(stopped["status"], "FAILED");
    for action in ["submit", "await", "collect"] {
        let event =
            json!({ "action": action, "pipeline": "demo", "run": run, "step": "late", "round": 1 });
        let error = lambda.handler.handle(event).await.unwrap_err();
        assert_eq!(error.name(), "Sfc.Superseded", "{action}");
    }
    assert!(
        lambda
            .warehouse
            .find(&format!("demo/{run}/late/1"))
            .await
            .unwrap()
            .is_empty()
    );
    let error = lambda.folder.state().steps["late"].error.clone().unwrap();
    assert_eq!(error.error, "Sfc.TimeLimit");
}
