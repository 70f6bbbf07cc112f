//! Step Functions may deliver an event twice, and an answer may be lost after its effect. The same
//! event again gives the same answer and does nothing twice.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use jiff::Timestamp;
use local::bucket::FolderBucket;
use local::run::NoStack;
use local::run::outbox::Outbox;
use local::warehouse::{EmbeddedWarehouse, Options};
use runtime_lambda::Handler;
use runtime_lambda::ports::{
    Clock, Executions, ExecutionsError, Ports, Store as _, Warehouse as _, WriteCondition,
};
use runtime_lambda::state::{RunStatus, StepStatus};
use serde_json::{Value, json};
use sfc::bundle::artifacts;
use sfc::compile::{Overrides, compile};
use sfc::project::Project;

use crate::mortal::Life;
use crate::program::{Folder, SLOW, spec};

pub const EXECUTION: &str = "arn:aws:states:local:000000000000:execution:demo-retry:one";
pub const STARTED: &str = "2026-11-21T10:15:00Z";

/// A clock that showed [`STARTED`] when it was made.
struct Since(Instant);

#[async_trait]
impl Clock for Since {
    fn now(&self) -> Timestamp {
        let started: Timestamp = STARTED.parse().unwrap();
        started + self.0.elapsed()
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

/// Takes task tokens, each once.
#[derive(Default)]
struct Returned(Mutex<Vec<String>>);

impl Returned {
    fn tokens(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

#[async_trait]
impl Executions for Returned {
    async fn send_task_success(&self, token: &str, _: &Value) -> Result<(), ExecutionsError> {
        let mut tokens = self.0.lock().unwrap();
        if tokens.iter().any(|known| known == token) {
            return Err(ExecutionsError::NobodyWaits);
        }
        tokens.push(token.to_owned());
        Ok(())
    }

    async fn start(&self, _: &str, _: &str, _: &Value) -> Result<(), ExecutionsError> {
        Err(ExecutionsError::NoMachine)
    }

    async fn stop(&self, _: &str) -> Result<(), ExecutionsError> {
        Ok(())
    }

    fn longest_stop(&self) -> Duration {
        Duration::ZERO
    }
}

/// The Lambda of a pipeline, without any state machine in front of it.
pub struct Lambda {
    pub handler: Handler,
    warehouse: Arc<EmbeddedWarehouse>,
    returned: Arc<Returned>,
    life: Arc<Life>,
    pub plan: String,
    pub folder: Folder,
}

impl Lambda {
    pub async fn of(folder: Folder) -> Self {
        let project = Project::open(folder.path()).unwrap();
        let compiled = compile(&project.spec, &project, Overrides::default())
            .value
            .unwrap();
        let store = FolderBucket::open(folder.path().join(".sfc/artifacts")).unwrap();
        for (key, bytes) in artifacts(&compiled) {
            store
                .put(&key, bytes.to_vec(), WriteCondition::Always)
                .await
                .unwrap();
        }
        let warehouse = Arc::new(EmbeddedWarehouse::in_memory(Options::default()).unwrap());
        let returned = Arc::new(Returned::default());
        let life = Arc::new(Life::default());
        let data = FolderBucket::open(folder.path().join(".sfc/bucket")).unwrap();
        let handler = Handler::new(Ports {
            warehouse: life.of(warehouse.clone()),
            data: life.of(Arc::new(data)),
            artifacts: Arc::new(store),
            notifier: Arc::new(Outbox::open(folder.path().join(".sfc/outbox")).unwrap()),
            executions: life.of(returned.clone()),
            custom_resources: Arc::new(NoStack),
            secrets: Arc::new(local::run::secrets::EnvironmentSecrets),
            clock: Arc::new(Since(Instant::now())),
        });
        Self {
            handler,
            warehouse,
            returned,
            life,
            plan: compiled.plan_hash.into(),
            folder,
        }
    }

    /// A run of one step that a lane has claimed, up to but without its submission.
    async fn claimed(sql: &str) -> (Self, String) {
        let text = spec("rounds: 1, lanes: 1", "  one: { sql: one.sql }\n")
            .replace("name: demo", "name: demo\ncompletion: event");
        let lambda = Self::of(Folder::new(&text, &[("one.sql", sql)])).await;
        let created = lambda
            .twice(json!({ "action": "create_run", "plan": lambda.plan, "execution": EXECUTION, "started": STARTED }))
            .await;
        let run = created["run"].as_str().unwrap().to_owned();
        let claimed = lambda
            .twice(json!({ "action": "next_step", "run": run, "round": 1, "lane": 1, "turn": 1, "turns_left": 9 }))
            .await;
        assert_eq!(claimed["heartbeats"], json!([300, 730, 2_510, 3_600]));
        (lambda, run)
    }

    async fn submit(&self, run: &str, token: &str, retry: u32) {
        self.twice(json!({ "action": "submit", "run": run, "step": "one", "round": 1, "token": token, "retry": retry }))
            .await;
    }

    /// Whether an event about a statement resumed anybody.
    async fn resume(&self, name: &str, id: &str, state: &str) -> bool {
        let event = json!({ "action": "resume", "statement_name": name, "statement_id": id, "state": state });
        self.twice(event).await["resumed"] == true
    }

    fn statement_id(&self) -> String {
        self.folder.state().steps["one"]
            .statement_id
            .clone()
            .unwrap()
    }

    /// Delivers an event twice; both answers are the same, but that a statement may have ended between
    /// them.
    pub async fn twice(&self, mut event: Value) -> Value {
        if let Some(fields) = event.as_object_mut() {
            fields.insert("pipeline".to_owned(), "demo".into());
        }
        let first = self.handler.handle(event.clone()).await;
        let second = self.handler.handle(event.clone()).await;
        let (first, second) = (first.unwrap(), second.unwrap());
        let ended = first["status"] == "RUNNING" && second["status"] == "ENDED";
        assert!(first == second || ended, "{event}: {first}, then {second}");
        first
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
async fn an_event_that_comes_twice_starts_one_run() {
    let lambda = Lambda::of(Folder::new(
        &spec("rounds: 1, lanes: 1", "  one: { sql: one.sql }\n"),
        &[("one.sql", "select 1 as n")],
    ))
    .await;
    let create = |execution: &str, trigger: &str| {
        json!({ "action": "create_run", "pipeline": "demo", "plan": lambda.plan, "execution": execution,
            "started": STARTED, "input": { "trigger": trigger } })
    };
    let other = format!("{EXECUTION}-2");
    let first = lambda
        .handler
        .handle(create(EXECUTION, "e1"))
        .await
        .unwrap();
    // The same execution asks again, as it does while it waits for its turn.
    assert_eq!(
        lambda
            .handler
            .handle(create(EXECUTION, "e1"))
            .await
            .unwrap(),
        first
    );
    let error = lambda
        .handler
        .handle(create(&other, "e1"))
        .await
        .unwrap_err();
    assert_eq!(error.name(), "Sfc.Duplicate");
    let run = first["run"].as_str().unwrap();
    assert_eq!(
        error.to_string(),
        format!("the run {run} was started by the same event")
    );
    let second = lambda.handler.handle(create(&other, "e2")).await.unwrap();
    assert_ne!(second["run"], first["run"]);
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

#[tokio::test]
async fn an_event_returns_the_token_and_comes_twice_and_late() {
    let (lambda, run) = Lambda::claimed("create table t as select 1 as n").await;
    let name = format!("demo/{run}/one/1");
    // Before anything was submitted: submit will ask.
    assert!(!lambda.resume(&name, "unknown", "FINISHED").await);
    lambda.submit(&run, "first", 0).await;
    let id = lambda.statement_id();
    lambda
        .warehouse
        .describe(&id, Duration::from_secs(20))
        .await
        .unwrap();
    assert!(lambda.resume(&name, &id, "FINISHED").await);
    assert_eq!(lambda.returned.tokens(), ["first"]);
    let collected = lambda
        .twice(json!({ "action": "collect", "run": run, "step": "one", "round": 1 }))
        .await;
    assert_eq!(collected["status"], "FINISHED");
    assert!(!lambda.resume(&name, &id, "FINISHED").await);
    assert_eq!(lambda.returned.tokens(), ["first"]);
    assert!(lambda.folder.state().steps["one"].waiting.is_none());
}

#[tokio::test]
async fn a_statement_that_ended_before_its_token_was_kept_is_found_by_its_submission() {
    let (lambda, run) = Lambda::claimed("create table t as select 1 as n").await;
    lambda.submit(&run, "first", 0).await;
    let id = lambda.statement_id();
    lambda
        .warehouse
        .describe(&id, Duration::from_secs(20))
        .await
        .unwrap();
    // The first try's answer was lost; its token may have been returned or not, the second one is.
    lambda.submit(&run, "second", 1).await;
    assert!(lambda.returned.tokens().contains(&"second".to_owned()));
    let statements = lambda.warehouse.find(&format!("demo/{run}/one/1")).await;
    assert_eq!(statements.unwrap().len(), 1);
}

#[tokio::test]
async fn events_that_are_not_about_a_waiting_step_change_nothing() {
    let (lambda, run) = Lambda::claimed(SLOW).await;
    lambda.submit(&run, "first", 0).await;
    let id = lambda.statement_id();
    let name = format!("demo/{run}/one/1");
    let before = lambda.folder.state();
    for (name, id, state) in [
        (name.as_str(), "another", "FINISHED"),
        (&name, id.as_str(), "STARTED"),
        (&format!("demo/{run}/one/2"), &id, "FINISHED"),
        (&format!("demo/{run}/two/1"), &id, "FINISHED"),
        (&format!("other/{run}/one/1"), &id, "FINISHED"),
        ("demo/20261121T101500Z-00000000/one/1", &id, "FINISHED"),
        (&format!("demo/{run}/one"), &id, "FINISHED"),
        (&format!("demo/../{run}/one/1"), &id, "FINISHED"),
        ("", &id, "FINISHED"),
        ("my own statement", &id, "FAILED"),
    ] {
        assert!(!lambda.resume(name, id, state).await, "{name} {id} {state}");
    }
    // It says that the statement has ended, and the warehouse says that it has not: brought again
    // later, until both agree.
    let lie = json!({ "action": "resume", "pipeline": "demo", "statement_name": name, "statement_id": id, "state": "FINISHED" });
    let error = lambda.handler.handle(lie).await.unwrap_err();
    assert_eq!(error.name(), "Sfc.Unavailable");
    assert_eq!(lambda.folder.state(), before);
    assert!(lambda.returned.tokens().is_empty());

    let stop = json!({ "action": "stop", "run": run, "step": "one", "round": 1, "error": "States.Timeout", "call": 1 });
    assert_eq!(lambda.twice(stop).await["status"], "FAILED");
    // Whoever still waited for it does no more.
    assert_eq!(lambda.returned.tokens(), ["first"]);
    assert!(!lambda.resume(&name, &id, "ABORTED").await);
    let step = lambda.folder.state().steps["one"].clone();
    assert_eq!(step.status, StepStatus::Failed);
    assert_eq!(step.error.as_ref().unwrap().error, "Sfc.TimeLimit");
}

#[tokio::test]
async fn a_question_replaces_the_token_and_an_older_submission_that_comes_late_does_not() {
    let (lambda, run) = Lambda::claimed(
        "with recursive r(n) as (select 1 union all select n + 1 from r where n < 200000) select count(*) from r",
    )
    .await;
    lambda.submit(&run, "first", 0).await;
    let id = lambda.statement_id();
    let ask = json!({ "action": "ask", "run": run, "step": "one", "round": 1, "token": "asked", "asked": 3, "retry": 0 });
    // Waits for the end, which comes within its window.
    assert_eq!(lambda.twice(ask).await["status"], "ENDED");
    assert!(lambda.returned.tokens().contains(&"asked".to_owned()));
    lambda.submit(&run, "first", 0).await;
    let waiting = lambda.folder.state().steps["one"].waiting.clone().unwrap();
    assert_eq!((waiting.token.as_str(), waiting.asked), ("asked", 3));
    assert!(
        lambda
            .resume(&format!("demo/{run}/one/1"), &id, "FINISHED")
            .await
    );
}

#[tokio::test]
async fn a_sweep_takes_the_start_as_text_and_in_milliseconds() {
    let milliseconds = STARTED.parse::<jiff::Timestamp>().unwrap().as_millisecond();
    for started in [json!(STARTED), json!(milliseconds)] {
        let (lambda, run) = Lambda::claimed(SLOW).await;
        lambda.submit(&run, "first", 0).await;
        let sweep = json!({ "action": "sweep", "execution": EXECUTION, "started": started, "status": "ABORTED" });
        let swept = lambda.twice(sweep).await;
        assert_eq!(
            (swept["run"].as_str(), &swept["status"]),
            (Some(run.as_str()), &json!("STOPPED"))
        );
        assert_eq!(lambda.returned.tokens(), ["first"]);
        let id = lambda.statement_id();
        let statement = lambda.warehouse.describe(&id, Duration::ZERO);
        assert!(statement.await.unwrap().status.is_terminal());
        assert_eq!(lambda.folder.messages().len(), 1);
    }
}

fn stop(run: &str) -> Value {
    json!({ "action": "stop", "run": run, "step": "one", "round": 1, "error": "States.Timeout", "call": 1 })
}

#[tokio::test]
async fn a_statement_that_had_finished_when_its_limit_passed_is_collected() {
    let (lambda, run) = Lambda::claimed("select 7 as n").await;
    lambda.submit(&run, "first", 0).await;
    let id = lambda.statement_id();
    lambda
        .warehouse
        .describe(&id, Duration::from_secs(20))
        .await
        .unwrap();
    assert_eq!(lambda.twice(stop(&run)).await["status"], "FINISHED");
    let step = lambda.folder.state().steps["one"].clone();
    assert_eq!((step.status, step.rows), (StepStatus::Finished, Some(1)));
    assert_eq!(
        lambda.folder.document("results/one.json")["Records"][0][0]["longValue"],
        7
    );
}

#[tokio::test]
async fn whoever_stops_a_step_may_be_killed_at_any_call() {
    let mut deaths = 0;
    for call in 1.. {
        let (lambda, run) = Lambda::claimed(SLOW).await;
        lambda.submit(&run, "first", 0).await;
        let mut event = stop(&run);
        event["pipeline"] = "demo".into();
        lambda.life.ends_at(call);
        let died = tokio::select! {
            answer = lambda.handler.handle(event) => {
                answer.unwrap();
                false
            }
            () = lambda.life.ended() => true,
        };
        lambda.life.goes_on();
        // Nobody stops it any more; the lane that had it asks for its next step.
        let next = lambda
            .twice(json!({ "action": "next_step", "run": run, "round": 1, "lane": 1, "turn": 2, "turns_left": 9 }))
            .await;
        assert_eq!(next["next"], "end", "{call}");
        let step = lambda.folder.state().steps["one"].clone();
        assert_eq!(step.status, StepStatus::Failed, "{call}");
        assert!(!step.stopping, "{call}");
        let id = step.statement_id.clone().unwrap();
        let statement = lambda.warehouse.describe(&id, Duration::ZERO).await;
        assert!(statement.unwrap().status.is_terminal(), "{call}");
        assert_eq!(lambda.returned.tokens(), ["first"], "{call}");
        if !died {
            break;
        }
        deaths += 1;
    }
    // Before and after each of at least ten calls.
    assert!(deaths >= 20, "{deaths}");
}

#[tokio::test]
async fn two_who_notify_at_the_same_time_send_one_message() {
    let (lambda, run) = Lambda::claimed("select 1 as n").await;
    lambda.twice(stop(&run)).await;
    lambda
        .twice(json!({ "action": "close_round", "run": run, "round": 1 }))
        .await;
    let event = json!({ "action": "notify", "pipeline": "demo", "run": run });
    let (first, second) = tokio::join!(
        lambda.handler.handle(event.clone()),
        lambda.handler.handle(event.clone())
    );
    assert_eq!(first.unwrap(), second.unwrap());
    assert_eq!(lambda.folder.messages().len(), 1);
    let state = lambda.folder.state();
    assert!(state.notified && state.notifying.is_none());
}

/// A run of two steps that wait for nothing, on two lanes.
async fn two_steps() -> Lambda {
    Lambda::of(Folder::new(
        &spec(
            "rounds: 2, lanes: 2",
            "  slow: { sql: slow.sql }\n  quick: { sql: quick.sql, after: slow }\n",
        ),
        &[("slow.sql", SLOW), ("quick.sql", "select 1 as n")],
    ))
    .await
}

fn create(lambda: &Lambda) -> Value {
    json!({ "action": "create_run", "plan": lambda.plan, "execution": EXECUTION, "started": STARTED })
}

fn sweep() -> Value {
    json!({ "action": "sweep", "execution": EXECUTION, "started": STARTED, "status": "ABORTED" })
}

impl Lambda {
    /// Delivers an event that is refused because it comes too late.
    async fn too_late(&self, mut event: Value) {
        event["pipeline"] = "demo".into();
        let error = self.handler.handle(event.clone()).await.unwrap_err();
        assert_eq!(error.name(), "Sfc.Superseded", "{event}");
    }
}

#[tokio::test]
async fn an_older_turn_that_comes_late_does_not_touch_what_its_lane_does_now() {
    let lambda = two_steps().await;
    let run = lambda.twice(create(&lambda)).await["run"].clone();
    let next = |turn: u32| json!({ "action": "next_step", "run": run, "round": 1, "lane": 1, "turn": turn, "turns_left": 9 });
    assert_eq!(lambda.twice(next(4)).await["step"], "slow");
    lambda
        .twice(json!({ "action": "submit", "run": run, "step": "slow", "round": 1, "token": "t" }))
        .await;
    lambda.too_late(next(3)).await;
    let state = lambda.folder.state();
    assert_eq!(state.steps["slow"].status, StepStatus::Running);
    assert!(!state.steps["slow"].stopping);
    assert_eq!(state.lanes[&1].turn, 4);
    let id = state.steps["slow"].statement_id.clone().unwrap();
    let statement = lambda.warehouse.describe(&id, Duration::ZERO).await;
    assert!(!statement.unwrap().status.is_terminal());
    lambda.twice(sweep()).await;
}

#[tokio::test]
async fn a_run_whose_execution_was_stopped_while_it_was_created_is_ended_and_told_of() {
    let lambda = two_steps().await;
    assert_eq!(lambda.twice(sweep()).await["status"], Value::Null);
    let run = lambda.twice(create(&lambda)).await["run"].clone();
    let state = lambda.folder.state();
    assert_eq!(state.status, RunStatus::Stopped);
    assert_eq!(state.steps["slow"].status, StepStatus::Skipped);
    assert_eq!(lambda.folder.messages().len(), 1);
    let next = json!({ "action": "next_step", "run": run, "round": 1, "lane": 1, "turn": 1, "turns_left": 9 });
    assert_eq!(lambda.twice(next).await["next"], "end");
}

#[tokio::test]
async fn nothing_is_claimed_or_submitted_from_when_a_run_is_being_ended() {
    let lambda = two_steps().await;
    let run = lambda.twice(create(&lambda)).await["run"].clone();
    let next = |lane: u32| json!({ "action": "next_step", "run": run, "round": 1, "lane": lane, "turn": 1, "turns_left": 9 });
    assert_eq!(lambda.twice(next(1)).await["step"], "slow");
    // As a sweep leaves it that died behind its first swap.
    let path = lambda.folder.runs().pop().unwrap().join("state.json");
    let mut state = lambda.folder.state();
    state.ending = Some(RunStatus::Stopped);
    state.steps["slow"].stopping = true;
    std::fs::write(&path, serde_json::to_vec(&state).unwrap()).unwrap();
    assert_eq!(lambda.twice(next(2)).await["next"], "end");
    lambda
        .too_late(
            json!({ "action": "submit", "run": run, "step": "slow", "round": 1, "token": "t" }),
        )
        .await;
    // Whoever closes the round ends the run as was decided.
    let closed = json!({ "action": "close_round", "run": run, "round": 1 });
    assert_eq!(lambda.twice(closed).await["status"], "STOPPED");
    let state = lambda.folder.state();
    assert_eq!(state.steps["slow"].status, StepStatus::Failed);
    assert_eq!(state.steps["quick"].status, StepStatus::Skipped);
}

#[tokio::test]
async fn nobody_is_told_of_a_run_that_goes_on() {
    let lambda = two_steps().await;
    let run = lambda.twice(create(&lambda)).await["run"].clone();
    let notify = json!({ "action": "notify", "pipeline": "demo", "run": run });
    let error = lambda.handler.handle(notify).await.unwrap_err();
    assert_eq!(error.name(), "Sfc.Unavailable");
    assert!(
        !lambda.folder.path().join(".sfc/outbox").exists() || lambda.folder.messages().is_empty()
    );
}

#[tokio::test]
async fn what_an_execution_says_of_its_end_reaches_the_error_of_its_step() {
    let (lambda, run) = Lambda::claimed("select 1 as n").await;
    let said =
        json!({ "errorType": "States.Runtime", "errorMessage": "the \"Payload\" is no JSON" });
    let cause = json!({
        "Cause": said.to_string(),
        "Error": "States.Runtime",
        "ExecutionArn": EXECUTION,
        "Status": "FAILED",
    });
    let stop = json!({
        "action": "stop", "run": run, "step": "one", "round": 1, "call": 1,
        "error": "States.TaskFailed", "cause": cause.to_string(),
    });
    let stopped = lambda.twice(stop).await;
    assert_eq!(stopped["status"], "FAILED");
    let state = lambda.folder.state();
    let error = state.step("one").unwrap().error.clone().unwrap();
    assert_eq!(
        error.message,
        "the execution of `one` ended with `States.TaskFailed`: States.Runtime: the \"Payload\" is no JSON"
    );
    let document = lambda.folder.document("errors/one/round-1.json");
    assert_eq!(document["message"], error.message);
}

#[tokio::test]
async fn a_run_that_could_not_be_created_is_told_once_with_its_reason() {
    let text = spec("rounds: 1, lanes: 1", "  one: { sql: one.sql }\n");
    let lambda = Lambda::of(Folder::new(&text, &[("one.sql", "select 1 as n")])).await;
    let create = json!({
        "action": "create_run", "pipeline": "demo", "plan": lambda.plan, "execution": EXECUTION,
        "started": STARTED, "input": { "parameters": { "nobody": "knows" } },
    });
    let refused = lambda.handler.handle(create).await.unwrap_err();
    assert_eq!(refused.name(), "Sfc.InvalidParameter");
    let sweep = |gives_up: bool| {
        json!({
            "action": "sweep", "pipeline": "demo", "execution": EXECUTION, "started": STARTED,
            "status": "FAILED", "gives_up": gives_up, "plan": lambda.plan,
        })
    };
    // As long as a late delivery may create the run, nobody is told how it ended.
    let early = lambda.handler.handle(sweep(false)).await.unwrap_err();
    assert_eq!(early.name(), "Sfc.Unavailable");
    assert_eq!(lambda.folder.messages(), Vec::<String>::new());
    lambda.twice(sweep(true)).await;
    let [message] = lambda.folder.messages().try_into().unwrap();
    for words in [
        "Subject: demo failed before it began",
        "Pipeline demo failed before its first step.",
        "Sfc.InvalidParameter: ",
        "nobody",
        EXECUTION,
    ] {
        assert!(message.contains(words), "{words}: {message}");
    }
    let over = lambda.folder.document("over.json");
    assert_eq!(over["notified"], true);
}

#[tokio::test]
async fn a_run_whose_plan_is_gone_is_told_all_the_same() {
    let text = spec("rounds: 1, lanes: 1", "  one: { sql: one.sql }\n");
    let lambda = Lambda::of(Folder::new(&text, &[("one.sql", "select 1 as n")])).await;
    let gone = "0".repeat(64);
    let create = json!({
        "action": "create_run", "pipeline": "demo", "plan": gone, "execution": EXECUTION,
        "started": STARTED, "input": {},
    });
    lambda.handler.handle(create).await.unwrap_err();
    let sweep = json!({
        "action": "sweep", "pipeline": "demo", "execution": EXECUTION, "started": STARTED,
        "status": "FAILED", "gives_up": true, "plan": gone,
    });
    lambda.twice(sweep).await;
    let [message] = lambda.folder.messages().try_into().unwrap();
    assert!(
        message.contains("Pipeline demo failed before its first step."),
        "{message}"
    );
    assert!(message.contains(&gone), "{message}");
}
