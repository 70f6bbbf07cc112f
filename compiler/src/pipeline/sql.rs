//! What the SQL of the steps says, held against Redshift's grammar, its functions, and the tables
//! that the steps themselves make.
//!
//! The steps are walked in an order in which they may run. Each statement is bound against what the
//! statements in front of it made; what nobody here makes may be anything.

use std::collections::{HashMap, HashSet};

use indexmap::IndexMap;
use redshift_sql::names::{Binder, Bound, Declared, Findings};
use redshift_sql::types::{DEFAULT_VARCHAR, Type};
use redshift_sql::{Mistake, MistakeKind};
use runtime_lambda::plan::ParameterType;

use super::resolve::Resolver;
use super::scripts::Scripted;
use crate::diagnostic::{Code, Diagnostic};
use crate::pipeline;
use crate::source::Span;

/// What the SQL of the steps says.
#[derive(Default)]
pub(super) struct Said {
    /// For each step the columns of its result, where it has one.
    pub results: Vec<Option<Bound>>,
}

/// Reports every mistake in the SQL of the steps.
pub(super) fn check(
    resolver: &mut Resolver<'_>,
    after: &[Vec<usize>],
    scripts: &[Option<Scripted>],
    parameters: &IndexMap<String, pipeline::Declared>,
    mut tables: Declared,
) -> Said {
    let types: HashMap<_, _> = parameters
        .iter()
        .map(|(name, declared)| (name.as_str().into(), type_of(declared.parameter.kind)))
        .collect();
    let mut said = Said {
        results: scripts.iter().map(|_| None).collect(),
    };
    let mut reported: HashSet<(String, Span, String)> = HashSet::new();
    let mut reads = Vec::new();
    for index in order(after) {
        let Some(Some(script)) = scripts.get(index) else {
            continue;
        };
        let mut mistakes: Vec<Mistake> = script.parsed.mistakes.clone();
        for statement in &script.parsed.statements {
            let found = Binder::new(&tables, &types).statement(statement);
            let Findings {
                mistakes: wrong,
                reads: read,
                result,
                ..
            } = found;
            mistakes.extend(wrong);
            reads.extend(read.into_iter().map(|read| (index, read)));
            if let Some(slot) = said.results.get_mut(index)
                && result.is_some()
            {
                *slot = result;
            }
            tables.learn(statement, &types);
        }
        tables.end_session();
        for mistake in mistakes {
            let key = (script.path.clone(), span(mistake.span), mistake.sentence.clone());
            if reported.insert(key) {
                resolver.push(diagnostic(script, &mistake));
            }
        }
    }
    near_tables(resolver, scripts, &tables, &reads);
    said
}

/// Tables that nobody here makes, and whose names are nearly those of tables that somebody does.
fn near_tables(
    resolver: &mut Resolver<'_>,
    scripts: &[Option<Scripted>],
    tables: &Declared,
    reads: &[(usize, redshift_sql::names::TableRead)],
) {
    let made: HashSet<&str> = scripts
        .iter()
        .flatten()
        .flat_map(|script| script.lineage.writes.iter())
        .map(|write| write.name.as_str())
        .chain(tables.tables().map(|table| table.name.as_str()))
        .collect();
    let mut reported: HashSet<&str> = HashSet::new();
    for (index, read) in reads {
        let name = read.name.as_str();
        if made.contains(name) || name.len() < SHORTEST || !reported.insert(name) {
            continue;
        }
        let near = made
            .iter()
            .filter(|known| !differs_by_number(name, known))
            .map(|known| (strsim::damerau_levenshtein(name, known), *known))
            .filter(|(distance, _)| *distance <= 2 && *distance * 4 <= name.len())
            .min();
        let Some(Some(script)) = scripts.get(*index) else {
            continue;
        };
        if let Some((_, near)) = near {
            resolver.push(
                Diagnostic::warning(Code::SqlTable, format!("no step makes a table `{name}`"))
                    .at(&script.file, span(read.span), "")
                    .help(format!("did you mean `{near}`?")),
            );
        }
    }
}

/// Names shorter than this are near to too many others.
const SHORTEST: usize = 5;

/// Whether two names differ in digits only: `sales_2024` and `sales_2025`.
fn differs_by_number(one: &str, other: &str) -> bool {
    let letters = |name: &str| -> String {
        name.chars().filter(|c| !c.is_ascii_digit()).collect()
    };
    letters(one) == letters(other)
}

fn diagnostic(script: &Scripted, mistake: &Mistake) -> Diagnostic {
    let code = match mistake.kind {
        MistakeKind::Unclosed | MistakeKind::Syntax | MistakeKind::TooDeep => Code::SqlSyntax,
        MistakeKind::NotRedshift => Code::NotRedshift,
        MistakeKind::Ended => Code::SqlEnded,
        MistakeKind::UnknownFunction => Code::SqlFunction,
        MistakeKind::Arguments => Code::SqlArguments,
        MistakeKind::UnknownType => Code::SqlTypeName,
        MistakeKind::UnknownTable => Code::SqlTable,
        MistakeKind::UnknownColumn => Code::SqlColumn,
        MistakeKind::Ambiguous => Code::SqlAmbiguous,
        MistakeKind::ColumnCount => Code::SqlColumnCount,
        MistakeKind::Types => Code::SqlTypes,
    };
    let diagnostic = Diagnostic::error(code, mistake.sentence.clone());
    let diagnostic = diagnostic.at(&script.file, span(mistake.span), "");
    match &mistake.help {
        Some(help) => diagnostic.help(help.clone()),
        None => diagnostic,
    }
}

fn span(span: redshift_sql::Span) -> Span {
    Span::new(span.start as usize, span.end as usize)
}

/// The type that a parameter has in SQL.
fn type_of(kind: ParameterType) -> Type {
    match kind {
        ParameterType::Integer => Type::BigInt,
        ParameterType::Number => Type::Decimal(38, 10),
        ParameterType::Date => Type::Date,
        ParameterType::Boolean => Type::Boolean,
        ParameterType::String => Type::VarChar(DEFAULT_VARCHAR),
        ParameterType::Identifier => Type::Unknown,
    }
}

/// Indices of the steps, each behind its `after`.
fn order(after: &[Vec<usize>]) -> Vec<usize> {
    let mut order = Vec::with_capacity(after.len());
    let mut done = vec![false; after.len()];
    let mut waiting: Vec<usize> = (0..after.len()).collect();
    while !waiting.is_empty() {
        let before = waiting.len();
        waiting.retain(|index| {
            let ready = after
                .get(*index)
                .is_none_or(|all| all.iter().all(|one| done.get(*one).copied() == Some(true)));
            if ready {
                order.push(*index);
                if let Some(done) = done.get_mut(*index) {
                    *done = true;
                }
            }
            !ready
        });
        // A circle is a mistake of its own.
        if waiting.len() == before {
            break;
        }
    }
    order
}
