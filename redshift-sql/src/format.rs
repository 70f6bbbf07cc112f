//! One layout for a script: blanks and the letter case of reserved words change, nothing else.
//!
//! `format("SELECT a FROM t\nWHERE b=1 AND c=2;")` is `select a\nfrom t\nwhere b = 1 and c = 2;\n`.
//! A list that its author has broken stays broken, and one that is too long is broken. A statement
//! that does not parse stays byte for byte, and so does one with a `$$` body.

mod clause;
mod layout;
mod reader;
mod roles;
mod words;

use crate::Span;
use crate::lexer::{self, Lexed};
use crate::parser::{Script, parse};
use crate::token::Kind;
use crate::tree::StatementKind;
use layout::Layout;
use reader::Reader;
use roles::Roles;

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
    let units = units(&script, text);
    let reader = Reader::new(text, &script);
    let roles = Roles::of(&reader, &units);
    let laid_out = Layout::new(&reader, &roles).script(&units);
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

/// Whether two texts have the same tokens, but for the letter case of words, and the same comments
/// in the same order, but for blanks at the ends of their lines.
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
                && (a == b || matches!(old.kind, Kind::Word(_)) && a.eq_ignore_ascii_case(b))
        })
}

/// A statement with its semicolon, or a semicolon alone.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Unit {
    /// Its first token.
    pub start: usize,
    /// The token behind its last.
    pub end: usize,
    /// Its place.
    pub span: Span,
    /// Whether it stays byte for byte.
    pub is_left: bool,
}

fn units(script: &Script, text: &str) -> Vec<Unit> {
    let tokens = &script.tokens;
    let mut units = Vec::new();
    let mut at = 0;
    let mut statements = script.statements.iter().peekable();
    let mut mistakes = script.mistakes.iter().peekable();
    while let Some(first) = tokens.get(at).filter(|token| token.kind != Kind::End) {
        let mut end = at;
        let mut is_left = false;
        if let Some(statement) = statements.next_if(|next| next.span.start <= first.span.start) {
            is_left = matches!(statement.kind, StatementKind::Broken);
            while tokens.get(end).is_some_and(|token| {
                token.kind != Kind::End && token.span.end <= statement.span.end
            }) {
                end += 1;
            }
        }
        // What belongs to no statement goes with the one before it, up to the semicolon.
        while let Some(token) = tokens.get(end).filter(|token| token.kind != Kind::End) {
            end += 1;
            if token.kind == Kind::Semicolon {
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
        let mut before = None;
        for token in tokens.get(at..end).unwrap_or_default() {
            // Two literals with a line's end between them are one literal.
            is_left |= matches!(token.kind, Kind::Dollar | Kind::Unknown)
                || token.kind == Kind::Text && before == Some(Kind::Text)
                || token.span.of(text).starts_with('\\');
            before = Some(token.kind);
        }
        units.push(Unit {
            start: at,
            end,
            span,
            is_left,
        });
        at = end;
    }
    units
}
