//! Step Functions, as far as the Lambda talks to it: task tokens, and executions that it starts.

use std::sync::Arc;
use std::time::Duration;

use asl::interpreter::StartProblem;
use async_trait::async_trait;
use runtime_lambda::ports::{Executions, ExecutionsError};
use serde_json::Value;

use crate::delivery::Calling;
use crate::faults::FaultKind;
use crate::story::Party;
use crate::world::World;

/// The port `Executions` of the model: tokens and starts may go unanswered.
pub struct ModelExecutions(pub Arc<World>);

fn lost() -> ExecutionsError {
    ExecutionsError::Unavailable("no answer".to_owned())
}

#[async_trait]
impl Executions for ModelExecutions {
    async fn send_task_success(&self, token: &str, output: &Value) -> Result<(), ExecutionsError> {
        let world = &self.0;
        world.travel("token", "", FaultKind::StoreSlow).await;
        if world.fault(FaultKind::ExecutionsBefore, "token").is_some() {
            return Err(lost());
        }
        let interpreter = world.interpreter().ok_or(ExecutionsError::NobodyWaits)?;
        let returned = interpreter
            .send_task_success(token, output.clone())
            .map_err(|_| ExecutionsError::NobodyWaits);
        world.story.tell(Party::States, || match returned {
            Ok(()) => "returns a task token".to_owned(),
            Err(_) => "returns a task token that nobody waits for".to_owned(),
        });
        if world.fault(FaultKind::ExecutionsAfter, "token").is_some() {
            return Err(lost());
        }
        returned
    }

    async fn start(&self, machine: &str, name: &str, input: &Value) -> Result<(), ExecutionsError> {
        let world = &self.0;
        world.travel("start", "", FaultKind::StoreSlow).await;
        if world.fault(FaultKind::ExecutionsBefore, "start").is_some() {
            return Err(lost());
        }
        let interpreter = world.interpreter().ok_or(ExecutionsError::NoMachine)?;
        match interpreter.start(machine, name, input.clone()) {
            Ok(execution) => {
                world.story.tell(Party::States, || format!("starts {name}"));
                if machine == world.subject.entry {
                    // Gone when the day is.
                    let _ = world.started.send(execution);
                } else {
                    drop(tokio::spawn(execution.run()));
                }
            }
            Err(StartProblem::ExecutionAlreadyExists { .. }) => {}
            Err(StartProblem::StateMachineDoesNotExist { .. }) => {
                return Err(ExecutionsError::NoMachine);
            }
            Err(problem) => return Err(ExecutionsError::Refused(problem.to_string())),
        }
        if world.fault(FaultKind::ExecutionsAfter, "start").is_some() {
            return Err(lost());
        }
        Ok(())
    }

    async fn stop(&self, execution: &str) -> Result<(), ExecutionsError> {
        let world = &self.0;
        world.travel("stop", "", FaultKind::StoreSlow).await;
        if world.fault(FaultKind::ExecutionsBefore, "stop").is_some() {
            return Err(lost());
        }
        let known = world.interpreter();
        if let Some(known) = known.and_then(|known| known.execution(execution)) {
            let name = Arc::clone(&known.info().name);
            world.story.tell(Party::States, || format!("stops {name}"));
            known.stop(None, None);
        }
        if world.fault(FaultKind::ExecutionsAfter, "stop").is_some() {
            return Err(lost());
        }
        Ok(())
    }

    fn longest_stop(&self) -> Duration {
        match self.0.calling {
            Calling::Outlives => Duration::from_secs(120),
            Calling::Aborts => Duration::ZERO,
        }
    }
}
