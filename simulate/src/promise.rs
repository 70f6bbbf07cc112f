//! The promises by name, and what is told of one that was broken.

use std::fmt;

/// What sfc promises, whatever goes wrong. [`Promise::number`] is the number that reports show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Promise {
    /// A step submits at most one statement a round, and another one only after one that failed with an error
    /// that passes. It has one job a round, and none beside one that still runs.
    OneStatement,
    /// No step starts before everything in its `after` is FINISHED.
    Order,
    /// When a run is over, none of its statements runs.
    NothingRuns,
    /// Every run that ends leaves final statuses, manifests and one notification, and none waits for ever.
    Ends,
    /// A FINISHED step that returns rows has all of them in JSON and in CSV.
    AllRows,
    /// Rounds never exceed the limit, and no FINISHED step runs again.
    Rounds,
    /// No execution passes 25,000 events.
    Limits,
    /// The same plan goes through the same states with the same data on a laptop and in AWS.
    SameStates,
    /// No healthy statement is cancelled, and no wrong reason is recorded.
    Truthful,
    /// Work that can be done is done.
    Done,
}

impl Promise {
    /// Its number in the list of the design.
    #[must_use]
    pub fn number(self) -> u8 {
        match self {
            Self::OneStatement => 1,
            Self::Order => 2,
            Self::NothingRuns => 3,
            Self::Ends => 4,
            Self::AllRows => 5,
            Self::Rounds => 6,
            Self::Limits => 7,
            Self::SameStates => 8,
            Self::Truthful => 9,
            Self::Done => 10,
        }
    }
}

/// A promise that was broken.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BrokenPromise {
    /// The promise that was broken.
    pub promise: Promise,
    /// How: the same sentence for all that are of a kind.
    pub how: &'static str,
    /// Of which step, statement or run.
    pub of: String,
}

impl fmt::Display for BrokenPromise {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { promise, how, of } = self;
        write!(formatter, "promise {}: {how} ({of})", promise.number())
    }
}
