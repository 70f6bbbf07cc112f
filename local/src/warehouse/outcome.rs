//! What a statement did.

use super::results::Rows;

/// What a statement did.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// Rows returned or changed, if the statement says.
    pub(super) count: Option<u64>,
    pub(super) rows: Option<Rows>,
}
