//! The states of the machine by name, and what it declares of them.

use strum::{EnumString, IntoStaticStr};

use super::super::counts::MostCounts;
use super::super::declared::DeclaredStates;

/// The states of the machine; those of jobs are in `jobs`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, IntoStaticStr)]
pub enum StateName {
    #[strum(serialize = "What is it?")]
    WhatIsIt,
    #[strum(serialize = "Prepare job")]
    PrepareJob,
    #[strum(serialize = "Which job?")]
    WhichJob,
    #[strum(serialize = "Run Glue job")]
    RunGlueJob,
    #[strum(serialize = "Start crawler")]
    StartCrawler,
    #[strum(serialize = "Note crawl")]
    NoteCrawl,
    #[strum(serialize = "Leave crawler alone")]
    LeaveCrawlerAlone,
    #[strum(serialize = "Look at crawler")]
    LookAtCrawler,
    #[strum(serialize = "Has it crawled?")]
    HasItCrawled,
    #[strum(serialize = "Invoke function")]
    InvokeFunction,
    #[strum(serialize = "Run RSQL")]
    RunRsql,
    #[strum(serialize = "Run state machine")]
    RunStateMachine,
    #[strum(serialize = "Unknown job")]
    UnknownJob,
    #[strum(serialize = "Record outcome")]
    RecordOutcome,
    #[strum(serialize = "Record failure")]
    RecordFailure,
    Submit,
    #[strum(serialize = "Has it ended?")]
    HasItEnded,
    #[strum(serialize = "Let it run")]
    LetItRun,
    #[strum(serialize = "Await statement")]
    AwaitStatement,
    #[strum(serialize = "Ask again")]
    AskAgain,
    #[strum(serialize = "Collect result")]
    CollectResult,
    #[strum(serialize = "Let it pass")]
    LetItPass,
}

impl DeclaredStates for StateName {
    fn most_visits(self, counts: &MostCounts) -> Option<u64> {
        match self {
            Self::AwaitStatement => Some(counts.awaits),
            Self::AskAgain => Some(counts.asks * counts.statements),
            // Declared of all three, or each question would count as one that leads to another statement.
            Self::Submit | Self::CollectResult => Some(counts.statements),
            Self::LetItPass => Some(counts.statements - 1),
            Self::LookAtCrawler => Some(counts.looks),
            _ => None,
        }
    }
}
