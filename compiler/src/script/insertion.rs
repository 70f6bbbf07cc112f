//! `{{name}}`, the places where text is inserted because SQL allows no parameter there.

use runtime_lambda::plan::Quoting;

use super::names::is_parameter;
use super::tokens::{Kind, Token};
use super::unload::{self, Query};
use crate::source::Span;

/// A place where the value of a parameter is inserted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Insertion {
    /// Name of the parameter.
    pub parameter: String,
    /// Its place in the script, braces included.
    pub span: Span,
    /// How the value is quoted there.
    pub quoting: Quoting,
}

/// `{{…}}` where nothing can be inserted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Misplaced {
    /// What stands between the braces is no name.
    NoName(Span),
    /// It stands in a name in double quotes.
    InQuotedName(Span),
    /// It stands in a `$$` body.
    InBody(Span),
}

/// All insertions of a statement, in order.
pub(super) fn find(
    text: &str,
    tokens: &[Token],
    query: Option<&Query>,
    misplaced: &mut Vec<Misplaced>,
) -> Vec<Insertion> {
    let mut found = Vec::new();
    let query_token = unload::query_token(tokens);
    for (index, token) in tokens.iter().enumerate() {
        if query_token == Some(index)
            && let Some(query) = query.filter(|query| query.in_literal)
        {
            let mut inside = Vec::new();
            for insertion in find(&query.text, &query.tokens, None, &mut inside) {
                found.push(Insertion {
                    span: query.origin(insertion.span),
                    quoting: match insertion.quoting {
                        Quoting::Literal | Quoting::NestedLiteral => Quoting::NestedLiteral,
                        other @ (Quoting::Identifier | Quoting::Number | Quoting::Bound) => other,
                    },
                    parameter: insertion.parameter,
                });
            }
            misplaced.extend(inside.into_iter().map(|one| one.moved(query)));
            continue;
        }
        let within = || names_within(text, token.span);
        match &token.kind {
            Kind::LBrace => {
                // The second brace of a pair that was dealt with is not the first of another.
                let doubled = |at: Option<usize>| {
                    at.and_then(|at| tokens.get(at))
                        .is_some_and(|other| other.kind == Kind::LBrace)
                };
                if doubled(index.checked_sub(1)) || !doubled(Some(index + 1)) {
                    continue;
                }
                match outside(tokens.get(index..).unwrap_or_default()) {
                    Ok((parameter, span)) => found.push(Insertion {
                        parameter,
                        span,
                        quoting: Quoting::Identifier,
                    }),
                    Err(span) => misplaced.push(Misplaced::NoName(span)),
                }
            }
            Kind::Quoted(_) => {
                misplaced.extend(within().map(|(_, span)| Misplaced::InQuotedName(span)));
            }
            Kind::Body => {
                misplaced.extend(within().map(|(_, span)| Misplaced::InBody(span)));
            }
            _ if token.is_literal() => found.extend(within().map(|(parameter, span)| Insertion {
                parameter,
                span,
                quoting: Quoting::Literal,
            })),
            _ => {}
        }
    }
    found
}

impl Misplaced {
    fn moved(self, query: &Query) -> Self {
        match self {
            Self::NoName(span) => Self::NoName(query.origin(span)),
            Self::InQuotedName(span) => Self::InQuotedName(query.origin(span)),
            Self::InBody(span) => Self::InBody(query.origin(span)),
        }
    }
}

/// The name between the two braces that start these tokens, or the place where one should be.
fn outside(tokens: &[Token]) -> Result<(String, Span), Span> {
    let start = tokens.first().map_or(0, |token| token.span.start);
    let mut rest = tokens.iter().skip(2).filter(|token| !token.is_blank());
    let name = rest.next();
    let closing = rest.next();
    let last = rest.next();
    let closed = [closing, last].map(|token| token.filter(|token| token.kind == Kind::RBrace));
    match (name.and_then(Token::word), closed) {
        (Some(name), [Some(_), Some(last)]) if is_parameter(name) => {
            Ok((name.to_owned(), Span::new(start, last.span.end)))
        }
        _ => Err(Span::new(start, start + 2)),
    }
}

/// Every `{{name}}` in a part of the script. In a literal, braces around anything else are text.
fn names_within(text: &str, span: Span) -> impl Iterator<Item = (String, Span)> {
    let part = text.get(span.start..span.end).unwrap_or_default();
    part.match_indices("{{").filter_map(move |(opening, _)| {
        let rest = part.get(opening + 2..)?;
        let of_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c.is_whitespace();
        let length = rest.find(|c| !of_name(c))?;
        let name = rest.get(..length)?.trim();
        if !rest.get(length..)?.starts_with("}}") {
            return None;
        }
        let start = span.start + opening;
        is_parameter(name).then(|| (name.to_owned(), Span::new(start, start + length + 4)))
    })
}
