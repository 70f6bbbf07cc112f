//! Statements that change rows (AWS pages: `INSERT`, `UPDATE`, `DELETE`, `MERGE`, `TRUNCATE`).

use super::{Expression, FromItem, Name, ObjectName, Query, With};
use crate::Span;

/// `insert into …`
#[derive(Debug, Clone, PartialEq)]
pub struct Insert {
    /// The table.
    pub table: ObjectName,
    /// Its columns, where they are named.
    pub columns: Vec<Name>,
    /// What is inserted.
    pub source: InsertSource,
}

/// What INSERT inserts.
#[derive(Debug, Clone, PartialEq)]
pub enum InsertSource {
    /// `default values`
    DefaultValues,
    /// `values (…), (…)`; never empty.
    Values(Vec<ValuesRow>),
    /// A query, in brackets or not.
    Query(Box<Query>),
}

/// `(1, 'a', default)`
#[derive(Debug, Clone, PartialEq)]
pub struct ValuesRow {
    /// Its place, brackets included.
    pub span: Span,
    /// Its values.
    pub values: Vec<Expression>,
}

/// `update …`
#[derive(Debug, Clone, PartialEq)]
pub struct Update {
    /// `with …`
    pub with: Option<With>,
    /// The table.
    pub table: ObjectName,
    /// Another name for it.
    pub alias: Option<Name>,
    /// What is set.
    pub assignments: Vec<Assignment>,
    /// `from …`
    pub from: Vec<FromItem>,
    /// `where …`
    pub filter: Option<Expression>,
}

/// `column = value`
#[derive(Debug, Clone, PartialEq)]
pub struct Assignment {
    /// All of it.
    pub span: Span,
    /// The column.
    pub column: Name,
    /// Its new value.
    pub value: Expression,
}

/// `delete from …`
#[derive(Debug, Clone, PartialEq)]
pub struct Delete {
    /// `with …`
    pub with: Option<With>,
    /// The table.
    pub table: ObjectName,
    /// `using …`
    pub using: Vec<FromItem>,
    /// `where …`
    pub filter: Option<Expression>,
}

/// `truncate [table] …`
#[derive(Debug, Clone, PartialEq)]
pub struct Truncate {
    /// The table.
    pub table: ObjectName,
}

/// `merge into …`
#[derive(Debug, Clone, PartialEq)]
pub struct Merge {
    /// The table that changes.
    pub target: ObjectName,
    /// What it is merged with: a table or a query in brackets, with its alias.
    pub source: Box<super::Relation>,
    /// Which rows belong together.
    pub condition: Expression,
    /// What happens.
    pub actions: MergeActions,
}

/// What MERGE does.
#[derive(Debug, Clone, PartialEq)]
pub enum MergeActions {
    /// `remove duplicates`
    RemoveDuplicates,
    /// `when matched then … when not matched then …`
    When {
        /// What happens to a row that is there already.
        matched: Option<Matched>,
        /// What happens to one that is not.
        not_matched: Option<NotMatched>,
    },
}

/// `when matched then …`
#[derive(Debug, Clone, PartialEq)]
pub enum Matched {
    /// `update set …`
    Update(Vec<Assignment>),
    /// `delete`
    Delete,
}

/// `when not matched then insert (…) values (…)`
#[derive(Debug, Clone, PartialEq)]
pub struct NotMatched {
    /// Columns, where they are named.
    pub columns: Vec<Name>,
    /// Their values.
    pub values: ValuesRow,
}
