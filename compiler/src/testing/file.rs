//! What a file of tests says. These types are the JSON Schema that editors use; their doc comments are
//! its descriptions.

use std::sync::{Arc, OnceLock};

use indexmap::IndexMap;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Deserialize;
use serde_json::Value;

use runtime_lambda::state::RunStatus;

use crate::diagnostic::PhaseOutcome;
use crate::pipeline_yaml::{FileShape, Other, Scalar, load_other};
use crate::source::SourceFile;

/// Tests of a pipeline's steps, which `sfc test` runs.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "sfc tests")]
pub struct Tests {
    /// The tests, by name.
    pub tests: IndexMap<String, StepTest>,
}

/// One test: what is given, what runs, and what is expected.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Test")]
pub struct StepTest {
    /// What the test is about, in one sentence.
    #[serde(default)]
    pub description: Option<String>,
    /// The step that runs; without it, the whole pipeline runs.
    #[serde(default)]
    pub step: Option<String>,
    /// The tables that are there before, by name. A table gets the types that `sources` or earlier steps
    /// declare; columns that are left out are NULL.
    #[serde(default)]
    pub given: IndexMap<String, GivenRows>,
    /// Objects in buckets, by their address, such as `s3://bucket/key.csv`. A bucket of which a test
    /// gives an object holds nothing else.
    #[serde(default)]
    pub objects: IndexMap<String, GivenObject>,
    /// Values of the pipeline's parameters.
    #[serde(default)]
    pub parameters: IndexMap<String, Scalar>,
    /// The moment at which all functions of the clock stand still, such as `2026-03-01T04:00:00Z`.
    #[serde(default)]
    pub now: Option<String>,
    /// What RANDOM begins with, from -1 to 1.
    #[serde(default)]
    pub seed: Option<f64>,
    /// What must be so afterwards.
    pub expect: Expect,
    /// What becomes of the step's own `expect` in pipeline.yaml, which may speak of real data. Without it,
    /// the step must meet it.
    #[serde(default)]
    pub step_expect: Option<StepExpect>,
    /// What another run of the step, or of the pipeline, may change.
    #[serde(default)]
    pub twice: Option<Twice>,
    /// Steps whose first tries go wrong, by name; for tests of the whole pipeline.
    #[serde(default)]
    pub faults: IndexMap<String, StepFault>,
}

/// The rows of a table.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "Given")]
pub enum GivenRows {
    /// The rows: values by column. An empty list is a table without rows.
    Rows(Vec<RowValues>),
    /// The rows, or where they come from, and their types.
    Table(GivenTable),
}

/// A row: its values, by the name of the column.
pub type RowValues = IndexMap<String, Value>;

/// A table whose rows come from elsewhere, or whose types nobody declares.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GivenTable {
    /// The rows: values by column.
    #[serde(default)]
    pub rows: Option<Vec<RowValues>>,
    /// A CSV file with a header, relative to the pipeline's folder. An empty field is NULL.
    #[serde(default)]
    pub csv: Option<String>,
    /// A Parquet file with all columns of the table, relative to the pipeline's folder.
    #[serde(default)]
    pub parquet: Option<String>,
    /// A query that gives the rows.
    #[serde(default)]
    pub sql: Option<String>,
    /// Types of columns, where neither `sources` nor an earlier step declares the table.
    #[serde(default)]
    pub types: IndexMap<String, String>,
}

/// An object.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "Object")]
pub enum GivenObject {
    /// Its text.
    Text(String),
    /// A file, relative to the pipeline's folder.
    File(ObjectFile),
}

/// An object that is a file.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ObjectFile {
    /// The file, relative to the pipeline's folder.
    pub file: String,
}

/// What must be so behind what ran.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    /// Rows of tables, by the table's name.
    #[serde(default)]
    pub tables: IndexMap<String, ExpectedRows>,
    /// Rows of the step's result.
    #[serde(default)]
    pub result: Option<ExpectedRows>,
    /// Objects in buckets, such as those that UNLOAD writes, by their address: `s3://bucket/key`, or how the keys
    /// of several begin, such as `s3://bucket/prefix/`.
    #[serde(default)]
    pub objects: IndexMap<String, ExpectedObjects>,
    /// The step fails, and its error contains this text.
    #[serde(default)]
    pub error: Option<String>,
    /// How many of the step's statements are reached, from the first; one that fails is counted, too.
    #[serde(default)]
    pub statements: Option<u64>,
    /// How the run ends; for tests of the whole pipeline. Without it, every step must be FINISHED.
    #[serde(default)]
    pub status: Option<WantedEnd>,
    /// Steps in the order in which they finish, others may lie between them; for tests of the whole
    /// pipeline.
    #[serde(default)]
    pub order: Vec<String>,
    /// Rounds of the run; for tests of the whole pipeline.
    #[serde(default)]
    pub rounds: Option<u32>,
    /// Texts that the mail about the run contains, in its subject or below; an empty list if nobody is told.
    /// For tests of the whole pipeline.
    #[serde(default)]
    pub mail: Option<Vec<String>>,
}

/// Rows that are expected.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "Rows")]
pub enum ExpectedRows {
    /// All rows, in any order.
    All(Vec<RowValues>),
    /// Which rows, and how they are compared.
    Compared(ComparedRows),
}

/// Which rows are expected, and how they are compared.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Compared")]
pub struct ComparedRows {
    /// All rows, in any order.
    #[serde(default)]
    pub rows: Option<Vec<RowValues>>,
    /// Rows that are there, perhaps among others.
    #[serde(default)]
    pub subset: Option<Vec<RowValues>>,
    /// All rows, in this order; for a result.
    #[serde(default)]
    pub in_order: Option<Vec<RowValues>>,
    /// A CSV file with a header that has all rows, relative to the pipeline's folder. An empty field is
    /// NULL.
    #[serde(default)]
    pub csv: Option<String>,
    /// The column, or columns, by which rows are told apart.
    #[serde(default)]
    pub key: Option<RowKey>,
    /// How far a number may be from the one that is expected.
    #[serde(default)]
    pub tolerance: Option<f64>,
    /// How many rows there are.
    #[serde(default)]
    pub count: Option<u64>,
}

/// Objects that are expected.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum ExpectedObjects {
    /// Their text, one behind the other in the order of their keys.
    Text(String),
    /// All rows of them, in any order.
    All(Vec<RowValues>),
    /// Which rows, and how they are read and compared; or that no such object is there.
    Compared(Box<ComparedObjects>),
}

/// Which rows of objects are expected, and how they are read and compared.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ComparedObjects {
    /// Whether there is no such object.
    #[serde(default)]
    pub absent: bool,
    /// The options of COPY that read the objects, such as `csv ignoreheader 1`. Without them, the ends of the
    /// keys tell: `.parquet`, `.csv` without a header, `.json`.
    #[serde(default)]
    pub copy: Option<String>,
    /// The columns of the objects with their types, in their order. Without them, the rows tell.
    #[serde(default)]
    pub types: IndexMap<String, String>,
    /// All rows, in any order.
    #[serde(default)]
    pub rows: Option<Vec<RowValues>>,
    /// Rows that are there, perhaps among others.
    #[serde(default)]
    pub subset: Option<Vec<RowValues>>,
    /// A CSV file with a header that has all rows, relative to the pipeline's folder. An empty field is
    /// NULL.
    #[serde(default)]
    pub csv: Option<String>,
    /// The column, or columns, by which rows are told apart.
    #[serde(default)]
    pub key: Option<RowKey>,
    /// How far a number may be from the one that is expected.
    #[serde(default)]
    pub tolerance: Option<f64>,
    /// How many rows there are.
    #[serde(default)]
    pub count: Option<u64>,
}

impl ComparedObjects {
    /// What is expected of the rows. They have no order: COPY reads several objects side by side.
    pub fn rows(&self) -> ComparedRows {
        ComparedRows {
            rows: self.rows.clone(),
            subset: self.subset.clone(),
            in_order: None,
            csv: self.csv.clone(),
            key: self.key.clone(),
            tolerance: self.tolerance,
            count: self.count,
        }
    }

    /// Whether it says anything of rows, or of how they are read.
    pub fn is_read(&self) -> bool {
        self.copy.is_some()
            || !self.types.is_empty()
            || self.rows.is_some()
            || self.subset.is_some()
            || self.csv.is_some()
            || self.key.is_some()
            || self.tolerance.is_some()
            || self.count.is_some()
    }
}

/// A column, or several.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "Key")]
pub enum RowKey {
    /// One column.
    One(String),
    /// Several columns.
    Several(Vec<String>),
}

impl RowKey {
    /// The names of the columns, in the order of the file.
    pub fn columns(&self) -> &[String] {
        match self {
            Self::One(column) => std::slice::from_ref(column),
            Self::Several(columns) => columns,
        }
    }
}

/// What becomes of a step's own expectations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StepExpect {
    /// They do not count.
    Ignored,
}

/// What another run of the step may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Twice {
    /// Nothing: the tables that are expected are the same behind it.
    Same,
}

/// How many tries of a step go wrong before one may succeed: first those that fail, then those that are
/// cancelled, then those that are slow.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Fault")]
pub struct StepFault {
    /// How many of its tries fail.
    #[serde(default)]
    pub fails: u32,
    /// How many of its tries somebody else cancels.
    #[serde(default)]
    pub cancelled: u32,
    /// How many of its tries take longer than the step's limit, which is two seconds in this test.
    #[serde(default)]
    pub slow: u32,
}

/// How a run ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[schemars(rename = "Status")]
pub enum WantedEnd {
    /// Every step is FINISHED.
    Finished,
    /// A step is not FINISHED.
    Failed,
}

impl WantedEnd {
    /// As it is written.
    pub fn word(self) -> &'static str {
        match self {
            Self::Finished => RunStatus::Finished.name(),
            Self::Failed => RunStatus::Failed.name(),
        }
    }
}

/// The JSON Schema (draft 2020-12) of a file of tests.
pub fn schema() -> Value {
    SchemaSettings::draft2020_12()
        .into_generator()
        .into_root_schema_for::<Tests>()
        .to_value()
}

/// The schema as it is printed and checked in for editors.
pub fn render_schema() -> String {
    format!("{:#}\n", schema())
}

/// Reads a file of tests. The value is there if it has no mistake.
pub fn load(file: &Arc<SourceFile>) -> PhaseOutcome<Other<Tests>> {
    static SHAPE: OnceLock<FileShape> = OnceLock::new();
    let shape = SHAPE.get_or_init(|| FileShape::new(schema(), "the file of tests"));
    load_other(file, shape)
}
