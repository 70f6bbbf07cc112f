//! Numbers: literals in their range, and expressions where there may be one.

use super::problem::{ProblemKind, Problems};
use super::quantities;
use crate::definition::{Quantity, QueryLanguage, State, expression_source};

/// Checks the numbers of one state.
pub fn of_state(name: &str, state: &State, language: QueryLanguage, problems: &mut Problems) {
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
                        ProblemKind::Range,
                        format!("has `{field}` {number}, which is out of range"),
                    );
                }
            }
            Quantity::Expression(text)
                if language == QueryLanguage::JSONPath || expression_source(text).is_none() =>
            {
                problems.state(
                    name,
                    ProblemKind::NotAnExpression,
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
                ProblemKind::Heartbeat,
                "has `HeartbeatSeconds` not below `TimeoutSeconds`".to_owned(),
            );
        }
    }
}
