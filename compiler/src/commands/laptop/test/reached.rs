//! What one run of a step reaches.

use std::collections::BTreeSet;

use local::warehouse::branches::{StatementBranch, forks};

use crate::pipeline::Step;

/// What one run of a step in a test has reached.
#[derive(Debug, Clone, Default)]
pub(super) struct StepReach {
    /// Index of the step.
    pub step: usize,
    /// How many of its statements were run, from the first on.
    pub statements: usize,
    /// Whether each branch of its statements was taken, as [`branches`] counts them.
    pub branches: Vec<bool>,
    /// Whether each thing that it expects was held against rows: first of the result, then each check.
    pub expected: Vec<bool>,
    /// Whether each of its signals was seen.
    pub signals: Vec<bool>,
}

/// Whether each branch of statements as they were sent was taken; nothing if none was.
pub(super) fn branches<'a>(
    statements: impl IntoIterator<Item = &'a str>,
    taken: &BTreeSet<StatementBranch>,
) -> Vec<bool> {
    if taken.is_empty() {
        return Vec::new();
    }
    let forks = statements.into_iter().flat_map(forks);
    let branches = forks.flat_map(|fork| fork.branches().collect::<Vec<_>>());
    branches.map(|branch| taken.contains(&branch)).collect()
}

/// What a step expects, one for the result and one for each check.
pub(super) fn expectations(step: &Step) -> usize {
    usize::from(step.expect.is_some()) + step.checks.len()
}
