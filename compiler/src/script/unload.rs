//! The query of an UNLOAD: SQL inside of a string literal.

use super::tokens::{Kind, Token, Unreadable, read};
use crate::source::Span;

/// The query, with the way back to the script.
pub(super) struct Query {
    /// Its text, quotes taken off.
    pub text: String,
    /// Its tokens.
    pub tokens: Vec<Token>,
    /// Offset in the script of each byte of the text.
    origins: Vec<usize>,
    /// Whether it stands in a literal; otherwise in a `$$` body.
    pub in_literal: bool,
}

impl Query {
    /// The place in the script of a part of the query.
    pub fn origin(&self, span: Span) -> Span {
        let at = |offset: usize| self.origins.get(offset).copied().unwrap_or_default();
        let start = at(span.start);
        let end = span.end.checked_sub(1).map_or(start, |last| at(last) + 1);
        Span::new(start, end)
    }
}

/// The index of the token that holds the query, if these tokens are an UNLOAD.
pub(super) fn query_token(tokens: &[Token]) -> Option<usize> {
    let mut words = tokens
        .iter()
        .enumerate()
        .filter(|(_, token)| !token.is_blank());
    let (_, unload) = words.next()?;
    let (_, parenthesis) = words.next()?;
    let (index, query) = words.next()?;
    let holds = query.is_literal() || query.kind == Kind::Body;
    (unload.is("unload") && parenthesis.kind == Kind::LParen && holds).then_some(index)
}

/// The query of an UNLOAD in `text`, the script.
pub(super) fn query(text: &str, tokens: &[Token]) -> Result<Option<Query>, Unreadable> {
    let Some(token) = query_token(tokens).and_then(|index| tokens.get(index)) else {
        return Ok(None);
    };
    let source = text
        .get(token.span.start..token.span.end)
        .unwrap_or_default();
    let in_literal = token.is_literal();
    let (inner, origins) = if in_literal {
        unquote(source, token.span.start)
    } else {
        let opening = source.get(1..).and_then(|rest| rest.find('$')).unwrap_or(0) + 2;
        let inner = source
            .get(opening..source.len().saturating_sub(opening))
            .unwrap_or_default();
        let start = token.span.start + opening;
        (inner.to_owned(), (start..=start + inner.len()).collect())
    };
    let mut query = Query {
        tokens: Vec::new(),
        text: inner,
        origins,
        in_literal,
    };
    query.tokens = read(&query.text).map_err(|problem| Unreadable {
        span: query.origin(problem.span),
        message: problem.message,
    })?;
    Ok(Some(query))
}

/// The content of a literal without its quotes and escapes, and where each of its bytes comes from.
fn unquote(literal: &str, start: usize) -> (String, Vec<usize>) {
    let mut text = String::with_capacity(literal.len());
    let mut origins = Vec::with_capacity(literal.len());
    let opening = literal.find('\'').map_or(0, |quote| quote + 1);
    let closing = literal.len().saturating_sub(1).max(opening);
    let mut characters = literal
        .get(opening..closing)
        .unwrap_or_default()
        .char_indices()
        .peekable();
    while let Some((offset, mut character)) = characters.next() {
        if character == '\'' {
            characters.next();
        } else if character == '\\'
            && let Some((_, escaped)) = characters.next()
        {
            character = if escaped == 'n' { '\n' } else { escaped };
        }
        text.push(character);
        let origin = start + opening + offset;
        origins.extend((0..character.len_utf8()).map(|byte| origin + byte));
    }
    (text, origins)
}
