//! `Retry` and `Catch`: which errors they name, and how often and how long a
//! retrier waits ("Handling errors in Step Functions workflows").

use super::flow::catchers;
use super::problem::{ProblemKind, Problems};
use crate::definition::{Retrier, State};
use crate::interpreter::errors;

/// The retriers of a state that can have them.
pub fn retriers(state: &State) -> &[Retrier] {
    match state {
        State::Task(state) => state.retry.as_deref(),
        State::Map(state) => state.retry.as_deref(),
        State::Parallel(state) => state.retry.as_deref(),
        _ => None,
    }
    .unwrap_or_default()
}

/// Checks the retriers and catchers of one state.
pub fn of_state(name: &str, state: &State, problems: &mut Problems) {
    let retried: Vec<_> = retriers(state)
        .iter()
        .map(|retrier| retrier.error_equals.as_slice())
        .collect();
    let caught: Vec<_> = catchers(state)
        .iter()
        .map(|catcher| catcher.error_equals.as_slice())
        .collect();
    for (field, lists) in [("Retry", retried), ("Catch", caught)] {
        for (index, list) in lists.iter().enumerate() {
            if list.is_empty() {
                problems.state(
                    name,
                    ProblemKind::ErrorEquals,
                    format!("has a `{field}` with an empty `ErrorEquals`"),
                );
            }
            let all = list.iter().any(|error| error == errors::ALL);
            if all && (list.len() > 1 || index + 1 < lists.len()) {
                problems.state(
                    name,
                    ProblemKind::ErrorEquals,
                    format!(
                        "has `States.ALL` in a `{field}`, where it must stand alone and be the last"
                    ),
                );
            }
        }
    }
    for retrier in retriers(state) {
        let wrong = if retrier.interval_seconds == Some(0) {
            Some("IntervalSeconds")
        } else if retrier.attempts() > 99_999_999 {
            Some("MaxAttempts")
        } else if retrier
            .backoff_rate
            .as_ref()
            .is_some_and(|rate| rate.as_f64().is_none_or(|rate| rate < 1.0))
        {
            Some("BackoffRate")
        } else if retrier.max_delay_seconds.is_some_and(|delay| {
            delay
                <= retrier
                    .interval_seconds
                    .unwrap_or(Retrier::DEFAULT_INTERVAL_SECONDS)
                || delay >= 31_622_400
        }) {
            Some("MaxDelaySeconds")
        } else {
            None
        };
        if let Some(field) = wrong {
            problems.state(
                name,
                ProblemKind::Range,
                format!("has a `Retry` whose `{field}` is out of range"),
            );
        }
    }
}
