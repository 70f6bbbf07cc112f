//! Patterns of events that start runs: each must say which events it means.

use indexmap::IndexMap;
use serde_json::Value;

use super::resolver::Resolver;
use crate::diagnostic::{Code, Diagnostic};

/// Fields that every event has (AWS page: "AWS service event metadata").
const IN_EVERY_EVENT: [&str; 6] = ["id", "detail-type", "source", "time", "resources", "detail"];

/// Fields that are the same in all events of an account's bus.
const THE_SAME_IN_ALL: [&str; 3] = ["version", "account", "region"];

/// Reports a pattern that EventBridge refuses because a part of it is empty, and one that every event of
/// the account matches.
pub(super) fn check(resolver: &mut Resolver<'_>, index: &str, pattern: &IndexMap<String, Value>) {
    let mut empty = Vec::new();
    let mut path = vec!["triggers".to_owned(), index.to_owned(), "event".to_owned()];
    for (field, value) in pattern {
        path.push(field.clone());
        find_empty(value, &mut path, &mut empty);
        path.pop();
    }
    let every = pattern
        .iter()
        .all(|(field, value)| THE_SAME_IN_ALL.contains(&field.as_str()) || any_value(field, value));
    let problem = if let Some(path) = empty.into_iter().next() {
        let field = path.last().cloned().unwrap_or_default();
        (path, format!("`{field}` of the event's pattern is empty"))
    } else if every {
        (
            path,
            "this pattern means every event of the account".to_owned(),
        )
    } else {
        return;
    };
    let (path, sentence) = problem;
    let keys: Vec<&str> = path.iter().map(String::as_str).collect();
    let document = resolver.document;
    resolver.push(
        Diagnostic::error(Code::EveryEvent, sentence)
            .at(&document.file, document.key_at(&keys), "")
            .help("say which events are meant, such as `event: { source: [shop], detail-type: [Sold] }`"),
    );
}

/// The places of empty lists and mappings.
fn find_empty(value: &Value, path: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
    match value {
        Value::Array(items) if items.is_empty() => found.push(path.clone()),
        Value::Object(fields) if fields.is_empty() => found.push(path.clone()),
        Value::Object(fields) => {
            for (field, value) in fields {
                path.push(field.clone());
                find_empty(value, path, found);
                path.pop();
            }
        }
        _ => {}
    }
}

/// Whether a field that every event has may have any value. One condition of its list is enough; what
/// lies deeper is not in every event.
fn any_value(field: &str, value: &Value) -> bool {
    IN_EVERY_EVENT.contains(&field)
        && value
            .as_array()
            .is_some_and(|conditions| conditions.iter().any(says_nothing))
}

/// Whether a condition holds for every value (AWS page: "Comparison operators for use in event patterns").
fn says_nothing(condition: &Value) -> bool {
    let holds = |(operator, operand): (&String, &Value)| match operator.as_str() {
        "exists" => operand == &Value::Bool(true),
        "prefix" | "suffix" => operand.as_str() == Some(""),
        "wildcard" => operand
            .as_str()
            .is_some_and(|text| !text.is_empty() && text.bytes().all(|byte| byte == b'*')),
        _ => false,
    };
    condition
        .as_object()
        .is_some_and(|condition| condition.iter().all(holds))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_condition_that_any_value_meets_says_nothing() {
        for condition in [
            json!({ "prefix": "" }),
            json!({ "suffix": "" }),
            json!({ "wildcard": "*" }),
            json!({ "exists": true }),
        ] {
            assert!(
                any_value("source", &json!(["shop", condition])),
                "{condition}"
            );
            assert!(!any_value("other", &json!([condition])), "{condition}");
        }
        for condition in [
            json!("shop"),
            json!({ "prefix": "aws." }),
            json!({ "wildcard": "" }),
            json!({ "anything-but": ["shop"] }),
        ] {
            assert!(!any_value("source", &json!([condition])), "{condition}");
        }
    }
}
