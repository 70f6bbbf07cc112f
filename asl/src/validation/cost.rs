//! How many history events one visit of a state can cause, for whoever must
//! prove that an execution stays below 25,000 ("Step Functions service
//! quotas").

use crate::definition::{Retrier, State, States};

/// What the definition does not tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Multiplicity {
    /// The most items that a `Map` gets. Nested maps get as many each.
    pub items: u64,
    /// The most events within one iteration of a `Map`, its own two not
    /// counted; `None` to add up its states, right when none is visited twice.
    pub iteration_events: Option<u64>,
    /// The most events within all branches of a `Parallel` together; `None`
    /// to add up their states, right when none is visited twice.
    pub branch_events: Option<u64>,
}

/// Events of one visit of a state at worst: every retry used, then whatever
/// costs most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventCost {
    /// Entering and leaving.
    pub state: u64,
    /// One attempt: `TaskScheduled`, `TaskStarted`, `TaskSubmitted`,
    /// `TaskSucceeded`; or a map with its iterations.
    pub attempt: u64,
    /// One attempt that is retried. A task that is not submitted saves
    /// `TaskSubmitted`, and a failed evaluation adds `EvaluationFailed`.
    pub retried_attempt: u64,
    /// How many attempts can be retried: the sum of `MaxAttempts`.
    pub retries: u64,
}

impl EventCost {
    /// All of it.
    #[must_use]
    pub const fn worst(&self) -> u64 {
        self.state
            .saturating_add(self.attempt)
            .saturating_add(self.retries.saturating_mul(self.retried_attempt))
    }
}

/// What one visit of a state costs at worst. `EvaluationFailed`, which follows
/// an expression that fails, is counted once an attempt where a failing
/// expression does not already end the execution.
#[must_use]
pub fn events(state: &State, multiplicity: Multiplicity) -> EventCost {
    match state {
        State::Pass(_) | State::Choice(_) | State::Wait(_) | State::Succeed(_) => EventCost {
            state: 2,
            attempt: 0,
            retried_attempt: 0,
            retries: 0,
        },
        State::Fail(_) => EventCost {
            state: 1,
            attempt: 0,
            retried_attempt: 0,
            retries: 0,
        },
        State::Task(task) => {
            let submitted = u64::from(is_submitted(&task.resource));
            EventCost {
                state: 2,
                attempt: 3 + submitted + u64::from(task.catch.is_some()),
                retried_attempt: 3
                    + submitted
                    + u64::from(retries_evaluation(task.retry.as_deref())),
                retries: retries(task.retry.as_deref()),
            }
        }
        State::Map(map) => {
            let iteration = multiplicity
                .iteration_events
                .unwrap_or_else(|| sum(&map.item_processor.states, multiplicity));
            let iterations = iteration
                .saturating_add(2)
                .saturating_mul(multiplicity.items);
            let attempt = iterations.saturating_add(2);
            EventCost {
                state: 2,
                attempt: attempt.saturating_add(u64::from(map.catch.is_some())),
                retried_attempt: attempt
                    .saturating_add(u64::from(retries_evaluation(map.retry.as_deref()))),
                retries: retries(map.retry.as_deref()),
            }
        }
        State::Parallel(parallel) => {
            let branches = multiplicity.branch_events.unwrap_or_else(|| {
                parallel
                    .branches
                    .iter()
                    .map(|branch| sum(&branch.states, multiplicity))
                    .fold(0, u64::saturating_add)
            });
            let attempt = branches.saturating_add(2);
            EventCost {
                state: 2,
                attempt: attempt.saturating_add(u64::from(parallel.catch.is_some())),
                retried_attempt: attempt
                    .saturating_add(u64::from(retries_evaluation(parallel.retry.as_deref()))),
                retries: retries(parallel.retry.as_deref()),
            }
        }
    }
}

fn sum(states: &States, multiplicity: Multiplicity) -> u64 {
    states
        .values()
        .map(|state| events(state, multiplicity).worst())
        .fold(0, u64::saturating_add)
}

/// Whether a task records `TaskSubmitted`: jobs that are waited for, and
/// tokens.
fn is_submitted(resource: &str) -> bool {
    resource.ends_with(".waitForTaskToken")
        || resource.ends_with(".sync")
        || resource.ends_with(".sync:2")
}

fn retries(retriers: Option<&[Retrier]>) -> u64 {
    retriers
        .unwrap_or_default()
        .iter()
        .map(Retrier::attempts)
        .fold(0, u64::saturating_add)
}

/// Whether a retrier covers `States.QueryEvaluationError`.
fn retries_evaluation(retriers: Option<&[Retrier]>) -> bool {
    retriers.unwrap_or_default().iter().any(|retrier| {
        retrier.error_equals.iter().any(|error| {
            matches!(
                error.as_str(),
                "States.ALL" | "States.TaskFailed" | "States.QueryEvaluationError"
            )
        })
    })
}
