//! What a definition does not tell about its executions, declared by whoever
//! wrote it.

use std::collections::BTreeMap;

/// Declarations about the states of one definition, by name.
///
/// ```
/// use asl::validation::DeclaredBounds;
///
/// let bounds = DeclaredBounds::default()
///     .visits("Look at job", 60)
///     .items("Each file", 40)
///     .expression_bytes(2_048);
/// assert_eq!(bounds.of("Look at job"), Some(60));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DeclaredBounds {
    visits: BTreeMap<String, u64>,
    items: BTreeMap<String, u64>,
    expression_bytes: usize,
}

impl DeclaredBounds {
    /// A state is visited at most this often: in an execution, or, within a
    /// `Map` or `Parallel`, in an iteration or branch.
    #[must_use]
    pub fn visits(mut self, state: impl Into<String>, most: u64) -> Self {
        self.visits.insert(state.into(), most);
        self
    }

    /// A `Map` has at most this many items at each visit.
    #[must_use]
    pub fn items(mut self, map: impl Into<String>, most: u64) -> Self {
        self.items.insert(map.into(), most);
        self
    }

    /// An expression in what a task is given stands for at most this many bytes
    /// of JSON text.
    #[must_use]
    pub const fn expression_bytes(mut self, most: usize) -> Self {
        self.expression_bytes = most;
        self
    }

    /// How often a state is visited at most, if that is declared.
    #[must_use]
    pub fn of(&self, state: &str) -> Option<u64> {
        self.visits.get(state).copied()
    }

    pub(super) fn items_of(&self, map: &str) -> Option<u64> {
        self.items.get(map).copied()
    }

    pub(super) const fn bytes(&self) -> usize {
        self.expression_bytes
    }

    /// Every state that something is declared about.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.visits
            .keys()
            .chain(self.items.keys())
            .map(String::as_str)
    }
}
