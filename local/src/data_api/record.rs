//! A statement as the service remembers it: what was asked for, beside what the warehouse knows.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use runtime_lambda::plan::Batch;
use serde_json::{Map, Value, json};
use strum::IntoStaticStr;

use super::fault::ApiFault;
use super::request::{StatementParameter, WarehousePlace};
use crate::warehouse::StatementHandle;

/// Bytes of a record and what belongs to it, beside its texts.
const OVERHEAD: usize = 2048;

/// Form of a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "UPPERCASE")]
pub(super) enum ResultFormat {
    Json,
    Csv,
}

impl ResultFormat {
    pub(super) fn as_str(self) -> &'static str {
        self.into()
    }
}

/// A statement or batch that was taken.
#[derive(Debug)]
pub(super) struct StatementRecord {
    pub(super) handle: StatementHandle,
    /// Its place among all that were taken.
    pub(super) number: u64,
    pub(super) place: WarehousePlace,
    pub(super) name: Option<String>,
    pub(super) statements: Vec<String>,
    /// How a batch is run; `None`: it is no batch.
    pub(super) batch: Option<Batch>,
    pub(super) parameters: Option<Vec<StatementParameter>>,
    pub(super) format: ResultFormat,
    pub(super) session: Option<String>,
    waiting: AtomicUsize,
}

/// What a statement was asked for with.
pub(super) struct StatementRequest {
    pub(super) place: WarehousePlace,
    pub(super) name: Option<String>,
    pub(super) statements: Vec<String>,
    pub(super) batch: Option<Batch>,
    pub(super) parameters: Option<Vec<StatementParameter>>,
    pub(super) format: ResultFormat,
    pub(super) session: Option<String>,
}

impl StatementRecord {
    pub(super) fn new(handle: StatementHandle, number: u64, asked: StatementRequest) -> Self {
        Self {
            handle,
            number,
            place: asked.place,
            name: asked.name,
            statements: asked.statements,
            batch: asked.batch,
            parameters: asked.parameters,
            format: asked.format,
            session: asked.session,
            waiting: AtomicUsize::new(0),
        }
    }

    pub(super) fn id(&self) -> &str {
        self.handle.id()
    }

    /// About the bytes that it takes to remember it, its results aside.
    pub(super) fn size(&self) -> usize {
        let statements: usize = self.statements.iter().map(String::len).sum();
        let parameters = self.parameters.iter().flatten().map(|parameter| {
            let value = parameter.value.as_ref().map_or(0, String::len);
            value + parameter.name.as_ref().map_or(0, String::len)
        });
        statements + parameters.sum::<usize>() + OVERHEAD
    }

    /// Waits for its end, unless too many do.
    pub(super) async fn wait(&self, wait: Option<Duration>, limit: usize) -> Result<(), ApiFault> {
        let Some(wait) = wait else { return Ok(()) };
        if self.handle.ended() {
            return Ok(());
        }
        /// Counts down also when a client goes away.
        struct Waiting<'a>(&'a AtomicUsize);
        impl Drop for Waiting<'_> {
            fn drop(&mut self) {
                self.0.fetch_sub(1, Ordering::SeqCst);
            }
        }
        let before = self.waiting.fetch_add(1, Ordering::SeqCst);
        let _waiting = Waiting(&self.waiting);
        if before >= limit {
            return Err(ApiFault::waiting_requests(limit));
        }
        self.handle.ended_within(wait).await;
        Ok(())
    }

    /// The user on the warehouse: a secret's is not known.
    pub(super) fn db_user(&self) -> Option<String> {
        match (&self.place.db_user, &self.place.secret_arn) {
            (Some(user), _) => Some(user.clone()),
            (None, Some(_)) => None,
            (None, None) => Some("IAM:local".to_owned()),
        }
    }

    /// Members that say where it runs.
    pub(super) fn say_where(&self, answer: &mut Map<String, Value>) {
        put(
            answer,
            "ClusterIdentifier",
            self.place.cluster_identifier.as_deref(),
        );
        put(
            answer,
            "WorkgroupName",
            self.place.workgroup_name.as_deref(),
        );
        put(answer, "Database", self.place.database.as_deref());
        put(answer, "DbUser", self.db_user());
        put(answer, "SecretArn", self.place.secret_arn.as_deref());
        put(answer, "SessionId", self.session.as_deref());
    }

    pub(super) fn parameters(&self) -> Option<Value> {
        self.parameters.as_ref().map(|parameters| json!(parameters))
    }
}

/// Sets a member if there is a value.
pub(super) fn put(answer: &mut Map<String, Value>, name: &str, value: Option<impl Into<Value>>) {
    if let Some(value) = value {
        answer.insert(name.to_owned(), value.into());
    }
}

/// A moment as AWS JSON has it: seconds with a fraction.
pub(super) fn timestamp(moment: SystemTime) -> Value {
    let milliseconds = moment
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default()
        .as_millis();
    let milliseconds = u32::try_from(milliseconds % 1000).unwrap_or(0);
    let seconds = moment
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs();
    // Exact to the millisecond for some hundred thousand years.
    #[expect(clippy::cast_precision_loss, reason = "seconds stay far below 2^53")]
    let value = seconds as f64 + f64::from(milliseconds) / 1000.0;
    value.into()
}
