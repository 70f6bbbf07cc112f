//! Statements in the warehouse, by the Redshift Data API: those that somebody types, in a session, and
//! queries of ours.

use std::time::{Duration, Instant};

use aws_sdk_redshiftdata::operation::execute_statement::builders::ExecuteStatementFluentBuilder;
use aws_sdk_redshiftdata::types::{SqlParameter, StatusString};
use runtime_lambda::plan::Warehouse;
use runtime_lambda::ports::{Field, ResultPage};
use runtime_lambda::sdk::data_api::{Reach, UNKNOWN_TYPE, page};

use super::{Aws, AwsFailure};

/// How long one call waits for a statement to end, in seconds (AWS page: `DescribeStatement`).
const WAIT_SECONDS: i32 = 20;

/// Pause between two looks where the service does not wait itself.
const PAUSE: Duration = Duration::from_secs(1);

/// How long a statement may take.
const PATIENCE: Duration = Duration::from_secs(600);

/// How long a session outlives its last statement, in seconds: as long as somebody thinks.
const KEEP_ALIVE_SECONDS: i32 = 1_800;

/// Rows of a result; each value as text, or null.
pub type TextRows = Vec<Vec<Option<String>>>;

/// Why there are no rows.
#[derive(Debug)]
pub enum NoRows {
    /// A call to the Data API failed, so nothing is known of the statement.
    Call(AwsFailure),
    /// The statement did not end well; the warehouse's words.
    Statement(String),
}

impl From<AwsFailure> for NoRows {
    fn from(failure: AwsFailure) -> Self {
        Self::Call(failure)
    }
}

/// How a statement ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StatementEnd {
    /// It ended without an error.
    Well {
        /// Whether it has a result.
        has_rows: bool,
        /// Rows that it returned or changed, if the service says.
        rows: Option<u64>,
    },
    /// It failed; the warehouse's words.
    Failed(String),
    /// Somebody cancelled the statement.
    Cancelled,
}

impl Aws {
    /// Starts a statement in a session, or in a new one. Its id, and that of the session.
    ///
    /// # Errors
    /// The call fails.
    pub async fn execute(
        &self,
        warehouse: &Warehouse,
        session: Option<&str>,
        sql: &str,
        parameters: &[(String, String)],
    ) -> Result<(String, Option<String>), AwsFailure> {
        let execute = match session {
            // A session knows where it is.
            Some(session) => self
                .redshift_data
                .execute_statement()
                .sql(sql)
                .session_id(session),
            None => self.in_warehouse(warehouse, sql),
        };
        let execute = execute.session_keep_alive_seconds(KEEP_ALIVE_SECONDS);
        let started = bound(execute, parameters)
            .send()
            .await
            .map_err(AwsFailure::of("redshift-data:ExecuteStatement"))?;
        let id = started.id().unwrap_or_default().to_owned();
        Ok((id, started.session_id().map(str::to_owned)))
    }

    /// How a statement ended; `None` if it goes on. Waits for its end for a while.
    ///
    /// # Errors
    /// The call fails.
    pub async fn statement(&self, id: &str) -> Result<Option<StatementEnd>, AwsFailure> {
        let described = self
            .redshift_data
            .describe_statement()
            .id(id)
            .wait_time_seconds(WAIT_SECONDS)
            .send()
            .await
            .map_err(AwsFailure::of("redshift-data:DescribeStatement"))?;
        Ok(match described.status() {
            Some(StatusString::Finished) => Some(StatementEnd::Well {
                has_rows: described.has_result_set() == Some(true),
                // -1 where the service does not know.
                rows: u64::try_from(described.result_rows()).ok(),
            }),
            Some(StatusString::Failed) => Some(StatementEnd::Failed(
                described
                    .error()
                    .unwrap_or("the statement failed")
                    .to_owned(),
            )),
            Some(StatusString::Aborted) => Some(StatementEnd::Cancelled),
            _ => None,
        })
    }

    /// Asks for a statement to be cancelled. One that has ended is no mistake.
    ///
    /// # Errors
    /// The call fails.
    pub async fn cancel_statement(&self, id: &str) -> Result<(), AwsFailure> {
        let cancelled = self.redshift_data.cancel_statement().id(id).send().await;
        match cancelled.map_err(AwsFailure::of("redshift-data:CancelStatement")) {
            Err(AwsFailure::Refused { code, .. }) if code == "ValidationException" => Ok(()),
            Err(failure) => Err(failure),
            Ok(_) => Ok(()),
        }
    }

    /// One page of what a statement returned.
    ///
    /// # Errors
    /// The call fails.
    pub async fn result_page(
        &self,
        id: &str,
        token: Option<String>,
    ) -> Result<ResultPage, AwsFailure> {
        let answer = self
            .redshift_data
            .get_statement_result()
            .id(id)
            .set_next_token(token)
            .send()
            .await
            .map_err(AwsFailure::of("redshift-data:GetStatementResult"))?;
        page(answer).ok_or_else(|| AwsFailure::Unreachable {
            call: "redshift-data:GetStatementResult",
            message: format!("it answered with {UNKNOWN_TYPE}"),
        })
    }

    fn in_warehouse(&self, warehouse: &Warehouse, sql: &str) -> ExecuteStatementFluentBuilder {
        let reach = Reach::to(&warehouse.connection);
        self.redshift_data
            .execute_statement()
            .sql(sql)
            .database(&warehouse.database)
            .set_cluster_identifier(reach.cluster)
            .set_workgroup_name(reach.workgroup)
            .set_db_user(reach.db_user)
            .set_secret_arn(reach.secret)
    }

    /// Runs a query and fetches all rows.
    ///
    /// # Errors
    /// A call fails, or the statement does.
    pub async fn query(
        &self,
        warehouse: &Warehouse,
        sql: &str,
        parameters: &[(String, String)],
    ) -> Result<TextRows, NoRows> {
        let started = bound(self.in_warehouse(warehouse, sql), parameters)
            .send()
            .await
            .map_err(AwsFailure::of("redshift-data:ExecuteStatement"))?;
        let id = started.id().unwrap_or_default();
        self.ended_well(id).await?;
        let mut rows = TextRows::new();
        let mut token = None;
        loop {
            let page = self.result_page(id, token).await?;
            let records = page.records.iter();
            rows.extend(records.map(|record| record.iter().map(text).collect()));
            token = page.next_token;
            if token.is_none() {
                return Ok(rows);
            }
        }
    }

    /// Waits until a query has ended well.
    async fn ended_well(&self, id: &str) -> Result<(), NoRows> {
        let asked = Instant::now();
        loop {
            let looked = Instant::now();
            match self.statement(id).await? {
                Some(StatementEnd::Well { .. }) => return Ok(()),
                Some(StatementEnd::Failed(why)) => return Err(NoRows::Statement(why)),
                Some(StatementEnd::Cancelled) => {
                    return Err(NoRows::Statement("it was cancelled".to_owned()));
                }
                None if asked.elapsed() > PATIENCE => {
                    // It is a query: what it leaves running harms nobody if this fails.
                    let _ = self.cancel_statement(id).await;
                    let minutes = PATIENCE.as_secs() / 60;
                    return Err(NoRows::Statement(format!(
                        "it did not end within {minutes} minutes, and was cancelled"
                    )));
                }
                None => tokio::time::sleep(PAUSE.saturating_sub(looked.elapsed())).await,
            }
        }
    }
}

fn bound(
    execute: ExecuteStatementFluentBuilder,
    parameters: &[(String, String)],
) -> ExecuteStatementFluentBuilder {
    let parameters = parameters.iter().filter_map(|(name, value)| {
        // Both fields that a parameter must have are there.
        SqlParameter::builder().name(name).value(value).build().ok()
    });
    parameters.fold(execute, ExecuteStatementFluentBuilder::parameters)
}

fn text(field: &Field) -> Option<String> {
    match field {
        Field::StringValue(text) => Some(text.clone()),
        Field::LongValue(number) => Some(number.to_string()),
        Field::DoubleValue(number) => Some(number.to_string()),
        Field::BooleanValue(truth) => Some(truth.to_string()),
        Field::IsNull(_) => None,
    }
}
