//! Where the data of a table comes from: what statements read and write, column by column.
//!
//! | file | does |
//! |---|---|
//! | `session` | gathers what the statements of one session do; what goes through a temporary table is passed on |
//! | `statement` | what one statement reads and writes |
//! | `act` | what else a statement does that its user needs a permission for |
//! | `procedures` | which procedures there are |
//! | `block` | what a procedure does when it is called |
//! | `held` | which variables of a procedure hold data of tables |
//!
//! ```text
//! insert into daily select day, sum(amount) from orders where amount > 0 group by day
//!
//! reads  orders
//! writes daily      insert
//!        day        identity of orders.day
//!        total      aggregation of orders.amount
//!        rows by    filter of orders.amount, grouping by orders.day
//! ```
//!
//! Views are tables like others: a query reads the view, and the view is written by its CREATE. What
//! cannot be told from the text is said in [`Lineage::unknown`].

mod act;
mod block;
mod held;
mod procedures;
mod session;
mod statement;

pub use procedures::Procedures;
pub use session::SessionLineage;

use std::collections::BTreeSet;

use smol_str::SmolStr;

use crate::Span;
use crate::names::Derivation;

/// Something that is read or written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dataset {
    /// A table or view as the catalog keeps it: `orders`, `staging.orders`.
    Table(SmolStr),
    /// Files outside of the warehouse, as they are written: `s3://bucket/orders/{{day}}/`.
    Files(SmolStr),
}

impl Dataset {
    /// The table's name, or where the files are.
    ///
    /// `staging.orders`, or `s3://bucket/orders/`.
    pub fn name(&self) -> &str {
        match self {
            Self::Table(name) | Self::Files(name) => name,
        }
    }
}

/// Where in a script something happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptPlace {
    /// Where it is named; within a procedure, where that is called.
    pub span: Span,
    /// Index of the statement in its script.
    pub statement: usize,
    /// The procedure that does it.
    pub through: Option<SmolStr>,
}

/// Something that is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatasetRead {
    /// Table, view or file that is read.
    pub dataset: Dataset,
    /// The statement that reads it.
    pub place: ScriptPlace,
}

/// What is done to something that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the others are called as the statement")]
pub enum How {
    Insert,
    Update,
    Delete,
    Merge,
    Truncate,
    /// `create table`, `select into`
    Create,
    /// `create table if not exists`
    CreateIfMissing,
    /// `create view`, `create materialized view`
    CreateView,
    /// REFRESH of a materialized view: its rows are computed anew.
    Refresh,
    Drop,
    /// `alter table` that changes its columns or attributes.
    Alter,
    /// `alter table … append`: the table that gets the rows.
    Append,
    /// `alter table … append`: the table that loses them.
    Empty,
    /// `alter table … rename`: the new name.
    Rename,
    /// `alter table … rename`: the old name.
    RenameAway,
    Copy,
    Unload,
}

impl How {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Insert => "insert",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Merge => "merge",
            Self::Truncate => "truncate",
            Self::Create | Self::CreateIfMissing | Self::CreateView => "create",
            Self::Refresh => "refresh",
            Self::Drop | Self::RenameAway => "drop",
            Self::Alter => "alter",
            Self::Append => "append",
            Self::Empty => "empty",
            Self::Rename => "rename",
            Self::Copy => "copy",
            Self::Unload => "unload",
        }
    }
}

/// A column that something depends on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InputColumn {
    /// The table or files.
    pub dataset: Dataset,
    /// The column. [`crate::names::ANY_COLUMN`] with [`Derivation::Identity`] is the column of the same
    /// name, with anything else some column.
    pub column: SmolStr,
    /// How the written column depends on this one.
    pub derivation: Derivation,
}

/// A column that is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenColumn {
    /// Its name; [`crate::names::ANY_COLUMN`] for those whose names nobody knows.
    pub name: SmolStr,
    /// What it comes from; empty where it is only declared, or a constant.
    pub inputs: Vec<InputColumn>,
}

/// Something that is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Write {
    /// Table, view or file that is written.
    pub dataset: Dataset,
    /// What is done to it.
    pub how: How,
    /// The statement that writes it.
    pub place: ScriptPlace,
    /// Tables and files that the statement reads.
    pub from: Vec<Dataset>,
    /// The columns that are written.
    pub columns: Vec<WrittenColumn>,
    /// Columns that decide which rows there are.
    pub influences: Vec<InputColumn>,
}

/// A table that ends with its session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Temporary {
    /// Its name as the catalog keeps it.
    pub name: SmolStr,
    /// Where it is made.
    pub place: ScriptPlace,
}

/// Why nobody can tell what a statement reads and writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// A procedure makes its text while it runs.
    Dynamic,
    /// It calls a procedure that is made elsewhere.
    Procedure(SmolStr),
    /// A parameter holds its query.
    Query,
    /// A procedure takes values or rows by a variable of this name, which holds data of a table.
    Variable(SmolStr),
}

/// A statement of which nobody can tell what it reads and writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    /// Why nobody can tell from the text.
    pub why: Why,
    /// The statement that nobody can tell about.
    pub place: ScriptPlace,
}

/// Something that is done.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Act {
    /// `create schema`: the schema, unless it is named after a user.
    CreateSchema(Option<SmolStr>),
    /// `create external schema`: its name, folded.
    CreateExternalSchema(SmolStr),
    /// `create external table`: the table as the catalog keeps it.
    CreateExternalTable(SmolStr),
    /// `create procedure`, `create function`: its name as the catalog keeps it.
    CreateRoutine(SmolStr),
    /// `call` of a procedure that no statement has made.
    Call {
        /// The procedure as the catalog keeps it.
        procedure: SmolStr,
        /// How many arguments it is given.
        arguments: usize,
    },
    /// COPY and the like with a role of IAM.
    AssumeRole {
        /// The role that the cluster takes.
        role: AssumedRole,
        /// `copy`, `unload`, `create model`, `external function`
        command: &'static str,
    },
    /// `merge`, beside the write of its table.
    Merge {
        /// The table as the catalog keeps it.
        table: SmolStr,
        /// Whether it adds rows.
        inserts: bool,
        /// Whether it changes rows.
        updates: bool,
        /// Whether it deletes rows.
        deletes: bool,
    },
    /// `vacuum` or `analyze` of one table or all.
    Maintain {
        /// The command in lower case.
        command: &'static str,
        /// The table as the catalog keeps it; none for all.
        table: Option<SmolStr>,
    },
    /// `set search_path`: what a name without a schema means is not in the text.
    SearchPath,
    /// Something else that not every user may do, in words: `grant`.
    Other(&'static str),
}

/// A role of IAM that the warehouse takes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AssumedRole {
    /// `iam_role default`: the cluster's own default role.
    Default,
    /// The literal: an ARN, or several with commas between them for a chain.
    Named(SmolStr),
    /// A parameter names it.
    Unknown,
}

/// An act, and where it is first done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstAct {
    /// What the user needs a permission for.
    pub act: Act,
    /// The statement that does it first.
    pub place: ScriptPlace,
}

/// What a script reads and writes, in the order of its text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lineage {
    /// What is read, each time.
    pub reads: Vec<DatasetRead>,
    /// What is written, each time.
    pub writes: Vec<Write>,
    /// Tables that end with the session.
    pub temporary: Vec<Temporary>,
    /// What nobody can tell.
    pub unknown: Vec<Unknown>,
    /// What is done beside reading and writing, each act once.
    pub acts: Vec<FirstAct>,
    /// Columns of two tables that are compared for equality, each as it is: rows of the tables belong
    /// together by them. Each pair is sorted.
    pub equalities: BTreeSet<[InputColumn; 2]>,
}
