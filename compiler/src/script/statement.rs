//! One statement of a script.

use super::tokens::Token;
use super::{Insertion, ParameterUse};
use crate::source::Span;

/// A statement, its places counted in the script.
#[derive(Debug, Clone)]
pub struct Statement {
    /// Its place, comments in front of it included, the semicolon not.
    pub span: Span,
    /// Named parameters that it binds, in order, with repetitions.
    pub parameters: Vec<ParameterUse>,
    /// Places where text is inserted, in order.
    pub insertions: Vec<Insertion>,
    /// The words with which it starts or ends a transaction.
    pub transaction_control: Option<Keywords>,
    /// The words for which Redshift refuses it in a transaction with others.
    pub alone: Option<Keywords>,
}

/// Keywords that matter, and their place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keywords {
    /// In capitals.
    pub words: String,
    /// Place in the script.
    pub span: Span,
}

/// The first few words of a statement, as far as they stand in a row.
fn leading(tokens: &[Token]) -> Vec<&Token> {
    tokens
        .iter()
        .filter(|token| !token.is_blank())
        .take(4)
        .take_while(|token| token.word().is_some())
        .collect()
}

fn keywords(tokens: &[&Token]) -> Option<Keywords> {
    let words: Vec<String> = tokens
        .iter()
        .filter_map(|token| token.word())
        .map(str::to_uppercase)
        .collect();
    Some(Keywords {
        words: words.join(" "),
        span: Span::new(tokens.first()?.span.start, tokens.last()?.span.end),
    })
}

/// BEGIN, COMMIT and the like (AWS pages: `BEGIN`, `COMMIT`, `END`, `ABORT`, `ROLLBACK`).
pub(super) fn transaction_control(tokens: &[Token]) -> Option<Keywords> {
    let leading = leading(tokens);
    let first = *leading.first()?;
    let starts = leading
        .get(1)
        .is_some_and(|second| first.is("start") && second.is("transaction"));
    let controls = ["begin", "commit", "end", "rollback", "abort"];
    if starts {
        keywords(leading.get(..2)?)
    } else if controls.iter().any(|word| first.is(word)) {
        keywords(&[first])
    } else {
        None
    }
}

/// What Redshift refuses in a transaction block (AWS pages: `VACUUM`, `ALTER TABLE APPEND`,
/// `CREATE DATABASE`, `DROP DATABASE`, `CREATE EXTERNAL TABLE`).
pub(super) fn must_stand_alone(tokens: &[Token]) -> Option<Keywords> {
    let leading = leading(tokens);
    let is = |words: &[&str]| {
        words.len() <= leading.len()
            && words
                .iter()
                .zip(&leading)
                .all(|(word, token)| token.is(word))
    };
    let starts: [&[&str]; 4] = [
        &["vacuum"],
        &["create", "database"],
        &["drop", "database"],
        &["create", "external", "table"],
    ];
    if let Some(words) = starts.into_iter().find(|words| is(words)) {
        return keywords(leading.get(..words.len())?);
    }
    let append = tokens.iter().find(|token| token.is("append"))?;
    if is(&["alter", "table"]) {
        return keywords(&[leading.first()?, leading.get(1)?, append]);
    }
    None
}
