//! What a machine declares about its states, each machine beside their names.

use std::str::FromStr;

use super::counts::MostCounts;

/// The names of a machine's states, and what the machine declares about them.
pub trait DeclaredStates: Copy + FromStr {
    /// How often an execution visits the state at the most. One state of each circle has an answer.
    fn most_visits(self, counts: &MostCounts) -> Option<u64>;

    /// How many items the state has at the most, if it is a map.
    fn most_items(self, _counts: &MostCounts) -> Option<u64> {
        None
    }
}
