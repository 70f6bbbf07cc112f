//! What must hold of the tables behind a step.

use serde::{Deserialize, Serialize};

use super::expectation::Range;
use super::signal::Severity;

/// What must hold of a table behind a step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// What is expected in words, to stand behind "expected": `` `id` of `orders` to be unique ``.
    pub expected: String,
    /// How much it matters: a critical check fails its step, others are seen as signals are.
    #[serde(default = "critical", skip_serializing_if = "is_critical")]
    pub severity: Severity,
    /// How the rows of its query are judged.
    #[serde(default, skip_serializing_if = "Asks::is_no_row")]
    pub asks: Asks,
}

fn critical() -> Severity {
    Severity::Critical
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_critical(severity: &Severity) -> bool {
    *severity == Severity::Critical
}

/// How the rows of a check's query are judged.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asks {
    /// Each row breaks the check.
    #[default]
    NoRow,
    /// The only value is a number of rows.
    Count {
        /// How many there may be.
        #[serde(default, skip_serializing_if = "Range::is_open")]
        rows: Range,
        /// How many there may be for each row of the last run, such as 0.5 for half of them.
        #[serde(default, skip_serializing_if = "Range::is_open")]
        of_last_run: Range,
    },
}

impl Asks {
    fn is_no_row(&self) -> bool {
        *self == Self::NoRow
    }

    /// Whether the last run's number is asked for.
    #[must_use]
    pub fn needs_last_run(&self) -> bool {
        matches!(self, Self::Count { of_last_run, .. } if !of_last_run.is_open())
    }
}
