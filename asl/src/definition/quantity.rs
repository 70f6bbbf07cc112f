//! Numbers that may also be expressions.

use serde::{Deserialize, Serialize};
use serde_json::Number;

/// A number, or a JSONata expression that yields one when the state runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Quantity {
    /// Known when the definition is written.
    Number(Number),
    /// `{% … %}`, delimiters included.
    Expression(String),
}

impl Quantity {
    /// The number, if it is known without running anything.
    #[must_use]
    pub fn literal(&self) -> Option<f64> {
        match self {
            Self::Number(number) => number.as_f64(),
            Self::Expression(_) => None,
        }
    }
}

impl From<u64> for Quantity {
    fn from(number: u64) -> Self {
        Self::Number(number.into())
    }
}

impl From<u32> for Quantity {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl From<&str> for Quantity {
    fn from(expression: &str) -> Self {
        Self::Expression(expression.to_owned())
    }
}

impl From<String> for Quantity {
    fn from(expression: String) -> Self {
        Self::Expression(expression)
    }
}
