//! What became of a check.

use serde::{Deserialize, Serialize};

/// What became of a check, as the global state keeps it.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckState {
    /// How many rows break it; 0 where it is met, and where a number of rows is wrong.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub rows: u64,
    /// The number of rows that it counted.
    pub counted: Option<u64>,
    /// What was found in place of what is expected, with examples; none where the check is met.
    pub broken: Option<String>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_zero(number: &u64) -> bool {
    *number == 0
}
