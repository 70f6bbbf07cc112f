//! `report`: an HTML page of what the run did and returned, from the plan's template. It also keeps
//! how the run went, for the pages of the next ones.

use std::sync::Arc;
use std::time::Duration;

use crate::error::ActionError;
use crate::gathered::{Gathered, RunBuckets};
use crate::keys;
use crate::ports::{Ports, StoreError, WriteCondition};
use crate::protocol::{OfRun, Reported};
use crate::report::history::History;
use crate::report::{Facts, Page, Renderer, page};
use crate::run::{Memory, Run};
use crate::watch;

/// Tries to add the run to the history, which other runs of the pipeline write too.
const HISTORY_ATTEMPTS: u32 = 5;

/// Writes `report/index.html` and answers with its place.
pub async fn report(
    ports: &Ports,
    memory: &Memory,
    event: &OfRun,
) -> Result<Reported, ActionError> {
    let (run, state) = Run::open(ports, memory, &event.pipeline, &event.run).await?;
    let buckets = RunBuckets {
        data: ports.data.as_ref(),
        artifacts: ports.artifacts.as_ref(),
    };
    let gathered = Gathered::read(buckets, memory, Arc::clone(&state), None).await?;
    let facts = gathered.facts(ports.clock.now());
    let html = rendered(&run, page(&facts)).await?;
    let key = keys::report(&event.pipeline, &event.run);
    ports
        .data
        .put(&key, html.into_bytes(), WriteCondition::Always)
        .await?;
    remember(&run, &facts).await?;
    watch::note(ports, &run.plan, |watch| watch.ends(&run.plan, &state)).await;
    Ok(Reported {
        report: ports.data.location(&key),
    })
}

/// The page in the pipeline's template. Where that one cannot be used, in the usual one, which says so: a run
/// that is over has a page.
async fn rendered(run: &Run, mut page: Page) -> Result<String, ActionError> {
    // One that is not what was deployed is an error, as every artifact is.
    let why = match run.template().await?.render(&page) {
        Ok(html) => return Ok(html),
        Err(why) => why,
    };
    page.notice = Some(format!(
        "This is the usual page, because the pipeline's own template failed: {why}"
    ));
    let usual = Renderer::usual().render(&page);
    usual.map_err(|error| ActionError::Corrupt(format!("the report: {error}; {why}")))
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
            Some(etag) => WriteCondition::Matches(etag),
            None => WriteCondition::Absent,
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
