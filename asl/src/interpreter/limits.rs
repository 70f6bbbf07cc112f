//! The quotas of Step Functions that an execution can run into ("Step
//! Functions service quotas").

use std::time::Duration;

use serde_json::Value;

/// Events of a Standard execution: the last one is the failure.
pub const HISTORY_EVENTS: u64 = 25_000;

/// Bytes of a state's input, output or arguments, and of all its variables
/// set at once, as JSON text.
pub const PAYLOAD_BYTES: usize = 262_144;

/// Iterations of an inline `Map` that run at once.
pub const INLINE_CONCURRENCY: usize = 40;

/// The longest that a Standard execution runs: one year.
pub const LONGEST_STANDARD: Duration = Duration::from_secs(31_536_000);

/// The longest that an Express execution runs: five minutes.
pub const LONGEST_EXPRESS: Duration = Duration::from_secs(300);

/// Whether a value's JSON text is longer than [`PAYLOAD_BYTES`].
pub fn exceeds_payload(value: &Value) -> bool {
    let mut left = PAYLOAD_BYTES;
    !fits(value, &mut left)
}

fn take(left: &mut usize, bytes: usize) -> bool {
    match left.checked_sub(bytes) {
        Some(rest) => {
            *left = rest;
            true
        }
        None => false,
    }
}

fn fits(value: &Value, left: &mut usize) -> bool {
    match value {
        Value::Null | Value::Bool(true) => take(left, 4),
        Value::Bool(false) => take(left, 5),
        Value::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(whole), _) => take(
                left,
                decimal_digits(whole.unsigned_abs()) + usize::from(whole < 0),
            ),
            (None, Some(whole)) => take(left, decimal_digits(whole)),
            (None, None) => take(left, number.to_string().len()),
        },
        Value::String(text) => take(left, text_bytes(text)),
        Value::Array(items) => {
            take(left, 1 + items.len().max(1)) && items.iter().all(|item| fits(item, left))
        }
        Value::Object(fields) => {
            take(left, 1 + fields.len().max(1))
                && fields
                    .iter()
                    .all(|(name, field)| take(left, text_bytes(name) + 1) && fits(field, left))
        }
    }
}

fn decimal_digits(number: u64) -> usize {
    number
        .checked_ilog10()
        .map_or(1, |digits| digits as usize + 1)
}

fn text_bytes(text: &str) -> usize {
    let escapes: usize = text
        .bytes()
        .map(|byte| match byte {
            b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 0x08 | 0x0C => 1,
            0..=0x1F => 5,
            _ => 0,
        })
        .sum();
    text.len() + escapes + 2
}

#[cfg(test)]
mod tests {
    use super::{PAYLOAD_BYTES, exceeds_payload, fits};
    use serde_json::json;

    #[test]
    fn counts_what_serde_writes() {
        for value in [
            json!(null),
            json!([]),
            json!({}),
            json!([1, -20, 3.5, 18_446_744_073_709_551_615_u64]),
            json!({"a": [true, false, {"b": "x\"y\n\u{1}é"}], "c": {}}),
        ] {
            let mut left = 1_000;
            assert!(fits(&value, &mut left));
            assert_eq!(1_000 - left, value.to_string().len(), "{value}");
        }
    }

    #[test]
    fn the_limit_is_inclusive() {
        assert!(!exceeds_payload(&json!("x".repeat(PAYLOAD_BYTES - 2))));
        assert!(exceeds_payload(&json!("x".repeat(PAYLOAD_BYTES - 1))));
    }
}
