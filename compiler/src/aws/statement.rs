//! Statements of ours in the warehouse, by the Redshift Data API.

use std::time::{Duration, Instant};

use aws_sdk_redshiftdata::types::{Field, SqlParameter, StatusString};
use runtime_lambda::plan::{Connection, Warehouse};

use super::{Aws, Failure};

/// How long one call waits for a statement to end, in seconds (AWS page: `DescribeStatement`).
const WAIT_SECONDS: i32 = 20;

/// Pause between two looks where the service does not wait itself.
const PAUSE: Duration = Duration::from_secs(1);

/// How long a statement may take.
const PATIENCE: Duration = Duration::from_secs(600);

/// Rows of a result; each value as text, or null.
pub type Rows = Vec<Vec<Option<String>>>;

/// Why there are no rows.
#[derive(Debug)]
pub enum NoRows {
    /// A call failed.
    Call(Failure),
    /// The statement did not end well; the warehouse's words.
    Statement(String),
}

impl From<Failure> for NoRows {
    fn from(failure: Failure) -> Self {
        Self::Call(failure)
    }
}

impl Aws {
    /// Runs a query and fetches all rows.
    ///
    /// # Errors
    /// A call fails, or the statement does.
    pub async fn query(
        &self,
        warehouse: &Warehouse,
        sql: &str,
        parameters: &[(String, String)],
    ) -> Result<Rows, NoRows> {
        let execute = self.redshift_data.execute_statement().sql(sql);
        let mut execute = match &warehouse.connection {
            Connection::Cluster {
                identifier,
                db_user,
            } => execute
                .cluster_identifier(identifier)
                .set_db_user(db_user.clone()),
            Connection::Workgroup(name) => execute.workgroup_name(name),
            Connection::Secret {
                arn,
                cluster,
                workgroup,
            } => execute
                .secret_arn(arn)
                .set_cluster_identifier(cluster.clone())
                .set_workgroup_name(workgroup.clone()),
        };
        for (name, value) in parameters {
            let parameter = SqlParameter::builder().name(name).value(value).build();
            execute = execute
                .parameters(parameter.map_err(|error| NoRows::Statement(error.to_string()))?);
        }
        let started = execute
            .database(&warehouse.database)
            .send()
            .await
            .map_err(Failure::of("redshift-data:ExecuteStatement"))?;
        let id = started.id().unwrap_or_default();
        self.ended(id).await?;
        self.rows(id).await
    }

    /// Waits until a statement has ended well.
    async fn ended(&self, id: &str) -> Result<(), NoRows> {
        let asked = Instant::now();
        loop {
            let looked = Instant::now();
            let described = self
                .redshift_data
                .describe_statement()
                .id(id)
                .wait_time_seconds(WAIT_SECONDS)
                .send()
                .await
                .map_err(Failure::of("redshift-data:DescribeStatement"))?;
            match described.status() {
                Some(StatusString::Finished) => return Ok(()),
                Some(StatusString::Failed | StatusString::Aborted) => {
                    let why = described.error().unwrap_or("it was cancelled");
                    return Err(NoRows::Statement(why.to_owned()));
                }
                _ if asked.elapsed() > PATIENCE => {
                    // It is a query: what it leaves running harms nobody if this fails.
                    let _ = self.redshift_data.cancel_statement().id(id).send().await;
                    let minutes = PATIENCE.as_secs() / 60;
                    return Err(NoRows::Statement(format!(
                        "it did not end within {minutes} minutes, and was cancelled"
                    )));
                }
                _ => tokio::time::sleep(PAUSE.saturating_sub(looked.elapsed())).await,
            }
        }
    }

    async fn rows(&self, id: &str) -> Result<Rows, NoRows> {
        let mut rows = Vec::new();
        let mut token = None;
        loop {
            let page = self
                .redshift_data
                .get_statement_result()
                .id(id)
                .set_next_token(token)
                .send()
                .await
                .map_err(Failure::of("redshift-data:GetStatementResult"))?;
            let records = page.records().iter();
            rows.extend(records.map(|record| record.iter().map(text).collect()));
            token = page.next_token().map(str::to_owned);
            if token.is_none() {
                return Ok(rows);
            }
        }
    }
}

fn text(field: &Field) -> Option<String> {
    match field {
        Field::StringValue(text) => Some(text.clone()),
        Field::LongValue(number) => Some(number.to_string()),
        Field::DoubleValue(number) => Some(number.to_string()),
        Field::BooleanValue(truth) => Some(truth.to_string()),
        _ => None,
    }
}
