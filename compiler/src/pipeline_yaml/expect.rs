//! What a step's result and its tables must look like, and what readers of the report should know of.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    Accepted, CheckedColumns, FreshEnough, Queries, Reference, RowCount, Scalar, Severity,
    TableChecks, UniqueKeys,
};

/// What a step's result must look like, and what must hold of tables behind the step.
///
/// `rows` and `values` are of the result. Everything else is of a table: each check is a query that is
/// sent behind the step's statements, in their transaction. A step with checks has committed its work
/// before they are judged.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    /// Number of rows.
    #[serde(default)]
    pub rows: Option<NumberOfRows>,
    /// What must hold in every row, by column name.
    #[serde(default)]
    pub values: IndexMap<String, ExpectedValue>,
    /// The table that the checks below are of; without it the only one that the step writes.
    #[serde(default)]
    #[schemars(example = &"sales.orders")]
    pub table: Option<String>,
    /// Columns in which no value stands twice; `[[day, store]]` for two columns together. NULL is no
    /// value.
    #[serde(default)]
    #[schemars(example = &"id")]
    pub unique: Option<UniqueKeys>,
    /// Columns that are never NULL.
    #[serde(default)]
    #[schemars(example = ["id", "day"])]
    pub not_null: Option<CheckedColumns>,
    /// The values that a column may have, by column. NULL is no value.
    #[serde(default)]
    pub accepted_values: IndexMap<String, Accepted>,
    /// The column of a table that has every value of a column, by column: `customer: customers.id`. NULL
    /// is no value.
    #[serde(default)]
    pub relationships: IndexMap<String, Reference>,
    /// How old the newest date or timestamp of a column may be, by column: `loaded_at: 26h`. A table
    /// without one is too old.
    #[serde(default)]
    pub freshness: IndexMap<String, FreshEnough>,
    /// How many rows the table has.
    #[serde(default)]
    pub row_count: Option<RowCount>,
    /// Checks of other tables, by the table's name.
    #[serde(default)]
    pub tables: IndexMap<String, TableChecks>,
    /// An SQL file, or several, with one query each that must return no row.
    #[serde(default)]
    #[schemars(example = &"checks/gaps.sql")]
    pub no_rows: Option<Queries>,
}

impl Expectation {
    /// The checks of the table that `table` names, or of the only one that the step writes.
    pub fn of_table(&self) -> TableChecks {
        TableChecks {
            unique: self.unique.clone(),
            not_null: self.not_null.clone(),
            accepted_values: self.accepted_values.clone(),
            relationships: self.relationships.clone(),
            freshness: self.freshness.clone(),
            row_count: self.row_count.clone(),
        }
    }

    /// Whether something is expected of the result.
    pub fn is_of_result(&self) -> bool {
        self.rows.is_some() || !self.values.is_empty()
    }

    /// Whether something is expected of tables.
    pub fn has_checks(&self) -> bool {
        self.no_rows.is_some()
            || self.of_table() != TableChecks::default()
            || !self.tables.is_empty()
    }
}

/// A condition on the rows of a result, what it means and what to do about it.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Signal {
    /// What must hold in a row, by column name, as in `expect.values`; without it, every row counts.
    #[serde(default)]
    pub when: IndexMap<String, ExpectedValue>,
    /// What such a row means.
    #[schemars(example = &"tables are badly sorted")]
    pub signal: String,
    /// What to do about it; code in backticks.
    #[serde(default)]
    pub recommendation: Option<String>,
    /// How much it matters; without it `warning`. It never fails a step.
    #[serde(default)]
    pub severity: Option<Severity>,
}

/// A number of rows, or a range of numbers.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "Rows")]
pub enum NumberOfRows {
    /// This many.
    Exactly(i64),
    /// So many.
    Within(Range),
}

/// What a value must look like.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "Value")]
pub enum ExpectedValue {
    /// A number in this range.
    Within(Range),
    /// Equal to this; `null` for SQL's NULL.
    Equals(Option<Scalar>),
}

/// A range of numbers, both ends included; an end that is absent is open.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Range {
    /// Least number.
    #[serde(default)]
    pub min: Option<f64>,
    /// Greatest number.
    #[serde(default)]
    pub max: Option<f64>,
}
