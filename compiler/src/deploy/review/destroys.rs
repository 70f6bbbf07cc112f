//! Statements that destroy what somebody may want back.

use std::collections::BTreeSet;

use redshift_sql::tree::{AlterTableKind, ObjectName, StatementKind, UnloadOptionKind};
use runtime_lambda::place::beginning;
use runtime_lambda::plan::{Script, Statement};

/// A statement that destroys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destroying {
    /// The step that runs it.
    pub step: String,
    /// Its file, relative to the pipeline's folder.
    pub file: String,
    /// Its line there, from 1; 0 where nobody knows.
    pub line: u32,
    /// The first line of the statement.
    pub sql: String,
}

/// The statements of a step's script that destroy and that the deployed script does not have.
///
/// `drop table stage.orders`, `truncate orders`, `delete from orders` and `alter table orders drop column day`
/// destroy; `delete from orders where day = :day` and `drop table #work` do not.
#[must_use]
pub fn destroying(step: &str, deployed: Option<&Script>, script: &Script) -> Vec<Destroying> {
    let known: BTreeSet<&str> = deployed
        .iter()
        .flat_map(|script| &script.statements)
        .map(|statement| statement.sql.as_str())
        .collect();
    let mut temporary = BTreeSet::new();
    let mut found = Vec::new();
    for statement in &script.statements {
        if destroys(statement, &mut temporary) && !known.contains(statement.sql.as_str()) {
            // Comments in front of it belong to its text.
            let parts = statement.sql.split_at_checked(beginning(&statement.sql));
            let (comments, sql) = parts.unwrap_or(("", statement.sql.as_str()));
            let lines = u32::try_from(comments.matches('\n').count()).unwrap_or(0);
            found.push(Destroying {
                step: step.to_owned(),
                file: script.file.clone(),
                line: statement.line + lines,
                sql: sql.lines().next().unwrap_or_default().to_owned(),
            });
        }
    }
    found
}

/// Whether it destroys; `temporary` are the names of the session's own tables so far.
fn destroys(statement: &Statement, temporary: &mut BTreeSet<String>) -> bool {
    let parsed = redshift_sql::parse(&statement.sql);
    let own = |name: &ObjectName, temporary: &BTreeSet<String>| {
        name.name().is_some_and(|name| {
            name.text.starts_with('#') || temporary.contains(name.text.as_str())
        })
    };
    parsed.statements.iter().any(|one| match &one.kind {
        StatementKind::CreateTable(table) if table.temporary => {
            temporary.extend(table.name.name().map(|name| name.text.to_string()));
            false
        }
        StatementKind::CreateTableAs(table) if table.temporary => {
            temporary.extend(table.name.name().map(|name| name.text.to_string()));
            false
        }
        StatementKind::Drop(drop) => drop.names.iter().any(|name| !own(name, temporary)),
        StatementKind::Truncate(truncate) => !own(&truncate.table, temporary),
        StatementKind::Delete(delete) => delete.filter.is_none() && !own(&delete.table, temporary),
        StatementKind::AlterTable(alter) => {
            let mut kinds = alter.actions.iter().map(|action| &action.kind);
            kinds.any(|kind| matches!(kind, AlterTableKind::DropColumn { .. }))
        }
        // Files that lie there already go.
        StatementKind::Unload(unload) => {
            let mut kinds = unload.options.iter().map(|option| &option.kind);
            kinds.any(|kind| matches!(kind, UnloadOptionKind::CleanPath))
        }
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn script(statements: &[&str]) -> Script {
        Script {
            statements: (1..)
                .zip(statements)
                .map(|(line, sql)| Statement {
                    sql: (*sql).to_owned(),
                    line,
                    ..Statement::default()
                })
                .collect(),
            batch: runtime_lambda::plan::Batch::Transaction,
            file: "sql/a.sql".to_owned(),
            checks: Vec::new(),
        }
    }

    fn lines(deployed: Option<&Script>, script: &Script) -> Vec<u32> {
        let found = destroying("a", deployed, script);
        found.iter().map(|one| one.line).collect()
    }

    #[test]
    fn what_cannot_be_had_back_is_found() {
        let script = script(&[
            "drop table if exists stage.orders",
            "truncate orders",
            "delete from orders",
            "alter table orders drop column day",
            "drop view v",
            "drop schema archive cascade",
            "unload ('select 1') to 's3://b/p' iam_role default cleanpath",
        ]);
        assert_eq!(lines(None, &script), [1, 2, 3, 4, 5, 6, 7]);
    }

    #[test]
    fn a_comment_in_front_of_a_statement_is_not_its_place() {
        let script = script(&["-- all of it\n\ntruncate orders\n;"]);
        let found = destroying("a", None, &script);
        let places = found.iter().map(|one| (one.line, one.sql.as_str()));
        assert_eq!(places.collect::<Vec<_>>(), [(3, "truncate orders")]);
    }

    #[test]
    fn what_a_session_made_for_itself_and_chosen_rows_are_not() {
        let script = script(&[
            "create temp table work (n int)",
            "create temporary table more as select 1 as n",
            "delete from orders where day = :day",
            "delete from work",
            "truncate more",
            "drop table work",
            "drop table #elsewhere",
            "alter table orders add column n int",
            "insert into orders select * from stage.orders",
        ]);
        assert!(lines(None, &script).is_empty());
    }

    #[test]
    fn what_is_deployed_already_is_not_told_again() {
        let before = script(&["truncate orders"]);
        let now = script(&["select 1", "truncate orders", "truncate customers"]);
        assert_eq!(lines(Some(&before), &now), [3]);
    }
}
