//! Checks of tables: what `expect` asks of tables behind a step, as queries.
//!
//! | file | knows |
//! |---|---|
//! | `table` | names of tables and columns, and which of them nobody has |
//! | `ask` | what is written under `expect`, check by check |
//! | `write` | SQL |
//! | `query` | the files under `no_rows` |

mod ask;
mod query;
mod table;
mod write;

use std::collections::HashMap;

use redshift_sql::SmolStr;
use redshift_sql::lineage::{self, Procedures, SessionLineage};
use redshift_sql::names::{Binder, DeclaredTables};
use redshift_sql::types::Type;
use runtime_lambda::plan::{Batch, Check, Statement};

use super::lineage::ScriptLineage;
use super::mistake;
use super::resolver::Resolver;
use super::scripts::{AskedFile, MAX_BATCH_STATEMENTS, Scripted};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

/// The checks of a step, and the queries that they are.
#[derive(Debug, Default)]
pub(super) struct Checks {
    pub checks: Vec<Check>,
    pub queries: Vec<Statement>,
    /// What the queries read beside what the step reads and writes, each with the place of its check in the spec.
    pub reads: Vec<(lineage::DatasetRead, Span)>,
}

/// One check before it is known whether Redshift takes its query.
struct Written {
    check: Check,
    query: Statement,
    /// Where it is written in the spec.
    span: Span,
    /// Whether the query is of a file, whose mistakes were told at their places.
    of_file: bool,
}

/// What is known where a step's checks are resolved.
pub(super) struct KnownForChecks<'k> {
    /// The tables as they are behind the step's last statement.
    pub tables: &'k DeclaredTables,
    /// The types of parameters.
    pub types: &'k HashMap<SmolStr, Type>,
    /// What the step reads and writes.
    pub lineage: &'k ScriptLineage,
}

/// The checks of the step with this index.
pub(super) fn resolve(
    resolver: &mut Resolver<'_>,
    index: usize,
    script: &Scripted,
    known: &KnownForChecks<'_>,
) -> Checks {
    let (name, step) = resolver.step(index);
    let Some(expect) = step
        .expect
        .as_ref()
        .filter(|expect| step.sql.is_some() && expect.has_checks())
    else {
        return Checks::default();
    };
    let mut written = ask::of_tables(resolver, name, expect, known);
    written.extend(query::written(resolver, script, known));
    fits(resolver, name, script, written.len());
    let mut checks = Checks::default();
    for one in written {
        reads(resolver, &mut checks, &one, known);
        checks.checks.push(one.check);
        checks.queries.push(one.query);
    }
    checks
}

/// Reports what Redshift would refuse of a query, and notes what it reads.
fn reads(
    resolver: &mut Resolver<'_>,
    checks: &mut Checks,
    one: &Written,
    known: &KnownForChecks<'_>,
) {
    let document = resolver.document;
    let parsed = redshift_sql::parse(&one.query.sql);
    let mut session = SessionLineage::new(Procedures::default());
    for statement in &parsed.statements {
        let found = Binder::new(known.tables, known.types).statement(statement);
        session.statement(statement, &found, known.tables, known.types);
        let mut mistakes = parsed.mistakes.iter().chain(&found.mistakes);
        if let Some(mistake) = mistakes.next().filter(|_| !one.of_file) {
            let sentence = format!(
                "Redshift would refuse to check {}: {}",
                one.check.expected, mistake.sentence
            );
            resolver.push(
                Diagnostic::error(Code::CheckRefused, sentence)
                    .at(&document.file, one.span, "")
                    .help("write a check that suits the column's type, or a query under `no_rows`"),
            );
        }
    }
    let (found, _) = session.finish();
    for mut read in found.reads {
        let checked = checks.reads.iter().map(|(read, _)| read);
        let mut is_known = known.lineage.columns.reads.iter().chain(checked);
        let is_read = is_known.any(|one| one.dataset == read.dataset);
        let mut writes = known.lineage.columns.writes.iter();
        if is_read || writes.any(|write| write.dataset == read.dataset) {
            continue;
        }
        // It has no place in the step's file.
        read.place = lineage::ScriptPlace {
            span: redshift_sql::Span::default(),
            statement: 0,
            through: None,
        };
        checks.reads.push((read, one.span));
    }
}

/// Whether the queries can be sent with the step's statements.
fn fits(resolver: &mut Resolver<'_>, name: &str, script: &Scripted, checks: usize) {
    let document = resolver.document;
    let span = document.key_at(&["steps", name, "expect"]);
    let statements = script.script.statements.len();
    if statements <= MAX_BATCH_STATEMENTS && statements + checks > MAX_BATCH_STATEMENTS {
        let sentence = format!(
            "step `{name}` has {statements} statements and {checks} checks; together they are at most {MAX_BATCH_STATEMENTS}"
        );
        resolver.push(
            Diagnostic::error(Code::TooManyStatements, sentence)
                .at(&document.file, span, "")
                .help("check the tables in a step of their own, such as one that says `select 1`"),
        );
    }
    let one = checks > 0 && statements == 1 && script.script.batch == Batch::Transaction;
    if let Some(words) = script.alone.as_ref().filter(|_| one) {
        let sentence = format!(
            "Redshift refuses `{}` in a transaction, and checks make one of it",
            words.words
        );
        resolver.push(
            Diagnostic::error(Code::NotInTransaction, sentence)
                .at(&script.file, words.span, "")
                .also(&document.file, span, "checked here")
                .help("set `batch: auto_commit`, or check the tables in a step behind it"),
        );
    }
}

/// The mistakes of a file's query at their places.
fn mistakes_of(resolver: &mut Resolver<'_>, file: &AskedFile, known: &KnownForChecks<'_>) {
    for statement in &file.parsed.statements {
        let found = Binder::new(known.tables, known.types).statement(statement);
        let mistakes = file.parsed.mistakes.iter().chain(&found.mistakes);
        for mistake in mistakes {
            resolver.push(mistake::diagnostic(&file.file, mistake));
        }
    }
}
