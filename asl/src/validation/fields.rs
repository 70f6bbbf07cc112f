//! Which fields a state has, and whether their values are allowed.

use serde_json::Value;

use super::flow::catchers;
use super::problem::{Kind, Problems};
use super::quantities;
use crate::definition::{
    Quantity, QueryLanguage, Retrier, State, StateMachine, Unknown, expression_source,
    is_expression,
};
use crate::interpreter::errors;

/// Checks the fields of the machine itself.
pub fn of_machine(machine: &StateMachine, problems: &mut Problems) {
    for field in machine.unknown.keys() {
        problems.machine(
            Kind::UnknownField,
            format!("the machine has the field `{field}`, which is not known"),
        );
    }
    if machine.version.as_deref().is_some_and(|text| text != "1.0") {
        problems.machine(Kind::Range, "the version is not `1.0`".to_owned());
    }
    if machine.timeout_seconds == Some(0) {
        problems.machine(
            Kind::Range,
            "the machine's `TimeoutSeconds` is not positive".to_owned(),
        );
    }
}

/// Checks the fields of one state.
pub fn of_state(machine: &StateMachine, name: &str, state: &State, problems: &mut Problems) {
    let (own, unknown) = about(state);
    let language = own.or(machine.query_language);
    if language != Some(QueryLanguage::JSONata) {
        problems.state(
            name,
            Kind::NotJsonata,
            "is in JSONPath; its `QueryLanguage` is not `JSONata`".to_owned(),
        );
    }
    let mut known = |fields: &Unknown, within: &str| {
        for field in fields.keys() {
            problems.state(
                name,
                Kind::UnknownField,
                format!("has the field `{within}{field}`, which is not known"),
            );
        }
    };
    known(unknown, "");
    for retrier in retriers(state) {
        known(&retrier.unknown, "Retry/");
    }
    for catcher in catchers(state) {
        known(&catcher.unknown, "Catch/");
    }
    match state {
        State::Choice(choice) => {
            for rule in &choice.choices {
                known(&rule.unknown, "Choices/");
            }
        }
        State::Map(map) => {
            known(&map.item_processor.unknown, "ItemProcessor/");
            if let Some(config) = &map.item_processor.processor_config {
                known(&config.unknown, "ProcessorConfig/");
            }
        }
        State::Parallel(parallel) => {
            for branch in &parallel.branches {
                known(&branch.unknown, "Branches/");
            }
        }
        _ => {}
    }
    particulars(name, state, problems);
    recovery(name, state, problems);
    numbers(name, state, problems);
}

fn about(state: &State) -> (Option<QueryLanguage>, &Unknown) {
    match state {
        State::Task(state) => (state.query_language, &state.unknown),
        State::Pass(state) => (state.query_language, &state.unknown),
        State::Choice(state) => (state.query_language, &state.unknown),
        State::Wait(state) => (state.query_language, &state.unknown),
        State::Succeed(state) => (state.query_language, &state.unknown),
        State::Fail(state) => (state.query_language, &state.unknown),
        State::Map(state) => (state.query_language, &state.unknown),
        State::Parallel(state) => (state.query_language, &state.unknown),
    }
}

fn particulars(name: &str, state: &State, problems: &mut Problems) {
    match state {
        State::Task(task) => {
            if task.resource.is_empty() {
                problems.state(name, Kind::Range, "has an empty `Resource`".to_owned());
            }
            let role = task.credentials.as_ref();
            if role.is_some_and(|value| !value.is_object()) {
                problems.state(
                    name,
                    Kind::NotAnExpression,
                    "has `Credentials` that are no object".to_owned(),
                );
            }
        }
        State::Choice(choice) => {
            if choice.choices.is_empty() {
                problems.state(name, Kind::Empty, "has no choices".to_owned());
            }
            for rule in &choice.choices {
                let good = match &rule.condition {
                    Some(Value::String(text)) => is_expression(text),
                    Some(Value::Bool(_)) => true,
                    _ => false,
                };
                if !good {
                    problems.state(
                        name,
                        Kind::NotAnExpression,
                        "has a choice whose `Condition` is neither an expression nor a boolean"
                            .to_owned(),
                    );
                }
            }
        }
        State::Wait(wait) if wait.seconds.is_some() == wait.timestamp.is_some() => {
            problems.state(
                name,
                Kind::WaitFor,
                "needs either `Seconds` or `Timestamp`, and not both".to_owned(),
            );
        }
        State::Map(map) => {
            let good = match &map.items {
                None | Some(Value::Array(_)) => true,
                Some(Value::String(text)) => is_expression(text),
                Some(_) => false,
            };
            if !good {
                problems.state(
                    name,
                    Kind::NotAnExpression,
                    "has `Items` that are neither an array nor an expression".to_owned(),
                );
            }
            let mode = map.item_processor.processor_config.as_ref();
            let mode = mode.and_then(|config| config.mode.as_deref());
            if mode.is_some_and(|mode| mode != "INLINE") {
                problems.state(
                    name,
                    Kind::UnknownField,
                    "is a distributed map, which is not known".to_owned(),
                );
            }
        }
        State::Parallel(parallel) if parallel.branches.is_empty() => {
            problems.state(name, Kind::Empty, "has no branches".to_owned());
        }
        _ => {}
    }
}

fn retriers(state: &State) -> &[Retrier] {
    match state {
        State::Task(state) => state.retry.as_deref(),
        State::Map(state) => state.retry.as_deref(),
        State::Parallel(state) => state.retry.as_deref(),
        _ => None,
    }
    .unwrap_or_default()
}

fn recovery(name: &str, state: &State, problems: &mut Problems) {
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
                    Kind::ErrorEquals,
                    format!("has a `{field}` with an empty `ErrorEquals`"),
                );
            }
            let all = list.iter().any(|error| error == errors::ALL);
            if all && (list.len() > 1 || index + 1 < lists.len()) {
                problems.state(
                    name,
                    Kind::ErrorEquals,
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
                Kind::Range,
                format!("has a `Retry` whose `{field}` is out of range"),
            );
        }
    }
}

fn numbers(name: &str, state: &State, problems: &mut Problems) {
    for (field, quantity) in quantities(state) {
        match quantity {
            Quantity::Number(number) => {
                let number = number.as_f64().unwrap_or(f64::NAN);
                let (least, most) = match field {
                    "ToleratedFailurePercentage" => (0.0, 100.0),
                    "TimeoutSeconds" | "HeartbeatSeconds" => (1.0, 99_999_999.0),
                    _ => (0.0, 99_999_999.0),
                };
                let whole = field == "ToleratedFailurePercentage" || number.fract() == 0.0;
                if !(least..=most).contains(&number) || !whole {
                    problems.state(
                        name,
                        Kind::Range,
                        format!("has `{field}` {number}, which is out of range"),
                    );
                }
            }
            Quantity::Expression(text) if expression_source(text).is_none() => {
                problems.state(
                    name,
                    Kind::NotAnExpression,
                    format!("has `{field}` that is neither a number nor an expression"),
                );
            }
            Quantity::Expression(_) => {}
        }
    }
    if let State::Task(task) = state {
        let literal = |quantity: &Option<Quantity>| quantity.as_ref().and_then(Quantity::literal);
        if let (Some(timeout), Some(heartbeat)) = (
            literal(&task.timeout_seconds),
            literal(&task.heartbeat_seconds),
        ) && heartbeat >= timeout
        {
            problems.state(
                name,
                Kind::Heartbeat,
                "has `HeartbeatSeconds` not below `TimeoutSeconds`".to_owned(),
            );
        }
    }
}
