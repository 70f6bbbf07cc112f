//! How this crate's scanners cut a text. A test of the compiler holds them against the compiler's own:
//! where they differ, something that is commented out or quoted would run.

use crate::dialect;
use crate::rsql;

/// The tokens of SQL without blanks and comments, each as its kind and its text; the semicolons
/// between statements are `Symbol ;`.
///
/// # Errors
/// Something is opened and never closed.
pub fn words(sql: &str) -> Result<Vec<String>, String> {
    dialect::words(sql).map_err(|refusal| refusal.to_string())
}

/// The statements of an RSQL script as they are sent; none if it has a meta command.
#[must_use]
pub fn rsql_statements(script: &str) -> Option<Vec<String>> {
    rsql::statements(script)
}
