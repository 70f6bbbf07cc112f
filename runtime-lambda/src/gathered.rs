//! What the page of a run is made from, read from the buckets. The action `report` reads it once
//! the run is over. Whoever shows a run that goes on reads it, too.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::future::join_all;
use jiff::Timestamp;

use crate::checks::{BrokenCheck, BrokenChecks};
use crate::error::ActionError;
use crate::ids::StepName;
use crate::keys;
use crate::outcome::NO_RESULT;
use crate::plan::{Plan, Script, Step};
use crate::ports::Store;
use crate::protocol::errors::EXPECTATION_FAILED;
use crate::report::history::History;
use crate::report::{Facts, Manifest, PREVIEW_BYTES, Preview};
use crate::run::{Memory, parse};
use crate::state::{GlobalState, RunStatus, StepState, StepStatus};

/// Reads that are under way at the same time.
const READS: usize = 16;

/// Most scripts that are read for a page: those of failed steps, then those of the first steps.
const SCRIPTS: usize = 60;

/// Most logs that a page shows.
const LOGS: usize = 20;

/// Most lines of a log that a page shows.
const LOG_LINES: usize = 30;

/// Longest line of a log that a page shows, in characters.
const LOG_LINE_CHARACTERS: usize = 300;

/// All that a page is made from.
#[derive(Debug)]
pub struct Gathered {
    /// The plan that the run follows.
    pub plan: Arc<Plan>,
    /// The global state, as it was when the page was asked for.
    pub state: Arc<GlobalState>,
    manifests: Vec<Manifest>,
    results: BTreeMap<StepName, Preview>,
    checks: BTreeMap<StepName, Vec<BrokenCheck>>,
    scripts: BTreeMap<StepName, Arc<Script>>,
    logs: BTreeMap<StepName, String>,
    history: History,
}

/// The buckets that it is read from.
#[derive(Clone, Copy)]
pub struct RunBuckets<'a> {
    /// Where states, manifests and results lie.
    pub data: &'a dyn Store,
    /// Where plans and scripts lie.
    pub artifacts: &'a dyn Store,
}

impl Gathered {
    /// Reads what belongs to a run in this state. `before` is what was read for an earlier state of it:
    /// results that cannot have changed since are not read again.
    ///
    /// # Errors
    /// A bucket does not answer, or something that must be there is gone.
    pub async fn read(
        buckets: RunBuckets<'_>,
        memory: &Memory,
        state: Arc<GlobalState>,
        before: Option<Self>,
    ) -> Result<Self, ActionError> {
        let plan = memory.plan(buckets.artifacts, &state.plan).await?;
        let manifests = manifests(buckets.data, &state).await?;
        let kept = before.map_or_else(BTreeMap::new, |before| before.still(&state));
        let results = results(buckets.data, &plan, &state, kept).await?;
        let checks = checks(buckets.data, &state).await?;
        let scripts = scripts(buckets.artifacts, memory, &plan, &state).await;
        let logs = logs(buckets.data, &plan, &state).await?;
        let history = history(buckets.data, &state).await?;
        Ok(Self {
            history,
            logs,
            plan,
            state,
            manifests,
            results,
            checks,
            scripts,
        })
    }

    /// The facts of a page that is made at this moment.
    #[must_use]
    pub fn facts(&self, now: Timestamp) -> Facts<'_> {
        Facts {
            plan: &self.plan,
            state: &self.state,
            manifests: &self.manifests,
            results: &self.results,
            checks: &self.checks,
            scripts: &self.scripts,
            logs: &self.logs,
            history: &self.history,
            now: (self.state.status == RunStatus::Running).then_some(now),
        }
    }

    /// The results of steps that stand as they stood.
    fn still(self, state: &GlobalState) -> BTreeMap<StepName, Preview> {
        let before = &self.state.steps;
        let mut results = self.results;
        results.retain(|name, _| before.get(name) == state.steps.get(name));
        results
    }
}

/// How the runs before this one went.
pub(crate) async fn history(data: &dyn Store, state: &GlobalState) -> Result<History, ActionError> {
    let history = data.get(&keys::history(&state.pipeline)).await?;
    let history = history.map_or_else(History::default, |object| History::read(&object.body));
    Ok(history.before(&state.run))
}

/// The manifests of the rounds. One that is not there leaves a gap in the page and keeps nobody from
/// the rest.
pub(crate) async fn manifests(
    data: &dyn Store,
    state: &GlobalState,
) -> Result<Vec<Manifest>, ActionError> {
    let mut manifests = Vec::new();
    for round in 1..=state.round {
        let key = keys::manifest(&state.pipeline, &state.run, round);
        if let Some(object) = data.get(&key).await? {
            manifests.push(parse(&key, &object.body)?);
        }
    }
    Ok(manifests)
}

/// The beginnings of all results, and of those that were not as expected.
async fn results(
    data: &dyn Store,
    plan: &Plan,
    state: &GlobalState,
    mut results: BTreeMap<StepName, Preview>,
) -> Result<BTreeMap<StepName, Preview>, ActionError> {
    let wanted = plan.steps.iter().filter_map(|step| {
        let state = state.step(&step.name)?;
        let is_wanted = state.has_result || is_unexpected(state);
        (is_wanted && !results.contains_key(&step.name)).then_some((step, state))
    });
    let wanted: Vec<(&Step, &StepState)> = wanted.collect();
    for some in wanted.chunks(READS) {
        let reads = some.iter().map(|(step, of)| preview(data, state, step, of));
        for ((step, _), preview) in some.iter().zip(join_all(reads).await) {
            if let Some(preview) = preview? {
                results.insert(step.name.clone(), preview);
            }
        }
    }
    Ok(results)
}

/// The checks that are broken. A document that is gone keeps nobody from the rest: the state says what
/// it said.
async fn checks(
    data: &dyn Store,
    state: &GlobalState,
) -> Result<BTreeMap<StepName, Vec<BrokenCheck>>, ActionError> {
    let mut checks = BTreeMap::new();
    let is_broken = |step: &StepState| step.checks.iter().any(|check| check.broken.is_some());
    for (name, step) in state.each_step().filter(|(_, step)| is_broken(step)) {
        let holder = step.kept_from.as_ref().unwrap_or(&state.run);
        let key = keys::checks(&state.pipeline, holder, name);
        if let Some(object) = data.get(&key).await? {
            let document: BrokenChecks = parse(&key, &object.body)?;
            checks.insert(name.clone(), document.broken);
        }
    }
    Ok(checks)
}

/// Whether the step returned rows, but not those that it was to return.
fn is_unexpected(step: &StepState) -> bool {
    let error = step.error.as_ref();
    step.status == StepStatus::Failed
        && error
            .is_some_and(|error| error.error == EXPECTATION_FAILED && error.message != NO_RESULT)
}

async fn preview(
    data: &dyn Store,
    run: &GlobalState,
    step: &Step,
    state: &StepState,
) -> Result<Option<Preview>, ActionError> {
    let holder = state.kept_from.as_ref().unwrap_or(&run.run);
    let key = keys::result_json(&run.pipeline, holder, &step.name);
    let start = data.get_start(&key, PREVIEW_BYTES).await?;
    match start {
        Some(start) => Ok(Preview::of(step, &start)),
        None if state.has_result => Err(ActionError::Corrupt(format!("`{key}` is gone"))),
        None => Ok(None),
    }
}

/// Scripts by step. The page can do without one that cannot be read.
async fn scripts(
    artifacts: &dyn Store,
    memory: &Memory,
    plan: &Plan,
    state: &GlobalState,
) -> BTreeMap<StepName, Arc<Script>> {
    let has_failed = |step: &&Step| state.status_of(&step.name) == Some(StepStatus::Failed);
    let of_run = || {
        plan.steps
            .iter()
            .filter(|step| state.step(&step.name).is_some() && !step.script.is_empty())
    };
    let others = of_run().filter(|step| !has_failed(step));
    let wanted: Vec<&Step> = of_run()
        .filter(has_failed)
        .chain(others)
        .take(SCRIPTS)
        .collect();
    let mut scripts = BTreeMap::new();
    for some in wanted.chunks(READS) {
        let reads = some
            .iter()
            .map(|step| memory.script(artifacts, &step.script));
        for (step, script) in some.iter().zip(join_all(reads).await) {
            if let Ok(script) = script {
                scripts.insert(step.name.clone(), script);
            }
        }
    }
    scripts
}

/// The ends of what failed RSQL scripts of a local run have written, by step.
async fn logs(
    data: &dyn Store,
    plan: &Plan,
    state: &GlobalState,
) -> Result<BTreeMap<StepName, String>, ActionError> {
    let mut logs = BTreeMap::new();
    if !state.is_local() {
        return Ok(logs);
    }
    let scripts = plan.steps.iter().filter(|step| step.is_rsql());
    let failed = scripts.filter_map(|step| {
        let state = state.step(&step.name)?;
        (state.status == StepStatus::Failed).then_some((step, state))
    });
    for (step, of) in failed.take(LOGS) {
        let key = keys::log(&state.pipeline, &state.run, &step.name, of.round);
        if let Some(object) = data.get(&key).await? {
            let text = String::from_utf8_lossy(&object.body);
            logs.insert(step.name.clone(), tail(&text));
        }
    }
    Ok(logs)
}

/// The last lines of a log, each of them bounded.
fn tail(text: &str) -> String {
    let lines: Vec<&str> = text.trim_end().lines().collect();
    let from = lines.len().saturating_sub(LOG_LINES);
    let mut tail = String::new();
    for line in lines.iter().skip(from) {
        tail.extend(line.chars().take(LOG_LINE_CHARACTERS));
        tail.push('\n');
    }
    tail
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_is_cut_to_its_last_lines() {
        assert_eq!(tail("a\nb\n\n"), "a\nb\n");
        let long: String = (1..=100).map(|line| format!("{line}\n")).collect();
        assert_eq!(tail(&long).lines().next(), Some("71"));
        assert_eq!(tail(&"x".repeat(5_000)).len(), LOG_LINE_CHARACTERS + 1);
    }
}
