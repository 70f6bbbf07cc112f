//! A warehouse in which tries of steps fail as somebody says beforehand: whoever tests a pipeline learns
//! what becomes of a run then.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use runtime_lambda::ports::{
    Execution, ResultPage, StatementDescription, StatementStatus, Warehouse, WarehouseError,
};

/// What a statement fails with that was told to.
pub const FAULT: &str = "the test lets this try fail";

/// How the ids of such statements begin.
const PREFIX: &str = "fault-";

/// A warehouse whose statements fail a number of times.
pub struct FaultyWarehouse {
    warehouse: Arc<dyn Warehouse>,
    /// Tries that are still to fail, by the step's name.
    left: Mutex<HashMap<String, u32>>,
    /// Statements that failed, by their name: the same one again is the same one.
    failed: Mutex<HashMap<String, String>>,
    next: AtomicU64,
}

impl FaultyWarehouse {
    /// Lets the first tries of steps fail: how many, by the step's name.
    #[must_use]
    pub fn new(warehouse: Arc<dyn Warehouse>, tries: HashMap<String, u32>) -> Self {
        Self {
            warehouse,
            left: Mutex::new(tries),
            failed: Mutex::default(),
            next: AtomicU64::new(1),
        }
    }

    /// The id of the failed statement that this execution is.
    fn fails(&self, execution: &Execution) -> Option<String> {
        let name = &execution.statement_name;
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(id) = failed.get(name) {
            return Some(id.clone());
        }
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        // `keys::statement_name`: the pipeline, the run, the step, the round.
        let step = name.split('/').nth(2)?;
        let tries = left.get_mut(step).filter(|tries| **tries > 0)?;
        *tries -= 1;
        let id = format!("{PREFIX}{}", self.next.fetch_add(1, Ordering::Relaxed));
        failed.insert(name.clone(), id.clone());
        Some(id)
    }
}

fn failed(id: &str) -> StatementDescription {
    StatementDescription {
        id: id.to_owned(),
        status: StatementStatus::Failed,
        error: Some(FAULT.to_owned()),
        duration: Duration::ZERO,
        rows: None,
        result_id: None,
        parts: Vec::new(),
    }
}

#[async_trait]
impl Warehouse for FaultyWarehouse {
    async fn execute(
        &self,
        execution: &Execution,
        wait: Duration,
    ) -> Result<StatementDescription, WarehouseError> {
        match self.fails(execution) {
            Some(id) => Ok(failed(&id)),
            None => self.warehouse.execute(execution, wait).await,
        }
    }

    fn longest_submission(&self) -> Duration {
        self.warehouse.longest_submission()
    }

    async fn describe(
        &self,
        statement_id: &str,
        wait: Duration,
    ) -> Result<StatementDescription, WarehouseError> {
        if statement_id.starts_with(PREFIX) {
            return Ok(failed(statement_id));
        }
        self.warehouse.describe(statement_id, wait).await
    }

    async fn cancel(&self, statement_id: &str) -> Result<(), WarehouseError> {
        if statement_id.starts_with(PREFIX) {
            return Ok(());
        }
        self.warehouse.cancel(statement_id).await
    }

    async fn find(&self, statement_name: &str) -> Result<Vec<String>, WarehouseError> {
        let failed = self
            .failed
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(statement_name)
            .cloned();
        match failed {
            Some(id) => Ok(vec![id]),
            None => self.warehouse.find(statement_name).await,
        }
    }

    async fn result(
        &self,
        statement_id: &str,
        next_token: Option<&str>,
    ) -> Result<ResultPage, WarehouseError> {
        self.warehouse.result(statement_id, next_token).await
    }
}
