//! A signal as the page tells of it, or a broken check that fails nothing.

use serde::Serialize;

use super::table::ResultTable;
use crate::plan::Severity;

/// A signal that was seen.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SeenSignal {
    /// The step in whose result it was seen.
    pub step: String,
    /// What it means to a reader, in the words of the spec.
    pub signal: String,
    /// How much it matters.
    pub severity: Severity,
    /// The condition in words, with names in backticks.
    pub condition: String,
    /// What to do about it; code in backticks.
    pub recommendation: Option<String>,
    /// In how many rows it was seen.
    pub rows: u64,
    /// The first of these rows, as far as they stand in the part of the result that was read.
    pub table: Option<ResultTable>,
}
