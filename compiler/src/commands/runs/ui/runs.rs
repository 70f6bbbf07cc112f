//! The page of a pipeline: its latest runs.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{Path, RawQuery, State};
use axum::response::{Html, IntoResponse};
use jiff::Timestamp;
use runtime_lambda::state::GlobalState;
use serde_json::{Value, json};

use super::live::{self, Pace};
use super::pages::{PageFrame, ProblemPage, rendered};
use super::site::{Opened, Site};
use crate::commands::runs::Brief;
use crate::commands::runs::{dead_runs, home, status};
use crate::commands::session::EarlyEnd;

/// Runs that are listed.
const LISTED: usize = 50;

/// The page that lists the latest runs of a pipeline.
pub async fn page(
    State(site): State<Arc<Site>>,
    Path((place, pipeline)): Path<(String, String)>,
) -> Result<Html<String>, ProblemPage> {
    let began = Instant::now();
    let opened = site.open(&place, &pipeline).await?;
    end_dead(&site, &opened).await?;
    let seen = live::mark(&opened.runs.pulse(LISTED).await?);
    let (briefs, states) = status::latest(&opened.runs, LISTED).await?;
    let mut runs: Vec<Value> = briefs
        .iter()
        .zip(&states)
        .map(|(brief, state)| listed(&opened, brief, state))
        .collect();
    // The last two of them are likely meant.
    let mut comparable = runs.iter_mut().filter(|run| run.get("href").is_some());
    let chosen = [comparable.next(), comparable.next()];
    let can_compare = chosen.iter().all(Option::is_some);
    for (run, side) in chosen.into_iter().flatten().zip(["is_right", "is_left"]) {
        if let Some(run) = run.as_object_mut() {
            run.insert(side.to_owned(), true.into());
        }
    }
    let content = rendered(
        "runs",
        &json!({
            "pipeline": opened.runs.pipeline(),
            "description": opened.runs.known.document.spec.description,
            "place": opened.place.in_words(),
            "href": opened.href,
            "has_folder": opened.entry.deployed.is_none(),
            "runs": runs,
            "can_compare": can_compare,
        }),
    )?;
    site.costed(&opened.href, began.elapsed());
    let frame = PageFrame {
        title: format!("{}: runs", opened.runs.pipeline()),
        here: opened.runs.pipeline().to_owned(),
        events: Some(format!("{}events?seen={seen}", opened.href)),
        ..PageFrame::default()
    };
    Ok(frame.around(&content)?)
}

/// What tells the page that it is old.
pub async fn events(
    State(site): State<Arc<Site>>,
    Path((place, pipeline)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<impl IntoResponse, ProblemPage> {
    let opened = site.open(&place, &pipeline).await?;
    let pace = Pace::of_list(&[opened.place]);
    let page = opened.href.clone();
    Ok(live::follow(site, page, seen_in(query), pace, move |_| {
        let runs = Arc::clone(&opened.runs);
        async move { runs.pulse(LISTED).await }
    }))
}

/// The mark that a page was made with.
pub fn seen_in(query: Option<String>) -> String {
    let query = query.unwrap_or_default();
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    let seen = pairs.find(|(name, _)| name == "seen");
    seen.map(|(_, seen)| seen.into_owned()).unwrap_or_default()
}

/// A run in a list.
pub fn listed(
    opened: &Opened,
    brief: &Brief,
    (state, skipped): &(Option<GlobalState>, bool),
) -> Value {
    let execution = brief.execution.as_ref();
    let started = state.as_ref().map(|state| state.started).or(brief.started);
    let ended = state
        .as_ref()
        .and_then(|state| state.ended)
        .or_else(|| execution.and_then(|execution| execution.ended));
    let seconds = started.map(|started| {
        let ended = ended.unwrap_or_else(Timestamp::now);
        ended.duration_since(started).as_secs_f64().max(0.0)
    });
    let mut listed = json!({
        "run": brief.run,
        "status": status::status_of(brief, state.as_ref(), *skipped).unwrap_or("unknown"),
        "started": started,
        "seconds": seconds,
        "steps": state.as_ref().map(|state| state.steps.len()),
        "finished": state.as_ref().map(status::finished),
        "round": state.as_ref().map(|state| state.round),
    });
    if (state.is_some() || execution.is_some())
        && let Some(listed) = listed.as_object_mut()
    {
        let href = format!("{}report/", opened.href_of(&brief.run));
        listed.insert("href".to_owned(), href.into());
    }
    listed
}

/// Ends local runs whose process has died. While a process has the folder, there are none.
///
/// # Errors
/// The pipeline's folder cannot be used.
pub async fn end_dead(site: &Site, opened: &Opened) -> Result<(), EarlyEnd> {
    let Some(folder) = opened.runs.home().filter(|folder| folder.is_dir()) else {
        return Ok(());
    };
    let goes_on = opened.runs.latest(1).await?;
    let goes_on = match goes_on.first() {
        Some(brief) => opened.runs.state(&brief.run).await?,
        None => None,
    };
    let is_running = goes_on.is_some_and(|state| state.ended.is_none());
    if is_running && matches!(home::hold(folder), Ok(Some(_))) {
        dead_runs::end(&opened.runs, &site.printer).await?;
    }
    Ok(())
}
