//! The order of the steps in a plan.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::pipeline::Step;

/// Indices of the steps, each behind its `after`; among those that may come next, the one that the
/// spec names first. Steps on a cycle are left out: there are none in a pipeline.
pub(super) fn order(steps: &[Step]) -> Vec<usize> {
    let mut followers = vec![Vec::new(); steps.len()];
    let mut waiting: Vec<usize> = Vec::with_capacity(steps.len());
    for (index, step) in steps.iter().enumerate() {
        waiting.push(step.after.len());
        for before in &step.after {
            if let Some(followers) = followers.get_mut(*before) {
                followers.push(index);
            }
        }
    }
    let mut ready: BinaryHeap<Reverse<usize>> = waiting
        .iter()
        .enumerate()
        .filter(|(_, count)| **count == 0)
        .map(|(index, _)| Reverse(index))
        .collect();
    let mut order = Vec::with_capacity(steps.len());
    while let Some(Reverse(index)) = ready.pop() {
        order.push(index);
        for follower in followers.get(index).into_iter().flatten() {
            if let Some(count) = waiting.get_mut(*follower) {
                *count -= 1;
                if *count == 0 {
                    ready.push(Reverse(*follower));
                }
            }
        }
    }
    order
}
