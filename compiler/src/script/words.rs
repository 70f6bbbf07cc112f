//! The keywords that say what a statement is.

use super::tokens::Token;
use crate::source::Span;

/// Keywords that matter, and their place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keywords {
    /// In capitals.
    pub words: String,
    /// Place in the script.
    pub span: Span,
}

/// The tokens of a statement without blanks.
pub(super) fn solid(tokens: &[Token]) -> Vec<&Token> {
    tokens.iter().filter(|token| !token.is_blank()).collect()
}

/// Whether tokens begin with these words.
pub(super) fn begin_with(tokens: &[&Token], words: &[&str]) -> bool {
    tokens.len() >= words.len() && words.iter().zip(tokens).all(|(word, token)| token.is(word))
}

/// The first of these beginnings that the tokens have.
pub(super) fn beginning(tokens: &[&Token], beginnings: &[&[&str]]) -> Option<Keywords> {
    let found = beginnings.iter().find(|words| begin_with(tokens, words))?;
    keywords(tokens.get(..found.len())?)
}

/// The words of these tokens; their place goes from the first to the last.
pub(super) fn keywords(tokens: &[&Token]) -> Option<Keywords> {
    let words: Vec<String> = tokens
        .iter()
        .filter_map(|token| token.word())
        .map(str::to_uppercase)
        .collect();
    Some(Keywords {
        words: words.join(" "),
        span: Span::new(tokens.first()?.span.start, tokens.last()?.span.end),
    })
}
