//! Everything that the executions of one interpreter share.

use std::collections::HashMap;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use parking_lot::Mutex;
use serde_json::Value;

use super::execution::Nursery;
use super::program::Program;
use super::record::{ExecutionInfo, ExecutionRecord};
use super::resources::{Clock, Observer, Resources};
use super::tokens::Tokens;
use crate::expression::Host;
use crate::random::{self, Random};

/// Why an execution does not start.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StartProblem {
    /// No machine with this ARN is registered.
    #[error("State Machine Does Not Exist: '{machine}'")]
    StateMachineDoesNotExist {
        /// The ARN asked for.
        machine: String,
    },
    /// The name is taken.
    #[error("Execution Already Exists: '{execution}'")]
    ExecutionAlreadyExists {
        /// The ARN of the execution that has the name.
        execution: String,
    },
    /// The input is no JSON, or too large.
    #[error("Invalid State Machine Execution Input: '{reason}'")]
    InvalidExecutionInput {
        /// What is wrong with it.
        reason: String,
    },
}

/// The machines, the executions and the host's traits.
pub struct Registry {
    pub programs: Mutex<HashMap<Arc<str>, Arc<Program>>>,
    pub resources: Arc<dyn Resources>,
    pub clock: Arc<dyn Clock>,
    pub observer: Option<Arc<dyn Observer>>,
    pub nursery: Option<Arc<dyn Nursery>>,
    pub host: Arc<dyn Host>,
    pub random: Arc<Random>,
    pub tokens: Arc<Tokens>,
    pub role_arn: Arc<str>,
    pub keep_history: bool,
    pub executions: Mutex<HashMap<Arc<str>, Arc<ExecutionRecord>>>,
    /// Executions started without waiting for them, to be polled by whatever
    /// run is polled next.
    pub detached: Mutex<Vec<BoxFuture<'static, ()>>>,
}

/// What expressions draw from: the interpreter's clock and randomness.
pub struct ExpressionHost {
    pub clock: Arc<dyn Clock>,
    pub random: Arc<Random>,
}

impl Host for ExpressionHost {
    fn milliseconds(&self) -> i64 {
        self.clock.now().as_millisecond()
    }

    fn random(&self) -> u64 {
        self.random.next()
    }
}

impl Registry {
    pub fn uuid(&self) -> String {
        random::uuid(self.random.next(), self.random.next())
    }

    /// The ARN of an execution of this name.
    pub fn execution_arn(program: &Program, name: &str) -> Arc<str> {
        let kind = if program.express {
            ":express:"
        } else {
            ":execution:"
        };
        format!("{}:{name}", program.arn.replacen(":stateMachine:", kind, 1)).into()
    }

    /// Makes the record of a new execution.
    pub fn open(
        &self,
        machine: &str,
        name: Option<&str>,
        input: Arc<Value>,
        parent: Option<Arc<str>>,
    ) -> Result<(Arc<Program>, Arc<ExecutionRecord>), StartProblem> {
        let program =
            self.program(machine)
                .ok_or_else(|| StartProblem::StateMachineDoesNotExist {
                    machine: machine.to_owned(),
                })?;
        let name: Arc<str> = name.map_or_else(|| self.uuid().into(), Into::into);
        let arn = Self::execution_arn(&program, &name);
        let mut executions = self.executions.lock();
        if executions.contains_key(&arn) {
            return Err(StartProblem::ExecutionAlreadyExists {
                execution: arn.to_string(),
            });
        }
        let record = Arc::new(ExecutionRecord::new(ExecutionInfo {
            arn: Arc::clone(&arn),
            name,
            machine_arn: Arc::clone(&program.arn),
            machine_name: Arc::clone(&program.name),
            role_arn: Arc::clone(&self.role_arn),
            start: self.clock.now(),
            input,
            parent,
        }));
        executions.insert(arn, Arc::clone(&record));
        Ok((program, record))
    }

    /// The machine with this ARN, as it is now.
    pub fn program(&self, machine: &str) -> Option<Arc<Program>> {
        self.programs.lock().get(machine).cloned()
    }
}
