//! What is known of runs without asking their states.

use asl::interpreter::EndStatus;
use runtime_lambda::ids::RunId;
use runtime_lambda::protocol::RunOutput;
use tokio::time::Instant;

/// What may end an execution from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExecutionCut {
    /// Somebody stopped the execution.
    Stopped,
    /// Step Functions said that its time had run out.
    TimedOut,
}

/// What is known of a run without asking its state.
#[derive(Debug, Clone, Default)]
pub struct RunFacts {
    /// When its execution was over, or somebody said that it should be.
    pub execution_over: Option<Instant>,
    /// What ended its execution from outside.
    pub cut: Option<ExecutionCut>,
    /// When its global state said that it is over.
    pub over: Option<Instant>,
    /// How often its state was written.
    pub writes: u64,
}

/// A run whose execution is over.
#[derive(Debug, Clone)]
pub struct EndedRun {
    /// Id of the run.
    pub id: RunId,
    /// How its execution ended; `None` if it never did.
    pub execution: Option<EndStatus>,
    /// What it said at its end, if it ended well.
    pub output: Option<RunOutput>,
}
