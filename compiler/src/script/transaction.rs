//! Statements that begin or end a transaction.

use super::tokens::Token;
use super::words::{Keywords, begin_with, beginning, keywords, solid};

/// BEGIN, COMMIT and the like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Control {
    /// Its words.
    pub keywords: Keywords,
    /// What it does.
    pub role: Role,
}

/// What a statement does to a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// It begins one as every transaction of Redshift begins: for reading and writing.
    Opens,
    /// It commits.
    Closes,
    /// It rolls back, or begins one that may only read.
    Other,
}

/// AWS pages: `BEGIN`, `COMMIT`, `END`, `ABORT`, `ROLLBACK`.
pub(super) fn control(tokens: &[Token]) -> Option<Control> {
    let tokens = solid(tokens);
    let words = beginning(
        &tokens,
        &[
            &["start", "transaction"],
            &["begin"],
            &["commit"],
            &["end"],
            &["rollback"],
            &["abort"],
        ],
    )?;
    let first = |word: &str| begin_with(&tokens, &[word]);
    let rest = tokens.get(1..).unwrap_or_default();
    let all_of = |known: &[&str]| {
        rest.iter()
            .all(|token| known.iter().any(|word| token.is(word)))
    };
    let role = if first("begin") || first("start") {
        // Redshift takes every level for SERIALIZABLE (AWS page: `BEGIN`).
        let plain = all_of(&[
            "work",
            "transaction",
            "isolation",
            "level",
            "serializable",
            "repeatable",
            "read",
            "committed",
            "uncommitted",
            "write",
        ]);
        if plain { Role::Opens } else { Role::Other }
    } else if (first("commit") || first("end")) && all_of(&["work", "transaction"]) {
        Role::Closes
    } else {
        Role::Other
    };
    Some(Control {
        keywords: words,
        role,
    })
}

/// TRUNCATE "commits the transaction in which it is run" (AWS page: `TRUNCATE`).
pub(super) fn commits(tokens: &[Token]) -> Option<Keywords> {
    beginning(&solid(tokens), &[&["truncate"]])
}

/// What Redshift refuses in a transaction block (AWS pages: `SVL_MULTI_STATEMENT_VIOLATIONS`, `ALTER
/// TABLE`, `ALTER TABLE APPEND`, `ALTER DATABASE`, `GRANT`, `REVOKE`, and those of the statements). An
/// external table that is renamed or dropped does not look like one.
pub(super) fn must_stand_alone(tokens: &[Token]) -> Option<Keywords> {
    let tokens = solid(tokens);
    if let Some(found) = beginning(
        &tokens,
        &[
            &["vacuum"],
            &["create", "database"],
            &["drop", "database"],
            &["create", "external", "table"],
            &["create", "library"],
            &["create", "or", "replace", "library"],
            &["drop", "library"],
            &["create", "tablespace"],
            &["drop", "tablespace"],
            &["reindex", "database"],
            &["rebuildcat"],
            &["indexcat"],
            &["cluster"],
        ],
    ) {
        return Some(found);
    }
    let (first, second) = (*tokens.first()?, *tokens.get(1)?);
    let named = |words: &[&str]| {
        let at = position(&tokens, words)?;
        let behind = tokens.get(at..at + words.len())?;
        keywords(&[&[first, second], behind].concat())
    };
    if begin_with(&tokens, &["alter", "database"]) {
        return named(&["isolation", "level"]);
    }
    if first.is("grant") || first.is("revoke") {
        let at = position(&tokens, &["on", "external"])?;
        let kind = tokens.get(at..at + 3)?;
        return keywords(&[&[first], kind].concat());
    }
    if !begin_with(&tokens, &["alter", "table"]) {
        return None;
    }
    if let Some(column) = position(&tokens, &["alter", "column"]) {
        let kind = *tokens.get(column + 3).filter(|token| token.is("type"))?;
        let columns = tokens.get(column..column + 2)?;
        return keywords(&[&[first, second], columns, &[kind]].concat());
    }
    const OF_TABLES: &[&[&str]] = &[
        &["append", "from"],
        &["add", "partition"],
        &["add", "if", "not", "exists", "partition"],
        &["drop", "partition"],
        &["set", "location"],
        &["set", "file", "format"],
        &["set", "table", "properties"],
        &["partition"],
    ];
    OF_TABLES.iter().find_map(|words| named(words))
}

/// Where these words stand one behind the other.
fn position(tokens: &[&Token], words: &[&str]) -> Option<usize> {
    (0..tokens.len()).find(|at| begin_with(tokens.get(*at..).unwrap_or_default(), words))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::script::tokens::read;

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
            let found = must_stand_alone(&read(sql).unwrap()).unwrap();
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
            assert_eq!(must_stand_alone(&read(sql).unwrap()), None, "{sql}");
        }
    }

    #[test]
    fn transactions_begin_and_end() {
        let role = |sql: &str| control(&read(sql).unwrap()).map(|control| control.role);
        for sql in [
            "begin",
            "BEGIN WORK",
            "start transaction isolation level serializable read write",
        ] {
            assert_eq!(role(sql), Some(Role::Opens), "{sql}");
        }
        for sql in ["commit", "end", "End Transaction", "commit work"] {
            assert_eq!(role(sql), Some(Role::Closes), "{sql}");
        }
        for sql in ["rollback", "abort", "begin read only"] {
            assert_eq!(role(sql), Some(Role::Other), "{sql}");
        }
        assert_eq!(role("select 1"), None);
    }
}
