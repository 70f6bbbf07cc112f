//! The actions, one file each, and the handler that chooses one by the event's `action`.
//!
//! Each is idempotent: the event says which turn of which lane, or which try of which step, it is
//! for, and the same event again gives the same answer without doing the work twice.

mod answer_stack;
mod ask;
mod await_statement;
mod close_round;
mod collect;
mod crawling;
mod create_run;
mod look;
mod next_step;
mod notify;
mod park;
mod prepare;
mod report;
mod resume;
mod settle;
mod stack_event;
mod stand_in;
mod stop;
mod submit;
mod sweep;

pub use stop::MOST_CALLS as MOST_STOP_CALLS;
pub use submit::WINDOW as SUBMIT_WINDOW;
pub(crate) use submit::submitted;
pub use sweep::DIED;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::error::ActionError;
use crate::outcome::Try;
use crate::ports::{Ports, StatementDescription};
use crate::run::{Memory, Run};

/// What a state machine asks for.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum Event {
    /// Creates the global state.
    CreateRun(create_run::CreateRun),
    /// Gives a lane its next step.
    NextStep(next_step::NextStepOf),
    /// Remembers the task token of a lane that waits.
    Park(park::Park),
    /// Submits a step's statements.
    Submit(submit::Submit),
    /// Asks after a statement whose event has not come.
    Ask(ask::Ask),
    /// Takes the event that a statement has ended.
    Resume(resume::Resume),
    /// Awaits a step's statement.
    Await(StepEvent),
    /// Collects a step's result.
    Collect(StepEvent),
    /// Gives a step's job its arguments.
    Prepare(StepEvent),
    /// Notes that a step has started a crawl.
    Crawling(StepEvent),
    /// Records how a step's job ended.
    Settle(settle::Settle),
    /// Stops a step's statement and records what became of it.
    Stop(stop::Stop),
    /// Ends a round.
    CloseRound(close_round::CloseRound),
    /// Writes the report.
    Report(RunEvent),
    /// Sends the notification of the run's end.
    Notify(RunEvent),
    /// Looks whether what was expected has happened.
    Look(look::Look),
    /// Cleans up behind an execution that ended without doing so itself.
    Sweep(sweep::Sweep),
    /// Tells CloudFormation how a run that it waits for has ended.
    AnswerStack(sweep::Sweep),
}

/// The try of a step that an action is for.
#[derive(Debug, Clone, Deserialize)]
pub struct StepEvent {
    /// Name of the pipeline.
    pub pipeline: String,
    /// Id of the run.
    pub run: String,
    /// Name of the step.
    pub step: String,
    /// Number of the round.
    pub round: u32,
    /// Statements of the round before this one. A machine that does not say it is older, and knows of no other
    /// statement in a round.
    #[serde(default)]
    pub again: Option<u32>,
}

impl StepEvent {
    /// The try that it is for.
    fn attempt(&self) -> Try<'_> {
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
            && let Some(message) = run.tries_again(self.attempt(), statement).await?
        {
            return Err(ActionError::TryAgain(message));
        }
        run.settle(self.attempt(), statement).await
    }

    /// Refuses what is for a statement of this round that another one has followed, or is to follow: the error
    /// has the step submitted again, if anybody still hears it.
    fn current(&self, state: &crate::state::GlobalState) -> Result<(), ActionError> {
        let step = state.steps.get(&self.step);
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

/// The run that an action is for.
#[derive(Debug, Clone, Deserialize)]
pub struct RunEvent {
    /// Name of the pipeline.
    pub pipeline: String,
    /// Id of the run.
    pub run: String,
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
            return stack_event::stack_event(ports, &event).await;
        }
        let event: Event = serde_json::from_value(event).map_err(invalid)?;
        match event {
            Event::CreateRun(event) => create_run::create_run(ports, memory, &event).await,
            Event::NextStep(event) => next_step::next_step(ports, memory, &event).await,
            Event::Park(event) => park::park(ports, memory, &event).await,
            Event::Submit(event) => submit::submit(ports, memory, &event).await,
            Event::Ask(event) => ask::ask(ports, memory, &event).await,
            Event::Resume(event) => resume::resume(ports, memory, &event).await,
            Event::Await(event) => await_statement::await_statement(ports, memory, &event).await,
            Event::Collect(event) => collect::collect(ports, memory, &event).await,
            Event::Prepare(event) => prepare::prepare(ports, memory, &event).await,
            Event::Crawling(event) => crawling::crawling(ports, memory, &event).await,
            Event::Settle(event) => settle::settle(ports, memory, &event).await,
            Event::Stop(event) => stop::stop(ports, memory, &event).await,
            Event::CloseRound(event) => close_round::close_round(ports, memory, &event).await,
            Event::Report(event) => report::report(ports, memory, &event).await,
            Event::Notify(event) => notify::notify(ports, memory, &event).await,
            Event::Look(event) => look::look(ports, memory, &event).await,
            Event::Sweep(event) => sweep::sweep(ports, memory, &event).await,
            Event::AnswerStack(event) => answer_stack::answer_stack(ports, memory, &event).await,
        }
    }
}

/// The answer of the actions that bring a statement forward.
fn step_status(status: &str, rows: Option<u64>) -> Value {
    match rows {
        Some(rows) => json!({ "status": status, "rows": rows }),
        None => json!({ "status": status }),
    }
}
