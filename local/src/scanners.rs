//! How the dialect's scanner cuts a text. A test of the compiler holds it against Redshift's lexer: where
//! they differ, something that is commented out or quoted would run.

use crate::dialect;

/// The tokens of SQL without blanks and comments, each as its kind and its text; the semicolons
/// between statements are `Symbol ;`.
///
/// # Errors
/// Something is opened and never closed.
pub fn words(sql: &str) -> Result<Vec<String>, String> {
    dialect::words(sql).map_err(|refusal| refusal.to_string())
}
