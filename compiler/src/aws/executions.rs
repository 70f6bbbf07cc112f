//! Executions of state machines.

use jiff::Timestamp;
use runtime_lambda::field;
use runtime_lambda::protocol::{RunOutput, SKIPPED, errors};
use serde_json::Value;

use super::{Aws, Failure, timestamp};

/// An execution.
#[derive(Debug, Clone)]
pub struct Execution {
    /// Its ARN.
    pub arn: String,
    /// `RUNNING`, `SUCCEEDED`, `FAILED`, `TIMED_OUT`, `ABORTED`.
    pub status: String,
    /// When it started.
    pub started: Timestamp,
    /// When it ended.
    pub ended: Option<Timestamp>,
    /// Name of the error that it ended with.
    pub error: Option<String>,
    /// What the error says.
    pub cause: Option<String>,
    /// What it returned, as JSON.
    pub output: Option<String>,
}

impl Execution {
    /// Whether it goes on.
    #[must_use]
    pub fn is_running(&self) -> bool {
        matches!(self.status.as_str(), "RUNNING" | "PENDING_REDRIVE")
    }

    /// The run that went on when this one was started, if this one was skipped for it.
    #[must_use]
    pub fn skipped_for(&self) -> Option<String> {
        let output: Value = serde_json::from_str(self.output.as_deref()?).ok()?;
        let skipped = output.get(field!(RunOutput, status))?.as_str()? == SKIPPED;
        let other = output.get(field!(RunOutput, held_by))?.as_str()?;
        skipped.then(|| other.to_owned())
    }
}

impl Aws {
    /// Starts an execution; returns its ARN and when it started.
    ///
    /// # Errors
    /// A call failed.
    pub async fn start_execution(
        &self,
        machine: &str,
        name: &str,
        input: &str,
    ) -> Result<(String, Timestamp), Failure> {
        let started = self
            .sfn
            .start_execution()
            .state_machine_arn(machine)
            .name(name)
            .input(input)
            .send()
            .await
            .map_err(Failure::of("states:StartExecution"))?;
        Ok((
            started.execution_arn().to_owned(),
            timestamp(started.start_date()),
        ))
    }

    /// An execution; `None` if there is none.
    ///
    /// # Errors
    /// A call failed.
    pub async fn execution(&self, arn: &str) -> Result<Option<Execution>, Failure> {
        let described = self
            .sfn
            .describe_execution()
            .execution_arn(arn)
            .send()
            .await
            .map_err(Failure::of("states:DescribeExecution"));
        match described {
            Ok(found) => Ok(Some(Execution {
                arn: arn.to_owned(),
                status: found.status().as_str().to_owned(),
                started: timestamp(found.start_date()),
                ended: found.stop_date().map(timestamp),
                error: found.error().map(str::to_owned),
                cause: found.cause().map(str::to_owned),
                output: found.output().map(str::to_owned),
            })),
            Err(failure) if failure.code() == "ExecutionDoesNotExist" => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    /// Executions of a state machine, the latest first, at most `most` of them.
    ///
    /// # Errors
    /// A call failed.
    pub async fn executions(&self, machine: &str, most: usize) -> Result<Vec<Execution>, Failure> {
        let mut pages = self
            .sfn
            .list_executions()
            .state_machine_arn(machine)
            .into_paginator()
            .send();
        let mut executions = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(Failure::of("states:ListExecutions"))?;
            executions.extend(page.executions().iter().map(|found| Execution {
                arn: found.execution_arn().to_owned(),
                status: found.status().as_str().to_owned(),
                started: timestamp(found.start_date()),
                ended: found.stop_date().map(timestamp),
                error: None,
                cause: None,
                output: None,
            }));
            if executions.len() >= most {
                break;
            }
        }
        executions.truncate(most);
        Ok(executions)
    }

    /// Stops an execution; one that has ended is fine.
    ///
    /// # Errors
    /// A call failed.
    pub async fn stop_execution(&self, arn: &str, cause: &str) -> Result<(), Failure> {
        self.sfn
            .stop_execution()
            .execution_arn(arn)
            .error(errors::STOPPED)
            .cause(cause)
            .send()
            .await
            .map_err(Failure::of("states:StopExecution"))?;
        Ok(())
    }
}
