//! The facts of an execution, and what is kept of it while it runs and
//! afterwards.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use jiff::Timestamp;
use parking_lot::Mutex;
use serde_json::Value;
use strum::IntoStaticStr;
use tokio::sync::Notify;

use super::history::HistoryEvent;

/// What does not change while an execution runs.
#[derive(Debug, Clone, PartialEq)]
pub struct ExecutionInfo {
    /// ARN, which ends in the machine's name and the execution's.
    pub arn: Arc<str>,
    /// Its name, unique within its machine.
    pub name: Arc<str>,
    /// The ARN of its machine.
    pub machine_arn: Arc<str>,
    /// The name of its machine.
    pub machine_name: Arc<str>,
    /// The role it runs as.
    pub role_arn: Arc<str>,
    /// When it started, by the interpreter's clock.
    pub start: Timestamp,
    /// What it was started with, as JSON.
    pub input: Arc<Value>,
    /// The ARN of the execution whose task started it.
    pub parent: Option<Arc<str>>,
}

/// How an execution ended, under the names of `DescribeExecution`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, IntoStaticStr)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum EndStatus {
    /// `SUCCEEDED`: it reached its end.
    Succeeded,
    /// `FAILED`: an error that nobody caught.
    Failed,
    /// `TIMED_OUT`: its machine's `TimeoutSeconds` passed.
    TimedOut,
    /// `ABORTED`: somebody stopped it.
    Aborted,
}

impl EndStatus {
    /// The name in Step Functions.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// The end of an execution.
#[derive(Debug, Clone, PartialEq)]
pub struct ExecutionOutcome {
    /// Which of the four ends it was.
    pub status: EndStatus,
    /// The output of one that succeeded.
    pub output: Option<Arc<Value>>,
    /// The error of one that did not, if it has a name.
    pub error: Option<Arc<str>>,
    /// The text of that error.
    pub cause: Option<Arc<str>>,
    /// When it ended, by the interpreter's clock.
    pub stop: Timestamp,
}

/// How somebody ends an execution from outside.
#[derive(Debug, Clone)]
pub enum StopRequest {
    /// With this error and cause, as asked for.
    Aborts {
        error: Option<Arc<str>>,
        cause: Option<Arc<str>>,
    },
    /// As if its time was over.
    TimesOut,
}

impl Default for StopRequest {
    fn default() -> Self {
        Self::Aborts {
            error: None,
            cause: None,
        }
    }
}

/// How far an execution has come.
#[derive(Debug, Default)]
pub struct ExecutionProgress {
    pub events: Vec<HistoryEvent>,
    pub count: u64,
    pub outcome: Option<ExecutionOutcome>,
}

/// What is kept of an execution while it runs and afterwards.
#[derive(Debug)]
pub struct ExecutionRecord {
    pub info: Arc<ExecutionInfo>,
    pub progress: Mutex<ExecutionProgress>,
    pub running: AtomicBool,
    pub stop: Mutex<Option<StopRequest>>,
    pub stopped: Notify,
    pub finished: Notify,
}

impl ExecutionRecord {
    pub fn new(info: ExecutionInfo) -> Self {
        Self {
            info: Arc::new(info),
            progress: Mutex::default(),
            running: AtomicBool::new(false),
            stop: Mutex::default(),
            stopped: Notify::new(),
            finished: Notify::new(),
        }
    }

    pub fn outcome(&self) -> Option<ExecutionOutcome> {
        self.progress.lock().outcome.clone()
    }

    /// Its end, once it has come.
    pub async fn ended(&self) -> ExecutionOutcome {
        loop {
            let finished = self.finished.notified();
            if let Some(outcome) = self.outcome() {
                return outcome;
            }
            finished.await;
        }
    }

    /// How somebody ends it, once somebody does.
    pub async fn stop_request(&self) -> StopRequest {
        loop {
            if let Some(stop) = self.stop.lock().clone() {
                return stop;
            }
            self.stopped.notified().await;
        }
    }
}
