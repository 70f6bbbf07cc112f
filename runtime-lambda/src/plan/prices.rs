//! What the parts of a run cost in AWS.

use serde::{Deserialize, Serialize};

/// What the parts of a run cost, in billionths of a dollar of the United States.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunPrices {
    /// The Region whose prices these are.
    pub region: String,
    /// The day on which they were looked up, as `YYYY-MM-DD`.
    pub date: String,
    /// A run of one round, without its steps.
    pub run: u64,
    /// Each round behind the first, without its steps.
    pub round: u64,
    /// A try of a step whose statement ends at once.
    pub step: u64,
    /// Each question about a statement, or wait for its event, beyond that.
    pub question: u64,
}
