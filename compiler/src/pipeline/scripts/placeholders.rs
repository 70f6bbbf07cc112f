//! Placeholders of shells and templates in string literals, where they are sent as they stand.
//!
//! In: `copy t from 's3://${BUCKET}/t'`. Out: a warning at `${BUCKET}`. Outside of literals they are no
//! SQL, which the parser says.

use redshift_sql::Mistake;
use redshift_sql::token::TokenKind;

use super::read::Analysed;
use crate::diagnostic::{Code, Diagnostic};
use crate::pipeline::mistake;
use crate::pipeline::resolver::Resolver;

/// What a placeholder begins with that hardly anybody means as text, and its length in bytes.
const BEGINNINGS: [&str; 3] = ["${", "{{", "{%"];

/// Warns about each placeholder in a literal of a file.
pub(super) fn check(resolver: &mut Resolver<'_>, analysed: &Analysed) {
    let text = analysed.file.text();
    let literals = analysed.parsed.tokens.iter();
    for literal in literals.filter(|token| token.kind == TokenKind::Text) {
        let (mut at, end) = (literal.span.start, literal.span.end);
        while let Some(found) = next(text, at, end) {
            at = found.span.end;
            resolver.push(
                Diagnostic::warning(
                    Code::PlaceholderText,
                    format!("in a literal, {}", found.sentence),
                )
                .at(&analysed.file, mistake::span(found.span), "sent as it stands")
                .help(
                    "`{{name}}` inserts a parameter of sfc here; `-- sfc: allow SFC0435` in front of \
                     the statement says that you mean the text",
                ),
            );
        }
    }
}

/// The first placeholder between two places.
fn next(text: &str, from: u32, to: u32) -> Option<Mistake> {
    let mut at = from;
    loop {
        let rest = redshift_sql::Span::new(at, to).of(text);
        let begins = |beginning: &&str| rest.find(*beginning);
        let offset = BEGINNINGS.iter().filter_map(begins).min()?;
        let place = at as usize + offset;
        let inside = text.get(place + 2..to as usize).unwrap_or_default();
        // `{{3}}` is a part of a pattern, and `{{name}}` is sfc's.
        let named = inside
            .trim_start_matches(['-', ' '])
            .starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
        let found = redshift_sql::placeholder(text, place).filter(|found| found.span.end <= to);
        match found {
            Some(found) if named && !is_insertion(found.span.of(text)) => return Some(found),
            _ => at = u32::try_from(place + 2).ok()?,
        }
    }
}

/// Whether a text is `{{name}}`, with blanks or without.
fn is_insertion(text: &str) -> bool {
    let inside = text
        .strip_prefix("{{")
        .and_then(|rest| rest.strip_suffix("}}"));
    inside.is_some_and(|inside| crate::script::is_parameter_name(inside.trim()))
}
