//! Views (AWS pages: `CREATE VIEW`, `CREATE EXTERNAL VIEW`, `ALTER EXTERNAL VIEW`, `CREATE
//! MATERIALIZED VIEW`, `REFRESH MATERIALIZED VIEW`, `ALTER MATERIALIZED VIEW`).

use super::{AlterTableAction, Behavior, Name, ObjectName, Query, TableAttributes};

/// `create [or replace] view …`
#[derive(Debug, Clone, PartialEq)]
pub struct CreateView {
    pub or_replace: bool,
    pub name: ObjectName,
    /// Names of its columns, where they are given.
    pub columns: Vec<Name>,
    pub query: Box<Query>,
    /// `with no schema binding`: its tables need not be there.
    pub no_schema_binding: bool,
}

/// `create external [protected] view …`
#[derive(Debug, Clone, PartialEq)]
pub struct CreateExternalView {
    pub protected: bool,
    pub if_not_exists: bool,
    pub name: ObjectName,
    pub query: Box<Query>,
}

/// `alter external view name [force] { as query | remove definition }`
#[derive(Debug, Clone, PartialEq)]
pub struct AlterExternalView {
    pub name: ObjectName,
    pub force: bool,
    /// The new query; none where the definition is removed.
    pub query: Option<Box<Query>>,
}

/// `create materialized view …`
#[derive(Debug, Clone, PartialEq)]
pub struct CreateMaterializedView {
    pub name: ObjectName,
    /// How it is stored.
    pub attributes: TableAttributes,
    /// `auto refresh yes` is true, `auto refresh no` false.
    pub auto_refresh: Option<bool>,
    /// The query. It reads a stream where its table lies in an external schema from Kinesis or Kafka.
    pub query: Box<Query>,
}

/// `refresh materialized view name [restrict | cascade]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefreshMaterializedView {
    pub name: ObjectName,
    /// `cascade`: the materialized views that it reads from first.
    pub behavior: Option<Behavior>,
}

/// `alter materialized view …`
#[derive(Debug, Clone, PartialEq)]
pub struct AlterMaterializedView {
    pub name: ObjectName,
    pub action: AlterMaterializedViewAction,
}

/// What changes of a materialized view.
#[derive(Debug, Clone, PartialEq)]
pub enum AlterMaterializedViewAction {
    /// `auto refresh { yes | no }`
    AutoRefresh(bool),
    /// What ALTER TABLE does too: distribution, sort key, row level security, owner.
    Table(Vec<AlterTableAction>),
}
