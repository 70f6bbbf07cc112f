//! Queries (AWS page: `SELECT` and the pages of its clauses).

use super::{Expression, ExpressionKind, Name, ObjectName};
use crate::Span;

/// A query: everything that returns rows and may stand in brackets.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    pub span: Span,
    pub with: Option<With>,
    pub body: Body,
    pub order_by: Vec<OrderItem>,
    pub limit: Option<Limit>,
    pub offset: Option<Expression>,
}

/// `with [recursive] a as (…), b as (…)`
#[derive(Debug, Clone, PartialEq)]
pub struct With {
    pub span: Span,
    /// Whether it says `recursive`.
    pub recursive: bool,
    /// The queries with names.
    pub tables: Vec<CommonTable>,
}

/// A query with a name.
#[derive(Debug, Clone, PartialEq)]
pub struct CommonTable {
    pub span: Span,
    pub name: Name,
    /// Names of its columns, where they are given.
    pub columns: Vec<Name>,
    pub query: Query,
}

/// What a query selects.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    Select(Box<Select>),
    /// `(select 1)`, which may have an ORDER BY and a LIMIT of its own.
    Parenthesized(Box<Query>),
    /// Queries with UNION, INTERSECT or EXCEPT between them, all of one precedence, from left to
    /// right.
    Operation {
        first: Box<Body>,
        /// An operator and the query behind it; never empty.
        rest: Vec<SetLink>,
    },
}

/// An operator between queries, and the query behind it.
#[derive(Debug, Clone, PartialEq)]
pub struct SetLink {
    pub operator: SetOperator,
    /// Whether it says `all`.
    pub all: bool,
    /// Place of the operator.
    pub operator_span: Span,
    pub body: Body,
}

/// An operator between queries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SetOperator {
    Union,
    Intersect,
    /// `except`, `minus`
    Except,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Select {
    pub span: Span,
    pub top: Option<Expression>,
    pub distinct: bool,
    /// What is selected; may be empty only behind a mistake.
    pub items: Vec<SelectItem>,
    /// `exclude (…)`: columns that a star leaves out.
    pub exclude: Vec<Name>,
    pub into: Option<Into>,
    /// What stands behind `from`, with commas between.
    pub from: Vec<FromItem>,
    pub filter: Option<Expression>,
    /// `start with … connect by …`
    pub connect_by: Option<ConnectBy>,
    pub group_by: Vec<GroupItem>,
    pub having: Option<Expression>,
    pub qualify: Option<Expression>,
}

/// One column of a select list.
#[derive(Debug, Clone, PartialEq)]
pub struct SelectItem {
    pub span: Span,
    /// The expression; a star is one.
    pub expression: Expression,
    /// The name that it gets.
    pub alias: Option<Name>,
}

/// `into [temp] [table] name`
#[derive(Debug, Clone, PartialEq)]
pub struct Into {
    pub span: Span,
    /// Whether it says `temp` or `temporary`.
    pub temporary: bool,
    /// The table, or in a procedure the variables.
    pub targets: Vec<ObjectName>,
}

/// Something to read from, and what is joined to it.
#[derive(Debug, Clone, PartialEq)]
pub struct FromItem {
    pub span: Span,
    pub relation: Relation,
    /// What is joined to it, from left to right.
    pub joins: Vec<Join>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Join {
    pub span: Span,
    /// How rows are joined.
    pub kind: JoinKind,
    /// Whether it says `natural`.
    pub natural: bool,
    pub relation: Relation,
    pub constraint: JoinConstraint,
}

/// How rows are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JoinKind {
    /// `join`, `inner join`
    Inner,
    Left,
    Right,
    Full,
    Cross,
}

/// The condition of a join.
#[derive(Debug, Clone, PartialEq)]
pub enum JoinConstraint {
    None,
    On(Expression),
    Using(Vec<Name>),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Relation {
    /// All of it, alias included.
    pub span: Span,
    pub kind: RelationKind,
    /// The name that it gets.
    pub alias: Option<Alias>,
}

impl Relation {
    /// The name of a relation that has no alias: the last part of its own.
    pub fn implied_name(&self) -> Option<&Name> {
        match &self.kind {
            RelationKind::Table { name, .. } => name.name(),
            RelationKind::Path(path) | RelationKind::UnpivotObject(path) => {
                match &path.bare().kind {
                    ExpressionKind::Column(name) => name.name(),
                    ExpressionKind::Field { field, .. } => Some(field),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

/// A name for a relation and its columns.
#[derive(Debug, Clone, PartialEq)]
pub struct Alias {
    pub name: Name,
    /// Names of its columns.
    pub columns: Vec<Name>,
    /// `at index`, of an array in a SUPER value: the name for the index.
    pub at: Option<Name>,
}

/// What a relation is.
#[derive(Debug, Clone, PartialEq)]
pub enum RelationKind {
    /// A table, or an array in a SUPER value of a relation in front of it: `t.items`. Which of both
    /// only names can tell.
    Table {
        name: ObjectName,
        /// Whether it says `only`.
        only: bool,
    },
    /// A path with brackets: `t.items[0].parts`.
    Path(Expression),
    /// `(select 1 as a) as b`: a query in the place of a table.
    Query {
        query: Box<Query>,
        /// Whether it says `lateral`, which Redshift does not take.
        lateral: bool,
    },
    /// `generate_series(1, 3)`, `f(x)`
    Function(Box<Expression>),
    /// `unpivot value as v at a`: an object of a SUPER value as rows.
    UnpivotObject(Expression),
    /// `(a join b on …)`
    Parenthesized(Box<FromItem>),
    Pivot(Box<Pivot>),
    Unpivot(Box<Unpivot>),
}

/// `relation pivot (aggregates for column in (values))`
#[derive(Debug, Clone, PartialEq)]
pub struct Pivot {
    pub relation: Relation,
    /// The aggregates and their names.
    pub aggregates: Vec<SelectItem>,
    /// The column whose values become columns.
    pub column: Expression,
    /// The values and their names.
    pub values: Vec<SelectItem>,
}

/// `relation unpivot [include nulls] (value for name in (columns))`
#[derive(Debug, Clone, PartialEq)]
pub struct Unpivot {
    pub relation: Relation,
    /// `include nulls`, `exclude nulls`; nulls are left out where it does not say.
    pub include_nulls: bool,
    /// The column for the values.
    pub value: Name,
    /// The column for the names.
    pub name: Name,
    /// The columns that become rows, and what they are called there.
    pub columns: Vec<(Name, Option<Expression>)>,
}

/// `start with … connect by …`
#[derive(Debug, Clone, PartialEq)]
pub struct ConnectBy {
    pub span: Span,
    /// Which rows are roots.
    pub start_with: Option<Expression>,
    /// What joins a child to its parent.
    pub condition: Expression,
}

/// One item of GROUP BY.
#[derive(Debug, Clone, PartialEq)]
pub enum GroupItem {
    /// An expression, or the number or name of a column of the select list.
    Expression(Expression),
    Rollup(Vec<Expression>),
    Cube(Vec<Expression>),
    GroupingSets(Vec<GroupItem>),
    /// `()`, within grouping sets.
    Empty(Span),
    All(Span),
}

/// One item of ORDER BY.
#[derive(Debug, Clone, PartialEq)]
pub struct OrderItem {
    pub span: Span,
    /// An expression, or the number or name of a column of the select list.
    pub expression: Expression,
    /// Whether it says `desc`: the greatest value first.
    pub descending: bool,
    /// `nulls first` is true, `nulls last` false.
    pub nulls_first: Option<bool>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Limit {
    All,
    /// `limit 10`: at most that many rows.
    Rows(Expression),
}
