//! What happens if runs meet.

use schemars::JsonSchema;
use serde::Deserialize;

/// What becomes of a run that starts while another one of the same pipeline goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Overlap {
    /// It runs beside the other one.
    Allow,
    /// It ends at once, without a step.
    Skip,
    /// It waits until the other one is over.
    Queue,
}
