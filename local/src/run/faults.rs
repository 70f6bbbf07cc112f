//! A warehouse in which tries of steps go wrong as somebody says beforehand: whoever tests a pipeline
//! learns what becomes of a run then.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use parking_lot::Mutex;
use runtime_lambda::ports::{
    ResultPage, StatementDescription, StatementStatus, Submission, Warehouse, WarehouseError,
};
use tokio::sync::watch;

/// What a statement fails with that was told to.
pub const FAULT: &str = "the test lets this try fail";

/// What a statement ends with that was told to be cancelled.
pub const CANCELLED: &str = "the test cancels this try";

/// How the ids of such statements begin.
const PREFIX: &str = "fault-";

/// How many tries of a step go wrong before one may go well. First come those that fail, then those
/// that are cancelled, then those that do not end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StepFaults {
    /// Tries that fail with an error of the warehouse.
    pub fails: u32,
    /// Tries that somebody else cancels.
    pub cancelled: u32,
    /// Tries that go on until they are cancelled, as at the end of the step's limit.
    pub slow: u32,
}

impl StepFaults {
    /// How the next try goes wrong; none if it does not.
    fn next(&mut self) -> Option<StatementStatus> {
        let kinds = [
            (&mut self.fails, StatementStatus::Failed),
            (&mut self.cancelled, StatementStatus::Aborted),
            (&mut self.slow, StatementStatus::Started),
        ];
        let (left, status) = kinds.into_iter().find(|(left, _)| **left > 0)?;
        *left -= 1;
        Some(status)
    }
}

/// A statement that goes wrong.
struct Wrong {
    id: String,
    status: watch::Sender<StatementStatus>,
}

/// A warehouse of which some statements go wrong.
pub struct FaultyWarehouse {
    warehouse: Arc<dyn Warehouse>,
    known: Mutex<Known>,
}

struct Known {
    /// What is still to go wrong, by the step's name.
    left: HashMap<String, StepFaults>,
    /// What went wrong, by the statement's name: the same one again is the same one.
    wrong: HashMap<String, Wrong>,
}

impl FaultyWarehouse {
    /// Lets the first tries of steps go wrong, by the step's name.
    #[must_use]
    pub fn new(warehouse: Arc<dyn Warehouse>, faults: HashMap<String, StepFaults>) -> Self {
        let known = Mutex::new(Known {
            left: faults,
            wrong: HashMap::new(),
        });
        Self { warehouse, known }
    }

    /// How a try ended that goes wrong without a statement of its own, as a script does; none of one that may
    /// go well. It waits until somebody cancels a try that does not end by itself.
    pub async fn instead(&self, statement_name: &str) -> Option<StatementDescription> {
        let id = self.goes_wrong(statement_name)?;
        let mut status = self.status(&id)?;
        // An error says that nobody is left who could cancel it: it stands as it stands.
        let _ = status.wait_for(|status| status.is_terminal()).await;
        Some(described(&id, status, Duration::ZERO).await)
    }

    /// The id of the statement of this name, if it goes wrong.
    fn goes_wrong(&self, name: &str) -> Option<String> {
        let mut known = self.known.lock();
        if let Some(wrong) = known.wrong.get(name) {
            return Some(wrong.id.clone());
        }
        // `keys::statement_name`: the pipeline, the run, the step, the round.
        let step = name.split('/').nth(2)?;
        let status = known.left.get_mut(step)?.next()?;
        let id = format!("{PREFIX}{}", known.wrong.len() + 1);
        let (status, _) = watch::channel(status);
        let wrong = Wrong {
            id: id.clone(),
            status,
        };
        known.wrong.insert(name.to_owned(), wrong);
        Some(id)
    }

    /// How a statement stands that goes wrong; none of another one, which the warehouse knows.
    fn status(&self, id: &str) -> Option<watch::Receiver<StatementStatus>> {
        let known = self.known.lock();
        let wrong = known.wrong.values().find(|wrong| wrong.id == id)?;
        Some(wrong.status.subscribe())
    }
}

/// The description of a statement that goes wrong, as soon as it has ended or `wait` is over.
async fn described(
    id: &str,
    mut status: watch::Receiver<StatementStatus>,
    wait: Duration,
) -> StatementDescription {
    let ended = status.wait_for(|status| status.is_terminal());
    // Over either way: how it stands is read below.
    let _ = tokio::time::timeout(wait, ended).await;
    let status = *status.borrow();
    StatementDescription {
        id: id.to_owned(),
        status,
        error: match status {
            StatementStatus::Failed => Some(FAULT.to_owned()),
            StatementStatus::Aborted => Some(CANCELLED.to_owned()),
            _ => None,
        },
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
        execution: &Submission,
        wait: Duration,
    ) -> Result<StatementDescription, WarehouseError> {
        let wrong = self.goes_wrong(&execution.statement_name);
        match wrong.and_then(|id| Some((self.status(&id)?, id))) {
            Some((status, id)) => Ok(described(&id, status, wait).await),
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
        match self.status(statement_id) {
            Some(status) => Ok(described(statement_id, status, wait).await),
            None => self.warehouse.describe(statement_id, wait).await,
        }
    }

    async fn cancel(&self, statement_id: &str) -> Result<(), WarehouseError> {
        let is_wrong = self.known.lock().wrong.values().any(|wrong| {
            let is_this = wrong.id == statement_id;
            if is_this {
                wrong.status.send_if_modified(|status| {
                    let goes_on = !status.is_terminal();
                    if goes_on {
                        *status = StatementStatus::Aborted;
                    }
                    goes_on
                });
            }
            is_this
        });
        match is_wrong {
            true => Ok(()),
            false => self.warehouse.cancel(statement_id).await,
        }
    }

    async fn find(&self, statement_name: &str) -> Result<Vec<String>, WarehouseError> {
        let wrong = self
            .known
            .lock()
            .wrong
            .get(statement_name)
            .map(|wrong| wrong.id.clone());
        match wrong {
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
