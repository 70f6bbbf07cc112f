//! What Redshift refuses in a transaction because it touches an external table: the catalog knows which
//! tables are external, their names do not tell.

use redshift_sql::names::{Catalog as _, CatalogAnswer, DeclaredTables, TableKind};
use redshift_sql::tree::{
    GrantObjects, ObjectKind, ObjectName, Statement, StatementKind, TransactionRule,
};

use super::mistake::span;
use super::resolver::Resolver;
use super::scripts::Scripted;
use crate::diagnostic::{Code, Diagnostic};

/// Checks a statement that stands in a transaction with others.
pub(super) fn check(
    resolver: &mut Resolver<'_>,
    script: &Scripted,
    statement: &Statement,
    tables: &DeclaredTables,
) {
    let refused = match (&statement.kind, statement.kind.transaction_rule()) {
        // The words of every other one tell by themselves; `scripts::transaction` reports it.
        (StatementKind::Drop(drop), TransactionRule::Refused)
            if drop.kind == ObjectKind::Schema =>
        {
            let Some(name) = drop.names.first() else {
                return;
            };
            let schema = name.text();
            Some((name, format!("to drop the external database of `{schema}`")))
        }
        (kind, TransactionRule::RefusedIfExternal) => touched(kind)
            .into_iter()
            .find(|(name, _)| is_external(tables, name))
            .map(|(name, verb)| {
                (
                    name,
                    format!("to {verb} the external table `{}`", name.text()),
                )
            }),
        _ => None,
    };
    if let Some((name, what)) = refused {
        let sentence = format!("Redshift refuses {what} in a transaction");
        resolver.push(
            Diagnostic::error(Code::NotInTransaction, sentence)
                .at(&script.file, span(name.span), "")
                .help("give it a step of its own, or set `batch: auto_commit`"),
        );
    }
}

fn is_external(tables: &DeclaredTables, name: &ObjectName) -> bool {
    matches!(tables.table(name), CatalogAnswer::Table(table) if table.kind == TableKind::External)
}

/// The tables that a statement changes as a whole, and how.
fn touched(kind: &StatementKind) -> Vec<(&ObjectName, &'static str)> {
    match kind {
        StatementKind::AlterTable(alter) => vec![(&alter.table, "alter")],
        StatementKind::Drop(drop) => drop.names.iter().map(|name| (name, "drop")).collect(),
        StatementKind::Insert(insert) => vec![(&insert.table, "insert into")],
        StatementKind::Grant(grant) => of_grant(&grant.objects, "grant anything on"),
        StatementKind::Revoke(revoke) => of_grant(&revoke.objects, "revoke anything on"),
        _ => Vec::new(),
    }
}

fn of_grant<'s>(
    objects: &'s GrantObjects,
    verb: &'static str,
) -> Vec<(&'s ObjectName, &'static str)> {
    match objects {
        GrantObjects::Named { names, .. } => names.iter().map(|name| (name, verb)).collect(),
        _ => Vec::new(),
    }
}
