//! Statuses and kinds, each spelled by its variant's name.
//!
//! Those of a run, a step and a statement are defined where they belong, and named by the same macro.

use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

/// How the execution of a run ended (AWS page: `DescribeExecution`), or its process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum ExecutionStatus {
    /// It ended without an error.
    Succeeded,
    /// It ended with an error.
    Failed,
    /// It ran past its limit.
    TimedOut,
    /// A person or a program stopped it.
    Aborted,
    /// Its process died, and the warehouse with it: only on a laptop.
    Died,
}

/// How far the Lambda has brought a step, as it answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum Progress {
    /// Its statement goes on: ask again.
    Running,
    /// The step is FINISHED: its rows are in the bucket.
    Finished,
    /// The step is FAILED: its error is in the bucket.
    Failed,
    /// Its statement has ended, in whatever way.
    Ended,
    /// It has started a crawl that must be stopped first.
    Crawling,
}

/// What a lane does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum LaneMove {
    /// It runs a step.
    Run,
    /// It waits for a step of another lane.
    Wait,
    /// A fresh execution goes on.
    HandOver,
    /// Nothing is left for the lane in this round.
    End,
}

/// What a step is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum JobKind {
    /// Statements in the warehouse, and no job.
    Sql,
    /// A script of Amazon Redshift RSQL.
    Rsql,
    /// A job of AWS Glue.
    GlueJob,
    /// A crawler of AWS Glue.
    GlueCrawler,
    /// A Lambda function of somebody else.
    Lambda,
    /// A state machine of somebody else.
    StateMachine,
}

/// The status in the output of an execution that was no run, because another one goes on.
pub const SKIPPED: &str = "SKIPPED";

/// Gives each of these types a method that says its name.
macro_rules! named {
    ($($type:ty),+) => {
        $(impl $type {
            /// Its name in requests, answers, conditions and patterns.
            #[must_use]
            pub fn name(self) -> &'static str {
                self.into()
            }
        })+
    };
}

pub(crate) use named;

named!(ExecutionStatus, Progress, LaneMove, JobKind);
