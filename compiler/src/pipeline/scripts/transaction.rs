//! A script of one transaction: what would break it, and what commits in its middle.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::procedure::{self, MadeProcedure};
use super::read::Analysed;
use super::statements_of;
use crate::diagnostic::{Code, Diagnostic};
use crate::pipeline::resolver::Resolver;
use crate::pipeline_yaml::Batch;
use crate::script::{Control, Statement, TransactionRole};
use crate::source::{SourceFile, Span};

/// Checks a script whose statements are sent as one transaction.
pub(super) fn check(resolver: &mut Resolver<'_>, analysed: &Analysed) {
    let file = &analysed.file;
    let statements = analysed.script.as_transaction();
    if statements.is_empty() {
        let sentence = format!("`{}` has no statement in its transaction", analysed.path);
        let whole = analysed.script.statements.first();
        resolver.push(
            Diagnostic::error(Code::ScriptEmpty, sentence)
                .at(file, whole.map_or(Span::default(), |one| one.span), "")
                .help("write a statement, or remove the step"),
        );
    }
    let several = statements.len() > 1;
    let mut truncates = false;
    for (index, statement) in statements.iter().enumerate() {
        if let Some(control) = &statement.kind.control {
            resolver.push(
                Diagnostic::error(
                    Code::TransactionControl,
                    format!("`{}` has no place in a step", control.keywords.words),
                )
                .at(file, control.keywords.span, "")
                .help(way_out(file, control, statements, index)),
            );
        }
        if let Some(alone) = statement.kind.alone.as_ref().filter(|_| several) {
            let sentence = format!("Redshift refuses `{}` in a transaction", alone.words);
            resolver.push(
                Diagnostic::error(Code::NotInTransaction, sentence)
                    .at(file, alone.span, "")
                    .help("give it a step of its own, or set `batch: auto_commit`"),
            );
        }
        if let Some(commits) = statement.kind.commits.as_ref().filter(|_| several)
            && !truncates
        {
            truncates = true;
            let sentence = format!(
                "`{}` commits the transaction that it stands in: this step is not all or nothing",
                commits.words
            );
            resolver.push(
                Diagnostic::warning(Code::TruncateCommits, sentence)
                    .at(file, commits.span, "committed here")
                    .help("write `delete from`, which a failure undoes; or set `batch: auto_commit`, or give it a step of its own"),
            );
        }
    }
}

/// What to do about the words of a transaction where they stand.
fn way_out(file: &SourceFile, control: &Control, statements: &[Statement], index: usize) -> String {
    let line = file.line(control.keywords.span.start);
    let first = index == 0;
    let last = index + 1 == statements.len();
    match control.role {
        TransactionRole::Closes if !last => format!(
            "cut the file behind line {line}: what follows is a step of its own, with `after`; or set `batch: auto_commit`"
        ),
        TransactionRole::Opens if !first => format!(
            "cut the file in front of line {line}: what follows is a step of its own, with `after`; or set `batch: auto_commit`"
        ),
        TransactionRole::Opens | TransactionRole::Closes | TransactionRole::Other => {
            "remove it: a step's statements are one transaction already, see `batch`".to_owned()
        }
    }
}

/// Warns about each call of a procedure that runs TRUNCATE, in whatever file the procedure is made.
pub(super) fn calls(resolver: &mut Resolver<'_>, scripts: &[(Arc<Analysed>, Batch)]) {
    let made: Vec<(&Arc<SourceFile>, MadeProcedure)> = scripts
        .iter()
        .flat_map(|(analysed, _)| {
            let statements = analysed.parsed.statements.iter();
            statements
                .filter_map(procedure::made)
                .map(|made| (&analysed.file, made))
        })
        .collect();
    let mut procedures: HashMap<&str, (&Arc<SourceFile>, &MadeProcedure)> = HashMap::new();
    let mut callers: Vec<(&str, &str)> = Vec::new();
    {
        for (file, made) in &made {
            callers.extend(
                made.calls
                    .iter()
                    .map(|called| (called.as_str(), made.name.as_str())),
            );
            if made.truncate.is_some() {
                procedures.insert(&made.name, (file, made));
            }
        }
    }
    if procedures.is_empty() {
        return;
    }
    // A procedure that calls one that commits commits as well.
    loop {
        let known = procedures.len();
        for (called, caller) in &callers {
            if let Some(commits) = procedures.get(called).copied() {
                procedures.entry(caller).or_insert(commits);
            }
        }
        if procedures.len() == known {
            break;
        }
    }
    let mut seen: HashSet<&str> = HashSet::new();
    for (analysed, batch) in scripts {
        if !seen.insert(&analysed.path) {
            continue;
        }
        let statements = statements_of(&analysed.script, *batch);
        let several = statements.len() > 1 && *batch == Batch::Transaction;
        for call in analysed
            .parsed
            .statements
            .iter()
            .filter_map(procedure::called)
        {
            let Some((file, made)) = procedures.get(call.name.as_str()) else {
                continue;
            };
            let Some(truncate) = made.truncate.filter(|_| several || made.several) else {
                continue;
            };
            let sentence = format!(
                "procedure `{}` runs `TRUNCATE`, which commits what was done before it",
                call.name
            );
            resolver.push(
                Diagnostic::warning(Code::TruncateCommits, sentence)
                    .at(&analysed.file, call.span, "called here")
                    .also(file, truncate, "committed here")
                    .help("write `delete from` in the procedure: a failure undoes it"),
            );
        }
    }
}
