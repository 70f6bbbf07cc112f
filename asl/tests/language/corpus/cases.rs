//! The corpus itself: where it lies, and how what it expects is compared.

use std::path::PathBuf;

use serde_json::Value;

/// Every case, or none where there is no corpus.
pub fn cases() -> Option<Vec<Value>> {
    let path = std::env::var_os("ASL_CORPUS").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/asl-corpus/cases.jsonl"),
        PathBuf::from,
    );
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!(
            "skipped: the corpus, because there is no {}",
            path.display()
        );
        return None;
    };
    let cases = text.lines().map(|line| serde_json::from_str(line).unwrap());
    Some(cases.collect())
}

/// The cases of a kind.
pub fn of_kind(kind: &str) -> Vec<Value> {
    let mut cases = cases().unwrap_or_default();
    cases.retain(|case| case["kind"] == kind);
    cases
}

/// Whether a value is as expected, wildcards and number formats considered.
pub fn agrees(expected: &Value, actual: &Value) -> bool {
    if let Value::Object(fields) = expected {
        if fields.get("$any") == Some(&Value::Bool(true)) {
            return match (fields.get("$regex").and_then(Value::as_str), actual) {
                (None, _) => true,
                (Some(pattern), Value::String(text)) => regex::Regex::new(pattern)
                    .unwrap_or_else(|error| panic!("{pattern}: {error}"))
                    .is_match(text),
                _ => false,
            };
        }
        if let Some(inner) = fields.get("$json") {
            return actual
                .as_str()
                .and_then(|text| serde_json::from_str(text).ok())
                .is_some_and(|parsed: Value| agrees(inner, &parsed));
        }
    }
    match (expected, actual) {
        (Value::Number(left), Value::Number(right)) => left.as_f64() == right.as_f64(),
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(l, r)| agrees(l, r))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .all(|(name, l)| right.get(name).is_some_and(|r| agrees(l, r)))
        }
        _ => expected == actual,
    }
}
