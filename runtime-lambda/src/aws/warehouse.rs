//! The Redshift Data API.

use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_redshiftdata::Client;
use aws_sdk_redshiftdata::operation::describe_statement::DescribeStatementOutput;
use aws_sdk_redshiftdata::types::{
    ExecutionMode, SqlParameter, StatementStatusString, StatusString,
};

use super::failure::{CallFailure, FailureKind};
use crate::plan::Batch;
use crate::ports::{
    ResultPage, StatementDescription, StatementStatus, SubStatement, Submission, Warehouse,
    WarehouseError,
};
use crate::sdk::data_api::{Reach, UNKNOWN_TYPE, page};

/// Longest wait that a call takes, in seconds (AWS page: `WaitTimeSeconds`).
const LONGEST_WAIT: u64 = 30;

/// Statements that one page of a list holds (AWS page: `ListStatements`, `MaxResults`).
const LISTED: i32 = 100;

/// The warehouses that this function may reach; which one, each execution says.
pub struct Redshift {
    client: Client,
    database_user: Option<String>,
}

impl Redshift {
    /// Over this client. `database_user` is whom statements run as, where that is known.
    #[must_use]
    pub fn new(client: Client, database_user: Option<String>) -> Self {
        Self {
            client,
            database_user,
        }
    }

    /// Starts the statements: id and status.
    async fn start(
        &self,
        execution: &Submission,
        wait: Option<i32>,
    ) -> Result<(Option<String>, Option<StatementStatusString>), WarehouseError> {
        let reach = Reach::to(&execution.warehouse.connection);
        let parameters = parameters(execution)?;
        if let [statement] = execution.statements.as_slice() {
            let output = self
                .client
                .execute_statement()
                .sql(statement)
                .database(&execution.warehouse.database)
                .set_cluster_identifier(reach.cluster)
                .set_workgroup_name(reach.workgroup)
                .set_db_user(reach.db_user)
                .set_secret_arn(reach.secret)
                .statement_name(&execution.statement_name)
                .client_token(&execution.client_token)
                .set_parameters(parameters)
                .set_with_event(execution.with_event.then_some(true))
                .set_wait_time_seconds(wait)
                .send()
                .await
                .map_err(|error| warehouse_error(CallFailure::of("ExecuteStatement", &error)))?;
            return Ok((output.id, output.status));
        }
        let mode = match execution.batch {
            Batch::Transaction => ExecutionMode::Transaction,
            Batch::AutoCommit => ExecutionMode::AutoCommit,
        };
        let output = self
            .client
            .batch_execute_statement()
            .set_sqls(Some(execution.statements.clone()))
            .database(&execution.warehouse.database)
            .set_cluster_identifier(reach.cluster)
            .set_workgroup_name(reach.workgroup)
            .set_db_user(reach.db_user)
            .set_secret_arn(reach.secret)
            .statement_name(&execution.statement_name)
            .client_token(&execution.client_token)
            .set_parameters(parameters)
            .execution_mode(mode)
            .set_with_event(execution.with_event.then_some(true))
            .set_wait_time_seconds(wait)
            .send()
            .await
            .map_err(|error| warehouse_error(CallFailure::of("BatchExecuteStatement", &error)))?;
        Ok((output.id, output.status))
    }
}

#[async_trait]
impl Warehouse for Redshift {
    fn database_user(&self) -> Option<&str> {
        self.database_user.as_deref()
    }

    async fn execute(
        &self,
        execution: &Submission,
        wait: Duration,
    ) -> Result<StatementDescription, WarehouseError> {
        let (id, status) = self.start(execution, seconds(wait)).await?;
        let id = id.ok_or_else(|| nonsense("a statement without an id"))?;
        note(&id);
        tracing::info!(
            statement_name = execution.statement_name,
            "a statement was started"
        );
        let status = status.map_or(Ok(StatementStatus::Submitted), |status| {
            self::status(status.as_str())
        })?;
        // Rows and errors are told by a description alone.
        if status.is_terminal() {
            return self.describe(&id, Duration::ZERO).await;
        }
        Ok(StatementDescription {
            id,
            status,
            error: None,
            duration: Duration::ZERO,
            rows: None,
            result_id: None,
            parts: Vec::new(),
        })
    }

    fn longest_submission(&self) -> Duration {
        Duration::from_secs(150)
    }

    async fn describe(
        &self,
        statement_id: &str,
        wait: Duration,
    ) -> Result<StatementDescription, WarehouseError> {
        note(statement_id);
        let output = self
            .client
            .describe_statement()
            .id(statement_id)
            .set_wait_time_seconds(seconds(wait))
            .send()
            .await
            .map_err(|error| statement_error(CallFailure::of("DescribeStatement", &error)))?;
        description(output)
    }

    async fn cancel(&self, statement_id: &str) -> Result<(), WarehouseError> {
        note(statement_id);
        tracing::info!("a statement is cancelled");
        let sent = self.client.cancel_statement().id(statement_id).send().await;
        match sent {
            Ok(_) => Ok(()),
            Err(error) => {
                let failure = CallFailure::of("CancelStatement", &error);
                // It has ended already, or is about to: a description tells.
                if failure.code == "ValidationException" {
                    return Ok(());
                }
                Err(statement_error(failure))
            }
        }
    }

    async fn find(&self, statement_name: &str) -> Result<Vec<String>, WarehouseError> {
        let mut found = Vec::new();
        let mut next = None;
        loop {
            let output = self
                .client
                .list_statements()
                // Taken as a prefix; without a status only statements that finished are listed.
                .statement_name(statement_name)
                .status(StatusString::All)
                // A statement that another instance of this function started is ours too.
                .role_level(true)
                .max_results(LISTED)
                .set_next_token(next)
                .send()
                .await
                .map_err(|error| warehouse_error(CallFailure::of("ListStatements", &error)))?;
            found.extend(
                output
                    .statements
                    .into_iter()
                    .filter(|statement| statement.statement_name.as_deref() == Some(statement_name))
                    .map(|statement| {
                        let created = statement.created_at.map_or(i128::MIN, |at| at.as_nanos());
                        (created, statement.id)
                    }),
            );
            next = output.next_token.filter(|token| !token.is_empty());
            if next.is_none() {
                break;
            }
        }
        found.sort_by(|(earlier, _), (later, _)| later.cmp(earlier));
        Ok(found.into_iter().map(|(_, id)| id).collect())
    }

    async fn result(
        &self,
        statement_id: &str,
        next_token: Option<&str>,
    ) -> Result<ResultPage, WarehouseError> {
        note(statement_id);
        let output = self
            .client
            .get_statement_result()
            .id(statement_id)
            .set_next_token(next_token.map(str::to_owned))
            .send()
            .await
            .map_err(|error| statement_error(CallFailure::of("GetStatementResult", &error)))?;
        page(output).ok_or_else(|| nonsense(UNKNOWN_TYPE))
    }
}

/// Lets every line that is logged for this event from now on name the statement.
fn note(statement_id: &str) {
    tracing::Span::current().record("statement_id", statement_id);
}

fn parameters(execution: &Submission) -> Result<Option<Vec<SqlParameter>>, WarehouseError> {
    // An empty list is refused by the service.
    if execution.parameters.is_empty() {
        return Ok(None);
    }
    execution
        .parameters
        .iter()
        .map(|(name, value)| {
            SqlParameter::builder()
                .name(name)
                .value(value)
                .build()
                .map_err(|error| WarehouseError::Refused(error.to_string()))
        })
        .collect::<Result<_, _>>()
        .map(Some)
}

/// `WaitTimeSeconds`, which is left out where nothing is to be waited for.
fn seconds(wait: Duration) -> Option<i32> {
    i32::try_from(wait.as_secs().min(LONGEST_WAIT))
        .ok()
        .filter(|seconds| *seconds > 0)
}

fn description(output: DescribeStatementOutput) -> Result<StatementDescription, WarehouseError> {
    let status = status(
        output
            .status
            .as_ref()
            .map(StatusString::as_str)
            .unwrap_or_default(),
    )?;
    let status = of_parts(status, &output)?;
    let (rows, result_id) = match output.sub_statements.as_deref() {
        Some([.., last]) => (
            last.result_rows,
            output
                .sub_statements()
                .iter()
                .rev()
                .find(|statement| statement.has_result_set == Some(true))
                .map(|statement| statement.id.clone()),
        ),
        _ => (
            output.result_rows,
            (output.has_result_set == Some(true)).then(|| output.id.clone()),
        ),
    };
    Ok(StatementDescription {
        status,
        error: error(&output),
        duration: Duration::from_nanos(u64::try_from(output.duration).unwrap_or(0)),
        // -1 where the service does not know.
        rows: u64::try_from(rows).ok(),
        parts: parts(&output),
        result_id,
        id: output.id,
    })
}

fn parts(output: &DescribeStatementOutput) -> Vec<SubStatement> {
    let parts = output.sub_statements().iter();
    parts
        .map(|part| SubStatement {
            id: part.id.clone(),
            rows: u64::try_from(part.result_rows).ok(),
            has_result: part.has_result_set == Some(true),
        })
        .collect()
}

/// How a batch ended: one whose parts commit one by one has failed where a part has. What the status of the whole
/// is then, AWS does not say (AWS page: `BatchExecuteStatement`, `ExecutionMode`).
fn of_parts(
    whole: StatementStatus,
    output: &DescribeStatementOutput,
) -> Result<StatementStatus, WarehouseError> {
    if whole != StatementStatus::Finished {
        return Ok(whole);
    }
    for part in output.sub_statements() {
        let part = part.status.as_ref().map(StatementStatusString::as_str);
        let part = part.map_or(Ok(StatementStatus::Finished), status)?;
        if matches!(part, StatementStatus::Failed | StatementStatus::Aborted) {
            return Ok(part);
        }
    }
    Ok(whole)
}

/// What went wrong: of a batch that commits statement by statement, with its first that failed.
fn error(output: &DescribeStatementOutput) -> Option<String> {
    let of_parts = output
        .sub_statements()
        .iter()
        .filter_map(|statement| statement.error.as_ref());
    output
        .error
        .iter()
        .chain(of_parts)
        .find(|error| !error.is_empty())
        .cloned()
}

fn status(text: &str) -> Result<StatementStatus, WarehouseError> {
    text.parse()
        .map_err(|_| nonsense("a status that is not known"))
}

fn nonsense(what: &str) -> WarehouseError {
    WarehouseError::Unavailable(format!("it answered with {what}"))
}

/// Of an operation that names a statement and nothing else that could be missing.
fn statement_error(failure: CallFailure) -> WarehouseError {
    if failure.code == "ResourceNotFoundException" {
        return WarehouseError::NoSuchStatement(failure.sentence);
    }
    warehouse_error(failure)
}

fn warehouse_error(failure: CallFailure) -> WarehouseError {
    match failure.kind {
        FailureKind::Throttled => WarehouseError::Throttled(failure.sentence),
        FailureKind::Unavailable => WarehouseError::Unavailable(failure.sentence),
        FailureKind::Refused => WarehouseError::Refused(failure.sentence),
    }
}
