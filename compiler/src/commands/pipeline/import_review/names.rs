//! What things of the review are called in the new folder.

use crate::pipeline::MAX_STEP_NAME;

/// Letters and digits of a name, anything else as `other`.
pub(super) fn plain(name: &str, other: char) -> String {
    name.chars()
        .map(|character| match character {
            '-' | '_' => character,
            _ if character.is_ascii_alphanumeric() => character,
            _ => other,
        })
        .collect()
}

/// A query's name as a step's.
pub(super) fn step(name: &str) -> String {
    let name = plain(name, '_');
    let name = if name.starts_with(|first: char| first.is_ascii_alphabetic()) {
        name
    } else {
        format!("q{name}")
    };
    name.chars().take(MAX_STEP_NAME).collect()
}

/// Path of a query's script in the new folder.
pub(super) fn script(query: &str) -> String {
    format!("queries/{}.sql", plain(query, '_'))
}
