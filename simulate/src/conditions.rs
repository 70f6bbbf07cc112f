//! Under which conditions a seed is run: what may go wrong, and what the seed does not decide.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::delivery::Calling;
use crate::faults::{FaultKind, Fired};

/// Under which conditions a seed is run.
#[derive(Debug, Clone, Default)]
pub struct Conditions {
    /// Kinds of faults that may happen; empty: all of them.
    pub kinds: BTreeSet<FaultKind>,
    /// If set, these faults happen and no others.
    pub only: Option<Vec<Fired>>,
    /// If set, these faults happen whatever the seed draws, and no others; the report says which could have.
    pub forced: Option<Vec<Fired>>,
    /// How often the first tries of a step fail, by its name. With any, nothing else goes wrong.
    pub failing: BTreeMap<String, u32>,
    /// Whether the story is told.
    pub telling: bool,
    /// How the Lambda is called; without it, the seed decides.
    pub calling: Option<Calling>,
    /// How long each statement runs; without it, the seed decides.
    pub statement: Option<Duration>,
}
