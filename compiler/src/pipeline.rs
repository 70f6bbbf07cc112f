//! The pipeline: what a spec and its SQL files come to, with every default filled in.
//!
//! Built by [`resolve`] only, which also reports every mistake that needs more than the shape of
//! the spec to be seen. Nothing here reads a file but through [`crate::source::Files`].

mod checks;
mod cycles;
mod database_roles;
mod duration;
mod event;
mod exact;
mod expect_by;
mod expectations;
mod external;
mod guardrails;
mod jobs;
mod limits;
mod lineage;
mod lint;
mod made;
mod mistake;
mod names;
mod network;
mod notify;
mod order;
mod overlap;
mod parameters;
mod reach;
mod report;
mod resolve;
mod resolver;
mod result;
mod rsql;
mod rsql_script;
mod schedule;
mod scripts;
mod signals;
mod sources;
mod sql;
mod stack;
mod stale;
mod tables;
pub(crate) mod topological;
mod triggers;
mod unordered;
mod warehouse;
mod when;

use std::collections::BTreeSet;
use std::sync::Arc;

use indexmap::IndexMap;
use runtime_lambda::plan::{
    Check, Completion, Expectation, Job, NotifyOn, Overlap, Parameter, Retry, Script, Signal,
    Warehouse, When,
};

use crate::source::SourceFile;

pub use database_roles::SEPARATOR as ROLE_SEPARATOR;
pub use duration::of_text as duration_seconds;
pub use duration::words as duration_words;
pub use expect_by::{ExpectBy, LookSchedule};
pub use guardrails::{DataBucket, Vpc};
pub use limits::{
    DEFAULT_LANES, DEFAULT_ROUNDS, DEFAULT_RUN_SECONDS, DEFAULT_STEP_SECONDS, MAX_LANES,
    MAX_ROUNDS, MAX_RUN_SECONDS, MAX_STEP_SECONDS,
};
pub use lineage::{ScriptLineage, TableChange, TableUse, meets};
pub use made::made_by_steps;
pub(crate) use mistake::diagnostic as sql_diagnostic;
pub use names::{MAX_PIPELINE_NAME, MAX_STEP_NAME};
pub(crate) use parameters::sql_type;
pub use report::Report;
pub use resolve::{resolve, warehouse_of};
pub use rsql::{FargateJob, FargateQueue, JobDefinition, JobQueue, Rsql};
pub use schedule::runs_a_month;
pub use scripts::{MAX_BATCH_STATEMENTS, MAX_SCRIPT_BYTES, MAX_STATEMENT_BYTES};
pub use stack::{Architecture, DEFAULT_LOG_RETENTION_DAYS, DEFAULT_MEMORY_MIB, Stack};

/// A pipeline without mistakes.
#[derive(Debug, Clone)]
pub struct Pipeline {
    /// Name of the pipeline, at most [`MAX_PIPELINE_NAME`] characters.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// Where its statements run.
    pub warehouse: Warehouse,
    /// Roles of the database that its user gets whenever it connects; only with a workgroup.
    pub database_roles: Vec<String>,
    /// How the end of a statement is learnt.
    pub completion: Completion,
    /// Values that a run may set, by name, in the order of the spec.
    pub parameters: IndexMap<String, DeclaredParameter>,
    /// Limits of a run.
    pub limits: Limits,
    /// What becomes of a run that starts while another one goes on.
    pub overlap: Overlap,
    /// When a run is to have finished.
    pub expect_by: Option<ExpectBy>,
    /// Who hears of the end of runs.
    pub notify: Vec<Notify>,
    /// What the page of a run looks like.
    pub report: Report,
    /// What starts runs, beside a person.
    pub triggers: Vec<Trigger>,
    /// Where RSQL scripts run; there if a step has one.
    pub rsql: Option<Rsql>,
    /// The steps in the order of the spec.
    pub steps: Vec<Step>,
    /// What the stack is like.
    pub stack: Stack,
    /// What stands in for AWS on a laptop.
    pub local: Local,
    /// Schemas of which `sources` says that a table is external.
    pub external_schemas: BTreeSet<String>,
}

impl Pipeline {
    /// Whether somebody is to hear of what did not happen.
    pub fn is_watched(&self) -> bool {
        self.expect_by.is_some() || self.steps.iter().any(|step| step.fresh_seconds.is_some())
    }

    /// The steps in an order in which they may run; among those that may come next, the one that the spec
    /// names first.
    #[expect(
        clippy::indexing_slicing,
        reason = "an order of the steps has their own indices"
    )]
    pub(crate) fn in_order(&self) -> Vec<&Step> {
        let after = self.steps.iter().map(|step| step.after.as_slice());
        let order = topological::order(after).into_iter();
        order.map(|index| &self.steps[index]).collect()
    }

    /// The steps that one of them comes after, in the order in which the spec names them.
    #[expect(
        clippy::indexing_slicing,
        reason = "`after` has indices of these steps"
    )]
    pub(crate) fn before<'a>(&'a self, step: &'a Step) -> impl Iterator<Item = &'a Step> {
        step.after.iter().map(move |index| &self.steps[*index])
    }

    /// Whether a step is a crawler.
    pub fn has_crawlers(&self) -> bool {
        let mut jobs = self.steps.iter().filter_map(Step::job);
        jobs.any(|job| matches!(job, Job::GlueCrawler { .. }))
    }
}

/// A parameter and what it is for.
#[derive(Debug, Clone)]
pub struct DeclaredParameter {
    /// Its type and default.
    pub parameter: Parameter,
    /// What it is for.
    pub description: Option<String>,
}

/// Limits of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How long a step without a limit of its own may take, in seconds.
    pub step_seconds: u64,
    /// How long a run may take, in seconds.
    pub run_seconds: u64,
    /// Most rounds of a run; the first try is round 1.
    pub rounds: u32,
    /// Most steps that run at the same time.
    pub lanes: u32,
}

/// A step with every default filled in.
#[derive(Debug, Clone)]
pub struct Step {
    /// Its name, unique in the pipeline.
    pub name: String,
    /// What it is for, in its author's words.
    pub description: Option<String>,
    /// SQL, or a job of another service.
    pub work: Work,
    /// The steps that must be FINISHED before it starts: their indices in [`Pipeline::steps`], in
    /// the order in which the spec names them, without repetition.
    pub after: Vec<usize>,
    /// How long its level-1 execution may take, in seconds.
    pub limit_seconds: u64,
    /// How long after it was FINISHED it is to be so again, in seconds.
    pub fresh_seconds: Option<u64>,
    /// What is done about its errors.
    pub retry: Retry,
    /// What its result must look like.
    pub expect: Option<Expectation>,
    /// Words by which others choose steps.
    pub tags: Vec<String>,
    /// In which kind of run it runs.
    pub when: When,
    /// What its result may show that readers should know of.
    pub signals: Vec<Signal>,
    /// What must hold of tables behind it.
    pub checks: Vec<Check>,
}

impl Step {
    /// Its SQL: its own, or what stands in for its job on a laptop.
    pub fn sql(&self) -> Option<&StepSql> {
        match &self.work {
            Work::Sql(sql) => Some(sql),
            Work::Job { stand_in, .. } => stand_in.as_ref(),
        }
    }

    /// Text of its RSQL script; none of any other step.
    pub fn rsql(&self) -> Option<&str> {
        match &self.work {
            Work::Job { rsql, .. } => rsql.as_deref().map(String::as_str),
            Work::Sql(_) => None,
        }
    }

    /// The job that it is, if it is not SQL.
    pub fn job(&self) -> Option<&Job> {
        match &self.work {
            Work::Job { job, .. } => Some(job),
            Work::Sql(_) => None,
        }
    }
}

/// What a step does.
#[derive(Debug, Clone)]
pub enum Work {
    /// SQL in the warehouse.
    Sql(StepSql),
    /// A job of another service.
    Job {
        /// The job as the Lambda and the machines know it.
        job: Job,
        /// The text of its RSQL script, if it is one.
        rsql: Option<Arc<String>>,
        /// The SQL that stands in for it on a laptop.
        stand_in: Option<StepSql>,
    },
}

/// The SQL of a step, read and understood.
#[derive(Debug, Clone)]
pub struct StepSql {
    /// Its path, relative to the spec's folder.
    pub path: String,
    /// Its statements, taken apart.
    pub script: Arc<Script>,
    /// Text of the file, which places point into.
    pub file: Arc<SourceFile>,
    /// What it reads and writes.
    pub lineage: Arc<ScriptLineage>,
}

/// Somebody who hears of the end of runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notify {
    /// Who hears of them.
    pub recipient: Recipient,
    /// Success, failure, or both.
    pub on: NotifyOn,
    /// Of failed runs only those in which a step with one of these tags failed; empty: all.
    pub tags: Vec<String>,
}

/// Whom a notification goes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recipient {
    /// An e-mail address, which the pipeline's topic tells.
    Email(String),
    /// An e-mail address that mails of its own go to.
    Mail {
        /// Address of the person.
        to: String,
        /// Address that SES has verified.
        from: String,
    },
    /// ARN of an SNS topic.
    Topic(String),
}

/// What starts a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Trigger {
    /// The schedule, object, event or deploy that starts the run.
    pub start: TriggerKind,
    /// Values of parameters for its runs: a value, or `$.` and a path into the event.
    pub parameters: IndexMap<String, String>,
}

/// What a trigger is.
#[derive(Debug, Clone, PartialEq)]
pub enum TriggerKind {
    /// Moments, in UTC if there is no time zone.
    Schedule {
        /// As EventBridge takes it: `cron(…)` or `rate(…)`.
        expression: String,
        /// Name of a time zone.
        timezone: Option<String>,
    },
    /// Objects that appear in a bucket.
    Object {
        /// Name of the bucket.
        bucket: String,
        /// What the object's key starts with; empty: anything.
        prefix: String,
        /// What the object's key ends with; empty: anything.
        suffix: String,
    },
    /// Events of EventBridge that match a pattern.
    Event {
        /// Fields of the pattern that they match.
        pattern: IndexMap<String, serde_json::Value>,
    },
    /// Each deploy: the stack's custom resource starts it.
    Deploy,
}

/// What stands in for AWS on a laptop.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Local {
    /// Folder, relative to the spec's, for each bucket.
    pub buckets: IndexMap<String, String>,
    /// Folder of the system tables' files, relative to the spec's.
    pub system_tables: Option<String>,
    /// What happens to transactions that meet.
    pub isolation: crate::pipeline_yaml::LaptopIsolation,
}
