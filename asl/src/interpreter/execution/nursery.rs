//! Where executions live that the tasks of others await.

use futures_util::future::BoxFuture;

use super::Execution;
use crate::interpreter::record::ExecutionInfo;
use crate::interpreter::resources::TaskFailure;

/// What becomes of a request to start a child.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChildStart {
    /// The child starts, and the task awaits it.
    Answered,
    /// No child starts, and the task fails with this.
    Refused(TaskFailure),
    /// The child starts, but the answer is lost: the task fails with this, and nobody awaits the child.
    AnswerLost(TaskFailure),
}

/// Where children live that a task awaits (`states:startExecution.sync`), if they may outlive it.
/// Step Functions stops them at best effort ("Integrate AWS services with Step Functions",
/// `.sync`).
pub trait Nursery: Send + Sync {
    /// What becomes of the request that starts a child of this name for a task of `parent`.
    fn starts(&self, parent: &ExecutionInfo, name: Option<&str>) -> ChildStart {
        let _ = (parent, name);
        ChildStart::Answered
    }
    /// Moves a child to its end, whatever becomes of whoever awaits it. `run` does so; `child` is the handle.
    fn raise(&self, child: &Execution, run: BoxFuture<'static, ()>);
    /// Nobody awaits this child any more. [`Execution::stop`] ends it; without that it goes on.
    fn abandoned(&self, child: Execution);
}
