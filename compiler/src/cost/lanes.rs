//! Which lane runs which step, and how often one of them waits, if each statement takes as long as the others.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use runtime_lambda::plan::{Plan, When};

use crate::machines::pauses_of_a_lane;

/// How a run goes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Course {
    /// From the first statement's start to the last one's end, in seconds.
    pub seconds: u64,
    /// Steps that run, each once.
    pub steps: u64,
    /// Lanes that the run has.
    pub lanes: u64,
    /// How often a lane finds nothing ready and waits; each wake-up that finds nothing counts again.
    pub waits: u64,
}

/// The course of a run without failures, as `next_step` hands out steps: the first in the plan's order that
/// is ready.
#[expect(
    clippy::indexing_slicing,
    reason = "the steps are numbered, and there is a place for each number"
)]
pub fn course(plan: &Plan, seconds: u64) -> Course {
    let steps: Vec<_> = plan
        .steps
        .iter()
        .filter(|step| step.when == When::Run)
        .collect();
    let number: BTreeMap<&str, usize> = steps
        .iter()
        .enumerate()
        .map(|(number, step)| (step.name.as_str(), number))
        .collect();
    let mut missing: Vec<usize> = Vec::with_capacity(steps.len());
    let mut followers: Vec<Vec<usize>> = vec![Vec::new(); steps.len()];
    let mut ready: BinaryHeap<Reverse<usize>> = BinaryHeap::new();
    for (at, step) in steps.iter().enumerate() {
        let before: Vec<usize> = step
            .after
            .iter()
            .filter_map(|name| number.get(name.as_str()).copied())
            .collect();
        if before.is_empty() {
            ready.push(Reverse(at));
        }
        missing.push(before.len());
        for one in before {
            followers[one].push(at);
        }
    }
    let lanes = u64::from(plan.limits.lanes).min(steps.len().max(1) as u64);
    let mut course = Course {
        seconds: 0,
        steps: steps.len() as u64,
        lanes,
        waits: 0,
    };
    // Moments at which the waiting lanes began to wait, and what runs until when.
    let mut parked: Vec<u64> = Vec::new();
    let mut running: BinaryHeap<Reverse<(u64, usize)>> = BinaryHeap::new();
    let mut asking = lanes;
    let mut now = 0;
    loop {
        while asking > 0 {
            asking -= 1;
            match ready.pop() {
                Some(Reverse(step)) => running.push(Reverse((now + seconds, step))),
                None if running.is_empty() => {}
                None => parked.push(now),
            }
        }
        let Some(Reverse((end, step))) = running.pop() else {
            break;
        };
        now = end;
        asking = 1;
        for &follower in &followers[step] {
            missing[follower] -= 1;
            if missing[follower] == 0 {
                ready.push(Reverse(follower));
            }
        }
        let woken = if running.is_empty() && ready.is_empty() {
            parked.len()
        } else {
            // One of them is for the lane that asks now.
            parked.len().min(ready.len().saturating_sub(1))
        };
        for since in parked.drain(..woken) {
            course.waits += 1 + pauses_of_a_lane(now - since);
            asking += 1;
        }
    }
    course.seconds = now;
    course
}
