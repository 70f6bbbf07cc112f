//! The files under `no_rows`: one query each.

use redshift_sql::tree::{Body, StatementKind};
use runtime_lambda::plan::{Asks, Check, Statement};

use super::{KnownForChecks, Written, mistakes_of, write};
use crate::diagnostic::{Code, Diagnostic};
use crate::pipeline::resolver::Resolver;
use crate::pipeline::scripts::Scripted;

/// The checks of a step's files.
pub(super) fn written(
    resolver: &mut Resolver<'_>,
    script: &Scripted,
    known: &KnownForChecks<'_>,
) -> Vec<Written> {
    let mut all = Vec::new();
    for asked in &script.asked {
        let wrong = match (
            asked.parsed.statements.as_slice(),
            asked.statements.as_slice(),
        ) {
            ([tree], [statement]) => match &tree.kind {
                StatementKind::Query(query) if !into(&query.body) => {
                    mistakes_of(resolver, asked, known);
                    all.push(Written {
                        check: Check {
                            expected: format!("no row from `{}`", asked.path),
                            severity: super::ask::severity(asked.severity),
                            asks: Asks::NoRow,
                        },
                        query: wrapped(statement),
                        span: asked.span,
                        of_file: true,
                    });
                    continue;
                }
                StatementKind::Broken => {
                    mistakes_of(resolver, asked, known);
                    continue;
                }
                _ => format!("the statement of `{}` is no query", asked.path),
            },
            (statements, _) => {
                let count = statements.len();
                format!("`{}` has {count} statements, not one query", asked.path)
            }
        };
        let document = resolver.document;
        resolver.push(
            Diagnostic::error(Code::CheckQuery, wrong)
                .at(&document.file, asked.span, "")
                .help("write one query, whose rows are those that must not be there"),
        );
    }
    all
}

fn into(body: &Body) -> bool {
    match body {
        Body::Select(select) => select.into.is_some(),
        Body::Parenthesized(query) => into(&query.body),
        Body::Operation { first, .. } => into(first),
    }
}

/// The query whose rows are counted and cut.
fn wrapped(statement: &Statement) -> Statement {
    let (before, behind) = write::no_rows();
    let insertions = statement.insertions.iter().cloned();
    Statement {
        sql: format!("{before}{}{behind}", statement.sql),
        parameters: statement.parameters.clone(),
        insertions: insertions
            .map(|mut insertion| {
                insertion.start += before.len();
                insertion.end += before.len();
                insertion
            })
            .collect(),
        // It stands in another file than the script.
        line: 0,
        column: 0,
    }
}
