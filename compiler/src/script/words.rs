//! The keywords that say what a statement is.

use redshift_sql::token::{Token, TokenKind};

use super::split::StatementPiece;
use crate::source::Span;

/// Keywords that matter, and their place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keywords {
    /// The keywords in capitals: `CREATE TABLE`.
    pub words: String,
    /// Place in the script.
    pub span: Span,
}

/// The words of a statement.
#[derive(Clone, Copy)]
pub(super) struct Words<'a> {
    text: &'a str,
    /// From the first word on.
    tokens: &'a [Token],
}

impl<'a> Words<'a> {
    pub fn of(text: &'a str, piece: &StatementPiece<'a>) -> Self {
        let tokens = piece.tokens;
        let open = |token: &Token| token.kind == TokenKind::LeftParenthesis;
        let first = tokens.iter().position(|token| !open(token));
        Self {
            text,
            tokens: first.and_then(|at| tokens.get(at..)).unwrap_or_default(),
        }
    }

    /// The first of the words alone.
    pub fn first(self) -> Option<Keywords> {
        self.leading(1)
    }

    /// So many words from the first on.
    pub fn leading(self, count: usize) -> Option<Keywords> {
        let tokens = self.tokens.get(..count)?;
        let words: Vec<&str> = tokens.iter().map(|one| one.span.of(self.text)).collect();
        Some(Keywords {
            words: words.join(" ").to_uppercase(),
            span: tokens.first()?.span.to(tokens.last()?.span).into(),
        })
    }

    /// These words, which stand in this order with others between them, from the first word to the last
    /// of them.
    pub fn through(self, words: &[&str]) -> Option<Keywords> {
        let start = self.tokens.first()?.span;
        let mut end = start;
        let mut tokens = self.tokens.iter();
        for word in words {
            // What the text does not spell out ends the place, not the words.
            let found = tokens.find(|token| {
                let written = token.span.of(self.text);
                matches!(token.kind, TokenKind::Word(_)) && written.eq_ignore_ascii_case(word)
            });
            match found {
                Some(token) => end = token.span,
                None => break,
            }
        }
        Some(Keywords {
            words: words.join(" ").to_uppercase(),
            span: start.to(end).into(),
        })
    }
}
