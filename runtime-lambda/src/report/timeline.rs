//! The timeline: what each lane did when.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use super::critical::{Critical, critical};
use super::facts::Facts;
use super::numbers::{duration, rounded};
use super::tries::{seconds, tries};
use crate::state::StepStatus;

/// Most bars of which each is drawn by itself. Where there are more, narrow neighbours are drawn as one.
const MOST_BARS: usize = 250;

/// About how many bars are left of more.
const MERGED_BARS: f64 = 60.0;

/// Percent of the timeline that a character of a label needs.
const CHARACTER: f64 = 0.62;

/// Percent of the timeline that the name of a round needs.
const ROUND: f64 = 6.0;

/// What each lane did when. Places and widths are percent of the time from the run's start to its end.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Timeline {
    /// Seconds from the left end to the right end.
    pub seconds: f64,
    /// The lanes that ran something, by number.
    pub lanes: Vec<Lane>,
    /// Where each round but the first begins.
    pub rounds: Vec<RoundStart>,
    /// Marks of time below the lanes, from left to right.
    pub ticks: Vec<Tick>,
    /// Which steps decided when the run ended.
    pub critical: Option<Critical>,
}

/// What a lane did. Where it has no bar, it waited or was between two steps.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Lane {
    /// Number of the lane, from 1.
    pub lane: u32,
    /// Its tries from left to right.
    pub bars: Vec<Bar>,
}

/// One try of a step, or several narrow ones.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Bar {
    /// The step; of several, the first.
    pub step: String,
    /// The round; of several, the first's.
    pub round: u32,
    /// How many tries it stands for.
    pub tries: usize,
    /// FINISHED or FAILED; or RUNNING.
    pub status: StepStatus,
    /// Where it begins, in percent.
    pub left: f64,
    /// How wide it is, in percent.
    pub width: f64,
    /// Seconds that the try took; of several, from the first's start to the last's end.
    pub seconds: f64,
    /// Whether it is on the critical path.
    pub is_critical: bool,
    /// Whether the step's name fits into it.
    pub has_room: bool,
}

/// Where a round begins.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RoundStart {
    /// The round, from 2.
    pub round: u32,
    /// How far from the left the round begins, in percent.
    pub left: f64,
    /// Whether there is room for its name before the next round begins.
    pub has_room: bool,
}

/// A mark of time below the timeline.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Tick {
    /// What it says, such as `30.0 s`.
    pub label: String,
    /// How far from the left it stands, in percent.
    pub left: f64,
}

/// The scale from moments to percent.
#[derive(Debug, Clone, Copy)]
struct Scale {
    start: Timestamp,
    seconds: f64,
}

impl Scale {
    fn percent(self, of: f64) -> f64 {
        rounded((of / self.seconds * 100.0).clamp(0.0, 100.0), 2)
    }

    fn place(self, moment: Timestamp) -> f64 {
        self.percent(seconds(self.start, moment))
    }
}

/// The timeline; none of a run in which nothing was tried, or nobody knows when.
pub fn timeline(facts: &Facts<'_>) -> Option<Timeline> {
    let tries = tries(facts);
    let timed = || tries.iter().filter(|one| one.lane.is_some());
    let last = timed()
        .filter_map(|one| one.times)
        .map(|(_, end)| end)
        .max();
    let over = facts.state.ended.or(facts.now);
    let end = over.into_iter().chain(last).max()?;
    last?;
    let scale = Scale {
        start: facts.state.started,
        seconds: seconds(facts.state.started, end).max(0.001),
    };
    // Which steps decide when the run ends is known once it has ended.
    let critical = match facts.now {
        None => critical(facts, &tries),
        Some(_) => None,
    };
    let mut lanes: BTreeMap<u32, Vec<Bar>> = BTreeMap::new();
    for one in timed() {
        let (Some(lane), Some((started, _)), Some(took)) = (one.lane, one.times, one.seconds())
        else {
            continue;
        };
        let is_critical = critical
            .as_ref()
            .is_some_and(|critical| critical.has(one.step, one.round));
        let width = scale.percent(took);
        lanes.entry(lane).or_default().push(Bar {
            step: one.step.to_owned(),
            round: one.round,
            tries: 1,
            status: one.status,
            left: scale.place(started),
            width,
            seconds: rounded(took, 3),
            is_critical,
            has_room: width > CHARACTER * one.step.chars().count() as f64 + 1.0,
        });
    }
    let narrow = (tries.len() > MOST_BARS).then(|| 100.0 * lanes.len() as f64 / MERGED_BARS);
    let lanes = lanes.into_iter().map(|(lane, mut bars)| {
        bars.sort_by(|a, b| a.left.total_cmp(&b.left));
        Lane {
            lane,
            bars: match narrow {
                Some(narrow) => merged(bars, narrow),
                None => bars,
            },
        }
    });
    Some(Timeline {
        seconds: rounded(scale.seconds, 3),
        lanes: lanes.collect(),
        rounds: round_starts(facts, scale),
        ticks: ticks(scale),
        critical,
    })
}

/// Where the rounds but the first begin: when the ones before them were closed.
fn round_starts(facts: &Facts<'_>, scale: Scale) -> Vec<RoundStart> {
    let closed = facts.manifests.iter();
    let mut starts: Vec<RoundStart> = closed
        .filter(|manifest| manifest.round < facts.state.round)
        .map(|manifest| RoundStart {
            round: manifest.round + 1,
            left: scale.place(manifest.time),
            has_room: true,
        })
        .collect();
    let mut next = 100.0;
    for start in starts.iter_mut().rev() {
        start.has_room = next - start.left > ROUND;
        next = start.left;
    }
    starts
}

/// Neighbours that together are not wider than `narrow` percent, as one.
fn merged(bars: Vec<Bar>, narrow: f64) -> Vec<Bar> {
    let mut all: Vec<Bar> = Vec::new();
    for bar in bars {
        let joins = |last: &&mut Bar| {
            last.status == StepStatus::Finished
                && bar.status == StepStatus::Finished
                && last.is_critical == bar.is_critical
                && bar.left + bar.width - last.left < narrow
        };
        if let Some(last) = all.last_mut().filter(joins) {
            last.tries += bar.tries;
            last.width = rounded(bar.left + bar.width - last.left, 2);
            last.seconds = rounded(last.seconds + bar.seconds, 3);
            last.has_room = false;
        } else {
            all.push(bar);
        }
    }
    all
}

/// Four to nine marks at round numbers of seconds, minutes or hours.
fn ticks(scale: Scale) -> Vec<Tick> {
    const STEPS: [f64; 22] = [
        0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0,
        120.0, 300.0, 600.0, 1800.0, 3600.0, 7200.0, 21_600.0,
    ];
    let step = STEPS
        .into_iter()
        .find(|step| scale.seconds / step <= 9.0)
        .unwrap_or(86_400.0);
    let mut ticks = Vec::new();
    let mut at = step;
    // The last one needs room for its label.
    while at < scale.seconds * 0.97 && ticks.len() < 40 {
        ticks.push(Tick {
            label: label(at),
            left: scale.percent(at),
        });
        at += step;
    }
    ticks
}

/// `0.5 s`, `30 s`, `5 min`, `2 h`.
fn label(seconds: f64) -> String {
    if seconds < 60.0 {
        format!("{} s", rounded(seconds, 3))
    } else if seconds < 3600.0 && seconds % 60.0 == 0.0 {
        format!("{} min", seconds / 60.0)
    } else if seconds % 3600.0 == 0.0 {
        format!("{} h", seconds / 3600.0)
    } else {
        duration(seconds)
    }
}
