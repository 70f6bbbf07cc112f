//! What the tokens of a statement tell where its tree does not: a statement that somebody is still
//! writing.

use smol_str::SmolStr;

use crate::Span;
use crate::keyword::Keyword;
use crate::parser::{fold, unquote};
use crate::token::{Token, TokenKind};

/// A table that a statement seems to name, and its alias.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// The table as a catalog keeps it.
    pub table: SmolStr,
    /// The alias, or the table's own name.
    pub name: SmolStr,
    /// Place of the table's name.
    pub span: Span,
}

/// Words behind which the name of a table stands.
const BEFORE_TABLE: &[&str] = &[
    "from",
    "join",
    "into",
    "update",
    "table",
    "copy",
    "truncate",
    "view",
    "exists",
    "analyze",
    "vacuum",
    "only",
    "references",
    "like",
    "using",
    "lock",
];

/// The tokens of the statement around a byte: those between two semicolons.
///
/// In `a; b; c`, byte 3 gives the token `b`.
pub fn around(tokens: &[Token], offset: u32) -> &[Token] {
    let behind = tokens.partition_point(|token| token.span.end <= offset);
    let is_end = |token: &Token| token.kind == TokenKind::Semicolon;
    let before = tokens.get(..behind).unwrap_or_default();
    let start = before.iter().rposition(is_end).map_or(0, |at| at + 1);
    let after = tokens.get(behind..).unwrap_or_default();
    let end = after
        .iter()
        .position(|token| is_end(token) && token.span.start >= offset);
    let end = end.map_or(tokens.len(), |at| behind + at);
    tokens.get(start..end).unwrap_or_default()
}

/// The token at a byte, or the one that ends there.
///
/// In `select ord`, byte 10, where a cursor stands behind the word, gives `ord`.
pub fn token_at(tokens: &[Token], offset: u32) -> Option<Token> {
    let at = tokens.partition_point(|token| token.span.end <= offset);
    let token = tokens.get(at).filter(|token| token.span.contains(offset));
    let before = at.checked_sub(1).and_then(|before| tokens.get(before));
    let is_name = |token: &&Token| name(token.kind);
    match token {
        Some(token) if name(token.kind) => Some(*token),
        token => before
            .filter(|before| before.span.end == offset)
            .filter(is_name)
            .or(token)
            .copied(),
    }
}

/// Whether a token may be a name or a part of one.
fn name(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Word(_) | TokenKind::Quoted | TokenKind::Parameter | TokenKind::Insertion
    )
}

/// The chain of names with dots between that a token belongs to: the parts in front of it and itself,
/// folded.
///
/// Of `select s.orders.am`, the token `am` gives `s`, `orders` and `am`.
pub fn chain(source: &str, tokens: &[Token], token: Token) -> Vec<SmolStr> {
    let mut at = tokens.partition_point(|other| other.span.start < token.span.start);
    let mut parts = vec![folded(source, token)];
    while let (Some(dot), Some(before)) = (at.checked_sub(1), at.checked_sub(2)) {
        let (Some(dot), Some(part)) = (tokens.get(dot), tokens.get(before)) else {
            break;
        };
        if dot.kind != TokenKind::Dot || !name(part.kind) {
            break;
        }
        parts.push(folded(source, *part));
        at = before;
    }
    parts.reverse();
    parts
}

/// The word in front of the chain of names that a token belongs to, in lower case.
///
/// Of `from s.orders`, the token `orders` gives `from`.
pub fn word_before(source: &str, tokens: &[Token], token: Token) -> Option<SmolStr> {
    let links = chain(source, tokens, token).len();
    let at = tokens.partition_point(|other| other.span.start < token.span.start);
    let before = at.checked_sub(2 * (links - 1) + 1)?;
    let before = tokens.get(before)?;
    matches!(before.kind, TokenKind::Word(_)).then(|| folded(source, *before))
}

/// Whether the name of a table stands behind this word.
pub fn precedes_table(word: &str) -> bool {
    BEFORE_TABLE.contains(&word)
}

/// Tables that the tokens of a statement name behind FROM, JOIN, INTO and the like, with their aliases.
///
/// `from orders o join s.items` gives `orders` under the name `o`, and `s.items` under `items`.
pub fn mentions(source: &str, tokens: &[Token]) -> Vec<Mention> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        at += 1;
        let introduces = match token.kind {
            TokenKind::Word(_) => precedes_table(&folded(source, *token)),
            // The next item of FROM.
            TokenKind::Comma => found
                .last()
                .is_some_and(|last: &(Mention, usize)| last.1 + 1 == at),
            _ => false,
        };
        if !introduces {
            continue;
        }
        if let Some((mention, behind)) = mention(source, tokens, at) {
            found.push((mention, behind));
            at = behind;
        }
    }
    found.into_iter().map(|(mention, _)| mention).collect()
}

/// The table and alias that stand at a token, and the number of the token behind them.
fn mention(source: &str, tokens: &[Token], mut at: usize) -> Option<(Mention, usize)> {
    let first = *tokens
        .get(at)
        .filter(|token| is_table_name(source, **token))?;
    let mut parts = vec![folded(source, first)];
    let mut last = first;
    at += 1;
    while tokens
        .get(at)
        .is_some_and(|token| token.kind == TokenKind::Dot)
        && let Some(part) = tokens.get(at + 1).filter(|token| name(token.kind))
    {
        parts.push(folded(source, *part));
        last = *part;
        at += 2;
    }
    let mut alias = parts.last().cloned()?;
    let says_as = |token: &&Token| folded(source, **token) == "as";
    let skip = usize::from(tokens.get(at).filter(says_as).is_some());
    if let Some(token) = tokens
        .get(at + skip)
        .filter(|token| is_table_name(source, **token))
    {
        alias = folded(source, *token);
        at += skip + 1;
    }
    let mention = Mention {
        table: key(&parts),
        name: alias,
        span: first.span.to(last.span),
    };
    Some((mention, at))
}

fn is_table_name(source: &str, token: Token) -> bool {
    match token.kind {
        TokenKind::Word(keyword) => {
            !keyword.is_some_and(Keyword::is_reserved)
                && !CONTINUES.contains(&folded(source, token).as_str())
        }
        TokenKind::Quoted => true,
        _ => false,
    }
}

/// Words that Redshift does not reserve, and with which a statement goes on behind a table.
const CONTINUES: &[&str] = &["if", "set", "values", "where"];

/// The name of a table as a catalog keeps it, from its parts.
///
/// `dev`, `public` and `orders` give `orders`; `s` and `t` give `s.t`.
pub fn key(parts: &[SmolStr]) -> SmolStr {
    match parts {
        [.., schema, name] if schema != "public" => SmolStr::from(format!("{schema}.{name}")),
        [.., name] => name.clone(),
        [] => SmolStr::default(),
    }
}

fn folded(source: &str, token: Token) -> SmolStr {
    let written = token.span.of(source);
    match token.kind {
        TokenKind::Quoted => unquote(written),
        _ => fold(written),
    }
}
