//! SQL to tokens with their places.

use sqlparser::dialect::RedshiftSqlDialect;
use sqlparser::tokenizer::{Location, TokenWithSpan, Tokenizer};

pub(super) use sqlparser::tokenizer::{Token as Kind, Whitespace};

use crate::source::Span;

/// A token and its bytes in the script. Every byte of a script belongs to one.
#[derive(Debug)]
pub(super) struct Token {
    pub kind: Kind,
    pub span: Span,
}

impl Token {
    /// White space or a comment.
    pub fn is_blank(&self) -> bool {
        matches!(self.kind, Kind::Whitespace(_))
    }

    /// A comment.
    pub fn is_comment(&self) -> bool {
        matches!(
            self.kind,
            Kind::Whitespace(
                Whitespace::SingleLineComment { .. } | Whitespace::MultiLineComment(_)
            )
        )
    }

    /// A word without quotes, as written.
    pub fn word(&self) -> Option<&str> {
        match &self.kind {
            Kind::Word(word) if word.quote_style.is_none() => Some(&word.value),
            _ => None,
        }
    }

    /// Whether it is this word, in whatever case.
    pub fn is(&self, word: &str) -> bool {
        self.word()
            .is_some_and(|own| own.eq_ignore_ascii_case(word))
    }

    /// A string literal in single quotes, with or without a prefix.
    pub fn is_literal(&self) -> bool {
        matches!(
            self.kind,
            Kind::SingleQuotedString(_)
                | Kind::NationalStringLiteral(_)
                | Kind::EscapedStringLiteral(_)
                | Kind::UnicodeStringLiteral(_)
                | Kind::HexStringLiteral(_)
                | Kind::SingleQuotedByteStringLiteral(_)
                | Kind::SingleQuotedRawStringLiteral(_)
        )
    }
}

/// A script in which something has no end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// What is wrong, as a sentence in lower case.
    pub message: String,
    /// Where it starts.
    pub span: Span,
}

/// All tokens of a script, without a gap between them.
pub(super) fn read(text: &str) -> Result<Vec<Token>, Unreadable> {
    let dialect = RedshiftSqlDialect {};
    let mut found: Vec<TokenWithSpan> = Vec::new();
    // Unescaping would lose the places inside of literals.
    let result = Tokenizer::new(&dialect, text)
        .with_unescape(false)
        .tokenize_with_location_into_buf(&mut found);
    let mut cursor = Cursor::new(text);
    let mut tokens = Vec::with_capacity(found.len());
    let mut start = 0;
    for token in found {
        let end = cursor.offset(token.span.end);
        tokens.push(Token {
            kind: token.token,
            span: Span::new(start, end),
        });
        start = end;
    }
    match result {
        Ok(()) => Ok(tokens),
        Err(error) => Err(unreadable(text, start, &error.message)),
    }
}

/// What starts at `start` and could not be read to its end.
fn unreadable(text: &str, start: usize, reason: &str) -> Unreadable {
    let rest = text.get(start..).unwrap_or_default();
    let opened = [
        ("/*", "this comment has no end (`*/`)"),
        ("'", "this string literal has no end (`'`)"),
        ("\"", "this quoted name has no end (`\"`)"),
        ("$", "this `$$` body has no end"),
    ];
    let message = opened
        .iter()
        .find(|(opening, _)| rest.starts_with(opening))
        .map_or_else(
            || format!("this cannot be read: {}", reason.to_lowercase()),
            |(_, message)| (*message).to_owned(),
        );
    let line = rest.find('\n').unwrap_or(rest.len());
    Unreadable {
        message,
        span: Span::new(start, start + line),
    }
}

/// Turns the tokenizer's lines and columns into offsets; they only ever grow.
struct Cursor<'a> {
    text: &'a str,
    offset: usize,
    line: u64,
    column: u64,
}

impl<'a> Cursor<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            offset: 0,
            line: 1,
            column: 1,
        }
    }

    fn offset(&mut self, location: Location) -> usize {
        let rest = self.text.get(self.offset..).unwrap_or_default();
        for character in rest.chars() {
            if (self.line, self.column) >= (location.line, location.column) {
                break;
            }
            self.offset += character.len_utf8();
            if character == '\n' {
                self.line += 1;
                self.column = 1;
            } else {
                self.column += 1;
            }
        }
        self.offset
    }
}
