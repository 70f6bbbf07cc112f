//! What holds for a session or looks after the database: cursors, prepared statements, EXPLAIN,
//! ANALYZE, VACUUM, LOCK, CANCEL, SHOW, DESC.

use smol_str::SmolStr;

use super::{
    Expression, GrantKind, Grantee, Name, ObjectName, Query, RoutineName, Statement, TypeName,
};

/// `explain [verbose] statement` (AWS page: `EXPLAIN`)
#[derive(Debug, Clone, PartialEq)]
pub struct Explain {
    pub verbose: bool,
    pub statement: Box<Statement>,
}

/// `analyze …` (AWS pages: `ANALYZE`, `ANALYZE COMPRESSION`)
#[derive(Debug, Clone, PartialEq)]
pub struct Analyze {
    pub compression: bool,
    pub verbose: bool,
    /// The table; all where it does not say.
    pub table: Option<ObjectName>,
    /// Its columns, where they are named.
    pub columns: Vec<Name>,
    /// `predicate columns` is true, `all columns` false.
    pub predicate_columns: Option<bool>,
    /// `comprows 100000`: how many rows ANALYZE COMPRESSION looks at.
    pub rows: Option<Expression>,
}

/// `vacuum …` (AWS page: `VACUUM`)
#[derive(Debug, Clone, PartialEq)]
pub struct Vacuum {
    pub mode: VacuumMode,
    /// The table; all where it does not say.
    pub table: Option<ObjectName>,
    /// `to 75 percent`: a table that is sorted so far is not sorted again.
    pub threshold: Option<Expression>,
    pub boost: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum VacuumMode {
    /// `full`, and where it does not say.
    Full,
    SortOnly,
    DeleteOnly,
    Reindex,
    Recluster,
}

/// `lock [table] a, b` (AWS page: `LOCK`)
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lock {
    /// The tables; never empty.
    pub tables: Vec<ObjectName>,
}

/// `prepare name (types) as statement` (AWS page: `PREPARE`)
#[derive(Debug, Clone, PartialEq)]
pub struct Prepare {
    pub name: Name,
    /// Types of `$1`, `$2` and so on.
    pub types: Vec<TypeName>,
    pub statement: Box<Statement>,
}

/// `execute name (values)` (AWS page: `EXECUTE`)
#[derive(Debug, Clone, PartialEq)]
pub struct Execute {
    pub name: Name,
    /// Values of `$1`, `$2` and so on.
    pub values: Vec<Expression>,
}

/// `declare name cursor for query` (AWS page: `DECLARE`)
#[derive(Debug, Clone, PartialEq)]
pub struct DeclareCursor {
    pub name: Name,
    pub query: Box<Query>,
}

/// `fetch … from name` (AWS page: `FETCH`)
#[derive(Debug, Clone, PartialEq)]
pub struct Fetch {
    pub count: FetchCount,
    pub cursor: Name,
}

/// How many rows FETCH takes.
#[derive(Debug, Clone, PartialEq)]
pub enum FetchCount {
    /// `next`, `forward`, and where it does not say.
    Next,
    /// `all`, `forward all`: every row that is left.
    All,
    /// `forward 10`: the next ten rows.
    Forward(Expression),
}

/// `cancel pid ['message']` (AWS page: `CANCEL`)
#[derive(Debug, Clone, PartialEq)]
pub struct Cancel {
    pub process: Expression,
    /// What its user is told.
    pub message: Option<Expression>,
}

/// `desc datashare …`, `desc identity provider …` (AWS pages: `DESC DATASHARE`, `DESC IDENTITY
/// PROVIDER`)
#[derive(Debug, Clone, PartialEq)]
pub struct Describe {
    /// Whether it is an identity provider.
    pub identity_provider: bool,
    pub name: ObjectName,
    /// `of account '123456789012'`: whose the datashare is.
    pub account: Option<Expression>,
    /// `namespace '…'`: the producer's cluster or workgroup, by its GUID.
    pub namespace: Option<Expression>,
}

/// `show …` (AWS pages: `SHOW` and those that begin with it)
#[derive(Debug, Clone, PartialEq)]
pub struct Show {
    pub kind: ShowKind,
    /// `like 'a%'`: only what has such a name.
    pub like: Option<Expression>,
    /// `limit 10`: at most that many rows.
    pub limit: Option<Expression>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum ShowKind {
    /// `all`: all settings.
    All,
    /// A setting in lower case.
    Setting(SmolStr),
    Table(ObjectName),
    View(ObjectName),
    /// `external table name [partition]`
    ExternalTable {
        table: ObjectName,
        partition: bool,
    },
    /// `procedure name(types)`
    Procedure(RoutineName),
    /// `function name(types)`
    Function(RoutineName),
    /// `model name`; all where it says `all`.
    Model(Option<ObjectName>),
    Template(ObjectName),
    Datashares,
    /// `databases [from data catalog …]`
    Databases(Vec<super::StatementOption>),
    /// `schemas from database d`
    Schemas(ObjectName),
    /// `tables from schema s`
    Tables(ObjectName),
    /// `functions from schema s`
    Functions(ObjectName),
    /// `procedures from schema s`
    Procedures(ObjectName),
    /// `templates from schema s`
    Templates(ObjectName),
    /// `columns from table t`
    Columns(ObjectName),
    /// `parameters of { function | procedure } name(types)`
    Parameters(RoutineName),
    /// `constraints { primary keys | foreign keys [exported] } from table t`
    Constraints {
        /// `foreign keys`, otherwise `primary keys`.
        foreign: bool,
        /// `exported`: the keys of other tables that point here.
        exported: bool,
        table: ObjectName,
    },
    /// `grants on …`, `column grants on table …`
    GrantsOn {
        /// Whether it says `column grants`.
        columns: bool,
        /// Of which kind the thing is.
        kind: GrantKind,
        object: RoutineName,
        grantee: Option<Grantee>,
    },
    GrantsFor {
        grantee: Grantee,
        /// `from database d`; the current one where it does not say.
        database: Option<ObjectName>,
    },
    /// `{ rls | masking } policies …`
    Policies {
        /// Whether it says `masking`; otherwise it says `rls`.
        masking: bool,
        table: Option<ObjectName>,
        grantee: Option<Grantee>,
        /// `from database d`; the current one where it does not say.
        database: Option<ObjectName>,
    },
}
