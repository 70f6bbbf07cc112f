//! What the result of a step may show that readers should know of.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::expectation::ValueExpectation;

/// A condition on the rows of a step's result, and what it means to a reader.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signal {
    /// What must hold in a row, by column name; a row in which all of it holds is counted. Empty:
    /// every row is.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub when: IndexMap<String, ValueExpectation>,
    /// What such a row means.
    pub signal: String,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recommendation: Option<String>,
    /// How much it matters.
    #[serde(default, skip_serializing_if = "Severity::is_warning")]
    pub severity: Severity,
}

/// How much a signal matters to its readers. It changes nothing of what a run does.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing; nobody has to act.
    Info,
    /// To be looked at.
    #[default]
    Warning,
    /// To be acted on.
    Critical,
}

impl Severity {
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "serde passes a reference"
    )]
    fn is_warning(&self) -> bool {
        *self == Self::Warning
    }
}
