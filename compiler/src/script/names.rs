//! Names in SQL.

use redshift_sql::keyword::Keyword;

/// Whether this is a name that a parameter may have: a letter or `_`, then letters, digits and `_`.
/// The Data API takes no others (AWS page: `SqlParameter`).
pub fn is_parameter(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name
            .chars()
            .all(|character| character.is_ascii_alphanumeric() || character == '_')
}

/// A name, in double quotes where SQL needs them.
pub fn quoted_name(name: &str) -> String {
    let plain = name.starts_with(|first: char| first.is_ascii_lowercase() || first == '_')
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
        && !Keyword::of(name.as_bytes()).is_some_and(Keyword::is_reserved);
    if plain {
        name.to_owned()
    } else {
        format!("\"{}\"", name.replace('"', "\"\""))
    }
}
