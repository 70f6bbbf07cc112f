//! Runs state machines: JSONata ones, on a clock and with resources that the
//! host provides, nested executions included.
//!
//! An [`Interpreter`] holds machines by ARN. [`Interpreter::start`] makes an
//! [`Execution`], and polling [`Execution::run`] is what moves it: the
//! interpreter spawns nothing, so that an execution, all of its branches and
//! all of the executions under it advance in one future, in an order that the
//! same seed and the same clock repeat. Dropping that future stops them all.
//!
//! A definition that uses what is not known here is refused when it is
//! registered; see [`Refusal`].

mod builder;
mod compile;
mod execution;
mod failure;
mod history;
mod limits;
mod program;
mod registry;
mod resources;
mod run;
mod tokens;

use std::sync::{Mutex, MutexGuard, PoisonError};

pub use builder::{Builder, Interpreter, MachineType, StartProblem};
pub use compile::Refusal;
pub use execution::{Execution, ExecutionInfo, Outcome, Status};
pub use failure::names as errors;
pub use history::{EventKind, HistoryEvent, StateKind, TaskKind};
pub use limits::{HISTORY_EVENTS, INLINE_CONCURRENCY, PAYLOAD_BYTES};
pub use resources::{Call, Clock, Observer, Resources, TaskFailure, TokioClock};
pub use tokens::TokenProblem;

/// Locks; what a panic elsewhere left behind is still whole, as every change
/// under these locks is a single step.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
