//! How much something matters.

use schemars::JsonSchema;
use serde::Deserialize;

/// How much a signal matters to the readers of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// To be looked at.
    Warning,
    /// To be acted on.
    Critical,
}
