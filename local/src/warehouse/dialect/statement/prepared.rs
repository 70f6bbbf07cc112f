//! A prepared statement: its text, and that text with values in the place of `$1`, `$2`.

use redshift_sql::lexer::lex;
use redshift_sql::token::TokenKind;

use super::super::Refusal;

/// A prepared statement, kept as text until EXECUTE gives values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PreparedStatement {
    /// The name by which EXECUTE calls it.
    pub(crate) name: String,
    /// The types of its parameters, as they were written.
    pub(crate) types: Vec<String>,
    /// The statement as it was written, with `$1`, `$2` …
    pub(crate) text: String,
}

impl PreparedStatement {
    /// The statement with values in the place of its parameters; each is one, or NULL.
    ///
    /// `select $1` with the type `int` and the value `5` becomes `select (5::int)`.
    pub(crate) fn with_values(&self, values: &[String]) -> Result<String, Refusal> {
        let mut written = String::with_capacity(self.text.len());
        let mut done = 0;
        for token in lex(&self.text).tokens {
            if token.kind != TokenKind::Position {
                continue;
            }
            let word = token.span.of(&self.text);
            let number: usize = word.trim_start_matches('$').parse().unwrap_or(0);
            let Some(value) = number.checked_sub(1).and_then(|index| values.get(index)) else {
                return Err(Refusal::Value(format!("there is no parameter {word}")));
            };
            let value = match self.types.get(number - 1) {
                Some(kind) => format!("({value}::{kind})"),
                None => format!("({value})"),
            };
            let start = token.span.start as usize;
            written.push_str(self.text.get(done..start).unwrap_or_default());
            written.push_str(&value);
            done = start + word.len();
        }
        written.push_str(self.text.get(done..).unwrap_or_default());
        Ok(written)
    }

    /// How many parameters it has.
    pub(crate) fn parameters(&self) -> usize {
        let tokens = lex(&self.text).tokens.into_iter();
        let numbers = tokens
            .filter(|token| token.kind == TokenKind::Position)
            .filter_map(|token| token.span.of(&self.text).get(1..)?.parse().ok());
        numbers.max().unwrap_or(0).max(self.types.len())
    }
}
