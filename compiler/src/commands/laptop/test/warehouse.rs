//! The warehouse of one test: statements to their end, and the rows of tables and results.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use local::folder::Within;
use local::warehouse::{EmbeddedWarehouse, HeldSession, StatementHandle, StatementView};
use runtime_lambda::plan::{self, Batch};
use runtime_lambda::ports::{StatementStatus, Submission, Warehouse as _, WarehouseError};

use crate::testing::FoundRows;

/// Most statements of one execution (AWS page: `BatchExecuteStatement`).
const MOST_STATEMENTS: usize = 40;

/// How long what a test gives, and what it looks at, may take.
pub(super) const PATIENCE: Duration = Duration::from_secs(120);

/// A warehouse that a test has for itself.
pub(super) struct OwnWarehouse<'a> {
    pub warehouse: Arc<EmbeddedWarehouse>,
    place: &'a plan::Warehouse,
    /// The session of the test itself, beside those of steps: it gives, and it looks.
    session: Arc<HeldSession>,
    /// The folders that are its buckets.
    pub buckets: BTreeMap<String, Within>,
}

/// An execution that has ended.
pub(super) struct EndedExecution {
    pub handle: StatementHandle,
    pub view: StatementView,
}

impl EndedExecution {
    pub fn is_finished(&self) -> bool {
        self.view.status == StatementStatus::Finished
    }

    /// Index of the statement that failed.
    pub fn failed(&self) -> Option<usize> {
        self.view.parts.iter().position(|part| part.error.is_some())
    }

    pub fn error(&self) -> String {
        let error = self.view.error.clone();
        error.unwrap_or_else(|| "the statement failed without a message".to_owned())
    }

    /// What the statement that failed says, without its number.
    pub fn own_error(&self) -> String {
        let part = self.view.parts.iter().find_map(|part| part.error.clone());
        part.unwrap_or_else(|| self.error())
    }
}

impl<'a> OwnWarehouse<'a> {
    /// A test's warehouse, in which nothing is yet; `place` is where the pipeline's statements run.
    pub fn new(
        warehouse: Arc<EmbeddedWarehouse>,
        place: &'a plan::Warehouse,
    ) -> Result<Self, WarehouseError> {
        let session = Arc::new(warehouse.hold_session()?);
        Ok(Self {
            warehouse,
            place,
            session,
            buckets: BTreeMap::new(),
        })
    }

    /// The same, which knows the folders of its buckets.
    pub fn with(self, buckets: BTreeMap<String, Within>) -> Self {
        Self { buckets, ..self }
    }

    /// Runs statements to their end in a session of their own; those that take longer than `limit` are
    /// cancelled.
    pub async fn run(
        &self,
        statements: Vec<String>,
        batch: Batch,
        parameters: Vec<(String, String)>,
        limit: Duration,
    ) -> Result<EndedExecution, WarehouseError> {
        self.run_in(None, (statements, batch, parameters), limit)
            .await
    }

    async fn run_in(
        &self,
        session: Option<Arc<HeldSession>>,
        (statements, batch, parameters): (Vec<String>, Batch, Vec<(String, String)>),
        limit: Duration,
    ) -> Result<EndedExecution, WarehouseError> {
        let execution = Submission {
            warehouse: self.place.clone(),
            statement_name: "sfc-test".to_owned(),
            // Nothing goes on after a death: the warehouse dies, too.
            client_token: String::new(),
            statements,
            batch,
            parameters,
            with_event: false,
            continues: Vec::new(),
        };
        let handle = self.warehouse.submit(&execution, session)?;
        handle.ended_within(limit).await;
        if !handle.ended() {
            handle.cancel();
            handle.ended_within(PATIENCE).await;
        }
        let view = handle.view();
        Ok(EndedExecution { handle, view })
    }

    /// Runs statements of the test itself.
    async fn looked(
        &self,
        texts: Vec<String>,
        batch: Batch,
    ) -> Result<EndedExecution, WarehouseError> {
        let session = Some(Arc::clone(&self.session));
        self.run_in(session, (texts, batch, Vec::new()), PATIENCE)
            .await
    }

    /// Runs statements, however many; the index of the one that failed, and
    /// why.
    pub async fn all(
        &self,
        statements: &[&str],
    ) -> Result<Option<(usize, String)>, WarehouseError> {
        for (number, some) in statements.chunks(MOST_STATEMENTS).enumerate() {
            let texts = some.iter().map(|text| (*text).to_owned()).collect();
            let ended = self.looked(texts, Batch::Transaction).await?;
            if !ended.is_finished() {
                let index = number * MOST_STATEMENTS + ended.failed().unwrap_or(0);
                return Ok(Some((index, ended.own_error())));
            }
        }
        Ok(None)
    }

    /// All rows of a result; `number` is that of its statement, from 1.
    pub async fn result(
        &self,
        ended: &EndedExecution,
        number: usize,
    ) -> Result<FoundRows, WarehouseError> {
        let id = format!("{}:{number}", ended.handle.id());
        let mut found = FoundRows::default();
        let mut token: Option<String> = None;
        loop {
            let page = self.warehouse.result(&id, token.as_deref()).await?;
            found.columns = page.columns;
            found.rows.extend(page.records);
            token = page.next_token;
            if token.is_none() {
                return Ok(found);
            }
        }
    }

    /// The rows of tables; an error names the table.
    pub async fn tables(
        &self,
        names: &[&str],
    ) -> Result<Vec<Result<FoundRows, String>>, WarehouseError> {
        let mut all = Vec::with_capacity(names.len());
        let look = |name: &&str| {
            let parts: Vec<String> = name
                .split('.')
                .map(|part| format!("\"{}\"", part.replace('"', "\"\"")))
                .collect();
            format!("select * from {}", parts.join("."))
        };
        for some in names.chunks(MOST_STATEMENTS) {
            let looks: Vec<String> = some.iter().map(look).collect();
            let ended = self.looked(looks.clone(), Batch::AutoCommit).await?;
            if ended.is_finished() {
                for number in 1..=looks.len() {
                    all.push(Ok(self.result(&ended, number).await?));
                }
                continue;
            }
            // The batch stopped at one table and has no results: each table is asked alone.
            for look in looks {
                let ended = self.looked(vec![look], Batch::AutoCommit).await?;
                all.push(match ended.is_finished() {
                    true => Ok(self.result(&ended, 1).await?),
                    false => Err(ended.own_error()),
                });
            }
        }
        Ok(all)
    }
}
