//! The spec: `pipeline.yaml` as its author wrote it.
//!
//! These types are the JSON Schema that editors use and that [`load`] checks against; their doc
//! comments are its descriptions. They hold what was written, no defaults: those are
//! [`crate::pipeline`]'s. Nothing here reads a file.

mod check;
mod document;
mod elsewhere;
mod expect;
mod lint;
mod load;
mod notify;
mod other;
mod overlap;
mod overlay;
mod repair;
mod report;
mod rsql;
mod schema;
mod severity;
mod shape;
mod sources;
mod spot;
mod stack;
mod triggers;
mod work;
mod yaml;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Number;

pub use check::{
    Accepted, CheckQuery, CheckedColumn, CheckedColumns, FreshEnough, OfLastRun, Queries,
    Reference, RowCount, TableChecks, UniqueKey, UniqueKeys,
};
pub use document::{Document, ValuePlace};
pub use expect::{Expectation, ExpectedValue, NumberOfRows, Range, Signal};
pub use lint::{Lint, LintLevel};
pub use load::{MAX_BYTES, load};
pub use notify::{Notify, NotifyOn};
pub use other::{Other, load_other};
pub use overlap::Overlap;
pub use report::{Report, Section};
pub use rsql::{FargateJob, FargateQueue, JobDefinition, JobQueue, Rsql};
pub use schema::{render as render_schema, schema};
pub use severity::Severity;
pub use shape::FileShape;
pub use sources::Sources;
pub use spot::{Spot, spot_in};
pub use stack::{Architecture, Data, Stack, Vpc};
pub use triggers::{S3Trigger, Trigger};
pub use work::{GlueJob, LambdaWork, StateMachineWork, When};
pub use yaml::MAX_STEPS;

/// A pipeline of SQL scripts that sfc compiles to AWS Step Functions.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "sfc pipeline")]
pub struct Spec {
    /// Name of the pipeline: letters, digits, `-` and `_`, at most 66 characters. It starts the
    /// names of the state machines and of the folder in the bucket.
    #[schemars(
        length(min = 1, max = 66),
        regex(pattern = r"^[A-Za-z0-9_-]+$"),
        example = &"flights"
    )]
    pub name: String,
    /// What the pipeline is for, in one sentence.
    #[serde(default)]
    pub description: Option<String>,
    /// Where the SQL runs.
    pub warehouse: Warehouse,
    /// How the end of a statement is learnt; without it `event`.
    #[serde(default)]
    pub completion: Option<Completion>,
    /// Values that a run may set, by name. SQL takes them as `:name`, and as `{{name}}` where it
    /// allows no parameter.
    #[serde(default)]
    pub parameters: IndexMap<String, Parameter>,
    /// Limits of a run.
    #[serde(default)]
    pub limits: Limits,
    /// What becomes of a run that starts while another one goes on; without it `allow`.
    #[serde(default)]
    pub overlap: Option<Overlap>,
    /// When a run is to have finished, in a time zone: `06:30 Europe/Berlin`, or on some days only
    /// `MON-FRI 06:30 Europe/Berlin`. Who hears of failures hears of it where none has.
    #[serde(default)]
    #[schemars(example = &"06:30 Europe/Berlin")]
    pub expect_by: Option<String>,
    /// Who hears of the end of runs.
    #[serde(default)]
    pub notify: Vec<Notify>,
    /// What the page of a run looks like.
    #[serde(default)]
    pub report: Option<Report>,
    /// What starts runs, beside a person.
    #[serde(default)]
    pub triggers: Vec<Trigger>,
    /// Where RSQL scripts run.
    #[serde(default)]
    pub rsql: Option<Rsql>,
    /// The SQL file, or several, that declares tables and views which no step makes, relative to the
    /// folder of this file. `sfc import schema` writes one.
    #[serde(default)]
    pub sources: Option<Sources>,
    /// The steps, by name: a letter, then letters, digits, `-` and `_`, at most 48 characters.
    pub steps: IndexMap<String, Step>,
    /// What the CloudFormation stack is like.
    #[serde(default)]
    pub stack: Stack,
    /// What stands in for AWS where the pipeline runs on a laptop.
    #[serde(default)]
    pub local: Local,
    /// How bad it is what a rule that only warns finds, by the rule's code.
    #[serde(default)]
    pub lint: Lint,
}

/// How the end of a statement is learnt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Completion {
    /// By an event of the Redshift Data API: a number of state transitions that does not depend on
    /// how long the statement runs. An event that does not come is asked after.
    Event,
    /// By questions, with pauses that grow to two minutes: three state transitions each.
    Poll,
}

/// Where the SQL runs: exactly one of `workgroup`, `cluster` and `secret`.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(transform = schema::one_connection)]
pub struct Warehouse {
    /// Name of a Redshift Serverless workgroup.
    #[serde(default)]
    #[schemars(example = &"analytics")]
    pub workgroup: Option<String>,
    /// A provisioned Redshift cluster.
    #[serde(default)]
    pub cluster: Option<Cluster>,
    /// A secret in AWS Secrets Manager that holds the credentials.
    #[serde(default)]
    pub secret: Option<Secret>,
    /// Database that the statements see as current.
    #[schemars(example = &"dev")]
    pub database: String,
    /// Roles of the database that the pipeline's user gets whenever it connects; for `workgroup`. The
    /// first one takes what `sfc grants` prints.
    #[serde(default)]
    #[schemars(example = ["etl_role"])]
    pub roles: Vec<String>,
}

/// A provisioned cluster.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Cluster {
    /// Its identifier; the pipeline's IAM role is the database user.
    Identifier(String),
    /// Its identifier and a database user.
    WithUser(ClusterUser),
}

/// A provisioned cluster and the user to connect as.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClusterUser {
    /// Identifier of the cluster.
    pub identifier: String,
    /// Database user for temporary credentials; absent: the pipeline's IAM role.
    #[serde(default)]
    pub db_user: Option<String>,
}

/// A secret with credentials.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Secret {
    /// Its ARN.
    Arn(String),
    /// Its ARN, and the cluster or workgroup it is for.
    For(SecretFor),
}

/// A secret, and the cluster or workgroup it is for.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SecretFor {
    /// ARN of the secret.
    pub arn: String,
    /// Identifier of the cluster, if the secret does not name it.
    #[serde(default)]
    pub cluster: Option<String>,
    /// Name of the workgroup, if the secret does not name it.
    #[serde(default)]
    pub workgroup: Option<String>,
}

/// A value that a run may set.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// What values it takes.
    #[serde(rename = "type")]
    pub kind: ParameterType,
    /// Its value where a run gives none. Without it every run must give one. With `null`, `:name` is
    /// then a null.
    #[serde(default, deserialize_with = "written")]
    #[schemars(with = "Option<Scalar>")]
    pub default: Option<Option<Scalar>>,
    /// Whether its value is a secret. It then has an `arn` and no `default`, and no run can give it.
    #[serde(default)]
    pub secret: Option<bool>,
    /// ARN of the secret in AWS Secrets Manager that holds its value; for `secret: true`.
    #[serde(default)]
    pub arn: Option<String>,
    /// What it is for.
    #[serde(default)]
    pub description: Option<String>,
}

/// A value that was written, although it may be a null.
fn written<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// What values a parameter takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ParameterType {
    /// Any text of at least one character.
    String,
    /// A whole number of 64 bits.
    Integer,
    /// A decimal number.
    Number,
    /// A day, `YYYY-MM-DD`.
    Date,
    /// A name of a table, column or schema.
    Identifier,
    /// `true` or `false`.
    Boolean,
}

/// Text, a number, `true` or `false`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Scalar {
    /// The word `true` or `false`.
    Boolean(bool),
    /// A number, as YAML or JSON has it.
    Number(Number),
    /// Any other text, quoted or not.
    Text(String),
}

/// A length of time: numbers with the units `d`, `h`, `m` and `s`, such as `90s`, `5m`, `1h30m`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Duration(pub String);

/// Limits of a run.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// How long one step may take, at most `24h`; without it `1h`. A step's own `limit` comes first.
    #[serde(default)]
    pub step: Option<Duration>,
    /// How long a run may take, at most `365d`; without it `12h`.
    #[serde(default)]
    pub run: Option<Duration>,
    /// Most rounds of a run, the first try included: 1 to 10; without it 3.
    #[serde(default)]
    #[schemars(range(min = 1, max = 10))]
    pub rounds: Option<i64>,
    /// Most steps that run at the same time: 1 to 40; without it 4.
    #[serde(default)]
    #[schemars(range(min = 1, max = 40))]
    pub lanes: Option<i64>,
}

/// One unit of work: exactly one of `sql`, `rsql`, `glue_job`, `glue_crawler`, `lambda` and
/// `state_machine`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(transform = schema::one_work)]
pub struct Step {
    /// Its SQL file, relative to the folder of this file.
    #[serde(default)]
    #[schemars(example = &"sql/load.sql")]
    pub sql: Option<String>,
    /// Its RSQL script, relative to the folder of this file; it runs as a job of AWS Batch.
    #[serde(default)]
    #[schemars(example = &"scripts/load.rsql")]
    pub rsql: Option<String>,
    /// A Glue job.
    #[serde(default)]
    pub glue_job: Option<GlueJob>,
    /// Name of a Glue crawler. One that runs already is awaited.
    #[serde(default)]
    pub glue_crawler: Option<String>,
    /// A Lambda function.
    #[serde(default)]
    pub lambda: Option<LambdaWork>,
    /// A state machine.
    #[serde(default)]
    pub state_machine: Option<StateMachineWork>,
    /// The SQL file that stands in for a job where the pipeline runs on a laptop.
    #[serde(default)]
    pub local: Option<String>,
    /// Words by which others choose steps, `notify` among them.
    #[serde(default)]
    pub tags: Vec<String>,
    /// When it runs; without it `run`.
    #[serde(default)]
    pub when: Option<When>,
    /// What it does.
    #[serde(default)]
    pub description: Option<String>,
    /// The step or the steps that must be finished before this one starts.
    #[serde(default)]
    pub after: Option<After>,
    /// How long it may take, at most `24h`; without it `limits.step`.
    #[serde(default)]
    pub limit: Option<Duration>,
    /// How long after it was finished it is to be so again, at least `1h`. Who hears of failures hears
    /// of it where it is not.
    #[serde(default)]
    #[schemars(example = &"26h")]
    pub fresh: Option<Duration>,
    /// What is done about its errors.
    #[serde(default)]
    pub retry: Option<Retry>,
    /// How several statements are sent; without it `transaction`.
    #[serde(default)]
    pub batch: Option<Batch>,
    /// What its result must look like, and what must hold of tables behind it; otherwise the step has
    /// failed. A check of a table that is not critical is only told, as signals are.
    #[serde(default)]
    pub expect: Option<Expectation>,
    /// What its result may show that the readers of the report should know of. The step is
    /// finished all the same.
    #[serde(default)]
    pub signals: Vec<Signal>,
}

/// What is done about the errors of a step.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Retry {
    /// How often SQL is submitted again within a round after an error that passes, such as a conflict of
    /// transactions; without it 3.
    #[serde(default)]
    #[schemars(range(min = 0, max = 10))]
    pub transient: Option<u32>,
    /// Whether a failure is tried in further rounds; without it, unless it cannot heal: a syntax error, a
    /// missing column, an expectation.
    #[serde(default)]
    pub rounds: Option<bool>,
}

/// The name of a step, or a list of names.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum After {
    /// One step.
    One(String),
    /// Several steps.
    Several(Vec<String>),
}

impl After {
    /// The names, in order.
    pub fn names(&self) -> &[String] {
        match self {
            Self::One(name) => std::slice::from_ref(name),
            Self::Several(names) => names,
        }
    }
}

/// How several statements of one step are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Batch {
    /// All of them or none.
    Transaction,
    /// Each statement commits by itself.
    AutoCommit,
}

/// What stands in for AWS where the pipeline runs on a laptop.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Local {
    /// The folder, inside this file's folder, that stands for a bucket, by the bucket's name.
    #[serde(default)]
    #[schemars(example = schema::example_buckets())]
    pub buckets: IndexMap<String, String>,
    /// A folder, inside this file's folder, of Redshift's system tables: one CSV file for each, such
    /// as `stl_query.csv`. Its first line holds the columns' names, each with or all without its
    /// type: `query integer`.
    #[serde(default)]
    #[schemars(example = &"fixtures")]
    pub system_tables: Option<String>,
    /// What happens to transactions that meet; without it `retried`.
    #[serde(default)]
    pub isolation: Option<LaptopIsolation>,
}

/// What happens on a laptop to transactions that meet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "Isolation")]
pub enum LaptopIsolation {
    /// One of two waits for the other and is tried again.
    #[default]
    Retried,
    /// As in Redshift: a transaction that no order allows fails with error 1023.
    Redshift,
}
