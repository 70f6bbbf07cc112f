//! What `expect` and `signals` ask of a step's result, held against what its script returns.
//!
//! The result of a step is that of the last of its statements that returns rows.

use redshift_sql::names::ResultColumns;
use redshift_sql::tree::StatementKind;

use super::resolver::Resolver;
use super::scripts::Scripted;
use crate::diagnostic::{Code, Diagnostic};
use crate::pipeline_yaml::{Expectation, Step};
use crate::script;

/// What the statements of a script return, up to one of them.
pub(super) enum Returned {
    /// No statement returned rows.
    Nothing,
    /// Rows that nobody can tell from the text.
    Something,
    /// Rows of a query.
    Rows(ResultColumns),
}

impl Returned {
    /// Goes on by one statement; `rows` are those of a query.
    pub fn follow(&mut self, kind: &StatementKind, rows: Option<ResultColumns>) {
        if script::may_return_rows(kind) {
            *self = match (kind, rows) {
                (StatementKind::Query(_), Some(rows)) if !rows.open => Self::Rows(rows),
                _ => Self::Something,
            };
        }
    }
}

/// Holds what is expected of a step's result against what its script returns.
pub(super) fn check(
    resolver: &mut Resolver<'_>,
    index: usize,
    script: &Scripted,
    returned: &Returned,
) {
    let (name, step) = resolver.step(index);
    if step.sql.is_none() {
        return;
    }
    match returned {
        Returned::Rows(rows) => columns(resolver, name, step, rows),
        Returned::Nothing if script.parsed.mistakes.is_empty() => none(resolver, name, step),
        Returned::Nothing | Returned::Something => {}
    }
}

/// A script without a result fails each run where something is asked of it.
fn none(resolver: &mut Resolver<'_>, name: &str, step: &Step) {
    let document = resolver.document;
    let asked = [
        (
            "expect",
            step.expect.as_ref().is_some_and(Expectation::is_of_result),
        ),
        ("signals", !step.signals.is_empty()),
    ];
    for (field, _) in asked.into_iter().filter(|(_, is_asked)| *is_asked) {
        let keys = ["steps", name, field];
        if document.is_mended(&keys) {
            continue;
        }
        let sentence = format!("no statement of step `{name}` returns rows");
        resolver.push(
            Diagnostic::error(Code::NoResult, sentence)
                .at(&document.file, document.key_at(&keys), "")
                .help("end the script with a query, such as `select count(*) as loaded from …`"),
        );
    }
}

/// Columns that `expect` and `signals` name and that the result does not have. What is expected of a
/// column that is not there fails; a signal only never shows.
fn columns(resolver: &mut Resolver<'_>, name: &str, step: &Step, rows: &ResultColumns) {
    let document = resolver.document;
    let columns: Vec<&str> = rows
        .columns
        .iter()
        .filter_map(|column| column.name.as_deref())
        .collect();
    let has = |wanted: &str| {
        columns
            .iter()
            .any(|column| column.eq_ignore_ascii_case(wanted))
    };
    let mut missing = Vec::new();
    let expected = step.expect.iter().flat_map(|expect| expect.values.keys());
    for column in expected.filter(|column| !has(column)) {
        let keys = ["steps", name, "expect", "values", column].map(str::to_owned);
        missing.push((column, keys.to_vec(), true));
    }
    for (number, signal) in step.signals.iter().enumerate() {
        for column in signal.when.keys().filter(|column| !has(column)) {
            let number = number.to_string();
            let keys = ["steps", name, "signals", &number, "when", column].map(str::to_owned);
            missing.push((column, keys.to_vec(), false));
        }
    }
    for (column, keys, is_error) in missing {
        let sentence = format!("the result of step `{name}` has no column `{column}`");
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        let diagnostic = if is_error {
            Diagnostic::error(Code::ResultColumn, sentence)
        } else {
            Diagnostic::warning(Code::ResultColumn, sentence)
        };
        let help = resolver
            .nearest
            .suggest(column, columns.iter().copied())
            .unwrap_or_else(|| match columns.as_slice() {
                [] => format!("give the column a name: `… as {column}`"),
                columns => format!("its columns are {}", listed(columns)),
            });
        resolver.push(
            diagnostic
                .at(&document.file, document.key_at(&keys), "")
                .help(help),
        );
    }
}

/// Most columns that a help names.
const NAMED: usize = 12;

fn listed(columns: &[&str]) -> String {
    let shown: Vec<String> = columns
        .iter()
        .take(NAMED)
        .map(|name| format!("`{name}`"))
        .collect();
    let more = if columns.len() > NAMED {
        " and others"
    } else {
        ""
    };
    format!("{}{more}", shown.join(", "))
}
