//! What other services have: jobs and crawls, and how their starts went.

use std::collections::BTreeMap;

use parking_lot::Mutex;

use super::{Crawler, JobRun};

/// Jobs and crawls of other services.
#[derive(Debug, Default)]
pub struct Services {
    pub jobs: Mutex<Vec<JobRun>>,
    pub crawlers: Mutex<BTreeMap<String, Crawler>>,
    /// How it went with the job of each try, by the name of its execution.
    pub starts: Mutex<BTreeMap<String, Starts>>,
}

/// How it went with the job of a try.
#[derive(Debug, Clone, Copy, Default)]
pub struct Starts {
    /// How often its start was refused, one time after the other.
    pub refused: u32,
    /// Whether the answer to its start was lost.
    pub unanswered: bool,
    /// Whether it failed by itself.
    pub failed: bool,
}
