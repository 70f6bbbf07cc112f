//! What a Redshift statement comes down to. The statements that need more than a line have a file each.

mod copy;
mod declare;
mod external;
mod function;
mod named;
mod prepared;
mod procedure;
mod unload;

use redshift_sql::types::Type;

pub(crate) use copy::{Copy, MomentPattern, ObjectFormat};
pub(crate) use declare::{Declare, DeclaredChange};
pub(crate) use external::{ExternalAs, ExternalChange, PartitionValues};
pub(crate) use function::KeptFunction;
pub(crate) use named::NameChange;
pub(crate) use prepared::PreparedStatement;
pub(crate) use procedure::{KeptProcedure, NamedProcedure};
pub(crate) use unload::{Unload, UnloadFormat};

/// One statement in the engine's dialect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EngineSql {
    pub(crate) text: String,
    /// Names of the parameters that stand for `$1`, `$2` …
    pub(crate) parameters: Vec<String>,
}

impl EngineSql {
    /// A statement without parameters.
    pub(crate) fn plain(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            parameters: Vec::new(),
        }
    }
}

/// A column of a table as a definition describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DefinedColumn {
    pub(crate) name: String,
    /// Type in the engine's words, such as `decimal(8,2)`.
    pub(crate) kind: String,
    /// `default …`, `not null`, `check …`
    pub(crate) rest: String,
}

/// A value of EXECUTE.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ExecuteValue {
    /// A query of one row: the text of the value.
    pub(crate) value: EngineSql,
    /// Its type; none of a literal in quotes and of NULL, which may be anything.
    pub(crate) kind: Option<Type>,
}

/// Where the rows of an INSERT come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Inserted {
    /// `default values`: one row of nothing but defaults.
    Defaults,
    /// The rows of VALUES, and the names of the parameters in all of them.
    Values {
        rows: Vec<Vec<InsertedValue>>,
        parameters: Vec<String>,
    },
    Query {
        query: EngineSql,
        /// Whether each of its columns is a text, where that is known.
        texts: Option<Vec<bool>>,
    },
}

/// A value of VALUES.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct InsertedValue {
    pub(crate) text: String,
    /// Whether the place of the value says DEFAULT.
    pub(crate) is_default: bool,
    /// It is no literal that ends otherwise: its text may end with blanks.
    pub(crate) may_end_blank: bool,
    /// A text that may stand for a moment in a form that the engine does not read.
    pub(crate) may_be_moment: bool,
}

impl Inserted {
    /// What stands behind `insert into table`; `write` says how a value is written, by its place in the row.
    pub(crate) fn sql(&self, write: impl Fn(usize, &InsertedValue) -> String) -> EngineSql {
        match self {
            Self::Defaults => EngineSql::plain("default values"),
            Self::Query { query, .. } => query.clone(),
            Self::Values { rows, parameters } => {
                let rows = rows.iter().map(|row| {
                    let values = row.iter().enumerate();
                    let values: Vec<String> = values.map(|(at, value)| write(at, value)).collect();
                    format!("({})", values.join(", "))
                });
                EngineSql {
                    text: format!("values {}", rows.collect::<Vec<_>>().join(", ")),
                    parameters: parameters.clone(),
                }
            }
        }
    }

    /// As it was written.
    pub(crate) fn plain(&self) -> EngineSql {
        self.sql(|_, value| value.text.clone())
    }
}

/// A call of SET_CONFIG.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SetConfig {
    /// A query of one row: name, value, whether it is local.
    pub(crate) arguments: EngineSql,
    /// The name of the column that it gives.
    pub(crate) column: String,
}

/// Relations, schemas or procedures that DROP names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Drop {
    pub(crate) kind: Dropped,
    /// Names of relations, quoted.
    pub(crate) names: Vec<String>,
    pub(crate) if_exists: bool,
    /// What depends on it goes as well.
    pub(crate) cascade: bool,
}

/// Kinds of what DROP drops and SHOW shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dropped {
    Table,
    /// Of SHOW only; with the statements that add its partitions.
    ExternalTable {
        partitions: bool,
    },
    View,
    MaterializedView,
    Schema,
    Procedure,
}

/// A Redshift statement as the embedded warehouse carries it out. Names of relations are in the
/// engine's dialect, quoted where they have to be.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Statement {
    /// It has no meaning on a laptop, or is empty.
    Nothing,
    Begin {
        /// Whether it says READ ONLY: a write is an error then.
        read_only: bool,
    },
    Commit,
    Rollback,
    /// A query: it returns rows and changes none.
    Query(EngineSql),
    /// Is not run: how it would be, in lines.
    Explain(EngineSql),
    /// Changes rows and says how many.
    Change(EngineSql),
    /// Inserts rows into a table, into these columns where they are named.
    Insert {
        table: String,
        columns: Vec<String>,
        source: Inserted,
    },
    /// TRUNCATE, which commits what the transaction did before.
    Truncate {
        table: String,
    },
    /// Changes the catalog or a setting.
    Define(Vec<EngineSql>),
    /// A statement, and what it says of a relation beside what the engine keeps.
    Declare {
        statement: Box<Statement>,
        declare: Box<Declare>,
    },
    Drop(Drop),
    /// The statement that makes a relation or procedure as it is: one row.
    ShowDefinition {
        kind: Dropped,
        name: String,
        /// The types of a procedure's arguments, where they are given.
        signature: Option<String>,
    },
    /// A setting of the session gets a value, or its default.
    Set {
        name: String,
        value: Option<String>,
        /// Until the end of the transaction.
        local: bool,
    },
    /// A setting gets its default; without a name, all.
    Reset(Option<String>),
    /// The value of a setting, or all with their names.
    ShowSettings(Option<String>),
    /// SET by a function, which returns the values.
    SetConfig(Vec<SetConfig>),
    /// `create … as` and the query.
    CreateAs {
        create: String,
        query: EngineSql,
    },
    /// A table with the columns of another, and its own.
    CreateLike {
        create: String,
        like: String,
        defaults: bool,
        /// How many of the columns stand in front of LIKE.
        before: usize,
        columns: Vec<DefinedColumn>,
    },
    /// A column is added behind the others.
    AddColumn {
        table: String,
        column: DefinedColumn,
    },
    /// Another type for a column, with its limit.
    AlterType {
        table: String,
        column: String,
        kind: String,
        check: String,
    },
    /// Moves all rows from one table to another.
    Append {
        to: String,
        from: String,
        /// Columns that the first does not have are dropped.
        ignore_extra: bool,
        /// Columns that the other does not have get their defaults.
        fill_target: bool,
    },
    /// A database or a schema as such.
    Named(NameChange),
    /// MERGE, and a query that returns a row where a row of the target has several matches.
    Merge {
        several: EngineSql,
        merge: EngineSql,
    },
    /// MERGE … REMOVE DUPLICATES.
    MergeRemoveDuplicates {
        target: String,
        source: String,
        condition: EngineSql,
    },
    /// A view whose rows are stored.
    CreateMaterialized {
        name: String,
        query: String,
    },
    /// Its rows are computed anew.
    RefreshMaterialized {
        name: String,
    },
    /// The rows of a query become objects, and an external table over them.
    CreateExternalAs(Box<ExternalAs>),
    /// What an external table reads changes.
    ChangeExternal {
        table: String,
        change: ExternalChange,
    },
    Copy(Box<Copy>),
    Unload(Box<Unload>),
    CreateProcedure(Box<KeptProcedure>),
    DropProcedures {
        procedures: Vec<NamedProcedure>,
        if_exists: bool,
    },
    RenameProcedure {
        procedure: NamedProcedure,
        to: String,
    },
    Prepare(PreparedStatement),
    /// A prepared statement, and the values of its parameters.
    Execute {
        name: String,
        values: Vec<ExecuteValue>,
    },
    Deallocate(String),
    /// Nobody else writes these tables until the transaction ends.
    Lock(Vec<String>),
    CreateFunction(Box<KeptFunction>),
    DropFunctions {
        functions: Vec<NamedProcedure>,
        if_exists: bool,
        /// What calls them goes as well.
        cascade: bool,
    },
    RenameFunction {
        function: NamedProcedure,
        to: String,
    },
    /// A cursor of the session, opened.
    DeclareCursor {
        name: String,
        query: EngineSql,
    },
    /// The next rows of a cursor, at most so many.
    Fetch {
        cursor: String,
        most: Option<u64>,
    },
    CloseCursor {
        name: String,
    },
    /// A procedure and the expressions it is called with.
    Call {
        name: String,
        arguments: Vec<EngineSql>,
    },
}

impl Statement {
    /// Without what it says of a relation.
    pub(crate) fn bare(&self) -> &Self {
        match self {
            Self::Declare { statement, .. } => statement.bare(),
            other => other,
        }
    }

    /// Without what it says of a relation.
    pub(crate) fn into_bare(self) -> Self {
        match self {
            Self::Declare { statement, .. } => statement.into_bare(),
            other => other,
        }
    }
}
