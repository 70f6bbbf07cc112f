//! Whether the values of a state's fields are allowed.

use serde_json::Value;

use super::fields::unknown_field;
use super::problem::{ProblemKind, Problems};
use super::{Scope, language, recovery, task};
use crate::definition::{ChoiceRule, Map, QueryLanguage, State, Wait, is_expression};
use crate::interpreter::MachineType;
use crate::moment::moment;

/// Checks the values of one state.
pub fn of_state(scope: &Scope<'_>, name: &str, state: &State, problems: &mut Problems) {
    particulars(scope, name, state, problems);
    recovery::of_state(name, state, problems);
    super::numbers::of_state(name, state, language::of(scope.machine, state), problems);
}

fn particulars(scope: &Scope<'_>, name: &str, state: &State, problems: &mut Problems) {
    let language = language::of(scope.machine, state);
    match state {
        State::Task(task) => task::check(name, task, language, scope.machine_type, problems),
        State::Choice(choice) => {
            if choice.choices.is_empty() {
                problems.state(name, ProblemKind::Empty, "has no choices".to_owned());
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
                    ProblemKind::NotAnExpression,
                    "has `Items` that are neither an array nor an expression".to_owned(),
                );
            }
            mode(scope, name, map, problems);
        }
        State::Parallel(parallel) if parallel.branches.is_empty() => {
            problems.state(name, ProblemKind::Empty, "has no branches".to_owned());
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
            ProblemKind::NotAnExpression,
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
            ProblemKind::WaitFor,
            "needs either `Seconds` or `Timestamp`, and not both".to_owned(),
        );
    }
    if let Some(text) = &wait.timestamp
        && (json_path || !is_expression(text))
        && moment(text).is_none()
    {
        problems.state(
            name,
            ProblemKind::Timestamp,
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
                ProblemKind::NotKnownHere,
                "is a distributed map, which is not known here".to_owned(),
            );
            if scope.machine_type == MachineType::Express {
                problems.state(
                    name,
                    ProblemKind::NotInExpress,
                    "is a distributed map, which an Express machine does not have".to_owned(),
                );
            }
        }
        Some(mode) => problems.state(
            name,
            ProblemKind::Range,
            format!("has the mode `{mode}`, which is neither `INLINE` nor `DISTRIBUTED`"),
        ),
    }
}
