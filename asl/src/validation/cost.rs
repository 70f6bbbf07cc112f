//! How many history events one visit of a state can cause, every retry
//! included ("Handling errors in Step Functions workflows", "HistoryEvent").

use crate::definition::{Retrier, State};

/// Events of one visit of a state at worst: every retry used, then whatever
/// costs most. `inside` are the events within one attempt: those of all
/// iterations of a `Map`, or of all branches of a `Parallel`.
///
/// `EvaluationFailed`, which follows an expression that fails, is counted once
/// an attempt where a failing expression does not already end the execution.
pub fn of_visit(state: &State, inside: u64) -> u64 {
    let (attempt, retry, caught) = match state {
        State::Pass(_) | State::Choice(_) | State::Wait(_) | State::Succeed(_) => return 2,
        // It is entered and never left.
        State::Fail(_) => return 1,
        // `TaskScheduled`, `TaskStarted`, `TaskSubmitted`, `TaskSucceeded`.
        State::Task(task) => (
            3 + u64::from(is_submitted(&task.resource)),
            task.retry.as_deref(),
            task.catch.is_some(),
        ),
        // `MapStateStarted` and `MapStateSucceeded`, or those of a `Parallel`.
        State::Map(map) => (
            inside.saturating_add(2),
            map.retry.as_deref(),
            map.catch.is_some(),
        ),
        State::Parallel(parallel) => (
            inside.saturating_add(2),
            parallel.retry.as_deref(),
            parallel.catch.is_some(),
        ),
    };
    let retried = attempt.saturating_add(u64::from(retries_evaluation(retry)));
    retried
        .saturating_mul(retries(retry))
        .saturating_add(attempt)
        .saturating_add(u64::from(caught))
        .saturating_add(2)
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
