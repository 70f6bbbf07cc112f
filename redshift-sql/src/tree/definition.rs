//! Definitions that neither rows nor names depend on: users, databases, policies, models.

use super::{
    Expression, Grantee, Name, ObjectKind, ObjectName, Query, RoutineName, Statement,
    StatementOption, TypeName,
};

/// `create schema …` (AWS page: `CREATE SCHEMA`)
#[derive(Debug, Clone, PartialEq)]
pub struct CreateSchema {
    pub if_not_exists: bool,
    /// Its name; none where it is that of its owner.
    pub name: Option<ObjectName>,
    /// `authorization user`: its owner.
    pub authorization: Option<Name>,
    /// `quota 50 gb`: how much it may hold.
    pub options: Vec<StatementOption>,
    /// Tables and views that are created in it.
    pub elements: Vec<Statement>,
}

/// CREATE or ALTER of something that has a name and options: users, groups, roles, databases,
/// external schemas, libraries, identity providers, templates; ALTER of a schema.
#[derive(Debug, Clone, PartialEq)]
pub struct ObjectDefinition {
    /// Whether it says `alter`; otherwise it says `create`.
    pub alter: bool,
    pub or_replace: bool,
    pub if_not_exists: bool,
    pub kind: ObjectKind,
    pub name: ObjectName,
    /// What is said of it, in the order of the text. `rename to` and `owner to` are options.
    pub options: Vec<StatementOption>,
}

/// `alter datashare …` (AWS page: `ALTER DATASHARE`)
#[derive(Debug, Clone, PartialEq)]
pub struct AlterDatashare {
    pub name: ObjectName,
    pub action: DatashareAction,
}

/// What changes of a datashare.
#[derive(Debug, Clone, PartialEq)]
pub enum DatashareAction {
    /// `add …`, `remove …`
    Objects {
        /// Whether it says `add`; otherwise it says `remove`.
        add: bool,
        objects: SharedObjects,
    },
    /// `set publicaccessible …`, `set includenew … for schema s`
    Set(Vec<StatementOption>),
}

#[derive(Debug, Clone, PartialEq)]
pub enum SharedObjects {
    /// `table a, b`
    Tables(Vec<ObjectName>),
    /// `schema a, b`
    Schemas(Vec<ObjectName>),
    /// `function f(int)`
    Functions(Vec<RoutineName>),
    /// `all tables in schema a, b`
    AllTables(Vec<ObjectName>),
    /// `all functions in schema a, b`
    AllFunctions(Vec<ObjectName>),
}

/// `create { masking | rls } policy …`, `alter { masking | rls } policy …` (AWS pages: `CREATE
/// MASKING POLICY`, `CREATE RLS POLICY`, `ALTER MASKING POLICY`, `ALTER RLS POLICY`)
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// Whether it says `alter`; otherwise it says `create`.
    pub alter: bool,
    /// Always [`ObjectKind::MaskingPolicy`] or [`ObjectKind::RlsPolicy`].
    pub kind: ObjectKind,
    pub if_not_exists: bool,
    pub name: ObjectName,
    /// Columns that it looks at.
    pub columns: Vec<(Name, TypeName)>,
    pub alias: Option<Name>,
    /// The masks, or the condition; never empty.
    pub using: Vec<Expression>,
}

/// `attach …`, `detach …` of a policy (AWS pages: `ATTACH MASKING POLICY`, `ATTACH RLS POLICY`,
/// `DETACH MASKING POLICY`, `DETACH RLS POLICY`)
#[derive(Debug, Clone, PartialEq)]
pub struct AttachPolicy {
    /// Whether it says `detach`; otherwise it says `attach`.
    pub detach: bool,
    /// Always [`ObjectKind::MaskingPolicy`] or [`ObjectKind::RlsPolicy`].
    pub kind: ObjectKind,
    pub name: ObjectName,
    /// Tables; one of a masking policy.
    pub tables: Vec<ObjectName>,
    /// Columns that are masked: columns, or paths into a SUPER value.
    pub columns: Vec<Expression>,
    /// Columns that the mask looks at.
    pub using: Vec<Expression>,
    /// For whom it holds.
    pub grantees: Vec<Grantee>,
    /// `priority 10`: of several masking policies on a column, the highest priority holds.
    pub priority: Option<Expression>,
}

/// `create [external] model …` (AWS pages: `CREATE MODEL`, `CREATE EXTERNAL MODEL`)
#[derive(Debug, Clone, PartialEq)]
pub struct CreateModel {
    pub external: bool,
    pub or_replace: bool,
    pub name: ObjectName,
    /// What it is trained with.
    pub source: Option<ModelSource>,
    /// `function predict(int, text)`: how SQL calls the model.
    pub function: Option<RoutineName>,
    /// `returns int`: the type of what the function predicts.
    pub returns: Option<TypeName>,
    /// All that else is said.
    pub options: Vec<StatementOption>,
}

/// What a model is trained with.
#[derive(Debug, Clone, PartialEq)]
pub enum ModelSource {
    /// A table, or a model that is trained further.
    Table(ObjectName),
    /// `(select age, churned from t)`: the rows that train it.
    Query(Box<Query>),
    /// `'job'`: what was trained elsewhere.
    Job(Expression),
}
