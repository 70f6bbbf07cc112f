//! What a statement did, and what carries one out.

use super::failure::StatementFailure;
use super::results::Rows;
use super::scope::Scope;
use crate::warehouse::dialect::Statement;

/// Carries out a statement: handed to those below that make other statements of one.
pub(super) type Run = fn(&Scope<'_>, &Statement) -> Result<Outcome, StatementFailure>;

/// What a statement did.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// Rows returned or changed, if the statement says.
    pub(super) count: Option<u64>,
    pub(super) rows: Option<Rows>,
}
