//! Paths as the engine reads them, which takes some of their signs for a pattern.

use std::path::Path;

use super::failure::StatementFailure;
use crate::warehouse::dialect::quote_text;

/// A path as the engine reads it: not as a pattern.
pub(super) fn quote_path(path: &Path) -> Result<String, StatementFailure> {
    let text = path
        .to_str()
        .ok_or_else(|| StatementFailure::Refused(format!("`{}` is not UTF-8", path.display())))?;
    Ok(quote_text(&escape_pattern(text)))
}

/// A text that stands for itself where the engine takes a pattern.
pub(super) fn escape_pattern(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '*' | '?' | '[' => {
                escaped.push('[');
                escaped.push(c);
                escaped.push(']');
            }
            other => escaped.push(other),
        }
    }
    escaped
}
