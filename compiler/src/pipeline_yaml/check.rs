//! Checks of tables: what must hold of them behind a step.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Duration, Scalar, Severity};

/// What must hold of a table behind a step.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TableChecks {
    /// Columns in which no value stands twice; `[[day, store]]` for two columns together. NULL is no
    /// value.
    #[serde(default)]
    pub unique: Option<UniqueKeys>,
    /// Columns that are never NULL.
    #[serde(default)]
    pub not_null: Option<CheckedColumns>,
    /// The values that a column may have, by column. NULL is no value.
    #[serde(default)]
    pub accepted_values: IndexMap<String, Accepted>,
    /// The column of a table that has every value of a column, by column: `customer: customers.id`. NULL
    /// is no value.
    #[serde(default)]
    pub relationships: IndexMap<String, Reference>,
    /// How old the newest date or timestamp of a column may be, by column. A table without one is too
    /// old.
    #[serde(default)]
    pub freshness: IndexMap<String, FreshEnough>,
    /// How many rows the table has.
    #[serde(default)]
    pub row_count: Option<RowCount>,
}

/// One or several keys, each unique by itself.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "Keys")]
pub enum UniqueKeys {
    /// Several keys.
    Several(Vec<UniqueKey>),
    /// One key.
    One(UniqueKey),
}

impl UniqueKeys {
    /// The keys, in order.
    pub fn all(&self) -> &[UniqueKey] {
        match self {
            Self::Several(keys) => keys,
            Self::One(key) => std::slice::from_ref(key),
        }
    }
}

/// A column, or columns that are unique together.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "Key")]
pub enum UniqueKey {
    /// A column.
    Column(String),
    /// Columns that are unique together.
    Together(Vec<String>),
    /// Columns that are unique together, and how much it matters.
    With(KeyWith),
}

/// Columns that are unique together, and how much it matters.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyWith {
    /// The columns.
    pub columns: Vec<String>,
    /// How much it matters; without it `critical`.
    #[serde(default)]
    pub severity: Option<Severity>,
}

/// A column, or several.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "Columns")]
pub enum CheckedColumns {
    /// Several columns.
    Several(Vec<CheckedColumn>),
    /// One column.
    One(CheckedColumn),
}

impl CheckedColumns {
    /// The columns, in order.
    pub fn all(&self) -> &[CheckedColumn] {
        match self {
            Self::Several(columns) => columns,
            Self::One(column) => std::slice::from_ref(column),
        }
    }
}

/// A column.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "Column")]
pub enum CheckedColumn {
    /// Its name.
    Name(String),
    /// Its name, and how much it matters.
    With(ColumnWith),
}

/// A column, and how much it matters.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ColumnWith {
    /// The column.
    pub column: String,
    /// How much it matters; without it `critical`.
    #[serde(default)]
    pub severity: Option<Severity>,
}

/// The values that a column may have.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Accepted {
    /// The values.
    Values(Vec<Scalar>),
    /// The values, and how much it matters.
    With(AcceptedWith),
}

/// The values that a column may have, and how much it matters.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptedWith {
    /// The values.
    pub values: Vec<Scalar>,
    /// How much it matters; without it `critical`.
    #[serde(default)]
    pub severity: Option<Severity>,
}

/// The column that has every value of another one.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Reference {
    /// The table and its column: `customers.id`.
    To(String),
    /// The table and its column, and how much it matters.
    With(ReferenceWith),
}

/// The column that has every value of another one, and how much it matters.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReferenceWith {
    /// The table and its column: `customers.id`.
    pub to: String,
    /// How much it matters; without it `critical`.
    #[serde(default)]
    pub severity: Option<Severity>,
}

/// How old the newest value may be.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "Fresh")]
pub enum FreshEnough {
    /// So old.
    Within(Duration),
    /// So old, and how much it matters.
    With(FreshWith),
}

/// How old the newest value may be, and how much it matters.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FreshWith {
    /// So old.
    pub within: Duration,
    /// How much it matters; without it `critical`.
    #[serde(default)]
    pub severity: Option<Severity>,
}

/// How many rows a table has.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum RowCount {
    /// This many.
    Exactly(u64),
    /// So many.
    Within(RowCountWithin),
}

/// How many rows a table has, and how much it matters.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RowCountWithin {
    /// Least number of rows.
    #[serde(default)]
    pub min: Option<u64>,
    /// Greatest number of rows.
    #[serde(default)]
    pub max: Option<u64>,
    /// At least this share of the rows of the last run whose step finished, such as `50%`, or between two
    /// shares. The first run has none to compare with.
    #[serde(default)]
    #[schemars(example = &"50%")]
    pub of_last_run: Option<OfLastRun>,
    /// How much it matters; without it `critical`.
    #[serde(default)]
    pub severity: Option<Severity>,
}

/// A share of the rows of the last run.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum OfLastRun {
    /// At least this share: `50%`.
    AtLeast(String),
    /// Between two shares.
    Within(SharesWithin),
}

/// Two shares; one that is absent is open.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SharesWithin {
    /// Least share: `50%`.
    #[serde(default)]
    pub min: Option<String>,
    /// Greatest share: `200%`.
    #[serde(default)]
    pub max: Option<String>,
}

/// One or several SQL files.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Queries {
    /// Several files.
    Several(Vec<CheckQuery>),
    /// One file.
    One(CheckQuery),
}

impl Queries {
    /// The files, in order.
    pub fn all(&self) -> &[CheckQuery] {
        match self {
            Self::Several(queries) => queries,
            Self::One(query) => std::slice::from_ref(query),
        }
    }
}

/// An SQL file with one query.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "Query")]
pub enum CheckQuery {
    /// Its path, relative to the folder of this file.
    File(String),
    /// Its path, and how much it matters.
    With(QueryWith),
}

impl CheckQuery {
    /// Its path, as it is written.
    pub fn path(&self) -> &str {
        match self {
            Self::File(path) => path,
            Self::With(with) => &with.sql,
        }
    }
}

/// An SQL file with one query, and how much it matters.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct QueryWith {
    /// Its path, relative to the folder of this file.
    #[schemars(example = &"checks/gaps.sql")]
    pub sql: String,
    /// How much it matters; without it `critical`.
    #[serde(default)]
    pub severity: Option<Severity>,
}
