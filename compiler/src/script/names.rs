//! Names of parameters in SQL.

/// Whether this is a name that a parameter may have: a letter or `_`, then letters, digits and `_`
/// (the Data API takes no others, AWS page `SqlParameter`).
pub fn is_parameter(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name
            .chars()
            .all(|character| character.is_ascii_alphanumeric() || character == '_')
}
