//! `report`: an HTML page of what the run did and returned, from the plan's template; and how the run
//! went, for the pages of the next ones.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;

use crate::error::ActionError;
use crate::keys;
use crate::outcome::NO_RESULT;
use crate::plan::{Script, Step};
use crate::ports::{Condition, Ports, StoreError};
use crate::protocol::errors::EXPECTATION_FAILED;
use crate::protocol::{OfRun, Reported};
use crate::report::history::History;
use crate::report::{Facts, Manifest, PREVIEW_BYTES, Preview, page};
use crate::run::{self, Memory, Run};
use crate::state::{GlobalState, StepState, StepStatus};
use crate::watch;

/// Reads that are under way at the same time.
const READS: usize = 16;

/// Most scripts that are read for a page: those of failed steps, then those of the first steps.
const SCRIPTS: usize = 60;

/// Tries to add the run to the history, which other runs of the pipeline write too.
const HISTORY_ATTEMPTS: u32 = 5;

/// Writes `report/index.html` and answers with its place.
pub async fn report(
    ports: &Ports,
    memory: &Memory,
    event: &OfRun,
) -> Result<Reported, ActionError> {
    let (run, state) = Run::open(ports, memory, &event.pipeline, &event.run).await?;
    let template = run.template().await?;
    let manifests = manifests(&run, &state).await?;
    let results = results(&run, &state).await?;
    let scripts = scripts(&run, &state).await;
    let history = history(&run).await?.0.before(&run.id);
    let facts = Facts {
        plan: &run.plan,
        state: &state,
        manifests: &manifests,
        results: &results,
        scripts: &scripts,
        history: &history,
    };
    let html = template
        .render(&page(&facts))
        .map_err(|error| ActionError::Corrupt(format!("the report: {error}")))?;
    let key = keys::report(&event.pipeline, &event.run);
    ports
        .data
        .put(&key, html.into_bytes(), Condition::Always)
        .await?;
    remember(&run, &facts).await?;
    watch::note(ports, &run.plan, |watch| watch.ends(&run.plan, &state)).await;
    Ok(Reported {
        report: ports.data.location(&key),
    })
}

/// The manifests of the rounds. One that is not there leaves a gap in the page and keeps nobody from
/// the rest.
async fn manifests(run: &Run, state: &GlobalState) -> Result<Vec<Manifest>, ActionError> {
    let mut manifests = Vec::new();
    for round in 1..=state.round {
        let key = keys::manifest(&run.pipeline, &run.id, round);
        if let Some(object) = run.ports.data.get(&key).await? {
            manifests.push(run::parse(&key, &object.body)?);
        }
    }
    Ok(manifests)
}

/// The beginnings of all results, and of those that were not as expected.
async fn results(run: &Run, state: &GlobalState) -> Result<BTreeMap<String, Preview>, ActionError> {
    let wanted = run.plan.steps.iter().filter_map(|step| {
        let state = state.step(&step.name)?;
        (state.has_result || is_unexpected(state)).then_some((step, state))
    });
    let wanted: Vec<(&Step, &StepState)> = wanted.collect();
    let mut results = BTreeMap::new();
    for some in wanted.chunks(READS) {
        let reads = some.iter().map(|(step, state)| preview(run, step, state));
        for ((step, _), preview) in some.iter().zip(join_all(reads).await) {
            if let Some(preview) = preview? {
                results.insert(step.name.clone(), preview);
            }
        }
    }
    Ok(results)
}

/// Whether the step returned rows, but not those that it was to return.
fn is_unexpected(step: &StepState) -> bool {
    let error = step.error.as_ref();
    step.status == StepStatus::Failed
        && error
            .is_some_and(|error| error.error == EXPECTATION_FAILED && error.message != NO_RESULT)
}

async fn preview(
    run: &Run,
    step: &Step,
    state: &StepState,
) -> Result<Option<Preview>, ActionError> {
    let holder = state.kept_from.as_deref().unwrap_or(&run.id);
    let key = keys::result_json(&run.pipeline, holder, &step.name);
    let start = run.ports.data.get_start(&key, PREVIEW_BYTES).await?;
    match start {
        Some(start) => Ok(Preview::of(step, &start)),
        None if state.has_result => Err(ActionError::Corrupt(format!("`{key}` is gone"))),
        None => Ok(None),
    }
}

/// Scripts by step. The page can do without one that cannot be read.
async fn scripts(run: &Run, state: &GlobalState) -> BTreeMap<String, Arc<Script>> {
    let has_failed = |step: &&Step| state.status_of(&step.name) == Some(StepStatus::Failed);
    let of_run = || {
        run.plan
            .steps
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
        let reads = some.iter().map(|step| run.script(&step.script));
        for (step, script) in some.iter().zip(join_all(reads).await) {
            if let Ok(script) = script {
                scripts.insert(step.name.clone(), script);
            }
        }
    }
    scripts
}

/// The history as it is, and the entity tag to replace it under.
async fn history(run: &Run) -> Result<(History, Option<String>), ActionError> {
    let object = run.ports.data.get(&keys::history(&run.pipeline)).await?;
    Ok(match object {
        Some(object) => (History::read(&object.body), Some(object.etag)),
        None => (History::default(), None),
    })
}

/// Adds the run to the history. Where others are always faster, or the bucket refuses, the next pages
/// know one run less.
async fn remember(run: &Run, facts: &Facts<'_>) -> Result<(), ActionError> {
    let key = keys::history(&run.pipeline);
    for _ in 0..HISTORY_ATTEMPTS {
        let (known, etag) = history(run).await?;
        let Some(history) = known.with(facts) else {
            return Ok(());
        };
        let condition = match &etag {
            Some(etag) => Condition::Matches(etag),
            None => Condition::Absent,
        };
        let body = serde_json::to_vec(&history)
            .map_err(|error| ActionError::Corrupt(format!("the history: {error}")))?;
        match run.ports.data.put(&key, body, condition).await {
            Err(StoreError::Conflict) => run.ports.clock.sleep(Duration::from_millis(200)).await,
            Ok(_) | Err(StoreError::Refused(_)) => return Ok(()),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
