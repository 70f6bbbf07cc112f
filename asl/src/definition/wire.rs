//! Rules of the JSON form that serde's attributes cannot say by themselves.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// Fields that were read but are not understood, by name.
pub type UnknownFields = serde_json::Map<String, Value>;

/// Variables to assign, by name, as literals or expressions.
pub type AssignedVariables = serde_json::Map<String, Value>;

/// A document that is no States Language.
#[derive(Debug, thiserror::Error)]
#[error("not a state machine definition: {0}")]
pub struct ReadError(#[from] serde_json::Error);

/// Whether a string is a JSONata expression rather than a literal.
#[must_use]
pub fn is_expression(text: &str) -> bool {
    expression_source(text).is_some()
}

/// What stands between `{%` and `%}`, if the string is a JSONata expression. It must start and end
/// with the delimiters, without spaces around them ("Transforming data with JSONata in Step
/// Functions").
#[must_use]
pub fn expression_source(text: &str) -> Option<&str> {
    text.strip_prefix("{%")?.strip_suffix("%}")
}

/// Tells a field that is `null` from one that is absent.
pub(super) fn present<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}
