//! The page of a run: the report as it is written at the run's end, while it goes on.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{Path, RawQuery, State};
use axum::response::{Html, IntoResponse, Redirect};
use jiff::Timestamp;
use runtime_lambda::keys;
use runtime_lambda::report::{self, Facts};
use runtime_lambda::state::{GlobalState, RunStatus};
use serde_json::{Value, json};

use super::house;
use super::live::{self, Pace};
use super::pages::{Frame, Problem, rendered};
use super::runs::seen_in;
use super::site::{Opened, Site};
use crate::commands::session::{Stop, command_line};
use crate::commands::{dead_runs, home, stop, watch};
use crate::diagnostic::{Code, human};
use crate::exit::Exit;

/// What an address of a run names: place, pipeline, run.
pub type Named = (String, String, String);

/// The page of a run, also while it goes on.
pub async fn page(
    State(site): State<Arc<Site>>,
    Path((place, pipeline, run)): Path<Named>,
) -> Result<Html<String>, Problem> {
    let opened = site.open(&place, &pipeline).await?;
    let run = run_in(&run)?;
    let seen = live::mark(&pulse(&opened, &run).await?);
    let Some(state) = living(&site, &opened, &run).await? else {
        return waiting(&opened, &run, &seen).await;
    };
    let is_running = state.status == RunStatus::Running;
    let gathered = site.gathered(&opened, state).await?;
    // From here on it is the processor's work.
    let began = Instant::now();
    let facts = gathered.facts(Timestamp::now());
    let page = report::page(&facts);
    let actions = actions(&opened, &facts);
    let content = format!(
        "{}{}",
        rendered("actions", &actions)?,
        rendered("run", &page)?
    );
    let frame = Frame {
        title: format!("{} {} · {run}", page.title, page.status_in_words),
        way: vec![opened.way()],
        here: run.clone(),
        events: is_running.then(|| format!("{}events?seen={seen}", opened.href_of(&run))),
        skip: Some("#steps"),
    };
    let html = frame.around(&content)?;
    site.keep(&opened, gathered);
    site.costed(&opened.href_of(&run), began.elapsed());
    Ok(html)
}

/// What tells the page that it is old.
pub async fn events(
    State(site): State<Arc<Site>>,
    Path((place, pipeline, run)): Path<Named>,
    RawQuery(query): RawQuery,
) -> Result<impl IntoResponse, Problem> {
    let opened = site.open(&place, &pipeline).await?;
    let run = run_in(&run)?;
    let pace = Pace::of_run(opened.place);
    let page = opened.href_of(&run);
    Ok(live::follow(site, page, seen_in(query), pace, move |_| {
        let (opened, run) = (opened.clone(), run.clone());
        async move { pulse(&opened, &run).await }
    }))
}

/// Stops the run, and shows its page, which follows it to its end.
pub async fn stop(
    State(site): State<Arc<Site>>,
    Path((place, pipeline, run)): Path<Named>,
) -> Result<Redirect, Problem> {
    let opened = site.open(&place, &pipeline).await?;
    let run = run_in(&run)?;
    let page = format!("{}report/", opened.href_of(&run));
    let stopped = async {
        let state = living(&site, &opened, &run).await?;
        if state.is_none_or(|state| state.status == RunStatus::Running) {
            let brief = opened.runs.find(&run).await?;
            stop::ask(&opened.runs, &brief, &site.printer).await?;
        }
        Ok::<_, Stop>(())
    };
    match stopped.await {
        Ok(()) => Ok(Redirect::to(&page)),
        Err(stop) => Err(Problem::from(stop).back_to(&page)),
    }
}

async fn pulse(opened: &Opened, run: &str) -> Result<String, Stop> {
    let key = keys::state(opened.runs.pipeline(), run);
    Ok(format!("{:?}", opened.runs.stamp(&key).await?))
}

/// The state of a run. One that goes on while nobody has the folder has died, and is ended first.
///
/// # Errors
/// It cannot be read.
pub async fn living(site: &Site, opened: &Opened, run: &str) -> Result<Option<GlobalState>, Stop> {
    let runs = &opened.runs;
    let state = runs.state(run).await?;
    let goes_on = state
        .as_ref()
        .is_some_and(|state| state.status == RunStatus::Running);
    match runs.home().filter(|_| goes_on) {
        Some(folder) if matches!(home::hold(folder), Ok(Some(_))) => {
            dead_runs::end(runs, &site.printer).await?;
            runs.state(run).await
        }
        _ => Ok(state),
    }
}

/// The id of a run that an address names; nothing else leads into the bucket.
///
/// # Errors
/// It is no such id.
pub fn run_in(text: &str) -> Result<String, Problem> {
    let is_id = text
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if is_id && text.len() <= 64 {
        Ok(text.to_owned())
    } else {
        Err(Problem::no_page())
    }
}

/// The state of a run that must have one.
///
/// # Errors
/// It has none, or it cannot be read.
pub async fn known(site: &Site, opened: &Opened, run: &str) -> Result<GlobalState, Problem> {
    let state = living(site, opened, run).await?;
    state.ok_or_else(|| {
        let stop = Stop::with(
            Exit::BadInput,
            command_line(
                Code::UnknownRun,
                format!(
                    "the pipeline `{}` has no run `{run}`",
                    opened.runs.pipeline()
                ),
            )
            .help("the page of the pipeline lists its runs"),
        );
        Problem::from(stop).back_to(&opened.href)
    })
}

/// What can be done with the run.
fn actions(opened: &Opened, facts: &Facts<'_>) -> Value {
    let state = facts.state;
    let is_over = state.status != RunStatus::Running;
    let has_folder = opened.entry.deployed.is_none();
    json!({
        "href": opened.href_of(&state.run),
        "base": opened.href,
        "run": state.run,
        "is_running": !is_over,
        "can_start": is_over && has_folder,
        "can_resume": is_over && has_folder && state.status != RunStatus::Finished,
        "has_rows": state.steps.values().any(|step| step.has_result),
        "has_house_style": house::has_one(facts),
        "before": facts.history.runs.last().map(|before| &before.run),
    })
}

/// The page of a run that has no state yet, or never had one.
async fn waiting(opened: &Opened, run: &str, seen: &str) -> Result<Html<String>, Problem> {
    let brief = opened.runs.find(run).await;
    let brief = brief.map_err(|stop| Problem::from(stop).back_to(&opened.href))?;
    let execution = watch::execution(&opened.runs, &brief).await?;
    let over = execution.filter(|execution| !execution.is_running());
    let said = over.as_ref().map(|execution| {
        let stop = watch::stateless(&brief.run, execution);
        human::render(&stop.diagnostics, false)
    });
    let status = over
        .as_ref()
        .map_or("RUNNING", |execution| execution.status.as_str());
    let content = rendered(
        "waiting",
        &json!({ "run": run, "status": status, "is_over": over.is_some(), "said": said }),
    )?;
    let frame = Frame {
        title: format!("{}: {run}", opened.runs.pipeline()),
        way: vec![opened.way()],
        here: run.to_owned(),
        events: over
            .is_none()
            .then(|| format!("{}events?seen={seen}", opened.href_of(run))),
        ..Frame::default()
    };
    Ok(frame.around(&content)?)
}
