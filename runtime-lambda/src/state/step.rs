//! How a step of a run stands.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

use super::check::CheckState;
use crate::ids::RunId;
use crate::place::Place;
use crate::protocol::named;

/// How a step stands.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepState {
    /// How far it is, from `INITIAL` on.
    pub status: StepStatus,
    /// The round in which it was last started; 0 before.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub round: u32,
    /// The lane that ran it last.
    pub lane: Option<u32>,
    /// Statements of that round that failed with an error that passes, and were followed by another one.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub again: u32,
    /// Id of its statement in that round.
    pub statement_id: Option<String>,
    /// Who waits for the event of its statement's end.
    pub waiting: Option<Waiting>,
    /// Whether it is being stopped: nothing may be submitted for it any more in that round.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stopping: bool,
    /// Since when it is being stopped: a submission that is under way by then may still have its effect.
    pub stopping_since: Option<Timestamp>,
    /// Whether it is being stopped because it ran past its limit: whoever ends it in the end says so.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub late: bool,
    /// Whether it started a crawl in that round which may still be running: one that it only found
    /// running is not its to stop.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub crawling: bool,
    /// When that crawl had begun at the latest.
    pub crawl_begun_by: Option<Timestamp>,
    /// Whether the crawl of that round is known to be over: whoever is told late that it was started leaves
    /// the crawler alone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub crawled: bool,
    /// When that round's try started.
    pub started: Option<Timestamp>,
    /// When that round's try ended.
    pub ended: Option<Timestamp>,
    /// Rows that it returned or changed.
    pub rows: Option<u64>,
    /// Whether its rows lie under `results/`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub has_result: bool,
    /// In how many rows of its result each of its signals was seen, in the plan's order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub signals: Vec<u64>,
    /// Why a signal could not be looked for: the result has no column of that name, or no rows at all.
    pub unseen: Option<String>,
    /// What became of each of its checks, in the plan's order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<CheckState>,
    /// What went wrong last.
    pub error: Option<StepError>,
    /// The earlier run that it was FINISHED in, if this run goes on with one. Its result lies there.
    pub kept_from: Option<RunId>,
    /// Names of statements of earlier runs, the newest first, that were cut off with the process of
    /// the warehouse. What they have committed is not done again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub continues: Vec<String>,
}

/// A level-1 execution that waits for its task token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// The token to return when the statement has ended.
    pub token: String,
    /// How often the execution has asked by itself before it got this token.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub asked: u32,
    /// How often that state was retried before it got this token.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub retry: u32,
}

impl Waiting {
    /// Whether this token is older than `other`, so that nobody waits for it any more.
    #[must_use]
    pub fn is_before(&self, other: &Self) -> bool {
        (self.asked, self.retry) < (other.asked, other.retry)
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// What went wrong with a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepError {
    /// Name of the error, such as `Sfc.StatementFailed`.
    pub error: String,
    /// The warehouse's sentence, or ours.
    pub message: String,
    /// Where in the step's SQL it happened, if that can be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Box<Place>>,
}

/// Status of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum StepStatus {
    /// Not started in this round.
    Initial,
    /// A lane has it.
    Running,
    /// Done for the whole run.
    Finished,
    /// Not in this round any more.
    Failed,
    /// Never could start in a run that gave up.
    Skipped,
}

named!(StepStatus);

impl StepState {
    /// Lets nothing be submitted for it any more in this round.
    pub fn fence(&mut self, now: Timestamp) {
        self.stopping = true;
        self.stopping_since.get_or_insert(now);
    }

    /// Forgets that it was being stopped: it has ended, or starts anew.
    pub fn unfence(&mut self) {
        self.stopping = false;
        self.stopping_since = None;
        self.late = false;
    }

    /// Notes that the crawl of its round is over, if it has started one.
    pub fn crawl_ends(&mut self) {
        self.crawled |= self.crawling;
        self.crawling = false;
        self.crawl_begun_by = None;
    }

    /// A step that was not started yet.
    #[must_use]
    pub fn initial() -> Self {
        Self {
            status: StepStatus::Initial,
            round: 0,
            lane: None,
            again: 0,
            statement_id: None,
            waiting: None,
            stopping: false,
            stopping_since: None,
            late: false,
            crawling: false,
            crawl_begun_by: None,
            crawled: false,
            started: None,
            ended: None,
            rows: None,
            has_result: false,
            signals: Vec::new(),
            unseen: None,
            checks: Vec::new(),
            error: None,
            kept_from: None,
            continues: Vec::new(),
        }
    }
}
