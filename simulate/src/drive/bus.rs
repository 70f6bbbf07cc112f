//! EventBridge: brings the ends of statements and of executions to the Lambda.

use std::sync::Arc;
use std::time::Duration;

use asl::interpreter::{EndStatus, ExecutionInfo};
use runtime_lambda::ports::StatementStatus;
use runtime_lambda::protocol::{Arrived, Instant, OverInput, Request, Resume, Sweep, Written};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::{sleep, sleep_until, timeout_at};

use super::Stage;
use crate::delivery::Calling;
use crate::faults::FaultKind;
use crate::lambda::ModelLambda;
use crate::story::{Mark, Party};
use crate::world::{SubmittedStatement, World};

/// Brings the events of ended statements, by the rule for the completion of statements.
pub async fn statements(
    world: Arc<World>,
    lambda: Arc<ModelLambda>,
    mut begun: UnboundedReceiver<String>,
) {
    while let Some(id) = begun.recv().await {
        let (world, lambda) = (Arc::clone(&world), Arc::clone(&lambda));
        drop(tokio::spawn(async move {
            statement(&world, &lambda, &id).await
        }));
    }
}

async fn statement(world: &Arc<World>, lambda: &Arc<ModelLambda>, id: &str) {
    let Some((statement, status)) = event_of(world, id).await else {
        return;
    };
    world
        .story
        .tell(Party::Bus, || format!("statement {id} is {status:?}"));
    if world.fault(FaultKind::BusLost, id).is_some() {
        return;
    }
    let mut delay = Duration::from_millis(world.faults.pick("bus", id, 1_500));
    if let Some(shape) = world.fault(FaultKind::BusLate, id) {
        delay += Duration::from_millis(shape % 900_000);
    }
    let event = Request::<Arrived>::Resume(Resume {
        pipeline: world.subject.plan.pipeline.clone(),
        statement_name: Some(statement.name),
        statement_id: id.to_owned(),
        state: status.name().to_owned(),
    });
    let event = event.event();
    if let Some(shape) = world.fault(FaultKind::BusTwice, id) {
        let (lambda, event) = (Arc::clone(lambda), event.clone());
        let later = Duration::from_millis(shape % 600_000);
        drop(tokio::spawn(async move {
            sleep(later).await;
            lambda.event(event).await
        }));
    }
    sleep(delay).await;
    Arc::clone(lambda).event(event).await;
}

/// Tells of the end of a statement: returns when it has ended, or a little before where the event is
/// early.
async fn event_of(world: &World, id: &str) -> Option<(SubmittedStatement, StatementStatus)> {
    let early = world
        .fault(FaultKind::BusEarly, id)
        .map_or(Duration::ZERO, |shape| Duration::from_millis(shape % 3_000));
    loop {
        let (end, changed) = {
            let statements = world.statements.lock();
            let statement = statements.get(id)?;
            (statement.end(), Arc::clone(&statement.changed))
        };
        let told = end.checked_sub(early).unwrap_or(end);
        if timeout_at(told, changed.notified()).await.is_err() {
            break;
        }
    }
    sleep_until(tokio::time::Instant::now()).await;
    let statement = world.statements.lock().get(id).cloned()?;
    let status = statement.status(statement.end());
    Some((statement, status))
}

/// Has an execution swept that ended in another way than well. In AWS a rule starts an execution of the
/// report's machine. On a laptop the process does it itself, and the next one where that fails.
pub async fn execution_ended(stage: &Stage, execution: &ExecutionInfo, status: EndStatus) {
    let world = &stage.world;
    let place = execution.name.as_ref();
    if world.calling == Calling::Aborts {
        let event = Request::<Arrived>::Sweep(Sweep {
            pipeline: world.subject.plan.pipeline.clone(),
            execution: execution.arn.as_ref().into(),
            started: Instant(execution.start),
            status: status.name().to_owned(),
            gives_up: None,
            plan: Some(world.subject.plan_hash.clone()),
        });
        let event = event.event();
        if let Some(shape) = world.fault(FaultKind::SweepFails, place) {
            no_sweep_for(world, execution, Duration::from_secs(shape % 3_600));
        }
        for _ in 0..PROCESSES {
            if Arc::clone(&stage.lambda).once(event.clone()).await {
                return;
            }
            sleep(NEXT_PROCESS).await;
        }
        return;
    }
    // As EventBridge writes it: the start in milliseconds.
    let input = OverInput::<Written> {
        execution: execution.arn.as_ref().into(),
        started: execution.start.as_millisecond().into(),
        status: status.name().into(),
    };
    let input = input.value();
    let mut delay = Duration::from_millis(200 + world.faults.pick("bus", place, 1_500));
    if let Some(shape) = world.fault(FaultKind::SweepLate, place) {
        delay += Duration::from_millis(shape % 600_000);
    }
    sleep(delay).await;
    if world.fault(FaultKind::SweepLost, place).is_some() {
        sleep(SOMEBODY_LOOKS).await;
        world
            .story
            .note(Mark::Plain, || format!("somebody stops the run {place}"));
    }
    let fails = world.fault(FaultKind::SweepFails, place);
    if fails.is_some() {
        no_sweep_for(world, execution, LONGEST_SWEEP);
    }
    let twice = world.fault(FaultKind::SweepTwice, place).is_some();
    let sweep = |name: String| {
        let started = stage
            .interpreter
            .start(&world.subject.report, &name, input.clone());
        Some(tokio::spawn(started.ok()?.run()))
    };
    let sweeps = (0..if twice { 2 } else { 1 }).filter_map(|n| sweep(format!("{place}-sweep-{n}")));
    for sweep in sweeps.collect::<Vec<_>>() {
        // Whatever becomes of it, the promises look at the run.
        let _ = sweep.await;
    }
    if fails.is_some() {
        sleep(SOMEBODY_LOOKS).await;
        world.story.note(Mark::Plain, || {
            format!("somebody hears the alarm and stops the run {place}")
        });
        if let Some(sweep) = sweep(format!("{place}-sweep-by-hand")) {
            let _ = sweep.await;
        }
    }
}

/// No delivery of the sweep of this execution succeeds for so long.
fn no_sweep_for(world: &World, execution: &ExecutionInfo, time: Duration) {
    let until = tokio::time::Instant::now() + time;
    world
        .no_sweep_until
        .lock()
        .insert(execution.arn.to_string(), until);
}

/// Longer than a sweep is tried again.
const LONGEST_SWEEP: Duration = Duration::from_secs(4 * 3_600);

/// How long until somebody sees that a run goes on whose execution is over, and stops it.
/// `sfc stop` starts the execution that the rule would have started.
const SOMEBODY_LOOKS: Duration = Duration::from_secs(3_600);

/// How often somebody on a laptop looks at a run that died.
const PROCESSES: u32 = 20;

/// How long until the next one looks.
const NEXT_PROCESS: Duration = Duration::from_secs(300);
