//! Which fields a state has, and whether their values are allowed.

use serde_json::Value;

use super::flow::catchers;
use super::language::{self, Standing};
use super::problem::{Kind, Problems};
use super::{Scope, quantities, task};
use crate::definition::{
    ChoiceRule, Map, Quantity, QueryLanguage, Retrier, State, StateMachine, Unknown, Wait,
    expression_source, is_expression,
};
use crate::interpreter::{MachineType, errors};
use crate::moment::moment;

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
pub fn of_state(scope: &Scope<'_>, name: &str, state: &State, problems: &mut Problems) {
    let (own, unknown) = language::about(state);
    let language = language::of(scope.machine, state);
    if language == QueryLanguage::JSONPath {
        if own.is_some() && scope.machine.query_language == Some(QueryLanguage::JSONata) {
            problems.state(
                name,
                Kind::QueryLanguage,
                "is in JSONPath, though the machine is in JSONata".to_owned(),
            );
        } else {
            problems.state(
                name,
                Kind::NotJsonata,
                "is in JSONPath; its `QueryLanguage` is not `JSONata`".to_owned(),
            );
        }
        for field in language::only_in_jsonata(state) {
            unknown_field(name, field, problems);
        }
    }
    for field in unknown.keys() {
        match language::standing(state, language, field) {
            Standing::JsonPath => {}
            Standing::NotKnownHere => not_known_here(name, field, problems),
            Standing::Unknown => unknown_field(name, field, problems),
        }
    }
    inside(name, state, language, problems);
    particulars(scope, name, state, problems);
    recovery(name, state, problems);
    numbers(name, state, language, problems);
}

fn unknown_field(name: &str, field: &str, problems: &mut Problems) {
    problems.state(
        name,
        Kind::UnknownField,
        format!("has the field `{field}`, which is not known"),
    );
}

fn not_known_here(name: &str, field: &str, problems: &mut Problems) {
    problems.state(
        name,
        Kind::NotKnownHere,
        format!("has the field `{field}`, which is not known here"),
    );
}

/// The fields of the objects in a state.
fn inside(name: &str, state: &State, language: QueryLanguage, problems: &mut Problems) {
    let json_path = language == QueryLanguage::JSONPath;
    let mut known = |fields: &Unknown, within: &str, jsonpath: &[&str]| {
        for field in fields.keys() {
            if !(json_path && jsonpath.contains(&field.as_str())) {
                unknown_field(name, &format!("{within}{field}"), problems);
            }
        }
    };
    for retrier in retriers(state) {
        known(&retrier.unknown, "Retry/", &[]);
    }
    for catcher in catchers(state) {
        known(&catcher.unknown, "Catch/", &["ResultPath"]);
    }
    match state {
        // A rule in JSONPath is a tree of comparisons, which are not looked at.
        State::Choice(choice) if !json_path => {
            for rule in &choice.choices {
                known(&rule.unknown, "Choices/", &[]);
            }
        }
        State::Map(map) => {
            known(&map.item_processor.unknown, "ItemProcessor/", &[]);
            if let Some(config) = &map.item_processor.processor_config {
                for field in config.unknown.keys() {
                    if field == "ExecutionType" {
                        not_known_here(name, "ProcessorConfig/ExecutionType", problems);
                    } else {
                        unknown_field(name, &format!("ProcessorConfig/{field}"), problems);
                    }
                }
            }
        }
        State::Parallel(parallel) => {
            for branch in &parallel.branches {
                known(&branch.unknown, "Branches/", &[]);
            }
        }
        _ => {}
    }
}

fn particulars(scope: &Scope<'_>, name: &str, state: &State, problems: &mut Problems) {
    let language = language::of(scope.machine, state);
    match state {
        State::Task(task) => task::check(name, task, language, scope.machine_type, problems),
        State::Choice(choice) => {
            if choice.choices.is_empty() {
                problems.state(name, Kind::Empty, "has no choices".to_owned());
            }
            for rule in &choice.choices {
                conditions(name, rule, language, problems);
            }
        }
        State::Wait(wait) => waiting(name, wait, language, problems),
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
            mode(scope, name, map, problems);
        }
        State::Parallel(parallel) if parallel.branches.is_empty() => {
            problems.state(name, Kind::Empty, "has no branches".to_owned());
        }
        _ => {}
    }
}

fn conditions(name: &str, rule: &ChoiceRule, language: QueryLanguage, problems: &mut Problems) {
    if language == QueryLanguage::JSONPath {
        if rule.condition.is_some() {
            unknown_field(name, "Choices/Condition", problems);
        }
        return;
    }
    let good = match &rule.condition {
        Some(Value::String(text)) => is_expression(text),
        Some(Value::Bool(_)) => true,
        _ => false,
    };
    if !good {
        problems.state(
            name,
            Kind::NotAnExpression,
            "has a choice whose `Condition` is neither an expression nor a boolean".to_owned(),
        );
    }
}

fn waiting(name: &str, wait: &Wait, language: QueryLanguage, problems: &mut Problems) {
    let json_path = language == QueryLanguage::JSONPath;
    let paths = ["SecondsPath", "TimestampPath"]
        .iter()
        .filter(|field| json_path && wait.unknown.contains_key(**field));
    let ways =
        paths.count() + usize::from(wait.seconds.is_some()) + usize::from(wait.timestamp.is_some());
    if ways != 1 {
        problems.state(
            name,
            Kind::WaitFor,
            "needs either `Seconds` or `Timestamp`, and not both".to_owned(),
        );
    }
    if let Some(text) = &wait.timestamp
        && (json_path || !is_expression(text))
        && moment(text).is_none()
    {
        problems.state(
            name,
            Kind::Timestamp,
            format!(
                "has the `Timestamp` `{text}`, which is no moment such as 2026-01-31T12:00:00Z"
            ),
        );
    }
}

fn mode(scope: &Scope<'_>, name: &str, map: &Map, problems: &mut Problems) {
    let config = map.item_processor.processor_config.as_ref();
    match config.and_then(|config| config.mode.as_deref()) {
        None | Some("INLINE") => {}
        Some("DISTRIBUTED") => {
            problems.state(
                name,
                Kind::NotKnownHere,
                "is a distributed map, which is not known here".to_owned(),
            );
            if scope.machine_type == MachineType::Express {
                problems.state(
                    name,
                    Kind::NotInExpress,
                    "is a distributed map, which an Express machine does not have".to_owned(),
                );
            }
        }
        Some(mode) => problems.state(
            name,
            Kind::Range,
            format!("has the mode `{mode}`, which is neither `INLINE` nor `DISTRIBUTED`"),
        ),
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

fn numbers(name: &str, state: &State, language: QueryLanguage, problems: &mut Problems) {
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
            Quantity::Expression(text)
                if language == QueryLanguage::JSONPath || expression_source(text).is_none() =>
            {
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
