//! The critical path: the tries that decided when the run ended.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::Timestamp;
use serde::Serialize;

use super::facts::Facts;
use super::numbers::rounded;
use super::tries::{Try, seconds};
use crate::ids::StepName;
use crate::state::StepStatus;

/// How many links of a path are its longest.
const LONG_LINKS: usize = 30;

/// The tries that decided when the run ended, and the longest of them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Critical {
    /// The tries in the order in which they ran.
    pub path: Vec<PathTry>,
    /// The step of the longest one.
    pub longest: String,
    /// How many seconds that one took.
    pub longest_seconds: f64,
    /// Lanes that had nothing to do for most of that time.
    pub idle_lanes: usize,
    /// Seconds of all tries of the path.
    pub seconds: f64,
    /// How many steps these are tries of.
    pub steps: usize,
}

/// One try of the path.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PathTry {
    /// Name of the step that was tried.
    pub step: String,
    /// Round of the try, from 1.
    pub round: u32,
    /// Seconds that it took.
    pub seconds: f64,
    /// What it waited for last.
    pub waited_for: WaitedFor,
    /// Whether it is among the longest of the path.
    pub is_long: bool,
}

/// What a try waited for last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WaitedFor {
    /// Nothing: it was among the first.
    Start,
    /// A step that it comes after.
    Step,
    /// A lane: it was ready, and none was free.
    Lane,
    /// The end of the round before.
    Round,
}

impl Critical {
    /// Whether this try is on the path.
    pub fn has(&self, step: &str, round: u32) -> bool {
        let mut path = self.path.iter();
        path.any(|link| link.step == step && link.round == round)
    }
}

/// A try whose times are known.
#[derive(Clone, Copy)]
struct Timed<'a> {
    one: &'a Try<'a>,
    started: Timestamp,
    ended: Timestamp,
}

/// Goes back from the try that ended last. What began it was the last to end of the steps that it comes
/// after and of what its lane did before. In a later round it was whatever ended the round before.
pub fn critical(facts: &Facts<'_>, tries: &[Try<'_>]) -> Option<Critical> {
    let timed: Vec<Timed<'_>> = tries
        .iter()
        .filter_map(|one| {
            let (started, ended) = one.times?;
            Some(Timed {
                one,
                started,
                ended,
            })
        })
        .collect();
    let after: HashMap<&str, &[StepName]> = facts
        .plan
        .steps
        .iter()
        .map(|step| (step.name.as_str(), step.after.as_slice()))
        .collect();
    let finished: HashMap<&str, Timed<'_>> = timed
        .iter()
        .filter(|timed| timed.one.status == StepStatus::Finished)
        .map(|timed| (timed.one.step, *timed))
        .collect();
    let mut here = *timed.iter().max_by_key(|timed| timed.ended)?;
    let mut path: Vec<(Timed<'_>, WaitedFor)> = Vec::new();
    let mut seen = HashSet::new();
    loop {
        // Tries of no time at all may seem to have begun each other.
        seen.insert((here.one.step, here.one.round));
        let before = |timed: &Timed<'_>| {
            timed.ended <= here.started && !seen.contains(&(timed.one.step, timed.one.round))
        };
        let steps = after.get(here.one.step).copied().unwrap_or_default();
        let step = steps
            .iter()
            .filter_map(|name| finished.get(name.as_str()).copied())
            .filter(|timed| timed.one.round == here.one.round && before(timed))
            .max_by_key(|timed| timed.ended);
        let lane = timed
            .iter()
            .filter(|timed| timed.one.round == here.one.round && timed.one.lane == here.one.lane)
            .filter(|timed| before(timed))
            .max_by_key(|timed| timed.ended)
            .copied();
        let (earlier, why) = match (step, lane) {
            (Some(step), Some(lane)) if lane.ended > step.ended => (Some(lane), WaitedFor::Lane),
            (Some(step), _) => (Some(step), WaitedFor::Step),
            (None, Some(lane)) => (Some(lane), WaitedFor::Lane),
            (None, None) => {
                let earlier = timed
                    .iter()
                    .filter(|timed| timed.one.round < here.one.round && before(timed))
                    .max_by_key(|timed| timed.ended)
                    .copied();
                (earlier, WaitedFor::Round)
            }
        };
        path.push((
            here,
            if earlier.is_some() {
                why
            } else {
                WaitedFor::Start
            },
        ));
        match earlier {
            Some(earlier) => here = earlier,
            None => break,
        }
    }
    path.reverse();
    let took = |timed: &Timed<'_>| seconds(timed.started, timed.ended);
    let (longest, _) = path
        .iter()
        .max_by(|(a, _), (b, _)| took(a).total_cmp(&took(b)))?;
    let mut by_length: Vec<f64> = path.iter().map(|(timed, _)| took(timed)).collect();
    by_length.sort_by(|a, b| b.total_cmp(a));
    let long = by_length.get(LONG_LINKS - 1).copied().unwrap_or_default();
    Some(Critical {
        longest: longest.one.step.to_owned(),
        longest_seconds: rounded(took(longest), 3),
        idle_lanes: idle_lanes(tries, longest.started, longest.ended),
        seconds: rounded(path.iter().map(|(timed, _)| took(timed)).sum(), 3),
        steps: path
            .iter()
            .map(|(timed, _)| timed.one.step)
            .collect::<HashSet<_>>()
            .len(),
        path: path
            .iter()
            .map(|(timed, waited_for)| PathTry {
                step: timed.one.step.to_owned(),
                round: timed.one.round,
                seconds: rounded(took(timed), 3),
                waited_for: *waited_for,
                is_long: took(timed) >= long,
            })
            .collect(),
    })
}

/// How many lanes were idle for more than half of the time from `from` to `to`.
fn idle_lanes(tries: &[Try<'_>], from: Timestamp, to: Timestamp) -> usize {
    let mut busy: BTreeMap<u32, f64> = BTreeMap::new();
    for one in tries {
        let (Some(lane), Some((started, ended))) = (one.lane, one.times) else {
            continue;
        };
        *busy.entry(lane).or_default() += seconds(started.max(from), ended.min(to));
    }
    let half = seconds(from, to) / 2.0;
    busy.values().filter(|busy| **busy < half).count()
}
