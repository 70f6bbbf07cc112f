//! The steps, one line each.

use std::collections::HashMap;

use serde::Serialize;

use super::facts::Facts;
use super::failures::culprits;
use super::numbers::rounded;
use super::table::{Cell, cell};
use super::timeline::Timeline;
use super::trend::{Trend, trend};
use super::tries::{Try, seconds, times};
use crate::ids::{RunId, StepName};
use crate::state::{StepState, StepStatus};

/// Characters of a one-row result that stand in the step's line.
const INLINE_CHARACTERS: usize = 160;

/// What the page's table says of a step in one line.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StepLine {
    /// Name of the step, unique in the run.
    pub name: String,
    /// Status when the page was made.
    pub status: StepStatus,
    /// The round that tried it last; 0 of a step that was not tried.
    pub round: u32,
    /// The lane that ran it last.
    pub lane: Option<u32>,
    /// When it began, in seconds from the run's start.
    pub began: Option<f64>,
    /// Seconds that its last try took.
    pub seconds: Option<f64>,
    /// The same in percent of the longest step's.
    pub share: Option<f64>,
    /// Rows that it returned or changed.
    pub rows: Option<u64>,
    /// Name of the error, if it FAILED.
    pub error: Option<String>,
    /// Sentence of the error, if it FAILED.
    pub message: Option<String>,
    /// The first of the FAILED steps that kept it from starting.
    pub held_back_by: Option<String>,
    /// All of them, up to twenty.
    pub culprits: Vec<String>,
    /// The earlier run that it was kept from.
    pub kept_from: Option<RunId>,
    /// Whether it is on the critical path.
    pub is_critical: bool,
    /// How many signals it raised.
    pub signals: usize,
    /// Its result, if that is one short row.
    pub inline: Vec<Inline>,
    /// How its time compares with its last runs.
    pub trend: Option<Trend>,
    /// Whether [`super::page::Page::details`] tells more of it.
    pub has_details: bool,
}

/// A value of a result that is one row.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Inline {
    /// Name of the column, as the query names it.
    pub column: String,
    /// The value as the page shows it.
    pub cell: Cell,
}

/// The steps in the plan's order. `with_trends`: not on pages of very many steps.
pub fn steps(
    facts: &Facts<'_>,
    timeline: Option<&Timeline>,
    with_trends: bool,
    has_details: impl Fn(&str) -> bool,
) -> Vec<StepLine> {
    let culprits = culprits(facts);
    let held_back = |name: &str| culprits.get(name).map(Vec::as_slice).unwrap_or_default();
    let took: HashMap<&str, f64> = facts
        .state
        .each_step()
        .filter_map(|(name, step)| Some((name.as_str(), own_seconds(facts, step)?)))
        .collect();
    let longest = took.values().copied().fold(0.001, f64::max);
    let critical = timeline.and_then(|timeline| timeline.critical.as_ref());
    let line = |(name, step): (&StepName, &StepState)| {
        let name = name.as_str();
        let seconds_taken = took.get(name).copied();
        let error = step.error.as_ref();
        StepLine {
            name: name.to_owned(),
            status: step.status,
            round: step.round,
            lane: step.lane.filter(|_| step.kept_from.is_none()),
            began: step
                .started
                .filter(|_| step.kept_from.is_none())
                .map(|started| rounded(seconds(facts.state.started, started), 2)),
            seconds: seconds_taken.map(|time| rounded(time, 3)),
            share: seconds_taken.map(|time| rounded(time / longest * 100.0, 0)),
            rows: step.rows,
            error: error.map(|error| error.error.clone()),
            message: error.map(|error| error.message.clone()),
            held_back_by: held_back(name).first().map(|name| (*name).to_owned()),
            culprits: held_back(name)
                .iter()
                .map(|name| (*name).to_owned())
                .collect(),
            kept_from: step.kept_from.clone(),
            is_critical: critical.is_some_and(|critical| critical.has(name, step.round)),
            signals: step.signals.iter().filter(|rows| **rows > 0).count() + broken_checks(step),
            inline: inline(facts, name, step),
            trend: seconds_taken
                .filter(|_| with_trends && step.status == StepStatus::Finished)
                .and_then(|time| trend(&facts.history.times(name), rounded(time, 2))),
            has_details: has_details(name),
        }
    };
    facts.state.each_step().map(line).collect()
}

/// Seconds of a step's last try in this run.
fn own_seconds(facts: &Facts<'_>, step: &StepState) -> Option<f64> {
    let (started, ended) = times(facts, step)?;
    let is_own = step.kept_from.is_none();
    is_own.then(|| seconds(started, ended))
}

/// The values of a result that is one short row.
fn inline(facts: &Facts<'_>, name: &str, step: &StepState) -> Vec<Inline> {
    let Some(preview) = facts.results.get(name).filter(|_| step.has_result) else {
        return Vec::new();
    };
    let row: Vec<Inline> = preview
        .only_row()
        .into_iter()
        .flatten()
        .map(|(column, field)| Inline {
            column: column.name.clone(),
            cell: cell(column, field),
        })
        .collect();
    let length: usize = row
        .iter()
        .map(|inline| inline.column.chars().count() + inline.cell.text.chars().count() + 4)
        .sum();
    if length <= INLINE_CHARACTERS {
        row
    } else {
        Vec::new()
    }
}

/// How often each step was tried.
pub fn times_tried<'a>(tries: &[Try<'a>]) -> HashMap<&'a str, usize> {
    let mut times = HashMap::new();
    for one in tries {
        *times.entry(one.step).or_default() += 1;
    }
    times
}

/// The broken checks of a step that has not failed for them.
fn broken_checks(step: &StepState) -> usize {
    let broken = step.checks.iter().filter(|check| check.broken.is_some());
    match step.status {
        StepStatus::Finished => broken.count(),
        _ => 0,
    }
}
