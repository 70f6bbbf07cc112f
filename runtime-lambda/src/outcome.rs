//! How a step ends. Its outcome goes into the global state, what went wrong goes into an object of
//! its own, and lanes that wait for it are woken.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;

use crate::checked;
use crate::denied;
use crate::error::ActionError;
use crate::healing;
use crate::keys;
use crate::place::{self, Place};
use crate::plan::Job;
use crate::ports::{ExecutionsError, StatementDescription, StatementStatus, WarehouseError};
use crate::results::{self, Collected};
use crate::run::Run;
use crate::signals::NO_ROWS;
use crate::state::{CheckState, GlobalState, StepError, StepState, StepStatus};
use crate::tried::{Try, submitted, superseded};

/// Longest wait of one call to the warehouse (AWS page: `DescribeStatement`, `WaitTimeSeconds`).
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// How long a submission may take from when it has seen that its step is not being stopped.
pub const SUBMISSION: Duration = Duration::from_secs(60);

/// Pause between two looks for a statement whose id nobody wrote down.
const LOOK_PAUSE: Duration = Duration::from_secs(5);

/// Tries to return a task token before it is left to its time-out.
const WAKE_ATTEMPTS: u32 = 3;

/// What is said of a step that was to return rows and returned none.
pub const NO_RESULT: &str = "expected a result, but the last statement returned no rows";

/// What the object `errors/<step>/round-<n>.json` holds, for people who look for a cause.
#[derive(Serialize)]
struct ErrorDocument<'a> {
    run: &'a str,
    step: &'a str,
    round: u32,
    statement_id: Option<&'a str>,
    error: &'a str,
    message: &'a str,
    #[serde(flatten)]
    place: Option<&'a Place>,
    time: Timestamp,
}

impl Run {
    /// Asks about a statement until it has ended or `window` has passed.
    pub async fn await_statement(
        &self,
        statement_id: &str,
        window: Duration,
    ) -> Result<StatementDescription, WarehouseError> {
        let mut left = window;
        if !left.is_zero() {
            self.waits();
        }
        loop {
            let wait = left.min(LONGEST_WAIT);
            let description = self.ports.warehouse.describe(statement_id, wait).await?;
            left = left.saturating_sub(wait);
            if description.status.is_terminal() || left.is_zero() {
                return Ok(description);
            }
        }
    }

    /// Ends a try as its ended statement says: collects the rows and checks them, or records what
    /// went wrong. Returns the rows; an outcome other than FINISHED is the error it was recorded as.
    pub async fn settle(
        &self,
        tried: Try<'_>,
        statement: &StatementDescription,
    ) -> Result<Option<u64>, ActionError> {
        match statement.status {
            StatementStatus::Finished => self.collect(tried, statement).await,
            StatementStatus::Aborted => {
                // Whoever stops the step says why.
                submitted(self.state().await?.as_ref(), tried)?;
                let message = statement
                    .error
                    .clone()
                    .unwrap_or_else(|| "the statement was cancelled".to_owned());
                let message = self.scrubbed(tried.step, message).await;
                self.fail(tried, ActionError::StatementAborted(message))
                    .await
            }
            _ => {
                let message = statement
                    .error
                    .clone()
                    .unwrap_or_else(|| "the statement failed without a message".to_owned());
                let message = self.scrubbed(tried.step, message).await;
                let message = denied::explained(message, self.ports.warehouse.database_user());
                let mut planned = self.plan.steps.iter();
                let message = match planned.find(|step| step.name == *tried.step) {
                    Some(step) => checked::named(step, statement, message),
                    None => message,
                };
                self.fail(tried, ActionError::StatementFailed(message))
                    .await
            }
        }
    }

    /// What a statement failed with that is followed by another one in this round. Its error
    /// passes, the step has such tries left, and nobody stops it. The state knows of it afterwards.
    pub async fn tries_again(
        &self,
        tried: Try<'_>,
        statement: &StatementDescription,
    ) -> Result<Option<String>, ActionError> {
        let most = self.planned(tried.step)?.retry.transient;
        let failed = statement.error.as_deref().filter(|message| {
            statement.status == StatementStatus::Failed && most > 0 && healing::passes(message)
        });
        let Some(message) = failed else {
            return Ok(None);
        };
        let (_, again) = self
            .update(|state| {
                if !state.is_running(tried.step, tried.round) {
                    return Err(superseded(tried));
                }
                let Some(step) = state.step_mut(tried.step) else {
                    return Ok(false);
                };
                if step.stopping {
                    return Ok(false);
                }
                // Who comes second finds that it is so.
                if step.statement_id.as_deref() != Some(statement.id.as_str()) {
                    return Ok(true);
                }
                if step.again >= most {
                    return Ok(false);
                }
                step.again += 1;
                step.statement_id = None;
                step.waiting = None;
                Ok(true)
            })
            .await?;
        if !again {
            return Ok(None);
        }
        Ok(Some(self.scrubbed(tried.step, message.to_owned()).await))
    }

    async fn collect(
        &self,
        tried: Try<'_>,
        statement: &StatementDescription,
    ) -> Result<Option<u64>, ActionError> {
        let step = self
            .plan
            .steps
            .iter()
            .find(|step| step.name == *tried.step)
            .ok_or_else(|| {
                ActionError::InvalidEvent(format!("there is no step `{}`", tried.step))
            })?;
        let (own_rows, result_id) = checked::own(step, statement);
        let (rows, has_result, violation, signals, unseen) = match &result_id {
            Some(result_id) => {
                let collected = results::collect(self, step, result_id).await;
                let collected = self.or_fail(tried, collected).await?;
                let rows = Some(collected.rows);
                let Collected {
                    violation,
                    signals,
                    unseen,
                    ..
                } = collected;
                (rows, true, violation, signals, unseen)
            }
            None => (
                own_rows,
                false,
                step.expect.is_some().then(|| NO_RESULT.to_owned()),
                Vec::new(),
                (!step.signals.is_empty()).then(|| NO_ROWS.to_owned()),
            ),
        };
        if let Some(violation) = violation {
            return self
                .fail(tried, ActionError::ExpectationFailed(violation))
                .await;
        }
        let checked = self.check(tried, step, statement).await;
        let checked = self.or_fail(tried, checked).await?;
        if let Some(violation) = &checked.violation {
            self.note_checks(tried, &checked.states).await?;
            return self
                .fail(tried, ActionError::ExpectationFailed(violation.clone()))
                .await;
        }
        self.keep_counts(step, &checked).await?;
        self.record(tried, |state| {
            state.status = StepStatus::Finished;
            state.checks.clone_from(&checked.states);
            state.rows = rows;
            state.has_result = has_result;
            state.signals.clone_from(&signals);
            state.unseen.clone_from(&unseen);
            state.error = None;
        })
        .await?;
        Ok(rows)
    }

    /// Why a step ends that ran past its limit.
    pub fn past_its_limit(&self, step: &str) -> ActionError {
        match self.planned(step) {
            Ok(planned) => {
                let limit = planned.limit_seconds;
                ActionError::TimeLimit(format!("`{step}` ran past its limit of {limit} s"))
            }
            Err(unknown) => unknown,
        }
    }

    /// Notes what became of the checks of a try that is about to fail for them.
    async fn note_checks(&self, tried: Try<'_>, checks: &[CheckState]) -> Result<(), ActionError> {
        self.update(|state| {
            if state.is_running(tried.step, tried.round)
                && let Some(step) = state.step_mut(tried.step)
            {
                step.checks = checks.to_vec();
            }
            Ok(())
        })
        .await?;
        Ok(())
    }

    /// Fences a try that is being stopped: nothing is submitted for it any more. Who ends it in the
    /// end says that it ran past its limit, if that is the reason.
    ///
    /// Returns the state afterwards, and whether the try is running.
    pub async fn fence(
        &self,
        tried: Try<'_>,
        reason: &ActionError,
    ) -> Result<(Arc<GlobalState>, bool), ActionError> {
        self.update(|state| {
            let running = state.is_running(tried.step, tried.round);
            if running && let Some(step) = state.step_mut(tried.step) {
                step.fence(self.ports.clock.now());
                step.late |= matches!(reason, ActionError::TimeLimit(_));
            }
            Ok(running)
        })
        .await
    }

    /// Stops a try: nothing is submitted for it any more, its statement is cancelled and asked about
    /// until it has ended or `window` has passed. A statement that had finished in time counts.
    ///
    /// Returns the step's status afterwards: RUNNING if the statement still is.
    pub async fn stop(
        &self,
        tried: Try<'_>,
        reason: ActionError,
        window: Duration,
    ) -> Result<StepStatus, ActionError> {
        let (state, running) = self.fence(tried, &reason).await?;
        // Whoever began to stop it may have been unable to finish that.
        let is_late = running && state.step(tried.step).is_some_and(|step| step.late);
        let reason = if is_late {
            self.past_its_limit(tried.step)
        } else {
            reason
        };
        if self.crawler(&state, tried).is_some() && !self.crawl_stops(&state, tried, window).await?
        {
            return Ok(StepStatus::Running);
        }
        let step = state.step(tried.step);
        if !running {
            return step
                .map(|step| step.status)
                .ok_or_else(|| ActionError::InvalidEvent(format!("no step `{}`", tried.step)));
        }
        if !self.job_stops(&state, tried, window).await? {
            return Ok(StepStatus::Running);
        }
        let Some(statements) = self.statements(&state, tried, window).await? else {
            return Ok(StepStatus::Running);
        };
        let mut ended: Option<StatementDescription> = None;
        for id in &statements {
            // What became of it is for the description to say.
            let _ = self.ports.warehouse.cancel(id).await;
            match self.await_statement(id, window).await {
                Ok(description) if description.status.is_terminal() => {
                    ended.get_or_insert(description);
                }
                // A refusal (no permission, credentials that have expired) says nothing about it.
                Ok(_) | Err(WarehouseError::Refused(_)) => return Ok(StepStatus::Running),
                Err(WarehouseError::NoSuchStatement(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        if let Some(description) = &ended {
            // Found by its name: what the step says of it must lead to it.
            self.update(|state| {
                if state.is_running(tried.step, tried.round)
                    && let Some(step) = state.step_mut(tried.step)
                {
                    step.statement_id
                        .get_or_insert_with(|| description.id.clone());
                }
                Ok(())
            })
            .await?;
        }
        // An execution that outlived its parents has nothing to wait for any more. Its token goes first: the
        // outcome takes it out of the state, and whoever dies in between leaves a try that is stopped again.
        // If nobody waits, or the token cannot be returned, the execution ends by its own limit.
        if let Some(waiting) = step.and_then(|step| step.waiting.as_ref()) {
            let _ = self.return_token(&waiting.token).await;
        }
        let settled = match ended {
            Some(description) if description.status != StatementStatus::Aborted => {
                self.settle(tried, &description).await.map(|_| ())
            }
            _ => self.fail(tried, reason).await,
        };
        match (settled, self.state().await?.status_of(tried.step)) {
            (_, Some(status)) if status != StepStatus::Running => Ok(status),
            (Err(error), _) => Err(error),
            (Ok(()), Some(status)) => Ok(status),
            (Ok(()), None) => Err(ActionError::InvalidEvent(format!(
                "no step `{}`",
                tried.step
            ))),
        }
    }

    /// Ids of the statements of a try that is being stopped. `None` if a submission may still be under way
    /// after `window`: what has not begun cannot be cancelled.
    async fn statements(
        &self,
        state: &GlobalState,
        tried: Try<'_>,
        window: Duration,
    ) -> Result<Option<Vec<String>>, ActionError> {
        // Once the run is in another round, the step's statement is another try's.
        let id = |state: &GlobalState| {
            let step = state.step(tried.step)?;
            let id = step.statement_id.as_ref();
            id.filter(|_| step.round == tried.round).cloned()
        };
        if let Some(id) = id(state) {
            return Ok(Some(vec![id]));
        }
        let clock = &self.ports.clock;
        let fenced = state.step(tried.step);
        // A job is no submission: `job_stops` or `stop_crawl` has stopped it.
        let fenced = fenced
            .filter(|_| self.job(tried.step).is_none())
            .and_then(|step| step.stopping_since);
        let under_way = self.ports.warehouse.longest_submission();
        let settled = fenced.and_then(|fenced| fenced.checked_add(under_way).ok());
        let mut left = window;
        loop {
            // Submitted, perhaps, by a Lambda that could not write down the id.
            let name = self.statement_name(state, tried);
            let found = self.ports.warehouse.find(&name).await?;
            let is_settled = settled.is_none_or(|settled| clock.now() >= settled);
            if !found.is_empty() || is_settled {
                return Ok(Some(found));
            }
            if left.is_zero() {
                return Ok(None);
            }
            let pause = left.min(LOOK_PAUSE);
            clock.sleep(pause).await;
            left = left.saturating_sub(pause);
            // Whoever submits writes the id down, and cancels.
            if let Some(id) = id(self.state().await?.as_ref()) {
                return Ok(Some(vec![id]));
            }
        }
    }

    /// The crawler whose crawl this try has started, if that may still be running.
    pub fn crawler(&self, state: &GlobalState, tried: Try<'_>) -> Option<&str> {
        let step = state.step(tried.step)?;
        if !step.crawling || step.round != tried.round {
            return None;
        }
        let planned = self
            .plan
            .steps
            .iter()
            .find(|step| step.name == *tried.step)?;
        match &planned.job {
            Some(Job::GlueCrawler { name }) => Some(name),
            _ => None,
        }
    }

    /// Has the crawl of this try stopped, and waits for that. Whether it has within `window`, or nobody can
    /// stop it.
    async fn crawl_stops(
        &self,
        state: &GlobalState,
        tried: Try<'_>,
        window: Duration,
    ) -> Result<bool, ActionError> {
        if !self.stop_crawl(state, tried).await? {
            return Ok(true);
        }
        let mut left = window;
        loop {
            if self.crawler(self.state().await?.as_ref(), tried).is_none() {
                return Ok(true);
            }
            if left.is_zero() {
                return Ok(false);
            }
            let pause = left.min(LOOK_PAUSE);
            self.ports.clock.sleep(pause).await;
            left = left.saturating_sub(pause);
        }
    }

    /// Has the crawl of this try stopped by an execution of `query-timeout`: what talks to Glue is the
    /// state machines, not the Lambda. Whether there is a machine that does it.
    pub async fn stop_crawl(
        &self,
        state: &GlobalState,
        tried: Try<'_>,
    ) -> Result<bool, ActionError> {
        let digest: String = keys::sha256(tried.step.as_bytes())
            .chars()
            .take(8)
            .collect();
        // Another name than the one that a lane gives: its execution may have died.
        let name = format!("{}-{}-crawl-{digest}", self.id, tried.round);
        let input = serde_json::json!({
            "run": self.id,
            "step": tried.step,
            "round": tried.round,
            "error": "Sfc.Stopped",
            "call": 1,
        });
        let machine = keys::query_timeout(&state.execution, &self.pipeline);
        let started = self.ports.executions.start(&machine, &name, &input).await;
        match started {
            Ok(()) => Ok(true),
            // Where there are no machines any more, nobody can.
            Err(ExecutionsError::NoMachine) => Ok(false),
            Err(error) => Err(ActionError::Unavailable(error.to_string())),
        }
    }

    /// Notes that the crawl of this try is over.
    pub async fn forget_crawl(&self, tried: Try<'_>) -> Result<(), ActionError> {
        self.update(|state| {
            let step = state.step_mut(tried.step);
            if let Some(step) = step.filter(|step| step.round == tried.round) {
                step.crawl_ends();
            }
            Ok(())
        })
        .await?;
        Ok(())
    }

    /// Ends the wait of a level-1 execution. That nobody waits any more is well.
    pub async fn return_token(&self, token: &str) -> Result<(), ActionError> {
        let answer = self
            .ports
            .executions
            .send_task_success(token, &serde_json::json!({}))
            .await;
        match answer {
            Ok(()) | Err(ExecutionsError::NobodyWaits) => Ok(()),
            Err(error) => Err(ActionError::Unavailable(error.to_string())),
        }
    }

    /// Name of the statement of a try.
    pub fn statement_name(&self, state: &GlobalState, tried: Try<'_>) -> String {
        let again = state.step(tried.step).map_or(0, |step| step.again);
        keys::statement_name(&self.pipeline, &self.id, tried.step, tried.round, again)
    }

    /// Ends a try as FAILED if what was done for it cannot be done.
    pub async fn or_fail<T>(
        &self,
        tried: Try<'_>,
        result: Result<T, ActionError>,
    ) -> Result<T, ActionError> {
        match result {
            Err(error) if error.is_permanent() => self.fail(tried, error).await,
            result => result,
        }
    }

    /// Ends a try as FAILED with `error`, and returns that error.
    pub async fn fail<T>(&self, tried: Try<'_>, error: ActionError) -> Result<T, ActionError> {
        let message = error.to_string();
        let state = self.state().await?;
        let place = match &error {
            ActionError::StatementFailed(message) | ActionError::StatementAborted(message) => {
                self.place(tried, message, &state).await
            }
            _ => None,
        };
        let statement_id = state
            .steps
            .get(tried.step)
            .and_then(|step| step.statement_id.as_deref());
        let written = self
            .write(
                &keys::error(&self.pipeline, &self.id, tried.step, tried.round),
                &ErrorDocument {
                    run: &self.id,
                    step: tried.step,
                    round: tried.round,
                    statement_id,
                    error: error.name(),
                    message: &message,
                    place: place.as_ref(),
                    time: self.ports.clock.now(),
                },
            )
            .await;
        // Where no space is left for the document, the global state still says what went wrong.
        if let Err(unwritten) = written
            && !unwritten.is_permanent()
        {
            return Err(unwritten);
        }
        self.record(tried, |state| {
            state.status = StepStatus::Failed;
            if !matches!(error, ActionError::ExpectationFailed(_)) {
                // They were judged in an earlier round.
                state.checks.clear();
            }
            state.error = Some(StepError {
                error: error.name().to_owned(),
                message: message.clone(),
                place: place.clone().map(Box::new),
            });
        })
        .await?;
        Err(error)
    }

    /// The place in the step's script that a message is about. A script that cannot be read keeps
    /// nobody from recording the failure.
    async fn place(&self, tried: Try<'_>, message: &str, state: &GlobalState) -> Option<Place> {
        let step = self
            .plan
            .steps
            .iter()
            .find(|step| step.name == *tried.step)?;
        let script = self.script(&step.script).await.ok()?;
        place::find(&script, message, &state.parameters)
    }

    /// Writes an outcome into the global state, if the try is still running, and wakes lanes.
    pub async fn record(
        &self,
        tried: Try<'_>,
        outcome: impl Fn(&mut StepState),
    ) -> Result<(), ActionError> {
        let (state, recorded) = self
            .update(|state| {
                // Now, and not before a race was lost: what follows must not seem to start earlier.
                let now = self.ports.clock.now();
                let running = state.is_running(tried.step, tried.round);
                if running && let Some(step) = state.step_mut(tried.step) {
                    outcome(step);
                    step.unfence();
                    step.waiting = None;
                    step.ended = Some(now);
                }
                Ok(running)
            })
            .await?;
        self.wake(&state).await;
        if recorded {
            Ok(())
        } else {
            Err(superseded(tried))
        }
    }

    /// Returns the task tokens of lanes that have something to look at now. A token that cannot be
    /// returned is left to its time-out, after which its lane looks by itself.
    pub async fn wake(&self, state: &GlobalState) {
        let (wanted, tokens) = state.lanes_to_wake(&self.plan);
        let mut woken = 0;
        for token in tokens {
            if woken == wanted {
                return;
            }
            for _ in 0..WAKE_ATTEMPTS {
                let answer = self
                    .ports
                    .executions
                    .send_task_success(&token, &serde_json::json!({}))
                    .await;
                match answer {
                    Ok(()) => {
                        woken += 1;
                        break;
                    }
                    Err(ExecutionsError::NobodyWaits) => break,
                    Err(_) => {}
                }
            }
        }
    }
}
