//! Tokens as the layout looks at them: words in lower case, and what lies between.

use crate::Span;
use crate::parser::Script;
use crate::token::{Token, TokenKind};

/// A script's tokens, or those of a part of it.
pub(super) struct TokenReader<'a> {
    pub text: &'a str,
    pub tokens: &'a [Token],
    pub comments: &'a [Span],
    /// Where the part of the text begins that the tokens are of.
    pub start: u32,
    names: &'a [u32],
    words: Vec<String>,
}

impl<'a> TokenReader<'a> {
    /// The tokens of a script.
    pub fn new(text: &'a str, script: &'a Script) -> Self {
        Self::of_part(text, 0, &script.tokens, &script.comments, &script.names)
    }

    /// The tokens of a part of a script, whose places count in the whole text.
    pub fn of_part(
        text: &'a str,
        start: u32,
        tokens: &'a [Token],
        comments: &'a [Span],
        names: &'a [u32],
    ) -> Self {
        let words = tokens.iter().map(|token| match token.kind {
            TokenKind::Word(_) => token.span.of(text).to_ascii_lowercase(),
            _ => String::new(),
        });
        Self {
            text,
            start,
            tokens,
            comments,
            names,
            words: words.collect(),
        }
    }

    /// A word without quotes in lower case; empty for what is none.
    pub fn word(&self, at: usize) -> &str {
        self.words.get(at).map_or("", String::as_str)
    }

    pub fn kind(&self, at: usize) -> TokenKind {
        self.tokens
            .get(at)
            .map_or(TokenKind::End, |token| token.kind)
    }

    /// The word in front of a token.
    pub fn before(&self, at: usize) -> &str {
        at.checked_sub(1).map_or("", |at| self.word(at))
    }

    /// The kind of the token in front of another one.
    pub fn kind_before(&self, at: usize) -> Option<TokenKind> {
        at.checked_sub(1).map(|at| self.kind(at))
    }

    /// Whether the grammar took the token for a name.
    pub fn is_name(&self, at: usize) -> bool {
        let token = self.tokens.get(at);
        token.is_some_and(|token| self.names.binary_search(&token.span.start).is_ok())
    }

    /// What lies between a token and the one before it.
    pub fn gap(&self, at: usize) -> &'a str {
        let end = |token: &Token| token.span.end;
        let from = at
            .checked_sub(1)
            .and_then(|at| self.tokens.get(at))
            .map_or(self.start, end);
        let to = self.tokens.get(at).map_or(from, |token| token.span.start);
        Span::new(from, to).of(self.text)
    }

    /// Whether a value ends with this token, so that a sign behind it is an operator between two.
    pub fn ends_value(&self, at: usize) -> bool {
        match self.kind(at) {
            TokenKind::Number
            | TokenKind::Text
            | TokenKind::Quoted
            | TokenKind::Parameter
            | TokenKind::Position
            | TokenKind::RightParenthesis
            | TokenKind::RightBracket => true,
            TokenKind::Word(_) => {
                self.is_name(at)
                    // A cast.
                    || self.kind_before(at) == Some(TokenKind::DoubleColon)
                    || matches!(
                        self.word(at),
                        "end" | "null" | "true" | "false" | "sysdate" | "current_date"
                    )
            }
            _ => false,
        }
    }

    /// Whether a token is an operator of arithmetic between two values.
    pub fn is_between_values(&self, at: usize) -> bool {
        matches!(
            self.kind(at),
            TokenKind::Plus | TokenKind::Minus | TokenKind::Star | TokenKind::Slash
        ) && self.kind(at + 1) != TokenKind::Insertion
            && at.checked_sub(1).is_some_and(|at| self.ends_value(at))
    }
}
