//! A statement that failed: the warehouse's words, and the place that they are about.

use std::sync::Arc;

use indexmap::IndexMap;
use runtime_lambda::place;
use runtime_lambda::plan::{Batch, Script};

use super::statements::StatementOfText;
use super::warehouse::SqlSession;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::source::{SourceFile, Span};
use crate::terminal::{one_line, plain};

/// What is said of a failure.
#[must_use]
pub fn diagnostics(
    source: &Arc<SourceFile>,
    statement: &StatementOfText,
    message: &str,
    session: &SqlSession,
) -> Diagnostics {
    let mut lines = message
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty());
    let sentence = one_line(lines.next().unwrap_or("the statement failed"));
    let mut diagnostic = Diagnostic::error(Code::StatementFailed, sentence).at(
        source,
        place(source, statement, message),
        "",
    );
    for line in lines {
        // The place is shown.
        if !line.starts_with("Position: ") {
            diagnostic = diagnostic.note(plain(line));
        }
    }
    if let Some(help) = help(message, session) {
        diagnostic = diagnostic.help(help);
    }
    std::iter::once(diagnostic).collect()
}

fn help(message: &str, session: &SqlSession) -> Option<String> {
    if message.contains("current transaction is aborted") {
        return Some("`rollback;` ends the transaction".to_owned());
    }
    if session.is_new() && message.contains("does not exist") {
        return Some("the local warehouse is empty: `sfc run` fills it".to_owned());
    }
    None
}

/// Where the failure is: what our own grammar stumbles over, or what the message names; otherwise the
/// statement's first word.
fn place(source: &Arc<SourceFile>, statement: &StatementOfText, message: &str) -> Span {
    // The local warehouse says what our grammar says, Redshift that there is a syntax error.
    if let Some(mistake) = redshift_sql::parse(&statement.text).mistakes.first()
        && (message.contains("syntax error") || message.contains(&mistake.sentence))
    {
        return Span::from(mistake.span).shifted(statement.span.start);
    }
    let start = source.position(statement.span.start);
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let script = Script {
        statements: vec![runtime_lambda::plan::Statement {
            sql: statement.text.clone(),
            line: count(start.line),
            column: count(start.column),
            ..runtime_lambda::plan::Statement::default()
        }],
        batch: Batch::AutoCommit,
        file: source.path().to_owned(),
        checks: Vec::new(),
    };
    let found = place::find(&script, message, &IndexMap::new());
    let offset = found.map_or(statement.span.start, |place| {
        let line = source.line_start(place.line as usize);
        let rest = source.text().get(line..).unwrap_or_default();
        let column = (place.column as usize).saturating_sub(1);
        let within = rest.char_indices().nth(column);
        within.map_or(statement.span.start, |(offset, _)| line + offset)
    });
    let token = statement
        .tokens
        .iter()
        .map(|token| Span::from(token.span))
        .find(|span| span.start <= offset && offset < span.end);
    token.unwrap_or(Span::new(statement.span.start, statement.span.end))
}
