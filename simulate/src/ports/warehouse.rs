//! The warehouse: statements that take their time, end in some way, and can be cancelled.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use runtime_lambda::ids::{RunId, StepName};
use runtime_lambda::keys;
use runtime_lambda::ports::{
    ResultPage, StatementDescription, StatementStatus, Submission, Warehouse, WarehouseError,
};
use tokio::time::{Instant, timeout_at};

use super::{result, short};
use crate::delivery::Calling;
use crate::faults::FaultKind;
use crate::promises;
use crate::story::Party;
use crate::world::{Fate, SubmittedStatement, World};

/// The port `Warehouse` of the model: statements end after a drawn time.
pub struct ModelWarehouse(pub Arc<World>);

fn lost(what: &str) -> WarehouseError {
    WarehouseError::Unavailable(what.to_owned())
}

/// What is known of a statement.
fn description(world: &World, id: &str) -> Result<StatementDescription, WarehouseError> {
    let statements = world.statements.lock();
    let statement = statements
        .get(id)
        .ok_or_else(|| WarehouseError::NoSuchStatement(id.to_owned()))?;
    let now = Instant::now();
    let status = statement.status(now);
    let message = match &statement.fate {
        Fate::Fails(message) if status == StatementStatus::Failed => Some(message.clone()),
        _ => None,
    };
    Ok(StatementDescription {
        id: id.to_owned(),
        status,
        error: message,
        duration: now.min(statement.end()) - statement.started,
        rows: statement.rows,
        parts: result::parts(world.subject.step(&statement.step), id, statement),
        result_id: statement
            .rows
            .filter(|_| status == StatementStatus::Finished)
            .map(|_| id.to_owned()),
    })
}

/// Returns when the statement has ended, or at `until`.
async fn statement_ended(
    world: &World,
    id: &str,
    until: Instant,
) -> Result<StatementDescription, WarehouseError> {
    loop {
        let description = description(world, id)?;
        if description.status.is_terminal() || Instant::now() >= until {
            return Ok(description);
        }
        let (end, changed) = {
            let statements = world.statements.lock();
            let statement = statements
                .get(id)
                .ok_or_else(|| WarehouseError::NoSuchStatement(id.to_owned()))?;
            (statement.end(), Arc::clone(&statement.changed))
        };
        // A cancellation may come meanwhile, and moves the end.
        let _ = timeout_at(end.min(until), changed.notified()).await;
    }
}

/// Begins a statement, unless its token has begun one. Answers with its id.
fn begin(world: &World, execution: &Submission) -> String {
    let place = short(&execution.statement_name);
    let (id, with_event) = {
        let mut statements = world.statements.lock();
        if let Some(id) = statements.of_token(&execution.client_token) {
            return id.clone();
        }
        let statement = drawn(world, execution, place);
        let takes = statement.own_end - statement.started;
        let ends = match statement.fate {
            Fate::Finishes => "finishes",
            Fate::Fails(_) => "fails",
        };
        let id = statements.add(&execution.client_token, statement);
        world.story.tell(Party::Warehouse, || {
            let takes = takes.as_secs_f64();
            format!("begins statement {id} of {place}: left alone it {ends} after {takes:.1} s")
        });
        (id, execution.with_event)
    };
    promises::statement_began(world, &id);
    if with_event {
        // Nobody listens any more at the very end.
        let _ = world.bus.send(id.clone());
    }
    id
}

/// A statement as the seed draws it, which begins now.
fn drawn(world: &World, execution: &Submission, place: &str) -> SubmittedStatement {
    let named = keys::parse_statement_name(&execution.statement_name);
    let (run, step, round) = named.map_or((RunId::from(""), StepName::from(""), 0), |named| {
        (named.run, named.step, named.round)
    });
    let planned = world.subject.step(&step);
    let limit = planned.map_or(3_600, |step| step.limit_seconds);
    let shape = world.faults.pick("statement", place, u64::MAX);
    let takes = match shape % 100 {
        _ if world.fault(FaultKind::StatementEndless, place).is_some() => {
            Duration::from_secs(limit + limit / 5 + 30)
        }
        0..=1 => Duration::from_secs(300 + (shape >> 8) % 900),
        2..=9 => Duration::from_secs(20 + (shape >> 8) % 100),
        10..=19 => Duration::from_millis(5_000 + (shape >> 8) % 25_000),
        _ => Duration::from_millis(50 + (shape >> 8) % 4_000),
    };
    let takes = world.statement.unwrap_or(takes);
    // Without a fault, a statement keeps to its limit.
    let takes = if takes.as_secs() > limit {
        takes
    } else {
        takes.min(Duration::from_secs(limit * 2 / 3))
    };
    let failing = world
        .failing
        .get(step.as_str())
        .is_some_and(|times| round <= *times);
    let fate = if failing || world.fault(FaultKind::StatementFails, place).is_some() {
        Fate::Fails(format!("ERROR: division by zero in {step}"))
    } else if world.fault(FaultKind::StatementTransient, place).is_some() {
        Fate::Fails(format!(
            "ERROR: 1023 DETAIL: Serializable isolation violation on table {step}"
        ))
    } else {
        Fate::Finishes
    };
    let checks = planned.map_or(0, |step| step.checks.len());
    let own = execution.statements.len().saturating_sub(checks);
    let last = execution.statements.get(..own).and_then(<[String]>::last);
    let last = last.map_or("", String::as_str);
    let asked = planned.is_some_and(|step| step.expect.is_some() || !step.signals.is_empty());
    let returns = asked || result::returns_rows(last);
    let wrong = (asked || checks > 0) && world.fault(FaultKind::ResultWrong, place).is_some();
    let rows = returns.then(|| result::rows(planned, wrong, shape >> 20));
    let started = Instant::now();
    SubmittedStatement {
        name: execution.statement_name.clone(),
        began_late: world.facts(&run).over.is_some(),
        run,
        step,
        round,
        started,
        own_end: started + takes,
        fate,
        rows,
        wrong,
        own,
        cancelled: None,
        stubborn: false,
        changed: Arc::default(),
    }
}

#[async_trait]
impl Warehouse for ModelWarehouse {
    async fn execute(
        &self,
        execution: &Submission,
        wait: Duration,
    ) -> Result<StatementDescription, WarehouseError> {
        let (world, place) = (&self.0, short(&execution.statement_name));
        let request = {
            let (world, execution) = (Arc::clone(world), execution.clone());
            async move {
                let place = short(&execution.statement_name);
                world
                    .travel("execute", place, FaultKind::WarehouseSlow)
                    .await;
                if world.fault(FaultKind::ExecuteThrottled, place).is_some() {
                    return Err(WarehouseError::Throttled("too many statements".to_owned()));
                }
                if world.fault(FaultKind::ExecuteBefore, place).is_some() {
                    return Err(lost("no answer"));
                }
                Ok(begin(&world, &execution))
            }
        };
        let begun = world.request(place, request).await;
        let id = begun.ok_or_else(|| lost("no answer"))??;
        world
            .travel("execute's answer", place, FaultKind::WarehouseSlow)
            .await;
        if world.fault(FaultKind::ExecuteAfter, place).is_some() {
            return Err(lost("no answer, after the submission"));
        }
        statement_ended(world, &id, Instant::now() + wait).await
    }

    fn longest_submission(&self) -> Duration {
        match self.0.calling {
            Calling::Outlives => Duration::from_secs(150),
            Calling::Aborts => Duration::ZERO,
        }
    }

    async fn describe(
        &self,
        statement_id: &str,
        wait: Duration,
    ) -> Result<StatementDescription, WarehouseError> {
        let world = &self.0;
        world
            .travel("describe", statement_id, FaultKind::WarehouseSlow)
            .await;
        if world
            .fault(FaultKind::DescribeUnavailable, statement_id)
            .is_some()
        {
            return Err(lost("no answer"));
        }
        statement_ended(world, statement_id, Instant::now() + wait).await
    }

    async fn cancel(&self, statement_id: &str) -> Result<(), WarehouseError> {
        let world = &self.0;
        world
            .travel("cancel", statement_id, FaultKind::WarehouseSlow)
            .await;
        if world.fault(FaultKind::CancelBefore, statement_id).is_some() {
            return Err(WarehouseError::Throttled("too many calls".to_owned()));
        }
        let slow = world.fault(FaultKind::CancelSlow, statement_id);
        let in_vain = world.fault(FaultKind::CancelNever, statement_id).is_some();
        let milliseconds = world.faults.pick("cancelled", statement_id, 3_000)
            + slow.map_or(0, |shape| shape % 400_000);
        let at = Instant::now() + Duration::from_millis(milliseconds);
        let took = {
            let mut statements = world.statements.lock();
            let Some(statement) = statements.get_mut(statement_id) else {
                return Err(WarehouseError::NoSuchStatement(statement_id.to_owned()));
            };
            statement.stubborn |= in_vain && statement.cancelled.is_none();
            let took = statement.cancelled.is_none()
                && !statement.stubborn
                && Instant::now() < statement.own_end;
            if took {
                statement.cancelled = Some(at);
                statement.changed.notify_waiters();
            }
            took
        };
        if took {
            world.story.tell(Party::Warehouse, || {
                format!("cancels statement {statement_id}")
            });
            promises::statement_cancelled(world, statement_id);
        }
        if world.fault(FaultKind::CancelAfter, statement_id).is_some() {
            return Err(lost("no answer, after the cancellation"));
        }
        Ok(())
    }

    async fn find(&self, statement_name: &str) -> Result<Vec<String>, WarehouseError> {
        let (world, place) = (&self.0, short(statement_name));
        world.travel("find", place, FaultKind::WarehouseSlow).await;
        if world.fault(FaultKind::FindUnavailable, place).is_some() {
            return Err(lost("no answer"));
        }
        let stale = match world.calling {
            Calling::Outlives => world.fault(FaultKind::FindStale, place),
            Calling::Aborts => None,
        };
        let lag = stale.map_or(Duration::ZERO, |_| Duration::from_secs(2));
        let now = Instant::now();
        let statements = world.statements.lock();
        let known = statements.named(statement_name);
        Ok(known
            .filter(|(_, statement)| statement.started + lag <= now)
            .map(|(id, _)| id.to_owned())
            .collect())
    }

    async fn result(
        &self,
        statement_id: &str,
        next_token: Option<&str>,
    ) -> Result<ResultPage, WarehouseError> {
        let world = &self.0;
        world
            .travel("result", statement_id, FaultKind::WarehouseSlow)
            .await;
        if world
            .fault(FaultKind::ResultUnavailable, statement_id)
            .is_some()
        {
            return Err(WarehouseError::Throttled("too many calls".to_owned()));
        }
        let (whole, part) = statement_id
            .split_once(':')
            .map_or((statement_id, None), |(whole, part)| {
                (whole, part.parse::<usize>().ok())
            });
        let statement = world.statements.lock().get(whole).cloned();
        let page = statement.and_then(|statement| {
            let planned = world.subject.step(&statement.step);
            match part.and_then(|part| part.checked_sub(statement.own + 1)) {
                Some(check) => result::of_check(planned?, check, &statement),
                None => result::page(planned, whole, &statement, next_token),
            }
        });
        page.ok_or_else(|| WarehouseError::Refused("the statement has no result".to_owned()))
    }
}
