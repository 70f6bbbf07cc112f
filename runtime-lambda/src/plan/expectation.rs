//! What the result of a step must look like.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// What a step's result must look like; otherwise the step is FAILED.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    /// How many rows the result may have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<Range>,
    /// What must hold in every row, by column name.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub values: IndexMap<String, ValueExpectation>,
}

/// What a value must look like.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ValueExpectation {
    /// Equal to this: numbers by value, `null` for SQL's NULL, anything else as text.
    Equals(serde_json::Value),
    /// A number in this range.
    Within(Range),
}

/// An inclusive range of numbers, open at the ends that are absent.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Range {
    /// Least number that counts as met; none: no lower bound.
    pub min: Option<f64>,
    /// Greatest number that counts as met; none: no upper bound.
    pub max: Option<f64>,
}

impl Range {
    /// Whether every number lies in it.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.min.is_none() && self.max.is_none()
    }
}
