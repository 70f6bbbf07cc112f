//! Statements that change rows (AWS pages: `INSERT`, `UPDATE`, `DELETE`, `MERGE`, `TRUNCATE`).

use super::{Expression, FromItem, Name, ObjectName, Query, With};
use crate::Span;

#[derive(Debug, Clone, PartialEq)]
pub struct Insert {
    pub table: ObjectName,
    /// Its columns, where they are named.
    pub columns: Vec<Name>,
    pub source: InsertSource,
}

#[derive(Debug, Clone, PartialEq)]
pub enum InsertSource {
    DefaultValues,
    /// `values (…), (…)`; never empty.
    Values(Vec<ValuesRow>),
    /// A query, in brackets or not.
    Query(Box<Query>),
}

/// `(1, 'a', default)`: one row of VALUES.
#[derive(Debug, Clone, PartialEq)]
pub struct ValuesRow {
    /// Its place, brackets included.
    pub span: Span,
    pub values: Vec<Expression>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Update {
    pub with: Option<With>,
    pub table: ObjectName,
    /// Another name for it.
    pub alias: Option<Name>,
    pub assignments: Vec<Assignment>,
    pub from: Vec<FromItem>,
    pub filter: Option<Expression>,
}

/// `price = price * 2`: what UPDATE or MERGE sets.
#[derive(Debug, Clone, PartialEq)]
pub struct Assignment {
    pub span: Span,
    pub column: Name,
    pub value: Expression,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Delete {
    pub with: Option<With>,
    pub table: ObjectName,
    pub using: Vec<FromItem>,
    pub filter: Option<Expression>,
}

/// `truncate [table] orders` (AWS page: `TRUNCATE`)
#[derive(Debug, Clone, PartialEq)]
pub struct Truncate {
    pub table: ObjectName,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Merge {
    /// The table that changes.
    pub target: ObjectName,
    /// What it is merged with: a table or a query in brackets, with its alias.
    pub source: Box<super::Relation>,
    /// Which rows belong together.
    pub condition: Expression,
    pub actions: MergeActions,
}

#[derive(Debug, Clone, PartialEq)]
pub enum MergeActions {
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
    Update(Vec<Assignment>),
    Delete,
}

/// `when not matched then insert (…) values (…)`
#[derive(Debug, Clone, PartialEq)]
pub struct NotMatched {
    /// Columns, where they are named.
    pub columns: Vec<Name>,
    pub values: ValuesRow,
}
