//! The page of a run: the report as it is written at the run's end, while it goes on.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{Path, RawQuery, State};
use axum::response::{Html, IntoResponse, Redirect};
use jiff::Timestamp;
use runtime_lambda::ids::RunId;
use runtime_lambda::keys;
use runtime_lambda::report::{self, Facts};
use runtime_lambda::state::RunStatus;
use serde_json::{Value, json};

use super::address::{RunAddress, living, run_in};
use super::house;
use super::live::{self, Pace};
use super::pages::{PageFrame, ProblemPage, rendered};
use super::runs::seen_in;
use super::site::{Opened, Site};
use crate::commands::runs::{stop, watch};
use crate::commands::session::EarlyEnd;
use crate::diagnostic::human;
use crate::execution::AwsExecutionStatus;

/// The page of a run, also while it goes on.
pub async fn page(
    State(site): State<Arc<Site>>,
    Path((place, pipeline, run)): Path<RunAddress>,
) -> Result<Html<String>, ProblemPage> {
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
    let frame = PageFrame {
        title: format!("{} {} · {run}", page.title, page.status_in_words),
        way: vec![opened.way()],
        here: run.to_string(),
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
    Path((place, pipeline, run)): Path<RunAddress>,
    RawQuery(query): RawQuery,
) -> Result<impl IntoResponse, ProblemPage> {
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
    Path((place, pipeline, run)): Path<RunAddress>,
) -> Result<Redirect, ProblemPage> {
    let opened = site.open(&place, &pipeline).await?;
    let run = run_in(&run)?;
    let page = format!("{}report/", opened.href_of(&run));
    let stopped = async {
        let state = living(&site, &opened, &run).await?;
        if state.is_none_or(|state| state.status == RunStatus::Running) {
            let brief = opened.runs.find(&run).await?;
            stop::ask(&opened.runs, &brief, &site.printer).await?;
        }
        Ok::<_, EarlyEnd>(())
    };
    match stopped.await {
        Ok(()) => Ok(Redirect::to(&page)),
        Err(early) => Err(ProblemPage::from(early).back_to(&page)),
    }
}

async fn pulse(opened: &Opened, run: &RunId) -> Result<String, EarlyEnd> {
    let key = keys::state(opened.runs.pipeline(), run);
    Ok(format!("{:?}", opened.runs.stamp(&key).await?))
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
async fn waiting(opened: &Opened, run: &str, seen: &str) -> Result<Html<String>, ProblemPage> {
    let brief = opened.runs.find(run).await;
    let brief = brief.map_err(|early| ProblemPage::from(early).back_to(&opened.href))?;
    let execution = opened.runs.execution(&brief).await?;
    let over = execution.filter(|execution| !execution.is_running());
    let said = over.as_ref().map(|execution| {
        let early = watch::stateless(&brief.run, execution);
        human::render(&early.diagnostics, false)
    });
    let status = over
        .as_ref()
        .map_or(AwsExecutionStatus::Running, |execution| execution.status)
        .name();
    let content = rendered(
        "waiting",
        &json!({ "run": run, "status": status, "is_over": over.is_some(), "said": said }),
    )?;
    let frame = PageFrame {
        title: format!("{}: {run}", opened.runs.pipeline()),
        way: vec![opened.way()],
        here: run.to_owned(),
        events: over
            .is_none()
            .then(|| format!("{}events?seen={seen}", opened.href_of(run))),
        ..PageFrame::default()
    };
    Ok(frame.around(&content)?)
}
