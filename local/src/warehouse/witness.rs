//! Which branches of CASE, and of the statements of procedures, were taken. Tests ask for it, see
//! [`super::Options::witness`].
//!
//! A condition of WHEN is written as `redshift_taken(number, condition)`, and ELSE as one more WHEN
//! that always holds. The engine asks for a branch only where no branch before it was taken. The
//! interpreter of procedures says by itself where it goes.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use parking_lot::Mutex;

use crate::warehouse::branches::StatementBranch;

/// What was taken. One engine has one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Witness(Arc<Mutex<Seen>>);

#[derive(Debug, Default)]
struct Seen {
    numbers: HashMap<StatementBranch, i64>,
    taken: HashSet<i64>,
}

impl Witness {
    /// Forgets branches and their numbers.
    pub(super) fn forget(&self) {
        *self.0.lock() = Seen::default();
    }

    /// The number by which the engine knows a branch.
    pub(crate) fn number(&self, branch: StatementBranch) -> i64 {
        let mut seen = self.0.lock();
        let next = i64::try_from(seen.numbers.len()).unwrap_or(i64::MAX);
        *seen.numbers.entry(branch).or_insert(next)
    }

    /// Says that a branch is taken.
    pub(super) fn take(&self, branch: StatementBranch) {
        let number = self.number(branch);
        self.take_numbers([number]);
    }

    /// Says that the branches with these numbers are taken.
    pub(super) fn take_numbers(&self, numbers: impl IntoIterator<Item = i64>) {
        self.0.lock().taken.extend(numbers);
    }

    /// The branches that were taken so far.
    pub(super) fn taken(&self) -> BTreeSet<StatementBranch> {
        let seen = self.0.lock();
        let all = seen.numbers.iter();
        all.filter(|(_, number)| seen.taken.contains(number))
            .map(|(branch, _)| branch.clone())
            .collect()
    }
}
