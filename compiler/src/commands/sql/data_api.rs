//! The warehouse in AWS, by the Redshift Data API: one of its sessions for all statements.

use std::time::{Duration, Instant};

use runtime_lambda::plan::Warehouse;

use super::answer::Answer;
use super::catalog::{Catalog, Shared};
use super::describe::CATALOG;
use crate::aws::{Aws, Ended, Failure};
use crate::commands::rows::Rows;
use crate::commands::session::EarlyEnd;

/// Pause between two looks, where the service does not wait itself.
const PAUSE: Duration = Duration::from_millis(250);

/// A session of the Data API.
pub struct DataApi {
    aws: Aws,
    warehouse: Warehouse,
    session: Option<String>,
}

impl DataApi {
    /// The warehouse, in which the first statement opens a session.
    #[must_use]
    pub fn new(aws: Aws, warehouse: Warehouse) -> Self {
        Self {
            aws,
            warehouse,
            session: None,
        }
    }

    /// See [`super::warehouse::Session::ask`].
    ///
    /// # Errors
    /// A call failed.
    pub async fn run(
        &mut self,
        text: &str,
        parameters: Vec<(String, String)>,
        most: Option<u64>,
        interrupted: impl Future<Output = ()>,
    ) -> Result<Answer, EarlyEnd> {
        let asked = Instant::now();
        let session = self.session.as_deref();
        let started = self
            .aws
            .execute(&self.warehouse, session, text, &parameters)
            .await;
        let (id, session) = match started {
            Ok(started) => started,
            // The service reads the text before the warehouse does.
            Err(Failure::Refused { code, message, .. }) if code == "ValidationException" => {
                return Ok(Answer::failed(&message));
            }
            Err(failure) => return Err(failure.into()),
        };
        self.session = session.or(self.session.take());
        let ended = tokio::select! {
            ended = self.ended(&id) => ended?,
            () = interrupted => {
                self.aws.cancel_statement(&id).await?;
                self.ended(&id).await?
            }
        };
        let took = asked.elapsed();
        match ended {
            Ended::Well {
                has_rows: false,
                rows,
            } => Ok(Answer::Done { rows, took }),
            Ended::Well { has_rows: true, .. } => {
                let rows = self.rows(&id, most).await?;
                Ok(Answer::Rows { rows, took })
            }
            Ended::Failed(message) => Ok(Answer::failed(&message)),
            Ended::Cancelled => Ok(Answer::Cancelled),
        }
    }

    async fn ended(&self, id: &str) -> Result<Ended, Failure> {
        loop {
            let looked = Instant::now();
            if let Some(ended) = self.aws.statement(id).await? {
                return Ok(ended);
            }
            tokio::time::sleep(PAUSE.saturating_sub(looked.elapsed())).await;
        }
    }

    async fn rows(&self, id: &str, most: Option<u64>) -> Result<Rows, Failure> {
        let mut rows = Rows::default();
        let mut token = None;
        loop {
            let page = self.aws.result_page(id, token).await?;
            rows.columns = page.columns;
            rows.total = page.total_rows;
            rows.records.extend(page.records);
            token = page.next_token;
            let enough = most.is_some_and(|most| rows.records.len() as u64 >= most);
            if enough || token.is_none() {
                break;
            }
        }
        if let Some(most) = most {
            rows.records
                .truncate(usize::try_from(most).unwrap_or(usize::MAX));
        }
        Ok(rows)
    }

    /// Reads the catalog in a session of its own, whenever that is done.
    pub fn look(&self, catalog: Shared) {
        let aws = self.aws.clone();
        let warehouse = self.warehouse.clone();
        tokio::spawn(async move {
            // Completion without tables is still completion.
            if let Ok(rows) = aws.query(&warehouse, CATALOG, &[]).await {
                let found = Catalog::of_texts(&rows);
                *catalog.lock() = found;
            }
        });
    }

    /// Leaves the session, which ends by itself soon. A transaction that is open is taken back now.
    pub async fn close(self) {
        if let Some(session) = self.session {
            let rollback = self
                .aws
                .execute(&self.warehouse, Some(&session), "rollback", &[]);
            // The session ends in any case.
            let _ = rollback.await;
        }
    }
}
