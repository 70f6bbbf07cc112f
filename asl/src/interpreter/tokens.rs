//! Task tokens: how the outside ends a task that waits for it.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use serde_json::Value;
use tokio::sync::Notify;

use super::resources::TaskFailure;

/// Why a token is not accepted ("SendTaskSuccess", Step Functions API
/// reference).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenProblem {
    /// No task ever had this token.
    #[error("no task has this token")]
    TaskDoesNotExist,
    /// The task has ended already.
    #[error("the task with this token has ended")]
    TaskTimedOut,
}

/// A task that waits for somebody to return its token.
#[derive(Debug, Default)]
pub struct WaitingTask {
    answer: Mutex<Option<Result<Value, TaskFailure>>>,
    answered: Notify,
    pub heartbeat: Notify,
}

impl WaitingTask {
    /// The answer that the token brings.
    pub async fn answer(&self) -> Result<Value, TaskFailure> {
        loop {
            if let Some(answer) = self.answer.lock().take() {
                return answer;
            }
            self.answered.notified().await;
        }
    }
}

/// Every token given out; `None` once its task has ended.
#[derive(Debug, Default)]
pub struct Tokens(Mutex<HashMap<Arc<str>, Option<Arc<WaitingTask>>>>);

impl Tokens {
    /// Gives a token out for as long as the guard lives.
    pub fn open(self: &Arc<Self>, token: Arc<str>) -> OpenToken {
        let waiting = Arc::new(WaitingTask::default());
        self.0
            .lock()
            .insert(Arc::clone(&token), Some(Arc::clone(&waiting)));
        OpenToken {
            tokens: Arc::clone(self),
            token,
            waiting,
        }
    }

    /// Hands an answer to the task.
    pub fn answer(
        &self,
        token: &str,
        answer: Result<Value, TaskFailure>,
    ) -> Result<(), TokenProblem> {
        let waiting = self.waiting(token)?;
        let mut held = waiting.answer.lock();
        if held.is_some() {
            return Err(TokenProblem::TaskTimedOut);
        }
        *held = Some(answer);
        waiting.answered.notify_one();
        Ok(())
    }

    /// Restarts the task's heartbeat.
    pub fn heartbeat(&self, token: &str) -> Result<(), TokenProblem> {
        self.waiting(token)?.heartbeat.notify_one();
        Ok(())
    }

    fn waiting(&self, token: &str) -> Result<Arc<WaitingTask>, TokenProblem> {
        match self.0.lock().get(token) {
            None => Err(TokenProblem::TaskDoesNotExist),
            Some(None) => Err(TokenProblem::TaskTimedOut),
            Some(Some(waiting)) => Ok(Arc::clone(waiting)),
        }
    }
}

/// Keeps a token valid.
#[derive(Debug)]
pub struct OpenToken {
    tokens: Arc<Tokens>,
    pub token: Arc<str>,
    pub waiting: Arc<WaitingTask>,
}

impl Drop for OpenToken {
    fn drop(&mut self) {
        self.tokens.0.lock().insert(Arc::clone(&self.token), None);
    }
}
