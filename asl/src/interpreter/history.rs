//! What happened in an execution, event by event, under the names of
//! `GetExecutionHistory` ("HistoryEvent", Step Functions API reference).

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;

/// The type of a state, as it appears in the names of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(
    missing_docs,
    reason = "each variant is named as Step Functions names the type"
)]
pub enum StateKind {
    Task,
    Pass,
    Choice,
    Wait,
    Succeed,
    Fail,
    Map,
    Parallel,
}

/// How a task is called, as it appears in the names of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TaskKind {
    /// Through a service integration: `TaskScheduled` and so on.
    Service,
    /// Through a function's own ARN: `LambdaFunctionScheduled` and so on.
    LambdaFunction,
}

/// The type of an event, with what belongs to it. [`EventKind::name`] is its name in Step Functions.
#[derive(Debug, Clone, PartialEq)]
#[expect(
    missing_docs,
    reason = "the fields are named as Step Functions names them"
)]
pub enum EventKind {
    ExecutionStarted {
        input: Arc<Value>,
    },
    ExecutionSucceeded {
        output: Arc<Value>,
    },
    ExecutionFailed {
        error: Option<Arc<str>>,
        cause: Option<Arc<str>>,
    },
    ExecutionTimedOut {
        error: Option<Arc<str>>,
        cause: Option<Arc<str>>,
    },
    ExecutionAborted {
        error: Option<Arc<str>>,
        cause: Option<Arc<str>>,
    },
    /// `PassStateEntered`, `TaskStateEntered` and so on.
    StateEntered {
        kind: StateKind,
        name: Arc<str>,
        input: Arc<Value>,
    },
    /// `PassStateExited`, `TaskStateExited` and so on.
    StateExited {
        kind: StateKind,
        name: Arc<str>,
        output: Arc<Value>,
        assigned: Vec<(Arc<str>, Arc<Value>)>,
    },
    EvaluationFailed {
        state: Arc<str>,
        location: Arc<str>,
        error: Arc<str>,
        cause: Arc<str>,
    },
    /// Of both kinds: `TaskScheduled` and `LambdaFunctionScheduled`.
    Scheduled {
        kind: TaskKind,
        resource: Arc<str>,
        parameters: Arc<Value>,
        timeout_seconds: Option<f64>,
        heartbeat_seconds: Option<f64>,
    },
    /// Of both kinds: `TaskStarted` and `LambdaFunctionStarted`.
    Started {
        kind: TaskKind,
        resource: Arc<str>,
    },
    Submitted {
        resource: Arc<str>,
        output: Arc<Value>,
    },
    SubmitFailed {
        resource: Arc<str>,
        error: Option<Arc<str>>,
        cause: Option<Arc<str>>,
    },
    /// Of both kinds: `TaskSucceeded` and `LambdaFunctionSucceeded`.
    Succeeded {
        kind: TaskKind,
        resource: Arc<str>,
        output: Arc<Value>,
    },
    /// Of both kinds: `TaskFailed` and `LambdaFunctionFailed`.
    Failed {
        kind: TaskKind,
        resource: Arc<str>,
        error: Option<Arc<str>>,
        cause: Option<Arc<str>>,
    },
    /// Of both kinds: `TaskTimedOut` and `LambdaFunctionTimedOut`.
    TimedOut {
        kind: TaskKind,
        resource: Arc<str>,
        error: Option<Arc<str>>,
        cause: Option<Arc<str>>,
    },
    MapStarted {
        length: usize,
    },
    MapSucceeded,
    MapFailed,
    IterationStarted {
        name: Arc<str>,
        index: usize,
    },
    IterationSucceeded {
        name: Arc<str>,
        index: usize,
    },
    IterationFailed {
        name: Arc<str>,
        index: usize,
    },
    IterationAborted {
        name: Arc<str>,
        index: usize,
    },
    ParallelStarted,
    ParallelSucceeded,
    ParallelFailed,
}

impl EventKind {
    /// The name of the event's type.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        use StateKind as S;
        use TaskKind as T;
        match self {
            Self::ExecutionStarted { .. } => "ExecutionStarted",
            Self::ExecutionSucceeded { .. } => "ExecutionSucceeded",
            Self::ExecutionFailed { .. } => "ExecutionFailed",
            Self::ExecutionTimedOut { .. } => "ExecutionTimedOut",
            Self::ExecutionAborted { .. } => "ExecutionAborted",
            Self::StateEntered { kind, .. } => match kind {
                S::Task => "TaskStateEntered",
                S::Pass => "PassStateEntered",
                S::Choice => "ChoiceStateEntered",
                S::Wait => "WaitStateEntered",
                S::Succeed => "SucceedStateEntered",
                S::Fail => "FailStateEntered",
                S::Map => "MapStateEntered",
                S::Parallel => "ParallelStateEntered",
            },
            Self::StateExited { kind, .. } => match kind {
                S::Task => "TaskStateExited",
                S::Pass => "PassStateExited",
                S::Choice => "ChoiceStateExited",
                S::Wait => "WaitStateExited",
                S::Succeed => "SucceedStateExited",
                S::Fail => "FailStateExited",
                S::Map => "MapStateExited",
                S::Parallel => "ParallelStateExited",
            },
            Self::EvaluationFailed { .. } => "EvaluationFailed",
            Self::Scheduled {
                kind: T::Service, ..
            } => "TaskScheduled",
            Self::Scheduled {
                kind: T::LambdaFunction,
                ..
            } => "LambdaFunctionScheduled",
            Self::Started {
                kind: T::Service, ..
            } => "TaskStarted",
            Self::Started {
                kind: T::LambdaFunction,
                ..
            } => "LambdaFunctionStarted",
            Self::Submitted { .. } => "TaskSubmitted",
            Self::SubmitFailed { .. } => "TaskSubmitFailed",
            Self::Succeeded {
                kind: T::Service, ..
            } => "TaskSucceeded",
            Self::Succeeded {
                kind: T::LambdaFunction,
                ..
            } => "LambdaFunctionSucceeded",
            Self::Failed {
                kind: T::Service, ..
            } => "TaskFailed",
            Self::Failed {
                kind: T::LambdaFunction,
                ..
            } => "LambdaFunctionFailed",
            Self::TimedOut {
                kind: T::Service, ..
            } => "TaskTimedOut",
            Self::TimedOut {
                kind: T::LambdaFunction,
                ..
            } => "LambdaFunctionTimedOut",
            Self::MapStarted { .. } => "MapStateStarted",
            Self::MapSucceeded => "MapStateSucceeded",
            Self::MapFailed => "MapStateFailed",
            Self::IterationStarted { .. } => "MapIterationStarted",
            Self::IterationSucceeded { .. } => "MapIterationSucceeded",
            Self::IterationFailed { .. } => "MapIterationFailed",
            Self::IterationAborted { .. } => "MapIterationAborted",
            Self::ParallelStarted => "ParallelStateStarted",
            Self::ParallelSucceeded => "ParallelStateSucceeded",
            Self::ParallelFailed => "ParallelStateFailed",
        }
    }

    /// The state that is entered or left.
    #[must_use]
    pub fn state(&self) -> Option<&str> {
        match self {
            Self::StateEntered { name, .. } | Self::StateExited { name, .. } => Some(name),
            _ => None,
        }
    }
}

/// An event, as `GetExecutionHistory` lists it.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryEvent {
    /// Counted from 1 within the execution.
    pub id: u64,
    /// The event that led to this one; 0 for the first.
    pub previous_event_id: u64,
    /// When it happened, by the interpreter's clock.
    pub timestamp: Timestamp,
    /// Type of the event, with what belongs to it.
    pub kind: EventKind,
}
