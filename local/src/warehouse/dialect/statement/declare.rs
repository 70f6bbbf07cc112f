//! What a statement says of a relation beside what the engine keeps.

use redshift_sql::tree::{DistStyle, Query, SortKey, TableAttributes};

use super::super::declaration::{DeclaredColumn, DeclaredKey, DeclaredRelation, DeclaredView};

/// What a statement says of relations. Names of relations are in the engine's dialect.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Declare {
    /// CREATE TABLE with its columns written out.
    Table {
        name: String,
        temporary: bool,
        /// It is there already: then nothing is made.
        if_not_exists: bool,
        /// The table that it is made like.
        like: Option<String>,
        declaration: DeclaredRelation,
        attributes: Box<TableAttributes>,
    },
    /// A table or view that has the columns of a query.
    Query {
        name: String,
        temporary: bool,
        /// Names of its columns, where they are given.
        columns: Vec<String>,
        query: Box<Query>,
        /// What a view shows; none of a table.
        view: Option<DeclaredView>,
        attributes: Box<TableAttributes>,
    },
    /// ALTER TABLE and COMMENT.
    Change {
        name: String,
        changes: Vec<DeclaredChange>,
    },
    /// A comment on a relation's key, a database or a schema: nobody shows it.
    Nothing,
}

/// One change of what was said of a relation.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum DeclaredChange {
    AddColumn(Box<DeclaredColumn>),
    DropColumn {
        name: String,
        cascade: bool,
    },
    RenameColumn {
        from: String,
        to: String,
    },
    Rename(String),
    Type {
        column: String,
        kind: String,
    },
    Encoding {
        column: String,
        encoding: String,
    },
    ChosenEncoding,
    Distribution {
        style: DistStyle,
        key: Option<String>,
    },
    SortKey(SortKey),
    AddKey(DeclaredKey),
    DropKey {
        name: String,
        cascade: bool,
    },
    Owner(String),
    /// AUTO REFRESH of a materialized view.
    AutoRefresh(bool),
    Comment {
        text: Option<String>,
        /// `comment on view`
        on_view: bool,
    },
    ColumnComment {
        column: String,
        text: Option<String>,
    },
}
