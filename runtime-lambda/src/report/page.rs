//! All that a template is given.

use indexmap::IndexMap;
use jiff::Timestamp;
use serde::Serialize;

use super::commands::{Commands, commands};
use super::comparison::{Comparison, comparison};
use super::cost::{Cost, cost};
use super::counts::{RunCounts, counts};
use super::details::{Details, detailed, details};
use super::facts::Facts;
use super::failures::{FailedStep, failures};
use super::order::{StepOrder, order};
use super::run::{ExecutionPlace, place, run_seconds, status_in_words};
use super::seen_signal::SeenSignal;
use super::signals::signals;
use super::steps::{StepLine, steps};
use super::style::Section;
use super::timeline::{Timeline, timeline};
use super::tries::tries;
use crate::ids::RunId;
use crate::plan::{self, Severity};
use crate::state::RunStatus;

/// The `format` of what a template is given. Fields may be added under the same number; it changes when
/// one is taken away or means something else.
pub const FORMAT: u32 = 1;

/// Characters of rows that a page shows, over all of its tables.
const TABLE_CHARACTERS: usize = 600 * 1024;

/// Most steps of a page that shows how each step's time compares with the longest one's and with its
/// last runs.
const FEW_STEPS: usize = 250;

/// What the template of a run's page is given.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Page {
    /// Version of this shape, see [`FORMAT`].
    pub format: u32,
    /// Name of the pipeline.
    pub pipeline: String,
    /// The heading: what the spec says, or the pipeline's name.
    pub title: String,
    /// A picture beside it, as an address that holds it.
    pub logo: Option<String>,
    /// The sections in their order.
    pub sections: Vec<Section>,
    /// What the pipeline is for.
    pub description: Option<String>,
    /// Id of the run.
    pub run: RunId,
    /// How it ended, such as `TIMED_OUT`.
    pub status: RunStatus,
    /// The same in words, such as `timed out`.
    pub status_in_words: &'static str,
    /// Rounds that it took.
    pub rounds: u32,
    /// Most rounds that it could take.
    pub most_rounds: u32,
    /// When it started, UTC.
    pub started: Timestamp,
    /// When it ended, UTC.
    pub ended: Option<Timestamp>,
    /// Seconds that it took.
    pub seconds: Option<f64>,
    /// How that compares with the runs before it.
    pub comparison: Option<Comparison>,
    /// Where it took place.
    pub place: ExecutionPlace,
    /// Who or what started it; none where nobody said.
    pub started_by: Option<String>,
    /// Values of its parameters; secrets are not among them.
    pub parameters: IndexMap<String, String>,
    /// The numbers of the first glance.
    pub counts: RunCounts,
    /// What it costs in AWS.
    pub cost: Option<Cost>,
    /// Commands that a reader may copy: to resume the run, to see its logs, results and status.
    pub commands: Commands,
    /// What is wrong with the page itself; none where nothing is.
    pub notice: Option<String>,
    /// FAILED steps, each with its cause and what to do.
    pub failures: Vec<FailedStep>,
    /// Names of the steps that were stopped because the run was.
    pub stopped: Vec<String>,
    /// Whether any step has signals at all.
    pub watched: bool,
    /// The signals that were seen.
    pub signals: Vec<SeenSignal>,
    /// What each lane did when.
    pub timeline: Option<Timeline>,
    /// The order of the steps as a picture.
    pub order: Option<StepOrder>,
    /// One line for each step, in the plan's order.
    pub steps: Vec<StepLine>,
    /// Whether there are so many steps that each is told of in few words.
    pub is_large: bool,
    /// Whether any of the steps has a trend.
    pub has_trends: bool,
    /// More of the steps that there is more to tell of.
    pub details: Vec<Details>,
    /// How many steps have no details because there are so many.
    pub without_details: usize,
}

/// The page of a run.
#[must_use]
pub fn page(facts: &Facts<'_>) -> Page {
    let state = facts.state;
    let tries = tries(facts);
    let mut budget = TABLE_CHARACTERS;
    let place = place(facts);
    let commands = commands(&state.run, &place, facts.plan);
    let signals = signals(facts, &mut budget);
    let timeline = timeline(facts);
    let has_details = detailed(facts, &tries);
    let failures = failures(facts, &tries, &place, &commands, &mut budget);
    let details = details(facts, &tries, &place, &commands, &has_details, &mut budget);
    let is_told = |name: &str| details.iter().any(|details| details.step == name);
    let with_trends = state.steps.len() <= FEW_STEPS;
    let steps = steps(facts, timeline.as_ref(), with_trends, is_told);
    Page {
        format: FORMAT,
        pipeline: state.pipeline.clone(),
        title: facts
            .plan
            .report
            .title
            .clone()
            .unwrap_or_else(|| state.pipeline.clone()),
        logo: facts.plan.report.logo.clone(),
        sections: facts.plan.report.sections(),
        description: facts.plan.description.clone(),
        run: state.run.clone(),
        status: state.status,
        status_in_words: status_in_words(state.status),
        rounds: state.round,
        most_rounds: facts.plan.limits.rounds,
        started: state.started,
        ended: state.ended,
        seconds: run_seconds(facts),
        comparison: comparison(facts),
        started_by: state.started_by.clone(),
        parameters: state.parameters.clone(),
        counts: counts(facts, &tries, &signals),
        cost: cost(facts, &tries),
        commands,
        notice: None,
        failures,
        stopped: state
            .each_step()
            .filter(|(_, step)| state.stopped_with_it(step))
            .map(|(name, _)| name.to_string())
            .collect(),
        watched: facts
            .plan
            .steps
            .iter()
            .any(|step| is_watched(step) && state.step(&step.name).is_some()),
        signals,
        is_large: !with_trends,
        has_trends: steps.iter().any(|step| step.trend.is_some()),
        without_details: steps.iter().filter(|step| !has_details(&step.name)).count(),
        order: order(facts, timeline.as_ref()),
        timeline,
        steps,
        details,
        place,
    }
}

/// Whether something of a step is shown among the signals.
fn is_watched(step: &plan::Step) -> bool {
    let mut checks = step.checks.iter();
    !step.signals.is_empty() || checks.any(|check| check.severity != Severity::Critical)
}
