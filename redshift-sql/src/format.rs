//! One layout for a script: blanks and the letter case of reserved words change, nothing else.
//!
//! `format("SELECT a FROM t\nWHERE b=1 AND c=2;")` is `select a\nfrom t\nwhere b = 1 and c = 2;\n`.
//! A list that its author has broken stays broken, and one that is too long is broken. The body of a
//! procedure is laid out statement by statement. A statement that does not parse stays byte for byte,
//! and so does a function, whose body may be Python.

mod body;
mod clause;
mod layout;
mod reader;
mod roles;
mod words;

use std::collections::HashMap;

use crate::Span;
use crate::lexer::{self, Lexed};
use crate::parser::{Script, parse};
use crate::token::{Token, TokenKind};
use crate::tree::StatementKind;
use layout::LayoutWriter;
use reader::TokenReader;
use roles::TokenRoles;

/// Columns that a line has room for.
pub const WIDTH: usize = 100;

/// A script in the one layout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Formatted {
    /// The text; the same as before where nothing may be changed.
    pub text: String,
    /// Places, in the text before, of the statements that stay byte for byte.
    pub left: Vec<Span>,
    /// Whether the whole text stays as it was, because the layout would have changed its meaning.
    pub unsafe_layout: bool,
}

/// Lays a script out. Takes time linear in its length.
///
/// ```text
/// SELECT a FROM t      select a
/// WHERE b=1 AND c=2;   from t
///                      where b = 1 and c = 2;
/// ```
pub fn format(text: &str) -> Formatted {
    let script = parse(text);
    let everything = Span::new(0, u32::try_from(text.len()).unwrap_or(u32::MAX));
    if lexer::lex(text).mistake.is_some() {
        return Formatted {
            text: text.to_owned(),
            left: vec![everything],
            unsafe_layout: false,
        };
    }
    let mut units = units(&script, text);
    let reader = TokenReader::new(text, &script);
    let bodies = bodies(&script, text, &mut units);
    let roles = TokenRoles::of(&reader, &units);
    let laid_out = LayoutWriter::new(&reader, &roles).script(&units, &bodies);
    let left = units
        .iter()
        .filter(|unit| unit.is_left)
        .map(|unit| unit.span);
    if is_same(text, &laid_out) {
        Formatted {
            text: laid_out,
            left: left.collect(),
            unsafe_layout: false,
        }
    } else {
        Formatted {
            text: text.to_owned(),
            left: vec![everything],
            unsafe_layout: true,
        }
    }
}

/// Whether two texts have the same tokens, and the same comments in the same order. The letter case
/// of words does not count, nor do blanks at the ends of a comment's lines.
///
/// `select 1 -- one` and `SELECT  1 -- one` are the same; `select 1` and `select 2` are not.
pub fn is_same(before: &str, after: &str) -> bool {
    let (old, new) = (lexer::lex(before), lexer::lex(after));
    let comments = |lexed: &Lexed, text: &str| -> Vec<String> {
        let texts = lexed.comments.iter();
        texts
            .map(|comment| comment.of(text).trim_end().to_owned())
            .collect()
    };
    old.tokens.len() == new.tokens.len()
        && old.mistake.is_some() == new.mistake.is_some()
        && comments(&old, before) == comments(&new, after)
        && old.tokens.iter().zip(&new.tokens).all(|(old, new)| {
            let (a, b) = (old.span.of(before), new.span.of(after));
            old.kind == new.kind
                && (a == b
                    || old.kind == TokenKind::Dollar && is_same_body(a, b)
                    || matches!(old.kind, TokenKind::Word(_)) && a.eq_ignore_ascii_case(b))
        })
}

/// Whether two literals between dollar signs have the same signs, and within them the same tokens.
fn is_same_body(before: &str, after: &str) -> bool {
    let parts = |text: &str| -> Option<(String, String)> {
        let tag = text.get(1..)?.find('$')? + 2;
        let inner = text.get(tag..text.len().checked_sub(tag)?)?;
        Some((text.get(..tag)?.to_owned(), inner.to_owned()))
    };
    match (parts(before), parts(after)) {
        (Some(before), Some(after)) => before.0 == after.0 && is_same(&before.1, &after.1),
        _ => false,
    }
}

/// A statement with its semicolon, or a semicolon alone.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Unit {
    /// Index of its first token.
    pub start: usize,
    /// The token behind its last.
    pub end: usize,
    /// From its first byte to its last.
    pub span: Span,
    /// Whether it stays byte for byte.
    pub is_left: bool,
    /// The literal that holds the body of a procedure.
    pub body: Option<usize>,
}

/// The bodies of procedures, laid out, by the tokens that hold them. A procedure whose body cannot be
/// laid out stays as it is.
fn bodies(script: &Script, text: &str, units: &mut [Unit]) -> HashMap<usize, String> {
    let mut bodies = HashMap::new();
    for unit in units.iter_mut().filter(|unit| !unit.is_left) {
        let Some(literal) = unit.body else { continue };
        match script
            .tokens
            .get(literal)
            .and_then(|token| body(script, text, token.span))
        {
            Some(body) => {
                bodies.insert(literal, body);
            }
            None => unit.is_left = true,
        }
    }
    bodies
}

/// The body of a procedure, laid out, without the signs around it.
fn body(script: &Script, text: &str, literal: Span) -> Option<String> {
    let tag = literal.of(text).get(1..)?.find('$')? + 2;
    let tag = u32::try_from(tag).ok()?;
    let part = Span::new(literal.start + tag, literal.end.checked_sub(tag)?);
    let lexed = lexer::lex_part(text, part);
    if lexed.mistake.is_some() || is_fixed(&lexed.tokens, text) {
        return None;
    }
    let reader = TokenReader::of_part(
        text,
        part.start,
        &lexed.tokens,
        &lexed.comments,
        &script.names,
    );
    let segments = body::segments(&reader)?;
    let units = segments.iter().map(|segment| Unit {
        start: segment.start,
        end: segment.end,
        span: Span::default(),
        is_left: false,
        body: None,
    });
    let units: Vec<Unit> = units.collect();
    let roles = TokenRoles::of(&reader, &units);
    Some(LayoutWriter::new(&reader, &roles).body(&segments))
}

/// Whether tokens stay as they are. A literal between dollar signs does, which may be of any
/// language. Two literals with a line's end between them do, which are one. So does what begins
/// nothing.
fn is_fixed(tokens: &[Token], text: &str) -> bool {
    let mut before = None;
    tokens.iter().any(|token| {
        let joined = token.kind == TokenKind::Text && before == Some(TokenKind::Text);
        before = Some(token.kind);
        joined
            || matches!(token.kind, TokenKind::Dollar | TokenKind::Unknown)
            || token.span.of(text).starts_with('\\')
    })
}

fn units(script: &Script, text: &str) -> Vec<Unit> {
    let tokens = &script.tokens;
    let mut units = Vec::new();
    let mut at = 0;
    let mut statements = script.statements.iter().peekable();
    let mut mistakes = script.mistakes.iter().peekable();
    while let Some(first) = tokens.get(at).filter(|token| token.kind != TokenKind::End) {
        let mut end = at;
        let mut is_left = false;
        let mut literal = None;
        if let Some(statement) = statements.next_if(|next| next.span.start <= first.span.start) {
            is_left = matches!(statement.kind, StatementKind::Broken);
            if let StatementKind::CreateProcedure(procedure) = &statement.kind {
                literal = Some(procedure.body_span);
            }
            while tokens.get(end).is_some_and(|token| {
                token.kind != TokenKind::End && token.span.end <= statement.span.end
            }) {
                end += 1;
            }
        }
        // What belongs to no statement goes with the one before it, up to the semicolon.
        while let Some(token) = tokens.get(end).filter(|token| token.kind != TokenKind::End) {
            end += 1;
            if token.kind == TokenKind::Semicolon {
                break;
            }
            is_left = true;
        }
        let last = tokens.get(end.saturating_sub(1)).unwrap_or(first);
        let span = first.span.to(last.span);
        while mistakes
            .next_if(|mistake| mistake.span.start < span.end)
            .is_some()
        {
            is_left = true;
        }
        let body = literal.and_then(|literal| {
            let is_it = |at: &usize| {
                let token = tokens.get(*at);
                token.is_some_and(|token| token.kind == TokenKind::Dollar && token.span == literal)
            };
            (at..end).find(is_it)
        });
        is_left |= match body {
            Some(body) => [at..body, body + 1..end]
                .iter()
                .any(|range| is_fixed(tokens.get(range.clone()).unwrap_or_default(), text)),
            None => is_fixed(tokens.get(at..end).unwrap_or_default(), text),
        };
        units.push(Unit {
            body,
            start: at,
            end,
            span,
            is_left,
        });
        at = end;
    }
    units
}
