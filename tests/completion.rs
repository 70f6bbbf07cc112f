//! `completion: event`: a step costs the same however long its statement runs, and nothing depends on
//! the event: it may come once, twice, late, or never.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use local::bucket::FolderBucket;
use local::run::completion::{Bus, StatementEnded};
use local::run::outbox::Outbox;
use local::run::{DeployedPipeline, EndedRun, NoExecutions, NoStack, run_over};
use runtime_lambda::ports::{
    Clock, Ports, ResultPage, StatementDescription, StatementStatus, Store as _, Submission,
    Warehouse, WarehouseError, WriteCondition,
};
use runtime_lambda::state::{RunStatus, StepStatus};
use serde_json::json;
use sfc::bundle::artifacts;
use sfc::commands::laptop::run::deployment;
use sfc::compile::{Overrides, compile};
use sfc::project::Project;
use tokio::time::Instant;

use crate::program::{Folder, SLOW};

/// A warehouse in which every statement takes a given time, on tokio's clock, and returns no rows.
struct Timed {
    takes: Duration,
    statements: Mutex<HashMap<String, Statement>>,
    executed: Mutex<u32>,
}

#[derive(Clone)]
struct Statement {
    name: String,
    started: Instant,
    cancelled: Option<Instant>,
}

impl Timed {
    fn new(takes: Duration) -> Self {
        Self {
            takes,
            statements: Mutex::default(),
            executed: Mutex::new(0),
        }
    }

    fn look(&self, id: &str) -> Result<StatementDescription, WarehouseError> {
        let statements = self.statements.lock().unwrap();
        let statement = statements
            .get(id)
            .ok_or_else(|| WarehouseError::Refused("Query does not exist.".to_owned()))?;
        let ends = statement.started + self.takes;
        let status = match statement.cancelled {
            Some(cancelled) if cancelled < ends => StatementStatus::Aborted,
            _ if Instant::now() >= ends => StatementStatus::Finished,
            _ => StatementStatus::Started,
        };
        Ok(StatementDescription {
            id: id.to_owned(),
            status,
            error: None,
            duration: statement.started.elapsed(),
            rows: None,
            result_id: None,
            parts: Vec::new(),
        })
    }
}

#[async_trait]
impl Warehouse for Timed {
    async fn execute(
        &self,
        execution: &Submission,
        wait: Duration,
    ) -> Result<StatementDescription, WarehouseError> {
        assert!(execution.with_event);
        *self.executed.lock().unwrap() += 1;
        let id = format!("id-{}", execution.client_token);
        self.statements
            .lock()
            .unwrap()
            .entry(id.clone())
            .or_insert_with(|| Statement {
                name: execution.statement_name.clone(),
                started: Instant::now(),
                cancelled: None,
            });
        self.describe(&id, wait).await
    }

    fn longest_submission(&self) -> Duration {
        Duration::ZERO
    }

    async fn describe(
        &self,
        id: &str,
        wait: Duration,
    ) -> Result<StatementDescription, WarehouseError> {
        let now = self.look(id)?;
        if now.status.is_terminal() || wait.is_zero() {
            return Ok(now);
        }
        let ends = self.statements.lock().unwrap()[id].started + self.takes;
        tokio::time::sleep_until(ends.min(Instant::now() + wait)).await;
        self.look(id)
    }

    async fn cancel(&self, id: &str) -> Result<(), WarehouseError> {
        if let Some(statement) = self.statements.lock().unwrap().get_mut(id) {
            statement.cancelled.get_or_insert_with(Instant::now);
        }
        Ok(())
    }

    async fn find(&self, name: &str) -> Result<Vec<String>, WarehouseError> {
        let statements = self.statements.lock().unwrap();
        Ok(statements
            .iter()
            .filter(|(_, statement)| statement.name == name)
            .map(|(id, _)| id.clone())
            .collect())
    }

    async fn result(&self, _: &str, _: Option<&str>) -> Result<ResultPage, WarehouseError> {
        Err(WarehouseError::Refused(
            "Query does not have result.".to_owned(),
        ))
    }
}

/// Tokio's time, which the interpreter lives in.
struct VirtualClock(Timestamp, Instant);

#[async_trait]
impl Clock for VirtualClock {
    fn now(&self) -> Timestamp {
        self.0.checked_add(self.1.elapsed()).unwrap()
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

/// Brings every event after these times.
#[derive(Clone)]
struct After(Vec<Duration>);

impl Bus for After {
    fn deliveries(&self, _: &StatementEnded) -> Vec<Duration> {
        self.0.clone()
    }
}

/// What runs the pipeline in `folder`, on tokio's clock.
async fn world(folder: &Folder, takes: Duration) -> (DeployedPipeline, Ports, Arc<Timed>) {
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
    let warehouse = Arc::new(Timed::new(takes));
    let ports = Ports {
        warehouse: warehouse.clone(),
        data: Arc::new(FolderBucket::open(folder.path().join(".sfc/bucket")).unwrap()),
        artifacts: Arc::new(store),
        notifier: Arc::new(Outbox::open(folder.path().join(".sfc/outbox")).unwrap()),
        executions: Arc::new(NoExecutions),
        custom_resources: Arc::new(NoStack),
        secrets: Arc::new(local::run::secrets::EnvironmentSecrets),
        clock: Arc::new(VirtualClock(Timestamp::now(), Instant::now())),
    };
    (deployment(&compiled).unwrap(), ports, warehouse)
}

/// A pipeline of `steps` statements side by side that each take `takes`.
async fn run_for(
    takes: Duration,
    limit: &str,
    steps: usize,
    deliveries: &[Duration],
) -> (EndedRun, u32) {
    let lines: String = (0..steps)
        .map(|n| format!("  s{n}: {{ sql: one.sql }}\n"))
        .collect();
    let folder = Folder::new(
        &format!(
            "name: demo\ncompletion: event\nwarehouse: {{ workgroup: w, database: dev }}\n\
             limits: {{ step: {limit}, run: 30h, rounds: 1, lanes: {steps} }}\nsteps:\n{lines}"
        ),
        &[("one.sql", "create table if not exists t (n int)")],
    );
    let (machines, ports, warehouse) = world(&folder, takes).await;
    let ended = run_over(
        &machines,
        ports,
        json!({}),
        std::future::pending(),
        Arc::new(After(deliveries.to_vec())),
    )
    .await
    .unwrap();
    let executed = *warehouse.executed.lock().unwrap();
    (ended, executed)
}

/// Transitions of a run of one step beside those of the step itself: its lane and the run.
const AROUND: u64 = 5 + 10;

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test(start_paused = true)]
async fn a_step_costs_five_to_eight_transitions_however_long_it_runs_and_whatever_becomes_of_the_event()
 {
    let lost: &[Duration] = &[];
    let prompt = &[Duration::ZERO][..];
    let twice = &[Duration::ZERO, Duration::ZERO][..];
    let late = &[900 * SECOND][..];
    for (takes, limit, deliveries, expected) in [
        (1, "1h", prompt, 5),
        (1, "1h", twice, 5),
        (1, "1h", lost, 6),
        (1, "1h", late, 6),
        (600, "1h", prompt, 6),
        (600, "1h", twice, 6),
        (600, "1h", lost, 7),
        (600, "1h", late, 7),
        (3_500, "1h", prompt, 7),
        (3_590, "1h", lost, 8),
        (3_600, "24h", prompt, 6),
        (3_600, "24h", lost, 7),
        (3_600, "24h", late, 6),
        (86_390, "24h", prompt, 8),
        (86_390, "24h", twice, 8),
        (86_390, "24h", lost, 8),
        (50, "1m", lost, 6),
        (59, "1m", prompt, 6),
    ] {
        let (ended, executed) = run_for(Duration::from_secs(takes), limit, 1, deliveries).await;
        let state = ended.state.unwrap();
        let what = format!("{takes} s within {limit}, {deliveries:?}: {state:?}");
        assert_eq!(state.status, RunStatus::Finished, "{what}");
        assert_eq!(ended.transitions - AROUND, expected, "{what}");
        assert_eq!(executed, 1, "{what}");
        assert!(state.steps["s0"].waiting.is_none());
    }
}

#[tokio::test(start_paused = true)]
async fn many_steps_side_by_side_with_events_that_come_late_and_twice_all_finish() {
    let deliveries = [2 * SECOND, 400 * SECOND];
    let (ended, executed) = run_for(700 * SECOND, "1h", 12, &deliveries).await;
    let state = ended.state.unwrap();
    assert_eq!(state.status, RunStatus::Finished);
    assert_eq!(executed, 12);
}

#[tokio::test(start_paused = true)]
async fn a_step_past_its_limit_is_cancelled_and_an_event_of_that_changes_nothing() {
    for deliveries in [&[][..], &[Duration::ZERO, 5 * SECOND][..]] {
        let (ended, executed) = run_for(7_200 * SECOND, "1h", 1, deliveries).await;
        let state = ended.state.unwrap();
        assert_eq!(state.status, RunStatus::Failed);
        let step = &state.steps["s0"];
        assert_eq!(step.status, StepStatus::Failed);
        assert_eq!(step.error.as_ref().unwrap().error, "Sfc.TimeLimit");
        assert_eq!(executed, 1);
    }
}

#[test]
fn the_program_runs_a_pipeline_whose_statements_tell_when_they_have_ended() {
    let folder = Folder::new(
        "name: demo\ncompletion: event\nwarehouse: { workgroup: w, database: dev }\n\
         limits: { rounds: 2, lanes: 3 }\nsteps:\n  make: { sql: make.sql }\n  \
         count: { sql: count.sql, after: make }\n  slow: { sql: slow.sql, limit: 1s }\n  \
         wrong: { sql: wrong.sql }\n",
        &[
            (
                "make.sql",
                "drop table if exists t;\ncreate table t as select 1 as n",
            ),
            ("count.sql", "select count(*) as n from t"),
            ("slow.sql", SLOW),
            ("wrong.sql", "select * from nowhere"),
        ],
    );
    let ended = folder.sfc(&["run", "."]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    let state = folder.state();
    assert_eq!(state.round, 2);
    assert_eq!(state.steps["count"].rows, Some(1));
    let error = |step: &str| state.steps[step].error.clone().unwrap().error;
    assert_eq!(error("slow"), "Sfc.TimeLimit");
    assert_eq!(error("wrong"), "Sfc.StatementFailed");
    assert_eq!(state.steps["make"].round, 1);
}

/// The machine's side of it: the choice, the waiting, and the run once it has its turn.
#[tokio::test(start_paused = true)]
async fn where_runs_are_skipped_or_queue_one_for_the_stack_waits_for_its_turn() {
    for overlap in ["skip", "queue"] {
        let folder = Folder::new(
            &format!(
                "name: demo\ncompletion: event\noverlap: {overlap}\nwarehouse: {{ workgroup: w, database: dev }}\n\
                 limits: {{ step: 1h, run: 2h, rounds: 1 }}\nsteps:\n  one: {{ sql: one.sql }}\n  \
                 drop: {{ sql: one.sql, when: destroy }}\n"
            ),
            &[("one.sql", "create table if not exists t (n int)")],
        );
        let (machines, ports, _) = world(&folder, 200 * SECOND).await;
        let begun = Instant::now();
        let run = |input, later| {
            let (machines, ports) = (machines.clone(), ports.clone());
            async move {
                tokio::time::sleep(later).await;
                let bus = Arc::new(After(vec![Duration::ZERO]));
                let ended = run_over(&machines, ports, input, std::future::pending(), bus).await;
                (ended.unwrap(), begun.elapsed())
            }
        };
        let ((first, _), (other, _), (of_stack, over)) = tokio::join!(
            run(json!({}), Duration::ZERO),
            run(json!({}), SECOND),
            run(json!({ "when": "destroy" }), 2 * SECOND),
        );
        assert_eq!(first.state.unwrap().status, RunStatus::Finished);
        // The ordinary one is skipped, or has its turn some time.
        assert_eq!(other.state.is_none(), overlap == "skip");
        let state = of_stack.state.unwrap();
        assert_eq!(state.status, RunStatus::Finished, "{overlap}");
        assert_eq!(state.steps.keys().collect::<Vec<_>>(), ["drop"]);
        // Behind the first run's 200 seconds, and after its own.
        assert!(over >= 400 * SECOND, "{overlap}: {over:?}");
        if overlap == "skip" {
            assert!(over < 450 * SECOND, "it looks every 20 seconds: {over:?}");
        }
    }
}
