//! A step's SQL: the statements as they are sent, and where values of parameters stand in them.

use serde::{Deserialize, Serialize};

/// A step's SQL, taken apart by the compiler; an object in the artifacts under the hash of its bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Script {
    /// The statements in order, as their author wrote them, without the semicolon.
    pub statements: Vec<Statement>,
    /// How several statements are sent.
    #[serde(default)]
    pub batch: Batch,
    /// The file that they stand in, relative to the pipeline's folder, for the places of errors.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub file: String,
    /// The queries of the step's checks, which are sent behind the statements.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<Statement>,
}

impl Script {
    /// All that is sent, in order: the statements, then the queries of the checks.
    pub fn sent(&self) -> impl Iterator<Item = &Statement> {
        self.statements.iter().chain(&self.checks)
    }
}

/// One statement of a script.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// Text in Redshift's dialect. Named parameters (`:name`) are bound by the warehouse.
    pub sql: String,
    /// Names of the parameters that it binds, in order of first use.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<String>,
    /// Places (`{{name}}`) where text is inserted because SQL allows no parameter there, and those of
    /// bound parameters that may have no value, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub insertions: Vec<Insertion>,
    /// Line of the file on which its text begins, from 1; 0 where nobody knows.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub line: u32,
    /// Column on which its text begins, in characters, from 1; 0 where nobody knows.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub column: u32,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// A place in a statement where the value of a parameter is inserted as text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Insertion {
    /// Name of the parameter.
    pub parameter: String,
    /// Byte offset of `{{` in the statement.
    pub start: usize,
    /// Byte offset just behind `}}`.
    pub end: usize,
    /// How the value is quoted there.
    pub quoting: Quoting,
}

/// How inserted text is quoted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quoting {
    /// The place is an identifier: the value is put in double quotes.
    Identifier,
    /// The place is a number: the value, which is one, stands as it is.
    Number,
    /// The place lies inside a string literal: single quotes in the value are doubled.
    Literal,
    /// The place lies inside a string literal that is itself SQL (UNLOAD's query) and inside a
    /// string literal of that SQL. Single quotes in the value are doubled twice.
    NestedLiteral,
    /// The place is `:name`, which stays as it is; where the parameter has no value, it is a null. The
    /// Data API binds no nulls.
    Bound,
}

/// How several statements of one step are sent (Data API: `ExecutionMode`).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Batch {
    /// One transaction: an error in any statement takes back all of them.
    #[default]
    Transaction,
    /// Each statement commits by itself.
    AutoCommit,
}
