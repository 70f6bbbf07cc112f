//! The warehouse in AWS, by the Redshift Data API: one of its sessions for all statements.

use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use runtime_lambda::plan::Warehouse;

use super::answer::StatementAnswer;
use super::catalog::{CompletionCatalog, SharedCatalog};
use super::describe::CATALOG;
use super::place::SessionWarehouse;
use crate::aws::{Aws, AwsFailure, StatementEnd};
use crate::commands::account::Account;
use crate::commands::rows::ResultRows;
use crate::commands::session::EarlyEnd;

/// Pause between two looks, where the service does not wait itself.
const PAUSE: Duration = Duration::from_millis(250);

/// What is asked of AWS.
#[derive(Debug, Clone, clap::Args)]
pub struct There {
    /// The warehouse in AWS that the pipeline names, by the Redshift Data API, not the local one.
    #[arg(long)]
    pub aws: bool,
    /// Where in AWS.
    #[command(flatten)]
    pub account: Account,
}

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

    async fn ended(&self, id: &str) -> Result<StatementEnd, AwsFailure> {
        loop {
            let looked = Instant::now();
            if let Some(ended) = self.aws.statement(id).await? {
                return Ok(ended);
            }
            tokio::time::sleep(PAUSE.saturating_sub(looked.elapsed())).await;
        }
    }

    async fn rows(&self, id: &str, most: Option<u64>) -> Result<ResultRows, AwsFailure> {
        let mut rows = ResultRows::default();
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
    fn look(&self, catalog: SharedCatalog) {
        let aws = self.aws.clone();
        let warehouse = self.warehouse.clone();
        tokio::spawn(async move {
            // Completion without tables is still completion.
            if let Ok(rows) = aws.query(&warehouse, CATALOG, &[]).await {
                let found = CompletionCatalog::of_texts(&rows);
                *catalog.lock() = found;
            }
        });
    }
}

#[async_trait(?Send)]
impl SessionWarehouse for DataApi {
    fn is_new(&self) -> bool {
        false
    }

    fn is_in_aws(&self) -> bool {
        true
    }

    fn look_beside(&self, catalog: &SharedCatalog) -> bool {
        self.look(Arc::clone(catalog));
        true
    }

    async fn run(
        &mut self,
        text: &str,
        parameters: Vec<(String, String)>,
        most: Option<u64>,
        interrupted: Pin<&mut dyn Future<Output = ()>>,
    ) -> Result<StatementAnswer, EarlyEnd> {
        let asked = Instant::now();
        let session = self.session.as_deref();
        let started = self
            .aws
            .execute(&self.warehouse, session, text, &parameters)
            .await;
        let (id, session) = match started {
            Ok(started) => started,
            // The service reads the text before the warehouse does.
            Err(AwsFailure::Refused { code, message, .. }) if code == "ValidationException" => {
                return Ok(StatementAnswer::failed(&message));
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
            StatementEnd::Well {
                has_rows: false,
                rows,
            } => Ok(StatementAnswer::Done { rows, took }),
            StatementEnd::Well { has_rows: true, .. } => {
                let rows = self.rows(&id, most).await?;
                Ok(StatementAnswer::Rows { rows, took })
            }
            StatementEnd::Failed(message) => Ok(StatementAnswer::failed(&message)),
            StatementEnd::Cancelled => Ok(StatementAnswer::Cancelled),
        }
    }

    /// Leaves the session, which ends by itself soon. A transaction that is open is taken back now.
    async fn close(self: Box<Self>) {
        if let Some(session) = self.session.as_deref() {
            let rollback = self
                .aws
                .execute(&self.warehouse, Some(session), "rollback", &[]);
            // The session ends in any case.
            let _ = rollback.await;
        }
    }
}
