//! What is lost when a step ends: results but the last one, and what only its session knows.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::read::Analysed;
use crate::diagnostic::{Code, Diagnostic};
use crate::pipeline::TableUse;
use crate::pipeline::resolver::Resolver;
use crate::pipeline::scripts::Scripted;
use crate::script::{Keywords, Statement};
use crate::source::SourceFile;

/// Warns about queries whose rows nobody will see: a step keeps those of the last one.
pub(super) fn results(resolver: &mut Resolver<'_>, analysed: &Analysed, statements: &[Statement]) {
    let returning: Vec<&Keywords> = statements
        .iter()
        .filter_map(|statement| statement.kind.returns.as_ref())
        .collect();
    let [first, others @ .., last] = returning.as_slice() else {
        return;
    };
    let sentence = format!(
        "the rows of this `{}` are not kept: only the last result of a step is",
        first.words
    );
    let mut diagnostic = Diagnostic::warning(Code::ResultNotKept, sentence).at(
        &analysed.file,
        first.span,
        "not kept",
    );
    for other in others {
        diagnostic = diagnostic.also(&analysed.file, other.span, "not kept");
    }
    resolver.push(
        diagnostic
            .also(&analysed.file, last.span, "the result of the step")
            .help("give each query whose rows matter a step of its own"),
    );
}

/// Warns about settings at the end of a script, behind which nothing is left that they could change.
pub(super) fn settings(resolver: &mut Resolver<'_>, analysed: &Analysed, statements: &[Statement]) {
    let Some(setting) = statements
        .last()
        .and_then(|statement| statement.kind.of_session.as_ref())
    else {
        return;
    };
    let sentence = format!(
        "nothing follows this `{}`, and its session ends with the step",
        setting.words
    );
    resolver.push(
        Diagnostic::warning(Code::SessionEnds, sentence)
            .at(&analysed.file, setting.span, "")
            .help("put it in front of the statements that need it, in each step"),
    );
}

/// Warns about each temporary table that one step makes and another uses.
pub(in crate::pipeline) fn temporary(resolver: &mut Resolver<'_>, scripts: &[Option<Scripted>]) {
    let mut makers: HashMap<&str, (usize, &TableUse, &Arc<SourceFile>)> = HashMap::new();
    let mut lasting: HashSet<&str> = HashSet::new();
    for (index, script) in scripts.iter().enumerate() {
        let Some(script) = script else { continue };
        for table in &script.lineage.temporary {
            makers
                .entry(&table.name)
                .or_insert((index, table, &script.file));
        }
        let made =
            script.lineage.writes.iter().filter(|write| {
                write.ensured || write.shape.is_some_and(|(shape, _)| shape.makes())
            });
        lasting.extend(made.map(|write| write.name.as_str()));
    }
    if makers.is_empty() {
        return;
    }
    for (user, script) in scripts.iter().enumerate() {
        let Some(script) = script else { continue };
        let uses = script.lineage.reads.iter().chain(&script.lineage.writes);
        let mut seen: HashSet<&str> = HashSet::new();
        for table in uses.filter(|table| !lasting.contains(table.name.as_str())) {
            let Some((maker, made, file)) = makers.get(table.name.as_str()) else {
                continue;
            };
            if !seen.insert(&table.name) {
                continue;
            }
            let document = resolver.document;
            let (used_file, used_span) = script.place(&document.file, table);
            let ((user, _), (maker, _)) = (resolver.step(user), resolver.step(*maker));
            let sentence = format!(
                "step `{user}` uses `{}`, a temporary table of step `{maker}`, which ends with that step's session",
                table.name
            );
            resolver.push(
                Diagnostic::warning(Code::SessionEnds, sentence)
                    .at(used_file, used_span, "used here")
                    .also(file, made.span, "made here, for this session only")
                    .help("make an ordinary table, or put both into one step"),
            );
        }
    }
}
