//! What a statement did, and what carries one out.

use super::failure::StatementFailure;
use super::results::PagedRows;
use super::scope::StatementScope;
use crate::warehouse::dialect::Statement;

/// Carries out a statement: handed to those below that make other statements of one.
pub(super) type RunStatement =
    fn(&StatementScope<'_>, &Statement) -> Result<StatementOutcome, StatementFailure>;

/// What a statement did.
#[derive(Debug, Default)]
pub(super) struct StatementOutcome {
    /// Rows returned or changed, if the statement says.
    pub(super) count: Option<u64>,
    pub(super) rows: Option<PagedRows>,
}
