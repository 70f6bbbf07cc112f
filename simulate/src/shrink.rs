//! Makes a seed that breaks a promise small: faults are taken away, half by half, as long as the same
//! promise stays broken in the same way.

use std::collections::HashSet;
use std::sync::Arc;

use crate::drive::{Conditions, Report, simulate};
use crate::faults::Fired;
use crate::subject::Subject;

/// A seed with as few faults as break the promise.
#[derive(Debug)]
pub struct Shrunk {
    /// The faults that are left.
    pub faults: Vec<Fired>,
    /// How many there were.
    pub of: usize,
    /// What becomes of the seed with them, its story included.
    pub report: Report,
}

/// Shrinks a seed to the faults that break the first promise that it breaks. `None` if it breaks none.
#[must_use]
pub fn shrink(subject: &Arc<Subject>, seed: u64, conditions: &Conditions) -> Option<Shrunk> {
    let first = simulate(subject, seed, conditions);
    let wanted = first.broken.first()?.clone();
    let with = |faults: &[Fired], telling: bool| {
        let conditions = Conditions {
            only: Some(faults.to_vec()),
            telling,
            ..conditions.clone()
        };
        simulate(subject, seed, &conditions)
    };
    let still_broken = |faults: &[Fired]| {
        let report = with(faults, false);
        let same =
            |broken: &crate::Broken| (broken.promise, broken.how) == (wanted.promise, wanted.how);
        report.broken.iter().any(same)
    };
    let mut kept = first.fired.clone();
    let of = kept.len();
    let mut size = kept.len().div_ceil(2);
    while size > 0 && !kept.is_empty() {
        let mut shorter = false;
        let mut start = 0;
        while start < kept.len() {
            let taken: HashSet<usize> = (start..start + size).collect();
            let left: Vec<Fired> = kept
                .iter()
                .enumerate()
                .filter(|(place, _)| !taken.contains(place))
                .map(|(_, fired)| fired.clone())
                .collect();
            if still_broken(&left) {
                kept = left;
                shorter = true;
            } else {
                start += size;
            }
        }
        size = match size {
            1 if shorter => 1,
            1 => 0,
            size => size.div_ceil(2),
        };
    }
    Some(Shrunk {
        report: with(&kept, true),
        faults: kept,
        of,
    })
}
