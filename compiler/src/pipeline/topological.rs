//! An order in which the steps may run.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Indices of the steps, each behind its `after`; among those that may come next, the one that the
/// spec names first. Steps on a cycle are left out: there are none in a pipeline.
#[expect(
    clippy::indexing_slicing,
    reason = "`after` names steps by their places among these"
)]
pub fn order<'a>(steps: impl ExactSizeIterator<Item = &'a [usize]>) -> Vec<usize> {
    let mut followers = vec![Vec::new(); steps.len()];
    let mut waiting: Vec<usize> = Vec::with_capacity(steps.len());
    for (index, after) in steps.enumerate() {
        waiting.push(after.len());
        for &before in after {
            followers[before].push(index);
        }
    }
    let mut ready: BinaryHeap<Reverse<usize>> = waiting
        .iter()
        .enumerate()
        .filter(|(_, count)| **count == 0)
        .map(|(index, _)| Reverse(index))
        .collect();
    let mut order = Vec::with_capacity(waiting.len());
    while let Some(Reverse(index)) = ready.pop() {
        order.push(index);
        for &follower in &followers[index] {
            waiting[follower] -= 1;
            if waiting[follower] == 0 {
                ready.push(Reverse(follower));
            }
        }
    }
    order
}
