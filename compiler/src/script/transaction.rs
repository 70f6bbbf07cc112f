//! Statements that begin or end a transaction, and those that bear no other beside them.

use redshift_sql::tree::{
    AlterTableKind, GrantKind, GrantObjects, IsolationLevel, ObjectKind, StatementKind,
    TransactionRule,
};

use super::words::{Keywords, Words};

/// BEGIN, COMMIT and the like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Control {
    /// The words that it begins with.
    pub keywords: Keywords,
    /// What it does to the transaction.
    pub role: TransactionRole,
}

/// What a statement does to a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransactionRole {
    /// It begins one as every transaction of Redshift begins: for reading and writing.
    Opens,
    /// It commits the transaction.
    Closes,
    /// It rolls back, or begins one that may only read.
    Other,
}

/// AWS pages: `BEGIN`, `COMMIT`, `END`, `ABORT`, `ROLLBACK`.
pub(super) fn control(kind: &StatementKind, words: Words<'_>) -> Option<Control> {
    let (role, count) = match kind {
        StatementKind::Begin(begin) => {
            // Redshift takes every other level for SERIALIZABLE (AWS page: `BEGIN`).
            let own =
                begin.read_only == Some(true) || begin.isolation == Some(IsolationLevel::Snapshot);
            let role = if own {
                TransactionRole::Other
            } else {
                TransactionRole::Opens
            };
            let start = words.first().is_some_and(|first| first.words == "START");
            (role, 1 + usize::from(start))
        }
        StatementKind::Commit => (TransactionRole::Closes, 1),
        StatementKind::Rollback => (TransactionRole::Other, 1),
        _ => return None,
    };
    Some(Control {
        keywords: words.leading(count)?,
        role,
    })
}

/// TRUNCATE "commits the transaction in which it is run" (AWS page: `TRUNCATE`).
pub(super) fn commits(kind: &StatementKind, words: Words<'_>) -> Option<Keywords> {
    let commits = kind.transaction_rule() == TransactionRule::Commits;
    commits.then(|| words.first()).flatten()
}

/// What Redshift refuses in a transaction, whatever its tables are, and the words that tell.
pub(super) fn must_stand_alone(kind: &StatementKind, words: Words<'_>) -> Option<Keywords> {
    if kind.transaction_rule() != TransactionRule::Refused {
        return None;
    }
    let telling: &[&str] = match kind {
        StatementKind::AlterTableAppend(_) => &["alter", "table", "append", "from"],
        StatementKind::CreateExternalTable(_) => &["create", "external", "table"],
        StatementKind::AlterTable(alter) => {
            let mut actions = alter.actions.iter();
            actions.find_map(|action| of_alter(&action.kind))?
        }
        StatementKind::Definition(definition) => match definition.kind {
            ObjectKind::Database if definition.alter => {
                &["alter", "database", "isolation", "level"]
            }
            ObjectKind::Database => &["create", "database"],
            _ if definition.or_replace => &["create", "or", "replace", "library"],
            _ => &["create", "library"],
        },
        StatementKind::Drop(drop) => match drop.kind {
            ObjectKind::Database => &["drop", "database"],
            ObjectKind::Library => &["drop", "library"],
            // `pipeline::external` names the schema.
            _ => return None,
        },
        StatementKind::Grant(grant) => of_grant("grant", &grant.objects)?,
        StatementKind::Revoke(revoke) => of_grant("revoke", &revoke.objects)?,
        _ => return words.first(),
    };
    words.through(telling)
}

fn of_alter(kind: &AlterTableKind) -> Option<&'static [&'static str]> {
    Some(match kind {
        AlterTableKind::ColumnType { .. } => &["alter", "table", "alter", "column", "type"],
        AlterTableKind::Location(_) | AlterTableKind::PartitionLocation { .. } => {
            &["alter", "table", "set", "location"]
        }
        AlterTableKind::FileFormat(_) => &["alter", "table", "set", "file", "format"],
        AlterTableKind::Properties(_) => &["alter", "table", "set", "table", "properties"],
        AlterTableKind::AddPartitions { if_not_exists, .. } => {
            if *if_not_exists {
                &["alter", "table", "add", "if", "not", "exists", "partition"]
            } else {
                &["alter", "table", "add", "partition"]
            }
        }
        AlterTableKind::DropPartition(_) => &["alter", "table", "drop", "partition"],
        _ => return None,
    })
}

fn of_grant(verb: &str, objects: &GrantObjects) -> Option<&'static [&'static str]> {
    let GrantObjects::Named { kind, .. } = objects else {
        return None;
    };
    Some(match (verb, kind) {
        ("grant", GrantKind::ExternalTable) => &["grant", "on", "external", "table"],
        ("grant", GrantKind::ExternalSchema) => &["grant", "on", "external", "schema"],
        (_, GrantKind::ExternalTable) => &["revoke", "on", "external", "table"],
        (_, GrantKind::ExternalSchema) => &["revoke", "on", "external", "schema"],
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::script::statement::tests::kind;

    #[test]
    fn what_redshift_refuses_in_a_transaction() {
        for (sql, words) in [
            ("vacuum full t", "VACUUM"),
            ("alter table a append from b", "ALTER TABLE APPEND FROM"),
            (
                "alter table s.a alter column n type varchar(9)",
                "ALTER TABLE ALTER COLUMN TYPE",
            ),
            (
                "alter table l.a add if not exists partition (d = '1') location 's3://b/'",
                "ALTER TABLE ADD IF NOT EXISTS PARTITION",
            ),
            (
                "alter table l.a add partition (d = '1') location 's3://b/'",
                "ALTER TABLE ADD PARTITION",
            ),
            (
                "alter table l.a drop partition (d = '1')",
                "ALTER TABLE DROP PARTITION",
            ),
            (
                "alter table l.a partition (d = '1') set location 's3://b/'",
                "ALTER TABLE SET LOCATION",
            ),
            (
                "alter table l.a set file format parquet",
                "ALTER TABLE SET FILE FORMAT",
            ),
            (
                "alter table l.a set table properties ('numRows' = '1')",
                "ALTER TABLE SET TABLE PROPERTIES",
            ),
            (
                "Create /* it */ External Table l.t (i int)",
                "CREATE EXTERNAL TABLE",
            ),
            (
                "create or replace library l language plpythonu from 's3://b/'",
                "CREATE OR REPLACE LIBRARY",
            ),
            ("drop library l", "DROP LIBRARY"),
            ("create database d", "CREATE DATABASE"),
            (
                "alter database d isolation level snapshot",
                "ALTER DATABASE ISOLATION LEVEL",
            ),
            (
                "grant select on external table l.t to iam_role 'r'",
                "GRANT ON EXTERNAL TABLE",
            ),
            (
                "revoke all on external schema l from iam_role 'r'",
                "REVOKE ON EXTERNAL SCHEMA",
            ),
        ] {
            let found = kind(sql).alone.unwrap();
            assert_eq!(found.words, words, "{sql}");
        }
        for sql in [
            "alter table a rename to vacuum",
            "alter table a add column partitions int",
            "alter table a alter column c encode zstd",
            "alter table a add column type varchar(9)",
            "alter table a owner to b",
            "alter database d owner to b",
            "create external schema s from data catalog database 'd' iam_role default",
            "grant select on all tables in schema s to group g",
            "insert into cluster select 1",
        ] {
            assert_eq!(kind(sql).alone, None, "{sql}");
        }
    }

    #[test]
    fn transactions_begin_and_end() {
        let role = |sql: &str| kind(sql).control.map(|control| control.role);
        for sql in [
            "begin",
            "BEGIN WORK",
            "start transaction isolation level serializable read write",
        ] {
            assert_eq!(role(sql), Some(TransactionRole::Opens), "{sql}");
        }
        for sql in ["commit", "end", "End Transaction", "commit work"] {
            assert_eq!(role(sql), Some(TransactionRole::Closes), "{sql}");
        }
        for sql in ["rollback", "abort", "begin read only"] {
            assert_eq!(role(sql), Some(TransactionRole::Other), "{sql}");
        }
        assert_eq!(role("select 1"), None);
    }
}
