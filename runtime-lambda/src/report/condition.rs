//! A condition as the page tells of it: of an expectation, or of a check.

use serde::Serialize;

use super::table::ResultTable;

/// A condition of an expectation.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ShownCondition {
    /// The condition in words; names in backticks.
    pub condition: String,
    /// Whether it holds; none where rows that the page does not know may break it.
    pub holds: Option<bool>,
    /// The first rows that break it.
    pub table: Option<ResultTable>,
}
