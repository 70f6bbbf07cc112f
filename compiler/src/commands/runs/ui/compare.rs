//! Two runs side by side.

use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use axum::response::Html;
use jiff::Timestamp;
use runtime_lambda::state::{GlobalState, StepState};
use serde_json::{Value, json};

use super::address::{known, run_in};
use super::pages::{PageFrame, ProblemPage, rendered};
use super::site::{Opened, Site};
use crate::commands::runs::progress::word;
use crate::commands::session::{EarlyEnd, command_line};
use crate::diagnostic::Code;
use crate::exit::Exit;

/// The page that shows two runs beside each other.
pub async fn page(
    State(site): State<Arc<Site>>,
    Path((place, pipeline)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Html<String>, ProblemPage> {
    let opened = site.open(&place, &pipeline).await?;
    let query = query.unwrap_or_default();
    let named = |side: &str| {
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        let found = pairs.find(|(name, _)| name == side);
        found.map(|(_, run)| run.into_owned())
    };
    let (Some(left), Some(right)) = (named("left"), named("right")) else {
        let early = EarlyEnd::with(
            Exit::BadInput,
            command_line(
                Code::UnknownRun,
                "two runs are compared, and both must be chosen",
            )
            .help("choose one on the left and one on the right"),
        );
        return Err(ProblemPage::from(early).back_to(&opened.href));
    };
    let left = known(&site, &opened, &run_in(&left)?).await?;
    let right = known(&site, &opened, &run_in(&right)?).await?;
    let mut page = compared(&left, &right, Timestamp::now());
    for (side, state) in [("left", &left), ("right", &right)] {
        if let Some(side) = page.get_mut(side).and_then(Value::as_object_mut) {
            side.insert("href".to_owned(), href(&opened, state).into());
        }
    }
    let content = rendered("compare", &page)?;
    let frame = PageFrame {
        title: format!("{}: two runs", left.pipeline),
        way: vec![opened.way()],
        here: "two runs".to_owned(),
        ..PageFrame::default()
    };
    Ok(frame.around(&content)?)
}

fn href(opened: &Opened, state: &GlobalState) -> String {
    format!("{}report/", opened.href_of(&state.run))
}

/// What the page is made from.
fn compared(left: &GlobalState, right: &GlobalState, now: Timestamp) -> Value {
    let names = left.steps.keys();
    let more = right.steps.keys();
    let more = more.filter(|name| !left.steps.contains_key(name));
    let steps: Vec<Value> = names
        .chain(more)
        .map(|name| step(name, left.step(name), right.step(name)))
        .collect();
    let differing = steps
        .iter()
        .filter(|step| step.get("differs").is_some_and(Value::is_array))
        .count();
    let names = left.parameters.keys();
    let more = right.parameters.keys();
    let more = more.filter(|name| !left.parameters.contains_key(*name));
    let parameters: Vec<Value> = names
        .chain(more)
        .map(|name| {
            let (left, right) = (left.parameters.get(name), right.parameters.get(name));
            json!({ "name": name, "left": left, "right": right, "differs": left != right })
        })
        .collect();
    json!({
        "pipeline": left.pipeline,
        "left": run(left, now),
        "right": run(right, now),
        "difference": percent(run_seconds(left, now), run_seconds(right, now)),
        "same_plan": left.plan == right.plan,
        "parameters": parameters,
        "steps": steps,
        "differing": differing,
    })
}

fn run(state: &GlobalState, now: Timestamp) -> Value {
    json!({
        "run": state.run,
        "status": word(state.status),
        "started": state.started,
        "seconds": run_seconds(state, now),
        "round": state.round,
    })
}

fn run_seconds(state: &GlobalState, now: Timestamp) -> f64 {
    let ended = state.ended.unwrap_or(now);
    ended.duration_since(state.started).as_secs_f64().max(0.0)
}

/// A step of both runs, or of one of them. What only takes another time does not differ.
fn step(name: &str, left: Option<&StepState>, right: Option<&StepState>) -> Value {
    let mut differs = Vec::new();
    if left.map(|step| step.status) != right.map(|step| step.status) {
        differs.push("status");
    }
    if left.map(|step| step.rows) != right.map(|step| step.rows) {
        differs.push("rows");
    }
    let message =
        |step: Option<&StepState>| step?.error.as_ref().map(|error| error.message.clone());
    if message(left) != message(right) {
        differs.push("error");
    }
    let seconds = left.and_then(seconds).zip(right.and_then(seconds));
    let rows = |step: Option<&StepState>| i64::try_from(step?.rows?).ok();
    let change = rows(left)
        .zip(rows(right))
        .map(|(left, right)| right - left);
    json!({
        "name": name,
        "left": left.map(told),
        "right": right.map(told),
        "time_change": seconds.and_then(|(left, right)| percent(left, right)),
        "row_change": change.filter(|change| *change != 0),
        "differs": (!differs.is_empty()).then_some(differs),
    })
}

fn told(step: &StepState) -> Value {
    json!({
        "status": step.status,
        "seconds": seconds(step),
        "rows": step.rows,
        "round": step.round,
    })
}

/// Seconds of a step's last try in the run itself.
fn seconds(step: &StepState) -> Option<f64> {
    let (started, ended) = step.started.zip(step.ended)?;
    let is_own = step.kept_from.is_none();
    is_own.then(|| ended.duration_since(started).as_secs_f64().max(0.0))
}

/// By how many percent the right is longer than the left; none of what is too short to be compared.
fn percent(left: f64, right: f64) -> Option<i64> {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a percentage that people read"
    )]
    let percent = || ((right - left) / left * 100.0).round() as i64;
    (left >= 0.01).then(percent)
}
