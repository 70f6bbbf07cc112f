//! A session of the embedded warehouse for a script.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use runtime_lambda::plan::{self, Batch};
use runtime_lambda::ports::{Field, StatementStatus, Submission, Warehouse as _, WarehouseError};

use super::{RsqlAnswer, ScriptSession};
use crate::warehouse::{EmbeddedWarehouse, HeldSession, StatementHandle, sqlstate};

/// Rows of a result that are kept for the output.
const SHOWN: usize = 1000;

/// Bytes of a result's values that are kept for the output.
const SHOWN_BYTES: usize = 8 * 1024 * 1024;

/// How long one question to the warehouse waits.
const WAIT: Duration = Duration::from_secs(3600);

/// Statements that run one after the other in a session that ends with this value.
pub struct WarehouseSession {
    warehouse: Arc<EmbeddedWarehouse>,
    session: Arc<HeldSession>,
    place: plan::Warehouse,
    name: String,
}

impl WarehouseSession {
    /// A new session whose statements are called `name`.
    ///
    /// # Errors
    /// The warehouse gives no further session.
    pub fn open(
        warehouse: Arc<EmbeddedWarehouse>,
        place: plan::Warehouse,
        name: impl Into<String>,
    ) -> Result<Self, WarehouseError> {
        let session = Arc::new(warehouse.hold_session()?.without_data_api());
        Ok(Self {
            warehouse,
            session,
            place,
            name: name.into(),
        })
    }

    async fn answer(&self, sql: &str) -> Result<RsqlAnswer, WarehouseError> {
        let execution = Submission {
            warehouse: self.place.clone(),
            statement_name: self.name.clone(),
            client_token: String::new(),
            statements: vec![sql.to_owned()],
            batch: Batch::AutoCommit,
            parameters: Vec::new(),
            with_event: false,
            continues: Vec::new(),
        };
        let handle = self
            .warehouse
            .submit(&execution, Some(Arc::clone(&self.session)))?;
        let running = Running(handle);
        while !running.0.ended() {
            running.0.ended_within(WAIT).await;
        }
        let ended = self
            .warehouse
            .describe(running.0.id(), Duration::ZERO)
            .await?;
        if ended.status != StatementStatus::Finished {
            let message = ended
                .error
                .unwrap_or_else(|| "the statement was cancelled".to_owned());
            let message = message.trim_start_matches("ERROR: ").to_owned();
            return Ok(RsqlAnswer::Failed {
                code: sqlstate(&message).to_owned(),
                message,
            });
        }
        let Some(result) = ended.result_id else {
            return Ok(RsqlAnswer::Done(ended.rows));
        };
        let mut records = Vec::new();
        let mut page = self.warehouse.result(&result, None).await?;
        let total = page.total_rows;
        let columns = page
            .columns
            .iter()
            .map(|column| column.name.clone())
            .collect();
        let mut bytes = 0;
        loop {
            for record in page.records.drain(..).take(SHOWN - records.len()) {
                if bytes > SHOWN_BYTES {
                    break;
                }
                let record: Vec<Option<String>> = record.iter().map(text).collect();
                bytes += record.iter().flatten().map(String::len).sum::<usize>();
                records.push(record);
            }
            let more = records.len() < SHOWN && bytes <= SHOWN_BYTES;
            match page.next_token.take().filter(|_| more) {
                Some(token) => page = self.warehouse.result(&result, Some(&token)).await?,
                None => break,
            }
        }
        Ok(RsqlAnswer::Rows {
            columns,
            records,
            total,
        })
    }
}

#[async_trait]
impl ScriptSession for WarehouseSession {
    async fn execute(&mut self, sql: &str) -> RsqlAnswer {
        self.answer(sql)
            .await
            .unwrap_or_else(|error| RsqlAnswer::Failed {
                code: "08000".to_owned(),
                message: error.to_string(),
            })
    }
}

/// A statement that is cancelled when nobody waits for it any more.
struct Running(StatementHandle);

impl Drop for Running {
    fn drop(&mut self) {
        if !self.0.ended() {
            self.0.cancel();
        }
    }
}

fn text(field: &Field) -> Option<String> {
    match field {
        Field::IsNull(_) => None,
        // As psql and RSQL show it.
        Field::BooleanValue(value) => Some(if *value { "t" } else { "f" }.to_owned()),
        Field::LongValue(value) => Some(value.to_string()),
        Field::DoubleValue(value) => Some(value.to_string()),
        Field::StringValue(value) => Some(value.clone()),
    }
}
