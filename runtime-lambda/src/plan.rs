//! The plan: everything known at compile time about a pipeline, immutable and content-addressed.
//!
//! These types are the contract between the compiler, which writes `plan.json`, and the actions,
//! which read it. They hold resolved values only: no default is left to be filled in.

mod check;
mod expectation;
mod prices;
mod script;
mod signal;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

pub use self::check::{Asks, Check};
pub use self::expectation::{Expectation, Range, ValueExpectation};
pub use self::prices::RunPrices;
pub use self::script::{Batch, Insertion, Quoting, Script, Statement};
pub use self::signal::{Severity, Signal};
use crate::heartbeats::MOST_ASKS;
use crate::ids::{Hash, StepName};
use crate::picture::Picture;
use crate::protocol::JobKind;
pub use crate::report::{ReportStyle, Section};

/// The `format` of a plan that this version of the runtime reads and writes.
pub const FORMAT: u32 = 1;

/// A pipeline as the Lambda reads it: `plans/<hash>.json` in the artifacts' bucket.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Version of this document's shape, see [`FORMAT`].
    pub format: u32,
    /// Name of the pipeline; prefix of its machines' names and of its folder in the bucket.
    pub pipeline: String,
    /// What the pipeline is for, in its author's words.
    pub description: Option<String>,
    /// The database and how the Data API reaches it.
    pub warehouse: Warehouse,
    /// How the end of a statement is learnt.
    #[serde(default, skip_serializing_if = "Completion::is_poll")]
    pub completion: Completion,
    /// Limits of a run.
    pub limits: Limits,
    /// Parameters of a run, by name.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub parameters: IndexMap<String, Parameter>,
    /// What becomes of a run that starts while another one goes on.
    #[serde(default, skip_serializing_if = "Overlap::is_allow")]
    pub overlap: Overlap,
    /// When a run is expected to have finished, in its author's words.
    pub expect_by: Option<String>,
    /// Topics beside the pipeline's own that messages about the end of runs go to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub topics: Vec<NotifiedTopic>,
    /// People who hear of the end of runs by a mail of their own, not by a topic.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mails: Vec<MailTo>,
    /// Where RSQL scripts run, if there are any.
    pub rsql: Option<RsqlPlace>,
    /// SHA-256 (hexadecimal) of the report's template, which lies in the artifacts under that name.
    pub report_template: Hash,
    /// What sfc's own template is told about looks.
    #[serde(default, skip_serializing_if = "ReportStyle::is_default")]
    pub report: ReportStyle,
    /// The order of the steps as a picture, for the report; none where there is nothing to see.
    pub picture: Option<Picture>,
    /// What the parts of a run cost in AWS, for its page; earlier versions did not say.
    pub prices: Option<RunPrices>,
    /// The steps in a topological order: a step stands behind everything in its `after`.
    pub steps: Vec<Step>,
}

/// Where RSQL scripts run: in AWS Batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RsqlPlace {
    /// Name or ARN of the job queue.
    pub queue: String,
    /// Name or ARN of the job definition.
    pub definition: String,
}

impl Plan {
    /// Whether a step is a job.
    #[must_use]
    pub fn has_jobs(&self) -> bool {
        self.steps.iter().any(|step| step.job.is_some())
    }

    /// Whether somebody is to hear of what did not happen.
    #[must_use]
    pub fn is_watched(&self) -> bool {
        self.expect_by.is_some() || self.steps.iter().any(|step| step.fresh_seconds.is_some())
    }

    /// Whether a step is an RSQL script.
    #[must_use]
    pub fn has_rsql(&self) -> bool {
        self.steps.iter().any(Step::is_rsql)
    }

    /// Whether a step is a crawler.
    #[must_use]
    pub fn has_crawlers(&self) -> bool {
        let mut jobs = self.steps.iter().filter_map(|step| step.job.as_ref());
        jobs.any(|job| matches!(job, Job::GlueCrawler { .. }))
    }

    /// Whether a step runs when the stack is deployed or destroyed, and not in ordinary runs.
    #[must_use]
    pub fn has_stack_steps(&self) -> bool {
        self.steps.iter().any(|step| step.when != When::Run)
    }

    /// Times that a step asks by itself at the most where the end of statements is learnt by events.
    /// Telling jobs from SQL costs a state transition of those that a step may cost.
    #[must_use]
    pub fn most_asks(&self) -> u64 {
        if self.has_jobs() {
            MOST_ASKS - 1
        } else {
            MOST_ASKS
        }
    }
}

/// Where the Redshift Data API runs statements.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Warehouse {
    /// Database that the statements see as current.
    pub database: String,
    /// How the Data API reaches it.
    #[serde(flatten)]
    pub connection: Connection,
}

/// How the Redshift Data API connects (AWS page: `ExecuteStatement`).
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Connection {
    /// A provisioned cluster, with a database user or the caller's IAM identity.
    Cluster {
        /// Identifier of the cluster, which is no ARN (`ClusterIdentifier`).
        identifier: String,
        /// Database user for temporary credentials; absent: IAM identity.
        db_user: Option<String>,
    },
    /// A serverless workgroup, by name.
    Workgroup(String),
    /// A secret in Secrets Manager, and the cluster or workgroup it belongs to if it does not say so.
    Secret {
        /// ARN of the secret.
        arn: String,
        /// Cluster that the secret belongs to, where the secret does not name it.
        cluster: Option<String>,
        /// Workgroup that the secret belongs to, where the secret does not name it.
        workgroup: Option<String>,
    },
}

/// How the end of a statement is learnt.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Completion {
    /// The warehouse is asked, with pauses between the questions.
    #[default]
    Poll,
    /// The warehouse sends an event; only one that does not come is asked after.
    Event,
}

impl Completion {
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "serde passes a reference"
    )]
    fn is_poll(&self) -> bool {
        *self == Self::Poll
    }
}

/// Limits of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// How long a run may take, in seconds.
    pub run_seconds: u64,
    /// Most rounds of a run; the first try is round 1.
    pub rounds: u32,
    /// Most steps that run at the same time.
    pub lanes: u32,
}

/// A parameter of a run.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// What values it takes.
    #[serde(rename = "type")]
    pub kind: ParameterType,
    /// Its value where a run gives none; absent: every run must give one.
    pub default: Option<String>,
    /// Whether it has no value where a run gives none: `:name` is then a null.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub nullable: bool,
    /// ARN of the secret that holds its value, which no run can give.
    pub secret: Option<String>,
}

impl Parameter {
    /// Whether each run must give it a value.
    #[must_use]
    pub fn needs_value(&self) -> bool {
        self.default.is_none() && !self.nullable && self.secret.is_none()
    }
}

/// What values a parameter takes. All are sent as text, as the Data API wants it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ParameterType {
    /// Any text of at least one character.
    String,
    /// A whole number of 64 bits.
    Integer,
    /// A number such as `12`, `-0.5` or `1e3`.
    Number,
    /// A day of the calendar, `YYYY-MM-DD`.
    Date,
    /// A name of a table, column or schema.
    Identifier,
    /// One of the words `true` and `false`.
    Boolean,
}

/// A step as the Lambda reads it; nothing in it changes during a run.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Name, unique in the pipeline.
    pub name: StepName,
    /// Names of the steps that must be FINISHED before this one starts, without repetition.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<StepName>,
    /// SHA-256 (hexadecimal) of its [`Script`], which lies in the artifacts under that name. Where it is
    /// a job: of the script that stands in for the job on a laptop, empty if there is none.
    #[serde(default, skip_serializing_if = "str::is_empty")]
    pub script: Hash,
    /// The job that it is, if it is not SQL.
    pub job: Option<Job>,
    /// Words by which others choose steps.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// In which kind of run it runs.
    #[serde(default, skip_serializing_if = "When::is_run")]
    pub when: When,
    /// How long its level-1 execution may take, in seconds.
    pub limit_seconds: u64,
    /// How long after it was FINISHED it is to be so again, in seconds.
    pub fresh_seconds: Option<u64>,
    /// What is done about its errors.
    #[serde(default, skip_serializing_if = "Retry::is_usual")]
    pub retry: Retry,
    /// What its result must look like.
    pub expect: Option<Expectation>,
    /// What its result may show that readers should know of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub signals: Vec<Signal>,
    /// What must hold of tables behind it: each is one of the queries in its script's `checks`, in
    /// their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<Check>,
}

impl Step {
    /// A step of this name that comes after none, of a script that is not there.
    #[must_use]
    pub fn of(name: &str) -> Self {
        Self {
            name: name.into(),
            after: Vec::new(),
            script: Hash::default(),
            job: None,
            tags: Vec::new(),
            when: When::Run,
            limit_seconds: 600,
            fresh_seconds: None,
            retry: Retry::default(),
            expect: None,
            signals: Vec::new(),
            checks: Vec::new(),
        }
    }

    /// Whether it is an RSQL script.
    #[must_use]
    pub fn is_rsql(&self) -> bool {
        matches!(self.job, Some(Job::Rsql { .. }))
    }

    /// Whether it would do again what `earlier` did: all but its limits is the same.
    #[must_use]
    pub fn does_the_same(&self, earlier: &Self) -> bool {
        let without_limits = |step: &Self| Self {
            limit_seconds: 0,
            fresh_seconds: None,
            ..step.clone()
        };
        without_limits(earlier) == without_limits(self)
    }
}

/// What is done about the errors of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retry {
    /// How often a statement whose error passes is followed by another one within the same round.
    pub transient: u32,
    /// Whether a failure is tried in further rounds; without it, unless it cannot heal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rounds: Option<bool>,
}

impl Default for Retry {
    fn default() -> Self {
        Self {
            transient: 3,
            rounds: None,
        }
    }
}

impl Retry {
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "serde passes a reference"
    )]
    fn is_usual(&self) -> bool {
        *self == Self::default()
    }
}

/// A step that is not SQL in the warehouse. `{{name}}` in its texts is a parameter of the run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Job {
    /// An RSQL script as a job of AWS Batch.
    Rsql {
        /// SHA-256 (hexadecimal) of the script, which lies in the artifacts under that name.
        script: Hash,
    },
    /// A job of AWS Glue.
    GlueJob {
        /// Name of the Glue job in the pipeline's account and Region.
        name: String,
        /// Its arguments, by name without `--`.
        #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
        arguments: IndexMap<String, String>,
    },
    /// A crawler of AWS Glue.
    GlueCrawler {
        /// Name of the crawler in the pipeline's account and Region.
        name: String,
    },
    /// A Lambda function that is not sfc's.
    Lambda {
        /// Its name or ARN.
        function: String,
        /// The event that it is given.
        payload: serde_json::Value,
    },
    /// An execution of a state machine.
    StateMachine {
        /// ARN of the state machine.
        arn: String,
        /// JSON that the execution is started with.
        input: serde_json::Value,
    },
}

impl Job {
    /// Its kind, as the state machines call it.
    #[must_use]
    pub fn kind(&self) -> JobKind {
        match self {
            Self::Rsql { .. } => JobKind::Rsql,
            Self::GlueJob { .. } => JobKind::GlueJob,
            Self::GlueCrawler { .. } => JobKind::GlueCrawler,
            Self::Lambda { .. } => JobKind::Lambda,
            Self::StateMachine { .. } => JobKind::StateMachine,
        }
    }
}

/// In which kind of run a step runs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// In every ordinary one.
    #[default]
    Run,
    /// In the one of each deploy.
    Deploy,
    /// In the one before the pipeline is destroyed.
    Destroy,
}

impl When {
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "serde passes a reference"
    )]
    fn is_run(&self) -> bool {
        *self == Self::Run
    }
}

/// What becomes of a run that starts while another one of the same pipeline goes on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Overlap {
    /// It runs beside the other one.
    #[default]
    Allow,
    /// It ends at once, without a step.
    Skip,
    /// It waits until the other one is over.
    Queue,
}

impl Overlap {
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "serde passes a reference"
    )]
    fn is_allow(&self) -> bool {
        *self == Self::Allow
    }
}

/// A topic that messages about the end of runs go to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NotifiedTopic {
    /// ARN of an SNS topic that is not the pipeline's own.
    pub arn: String,
    /// Which ends it is told.
    pub on: NotifyOn,
    /// Of failed runs only those in which a step with one of these tags failed; empty: all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
}

/// A person who hears of the end of runs by a mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailTo {
    /// Address of the person.
    pub to: String,
    /// Address that it comes from: a verified identity of Amazon SES, or at a verified domain.
    pub from: String,
    /// Which ends it is told.
    pub on: NotifyOn,
    /// Of failed runs only those in which a step with one of these tags failed; empty: all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
}

/// Which ends of runs somebody hears of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotifyOn {
    /// Every step is FINISHED.
    Success,
    /// Failed, timed out or stopped.
    Failure,
    /// Every end of a run.
    Both,
}

impl NotifyOn {
    /// Whether somebody with these tags wants to hear of an end in which steps with the tags `failed` have
    /// failed.
    #[must_use]
    pub fn wants(self, tags: &[String], finished: bool, failed: &[String]) -> bool {
        let of_kind = match self {
            Self::Both => true,
            Self::Success => finished,
            Self::Failure => !finished,
        };
        of_kind && (finished || tags.is_empty() || tags.iter().any(|tag| failed.contains(tag)))
    }
}
