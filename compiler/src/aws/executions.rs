//! Executions of state machines.

use aws_sdk_sfn::types::ExecutionStatus;
use jiff::Timestamp;
use runtime_lambda::protocol::errors;

use super::{Aws, AwsExecution, AwsFailure, timestamp};
use crate::execution::AwsExecutionStatus;

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
    ) -> Result<(String, Timestamp), AwsFailure> {
        let started = self
            .sfn
            .start_execution()
            .state_machine_arn(machine)
            .name(name)
            .input(input)
            .send()
            .await
            .map_err(AwsFailure::of("states:StartExecution"))?;
        Ok((
            started.execution_arn().to_owned(),
            timestamp(started.start_date()),
        ))
    }

    /// An execution; `None` if there is none.
    ///
    /// # Errors
    /// A call failed.
    pub async fn execution(&self, arn: &str) -> Result<Option<AwsExecution>, AwsFailure> {
        let described = self
            .sfn
            .describe_execution()
            .execution_arn(arn)
            .send()
            .await
            .map_err(AwsFailure::of("states:DescribeExecution"));
        match described {
            Ok(found) => Ok(Some(AwsExecution {
                arn: arn.to_owned(),
                status: AwsExecutionStatus::named(found.status().as_str()),
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
    pub async fn executions(
        &self,
        machine: &str,
        most: usize,
    ) -> Result<Vec<AwsExecution>, AwsFailure> {
        let is_enough = |found: &[AwsExecution]| found.len() >= most;
        let mut executions = self.listed(machine, None, is_enough).await?;
        executions.truncate(most);
        Ok(executions)
    }

    /// Executions of a state machine that go on, the latest first.
    ///
    /// # Errors
    /// A call failed.
    pub async fn running_executions(&self, machine: &str) -> Result<Vec<AwsExecution>, AwsFailure> {
        let status = Some(ExecutionStatus::Running);
        let mut executions = self.listed(machine, status, |_| false).await?;
        executions.retain(AwsExecution::is_running);
        Ok(executions)
    }

    /// Executions of a state machine, with this status if there is one, the latest first, as many pages as it
    /// takes.
    async fn listed(
        &self,
        machine: &str,
        status: Option<ExecutionStatus>,
        is_enough: impl Fn(&[AwsExecution]) -> bool,
    ) -> Result<Vec<AwsExecution>, AwsFailure> {
        let mut pages = self
            .sfn
            .list_executions()
            .state_machine_arn(machine)
            .set_status_filter(status)
            .into_paginator()
            .send();
        let mut executions = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(AwsFailure::of("states:ListExecutions"))?;
            executions.extend(page.executions().iter().map(|found| AwsExecution {
                arn: found.execution_arn().to_owned(),
                status: AwsExecutionStatus::named(found.status().as_str()),
                started: timestamp(found.start_date()),
                ended: found.stop_date().map(timestamp),
                error: None,
                cause: None,
                output: None,
            }));
            if is_enough(&executions) {
                break;
            }
        }
        Ok(executions)
    }

    /// Executions of a state machine that have started since then, the latest first.
    ///
    /// # Errors
    /// A call failed.
    pub async fn executions_since(
        &self,
        machine: &str,
        since: Timestamp,
    ) -> Result<Vec<AwsExecution>, AwsFailure> {
        self.listed(machine, None, |found| {
            found.last().is_some_and(|last| last.started < since)
        })
        .await
    }

    /// Stops an execution; one that has ended is fine.
    ///
    /// # Errors
    /// A call failed.
    pub async fn stop_execution(&self, arn: &str, cause: &str) -> Result<(), AwsFailure> {
        self.sfn
            .stop_execution()
            .execution_arn(arn)
            .error(errors::STOPPED)
            .cause(cause)
            .send()
            .await
            .map_err(AwsFailure::of("states:StopExecution"))?;
        Ok(())
    }
}
