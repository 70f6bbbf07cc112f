//! Where there is no engine for a job, the SQL that its spec names stands in for it. The Lambda in AWS
//! never does this: it is for whoever runs the state machines elsewhere.

use std::time::Duration;

use super::Handler;
use super::submit::{client_token, execution};
use crate::error::ActionError;
use crate::ports::StatementDescription;
use crate::protocol::OfStep;
use crate::run::Run;
use crate::tried::{Try, submitted};

impl Handler {
    /// Starts what stands in for the job of a step, and answers with its statement. `behind` stands
    /// behind its name: with something there, whoever stops the step does not find it by that name.
    ///
    /// # Errors
    /// Nothing stands in for the job, or the step is not running in that round.
    pub async fn stand_in(
        &self,
        event: &OfStep,
        behind: &str,
    ) -> Result<StatementDescription, ActionError> {
        let (run, state) =
            Run::open(&self.ports, &self.memory, &event.pipeline, &event.run).await?;
        let tried = Try {
            step: &event.step,
            round: event.round,
        };
        submitted(&state, tried)?;
        let mut execution = execution(&run, &state, tried, false).await?;
        execution.statement_name.push_str(behind);
        execution.client_token = client_token(&execution.statement_name);
        let step = state.step(tried.step);
        let continues = step.iter().flat_map(|step| &step.continues);
        execution.continues = continues
            .map(|name| client_token(&format!("{name}{behind}")))
            .collect();
        let started = run.ports.warehouse.execute(&execution, Duration::ZERO);
        Ok(started.await?)
    }
}
