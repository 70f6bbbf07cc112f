//! What the SQL of the steps says: what it reads and writes, and what is wrong with it. It is held
//! against Redshift's grammar, its functions, and the tables that the steps themselves make.
//!
//! The steps are walked in an order in which they may run. Each statement is bound against what the
//! statements in front of it made; what nobody here makes may be anything.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use indexmap::IndexMap;
use redshift_sql::lineage::{Procedures, SessionLineage};
use redshift_sql::names::{Binder, DeclaredTables, Findings, procedure};
use redshift_sql::tree::{OptionText, OptionTextKind, StatementKind};
use redshift_sql::types::Type;
use redshift_sql::{Mistake, SmolStr};
use runtime_lambda::plan::{self, Batch};

use super::checks::{self, Checks};
use super::external;
use super::lineage::{self, ScriptLineage};
use super::mistake::{diagnostic, span};
use super::parameters::type_of;
use super::resolver::Resolver;
use super::result::{self, Returned};
use super::scripts::Scripted;
use super::sources::DeclaredSources;
use super::tables::{TableNames, UsedTable};
use crate::diagnostic::{Code, Diagnostic};
use crate::pipeline;
use crate::source::Span;

/// Reads the SQL of the steps. Each statement is bound once. What is found says what its script
/// reads and writes, and what is wrong with it. Mistakes are reported only where the steps have an
/// order.
pub(super) fn read(
    resolver: &mut Resolver<'_>,
    after: &[Vec<usize>],
    scripts: &mut [Option<Scripted>],
    parameters: &IndexMap<String, pipeline::DeclaredParameter>,
    local: &pipeline::Local,
    sources: &DeclaredSources,
    ordered: bool,
) {
    let mut tables = sources.tables.clone();
    let mut names = TableNames::default();
    let types: HashMap<_, _> = parameters
        .iter()
        .map(|(name, declared)| (name.as_str().into(), type_of(declared.parameter.kind)))
        .collect();
    let mut procedures = Procedures::default();
    let mut lineages = Vec::with_capacity(scripts.len());
    let mut reported: HashSet<(String, Span, String)> = HashSet::new();
    for index in lineage::order(resolver, after) {
        let Some(Some(script)) = scripts.get(index) else {
            continue;
        };
        let mut mistakes: Vec<Mistake> = Vec::new();
        if !script.judged {
            mistakes.extend(script.parsed.mistakes.iter().cloned());
        }
        let mut last = Returned::Nothing;
        let mut session = SessionLineage::new(std::mem::take(&mut procedures));
        for statement in &script.parsed.statements {
            let found = Binder::new(&tables, &types).statement(statement);
            session.statement(statement, &found, &tables, &types);
            if ordered {
                let Findings {
                    mistakes: wrong,
                    reads: read,
                    result,
                    ..
                } = found;
                mistakes.extend(wrong);
                names.used.extend(read.into_iter().map(|read| UsedTable {
                    step: index,
                    name: read.name.to_string(),
                    span: read.span,
                }));
                last.follow(&statement.kind, result);
                match &statement.kind {
                    StatementKind::Copy(copy) => unmapped(resolver, script, local, &copy.source),
                    StatementKind::Unload(unload) => {
                        unmapped(resolver, script, local, &unload.target);
                    }
                    _ => {}
                }
                if script.script.batch == Batch::Transaction && script.script.statements.len() > 1 {
                    external::check(resolver, script, statement, &tables);
                }
                names.of_statement(resolver, index, script, statement, sources);
            }
            tables.learn(statement, &types);
        }
        let (columns, known) = session.finish();
        procedures = known;
        let checked = if ordered {
            let known = checks::KnownForChecks {
                tables: &tables,
                types: &types,
                lineage: &ScriptLineage::of(columns.clone(), Vec::new()),
            };
            checks::resolve(resolver, index, script, &known)
        } else {
            Checks::default()
        };
        tables.end_session();
        let asked = (checked.checks, checked.queries);
        lineages.push((index, ScriptLineage::of(columns, checked.reads), asked));
        if !ordered {
            continue;
        }
        result::check(resolver, index, script, &last);
        for mistake in mistakes {
            let key = (
                script.path.clone(),
                span(mistake.span),
                mistake.sentence.clone(),
            );
            if reported.insert(key) {
                resolver.push(diagnostic(&script.file, &mistake));
            }
        }
    }
    for (index, lineage, (checks, queries)) in lineages {
        if let Some(Some(script)) = scripts.get_mut(index) {
            script.lineage = Arc::new(lineage);
            if !checks.is_empty() {
                let with_checks = plan::Script {
                    checks: queries,
                    ..plan::Script::clone(&script.script)
                };
                script.script = Arc::new(with_checks);
                script.checks = checks;
            }
        }
    }
    if ordered {
        bodies(resolver, scripts, &tables.settled(), &types, &mut reported);
        names.report(resolver, scripts, &tables, sources);
    }
}

/// Mistakes in the bodies of procedures. A procedure may be called at any time, so its tables are those
/// that stay what they are.
fn bodies(
    resolver: &mut Resolver<'_>,
    scripts: &[Option<Scripted>],
    tables: &DeclaredTables,
    types: &HashMap<SmolStr, Type>,
    reported: &mut HashSet<(String, Span, String)>,
) {
    for script in scripts.iter().flatten() {
        for statement in &script.parsed.statements {
            let StatementKind::CreateProcedure(create) = &statement.kind else {
                continue;
            };
            // A declaration that cannot be read declares nobody knows what.
            let mut unread = script.parsed.mistakes.iter();
            if unread.any(|mistake| statement.span.contains(mistake.span.start)) {
                continue;
            }
            for mistake in procedure(create, tables, types) {
                let place = span(mistake.span);
                let key = (script.path.clone(), place, mistake.sentence.clone());
                if reported.insert(key) {
                    resolver.push(diagnostic(&script.file, &mistake));
                }
            }
        }
    }
}

/// A bucket that nothing stands in for on a laptop, where something stands in for others.
fn unmapped(
    resolver: &mut Resolver<'_>,
    script: &Scripted,
    local: &pipeline::Local,
    place: &OptionText,
) {
    let OptionTextKind::Literal(uri) = &place.kind else {
        return;
    };
    let Some(rest) = uri.strip_prefix("s3://") else {
        return;
    };
    let bucket = rest.split('/').next().unwrap_or_default();
    if local.buckets.is_empty() || bucket.contains("{{") || local.buckets.contains_key(bucket) {
        return;
    }
    let sentence = format!("on a laptop nothing stands in for the bucket `{bucket}`");
    resolver.push(
        Diagnostic::warning(Code::BucketUnmapped, sentence)
            .at(&script.file, span(place.span), "")
            .help(format!(
                "map it: `local: {{ buckets: {{ {bucket}: FOLDER }} }}`"
            )),
    );
}
