//! `{{name}}`, the places where text is inserted because SQL allows no parameter there.

use redshift_sql::token::{Token, TokenKind};
use redshift_sql::tree::StatementKind;
use runtime_lambda::plan::Quoting;

use super::names::is_parameter;
use super::split::StatementPiece;
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
    piece: &StatementPiece<'_>,
    misplaced: &mut Vec<Misplaced>,
) -> Vec<Insertion> {
    let mut found = Found {
        text,
        insertions: Vec::new(),
        misplaced,
    };
    match &piece.tree.kind {
        // The query of an UNLOAD is SQL inside of a literal.
        StatementKind::Unload(unload) if !unload.query_span.of(text).starts_with('$') => {
            let query = unload.query_span;
            let (before, rest) = parted(piece.tokens, query.start);
            let (_, behind) = parted(rest, query.end);
            found.look(before, Quoting::Literal);
            found.look(&unload.query_tokens(text), Quoting::NestedLiteral);
            found.look(behind, Quoting::Literal);
        }
        _ => found.look(piece.tokens, Quoting::Literal),
    }
    found.insertions
}

/// The tokens in front of a place, and those from there on.
fn parted(tokens: &[Token], place: u32) -> (&[Token], &[Token]) {
    let at = tokens.partition_point(|token| token.span.start < place);
    tokens.split_at_checked(at).unwrap_or((tokens, &[]))
}

struct Found<'a> {
    text: &'a str,
    insertions: Vec<Insertion>,
    misplaced: &'a mut Vec<Misplaced>,
}

impl Found<'_> {
    /// Looks at tokens one behind the other; `literal` is how a value is quoted in a literal of theirs.
    fn look(&mut self, tokens: &[Token], literal: Quoting) {
        // Where a pair of braces ends that was dealt with: its second brace is not the first of another.
        let mut behind = 0;
        for (index, token) in tokens.iter().enumerate() {
            match token.kind {
                TokenKind::Insertion => self.word(token),
                TokenKind::Text => {
                    let inside = names_within(self.text, token.span.into());
                    self.insertions
                        .extend(inside.map(|(parameter, span)| Insertion {
                            parameter,
                            span,
                            quoting: literal,
                        }));
                }
                TokenKind::Quoted => {
                    let inside = names_within(self.text, token.span.into());
                    self.misplaced
                        .extend(inside.map(|(_, span)| Misplaced::InQuotedName(span)));
                }
                TokenKind::Dollar => {
                    let inside = names_within(self.text, token.span.into());
                    self.misplaced
                        .extend(inside.map(|(_, span)| Misplaced::InBody(span)));
                }
                TokenKind::LeftBrace if token.span.start >= behind => {
                    let next = tokens.get(index + 1);
                    let pair = next.filter(|next| {
                        next.kind == TokenKind::LeftBrace && next.span.start == token.span.end
                    });
                    if let Some(next) = pair {
                        behind = next.span.end;
                        let place = token.span.to(next.span).into();
                        self.misplaced.push(Misplaced::NoName(place));
                    }
                }
                _ => {}
            }
        }
    }

    /// A word with braces in it: what stands between them must be the name of a parameter.
    fn word(&mut self, token: &Token) {
        let word = token.span.of(self.text);
        let start = token.span.start as usize;
        for (opening, _) in word.match_indices("{{") {
            let at = start + opening;
            match name_at(word.get(opening..).unwrap_or_default()) {
                Some((name, length)) => self.insertions.push(Insertion {
                    parameter: name.to_owned(),
                    span: Span::new(at, at + length),
                    quoting: Quoting::Identifier,
                }),
                None => {
                    let place = Span::new(at, at + 2);
                    self.misplaced.push(Misplaced::NoName(place));
                }
            }
        }
    }
}

/// Every `{{name}}` in a part of the script. In a literal, braces around anything else are text.
fn names_within(text: &str, span: Span) -> impl Iterator<Item = (String, Span)> {
    let part = text.get(span.start..span.end).unwrap_or_default();
    part.match_indices("{{").filter_map(move |(opening, _)| {
        let (name, length) = name_at(part.get(opening..)?)?;
        let start = span.start + opening;
        Some((name.to_owned(), Span::new(start, start + length)))
    })
}

/// The name in the `{{name}}` that a text begins with, and the length of all of it.
fn name_at(text: &str) -> Option<(&str, usize)> {
    let inside = text.strip_prefix("{{")?;
    let of_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c.is_whitespace();
    let length = inside.find(|c| !of_name(c))?;
    let name = inside.get(..length)?.trim();
    let closed = inside.get(length..)?.starts_with("}}");
    (closed && is_parameter(name)).then_some((name, length + 4))
}
