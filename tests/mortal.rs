//! Ports through which a Lambda dies at a call that a test has chosen. It dies before the call has
//! an effect, or after it, when its answer is lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use runtime_lambda::ports::{
    Executions, ExecutionsError, ObjectWriter, ResultPage, StatementDescription, Store, StoreError,
    StoredObject, Submission, Warehouse, WarehouseError, WriteCondition,
};
use serde_json::Value;
use tokio::sync::Notify;

/// Counts the moments before and after each call to the ports.
#[derive(Default)]
pub struct Life {
    passed: AtomicU64,
    /// The moment at which it ends; 0: never.
    end: AtomicU64,
    ended: Notify,
}

/// A port that takes part in a life.
pub struct Mortal<T: ?Sized> {
    life: Arc<Life>,
    port: Arc<T>,
}

impl Life {
    /// `port`, whose calls are counted.
    pub fn of<T: ?Sized>(self: &Arc<Self>, port: Arc<T>) -> Arc<Mortal<T>> {
        Arc::new(Mortal {
            life: self.clone(),
            port,
        })
    }

    /// Ends at the `moment`th moment from now, counted from 1.
    pub fn ends_at(&self, moment: u64) {
        self.passed.store(0, Ordering::SeqCst);
        self.end.store(moment, Ordering::SeqCst);
    }

    /// Another Lambda takes over.
    pub fn goes_on(&self) {
        self.end.store(0, Ordering::SeqCst);
    }

    /// Returns when it has ended. Whoever made the call is dropped then.
    pub async fn ended(&self) {
        self.ended.notified().await;
    }

    async fn moment(&self) {
        let now = self.passed.fetch_add(1, Ordering::SeqCst) + 1;
        if now == self.end.load(Ordering::SeqCst) {
            self.ended.notify_one();
            std::future::pending::<()>().await;
        }
    }

    async fn around<R>(&self, call: impl Future<Output = R>) -> R {
        self.moment().await;
        let answer = call.await;
        self.moment().await;
        answer
    }
}

#[async_trait]
impl<T: Store + ?Sized> Store for Mortal<T> {
    async fn get(&self, key: &str) -> Result<Option<StoredObject>, StoreError> {
        self.life.around(self.port.get(key)).await
    }

    async fn get_start(&self, key: &str, bytes: u64) -> Result<Option<Vec<u8>>, StoreError> {
        self.life.around(self.port.get_start(key, bytes)).await
    }

    async fn put(
        &self,
        key: &str,
        body: Vec<u8>,
        condition: WriteCondition<'_>,
    ) -> Result<String, StoreError> {
        self.life.around(self.port.put(key, body, condition)).await
    }

    async fn writer(&self, key: &str) -> Result<Box<dyn ObjectWriter>, StoreError> {
        self.life.around(self.port.writer(key)).await
    }

    fn location(&self, key: &str) -> String {
        self.port.location(key)
    }

    fn uri(&self, key: &str) -> String {
        self.port.uri(key)
    }
}

#[async_trait]
impl<T: Warehouse + ?Sized> Warehouse for Mortal<T> {
    async fn execute(
        &self,
        execution: &Submission,
        wait: Duration,
    ) -> Result<StatementDescription, WarehouseError> {
        self.life.around(self.port.execute(execution, wait)).await
    }

    fn longest_submission(&self) -> Duration {
        self.port.longest_submission()
    }

    async fn describe(
        &self,
        statement_id: &str,
        wait: Duration,
    ) -> Result<StatementDescription, WarehouseError> {
        self.life
            .around(self.port.describe(statement_id, wait))
            .await
    }

    async fn cancel(&self, statement_id: &str) -> Result<(), WarehouseError> {
        self.life.around(self.port.cancel(statement_id)).await
    }

    async fn find(&self, statement_name: &str) -> Result<Vec<String>, WarehouseError> {
        self.life.around(self.port.find(statement_name)).await
    }

    async fn result(
        &self,
        statement_id: &str,
        next_token: Option<&str>,
    ) -> Result<ResultPage, WarehouseError> {
        self.life
            .around(self.port.result(statement_id, next_token))
            .await
    }
}

#[async_trait]
impl<T: Executions + ?Sized> Executions for Mortal<T> {
    async fn send_task_success(&self, token: &str, output: &Value) -> Result<(), ExecutionsError> {
        self.life
            .around(self.port.send_task_success(token, output))
            .await
    }

    async fn start(&self, machine: &str, name: &str, input: &Value) -> Result<(), ExecutionsError> {
        self.life
            .around(self.port.start(machine, name, input))
            .await
    }

    async fn stop(&self, execution: &str) -> Result<(), ExecutionsError> {
        self.life.around(self.port.stop(execution)).await
    }

    fn longest_stop(&self) -> Duration {
        self.port.longest_stop()
    }
}
