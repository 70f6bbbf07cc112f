//! Makes a seed that breaks a promise small. Faults are taken away, half by half, as long as the same
//! promise stays broken in the same way.

use std::collections::HashSet;
use std::sync::Arc;

use crate::conditions::Conditions;
use crate::drive::{SeedOutcome, simulate};
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
    pub report: SeedOutcome,
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
        let same = |broken: &crate::BrokenPromise| {
            (broken.promise, broken.how) == (wanted.promise, wanted.how)
        };
        report.broken.iter().any(same)
    };
    let of = first.fired.len();
    let kept = fewest(first.fired, still_broken);
    Some(Shrunk {
        report: with(&kept, true),
        faults: kept,
        of,
    })
}

/// As few of the faults as keep the promise broken: none of them can be taken away alone.
fn fewest(faults: Vec<Fired>, still_broken: impl Fn(&[Fired]) -> bool) -> Vec<Fired> {
    let mut kept = faults;
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
    kept
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::faults::FaultKind;

    fn faults(count: u32) -> Vec<Fired> {
        let fault = |nth| Fired {
            kind: FaultKind::StoreSlow,
            place: "state.json".to_owned(),
            nth,
        };
        (1..=count).map(fault).collect()
    }

    #[test]
    fn what_a_promise_breaks_by_is_left_wherever_it_stands() {
        for needed in [vec![], vec![7], vec![1, 100], vec![33, 34, 71]] {
            let asked = Cell::new(0);
            let is_broken = |left: &[Fired]| {
                asked.set(asked.get() + 1);
                needed
                    .iter()
                    .all(|nth| left.iter().any(|fault| fault.nth == *nth))
            };
            let left = fewest(faults(100), is_broken);
            let left: Vec<u32> = left.iter().map(|fault| fault.nth).collect();
            assert_eq!(left, needed);
            assert!(asked.get() < 120, "{needed:?}: {} runs", asked.get());
        }
    }

    #[test]
    fn of_two_faults_that_do_the_same_one_is_left() {
        let is_broken = |left: &[Fired]| left.iter().any(|fault| fault.nth == 3 || fault.nth == 9);
        assert_eq!(fewest(faults(10), is_broken).len(), 1);
    }
}
