//! How this crate's scanners cut a text. A test of the compiler holds them against the compiler's own:
//! where they differ, something that is commented out or quoted would run.

use redshift_sql::token::Kind;

use crate::rsql;

/// The tokens of SQL without blanks and comments, each as its kind and its text; the semicolons
/// between statements are `Symbol ;`.
///
/// # Errors
/// Something is opened and never closed.
pub fn words(sql: &str) -> Result<Vec<String>, String> {
    let lexed = redshift_sql::lexer::lex(sql);
    if let Some(mistake) = lexed.mistake {
        return Err(mistake.sentence);
    }
    let tokens = lexed.tokens.into_iter();
    Ok(tokens
        .filter(|token| token.kind != Kind::End)
        .map(|token| match token.kind {
            Kind::Semicolon => "Symbol ;".to_owned(),
            kind => format!("{kind:?} {}", token.span.of(sql)),
        })
        .collect())
}

/// The statements of an RSQL script as they are sent; none if it has a meta command.
#[must_use]
pub fn rsql_statements(script: &str) -> Option<Vec<String>> {
    rsql::statements(script)
}
