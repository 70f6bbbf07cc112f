//! The actions, one file each, and the handler that chooses one by the event's `action`.
//!
//! Each is idempotent: the event says which turn of which lane, or which try of which step, it is for. The
//! same event again gives the same answer without doing the work twice.

mod answer_custom_resource;
mod answering;
mod ask;
mod await_statement;
mod close_round;
mod collect;
mod crawling;
mod create_run;
mod custom_resource;
mod look;
mod next_step;
mod notify;
mod park;
mod prepare;
mod report;
mod resume;
mod settle;
mod stand_in;
mod stop;
mod submit;
mod sweep;
mod telling;
mod unbegun;
mod waiting;

pub use stop::MOST_CALLS as MOST_STOP_CALLS;
pub use submit::WINDOW as SUBMIT_WINDOW;

use serde::Serialize;
use serde_json::Value;

use crate::error::ActionError;
use crate::ports::{Ports, StatementDescription};
use crate::protocol::{OfStep, Progress, Request, StepAnswer};
use crate::run::{Memory, Run};
use crate::tried::Try;

impl OfStep {
    /// The try that it is for.
    fn tried(&self) -> Try<'_> {
        Try {
            step: &self.step,
            round: self.round,
        }
    }

    /// Ends the try as its ended statement says, or has the statement followed by another one: the error is
    /// `Sfc.TryAgain` then.
    async fn settle(
        &self,
        run: &Run,
        statement: &StatementDescription,
    ) -> Result<Option<u64>, ActionError> {
        if self.again.is_some()
            && let Some(message) = run.tries_again(self.tried(), statement).await?
        {
            return Err(ActionError::TryAgain(message));
        }
        run.settle(self.tried(), statement).await
    }

    /// Refuses what is for a statement of this round that another one has followed, or is to follow. The error
    /// has the step submitted again, if anybody still hears it.
    fn current(&self, state: &crate::state::GlobalState) -> Result<(), ActionError> {
        let step = state.step(&self.step);
        match step.filter(|_| state.is_running(&self.step, self.round)) {
            Some(step) if self.again.unwrap_or(0) < step.again && !step.stopping => {
                Err(ActionError::TryAgain(format!(
                    "statement {} of `{}` is to follow",
                    step.again + 1,
                    self.step
                )))
            }
            _ => Ok(()),
        }
    }
}

/// The Lambda's handler: ports, and what is worth keeping between two events.
pub struct Handler {
    ports: Ports,
    memory: Memory,
}

impl Handler {
    /// A handler over these ports.
    #[must_use]
    pub fn new(ports: Ports) -> Self {
        Self::remembering(ports, Memory::default())
    }

    /// A handler over these ports that knows already what is in this memory.
    #[must_use]
    pub fn remembering(ports: Ports, memory: Memory) -> Self {
        Self { ports, memory }
    }

    /// Does what the event asks for; the answer is small and holds references only.
    ///
    /// # Errors
    /// What the state machines match on, by [`ActionError::name`].
    pub async fn handle(&self, event: Value) -> Result<Value, ActionError> {
        let invalid = |error: serde_json::Error| ActionError::InvalidEvent(error.to_string());
        let (ports, memory) = (&self.ports, &self.memory);
        // The only event whose shape is not ours: CloudFormation's, about the stack's own resource.
        if event.get("action").is_none() && event.get("RequestType").is_some() {
            let event = serde_json::from_value(event).map_err(invalid)?;
            return custom_resource::custom_resource(ports, &event).await;
        }
        let request: Request = serde_json::from_value(event).map_err(invalid)?;
        // Boxed: a call has to keep what its own action needs, and not what the largest one needs.
        match request {
            Request::CreateRun(event) => {
                said(Box::pin(create_run::create_run(ports, memory, &event)).await)
            }
            Request::NextStep(event) => {
                said(Box::pin(next_step::next_step(ports, memory, &event)).await)
            }
            Request::Park(event) => said(Box::pin(park::park(ports, memory, &event)).await),
            Request::Submit(event) => said(Box::pin(submit::submit(ports, memory, &event)).await),
            Request::Ask(event) => said(Box::pin(ask::ask(ports, memory, &event)).await),
            Request::Resume(event) => said(Box::pin(resume::resume(ports, memory, &event)).await),
            Request::Await(event) => {
                said(Box::pin(await_statement::await_statement(ports, memory, &event)).await)
            }
            Request::Collect(event) => {
                said(Box::pin(collect::collect(ports, memory, &event)).await)
            }
            Request::Prepare(event) => {
                said(Box::pin(prepare::prepare(ports, memory, &event)).await)
            }
            Request::Crawling(event) => {
                said(Box::pin(crawling::crawling(ports, memory, &event)).await)
            }
            Request::Settle(event) => said(Box::pin(settle::settle(ports, memory, &event)).await),
            Request::Stop(event) => said(Box::pin(stop::stop(ports, memory, &event)).await),
            Request::CloseRound(event) => {
                said(Box::pin(close_round::close_round(ports, memory, &event)).await)
            }
            Request::Report(event) => said(Box::pin(report::report(ports, memory, &event)).await),
            Request::Notify(event) => said(Box::pin(notify::notify(ports, memory, &event)).await),
            Request::Look(event) => said(Box::pin(look::look(ports, memory, &event)).await),
            Request::Sweep(event) => said(Box::pin(sweep::sweep(ports, memory, &event)).await),
            Request::AnswerCustomResource(event) => said(
                Box::pin(answer_custom_resource::answer_custom_resource(
                    ports, memory, &event,
                ))
                .await,
            ),
        }
    }
}

/// An answer as JSON.
fn said<T: Serialize>(answer: Result<T, ActionError>) -> Result<Value, ActionError> {
    serde_json::to_value(answer?).map_err(|error| ActionError::Corrupt(error.to_string()))
}

/// The answer of the actions that bring a statement forward.
fn step_status(status: Progress, rows: Option<u64>) -> StepAnswer {
    StepAnswer { status, rows }
}
