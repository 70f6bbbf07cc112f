//! The message of a run's end as HTML: for mail programs, so styles stand at the elements, and there is no
//! script, no picture, and nothing that is fetched. Every text in it is escaped.

use handlebars::Handlebars;
use serde::Serialize;

use crate::plan::Plan;
use crate::signals::{Severity, seen};
use crate::state::{GlobalState, RunStatus, StepStatus};

/// The template.
const TEMPLATE: &str = include_str!("../../templates/mail.html.hbs");

/// Steps and signals that a mail names before it says how many more there are.
const NAMED: usize = 20;

/// What the template is given.
#[derive(Debug, Serialize)]
struct Message<'a> {
    pipeline: &'a str,
    description: Option<&'a str>,
    ended: &'a str,
    is_finished: bool,
    run: &'a str,
    started: String,
    seconds: Option<String>,
    rounds: u32,
    finished: usize,
    steps: usize,
    left_out: usize,
    failures: Vec<Failure<'a>>,
    not_started: Vec<&'a str>,
    more: usize,
    signals: Vec<SeenSignal<'a>>,
    more_signals: usize,
    report: &'a str,
}

/// A step that failed.
#[derive(Debug, Serialize)]
struct Failure<'a> {
    step: &'a str,
    error: &'a str,
    message: &'a str,
    place: Option<String>,
    snippet: Option<&'a str>,
}

/// A signal that was seen.
#[derive(Debug, Serialize)]
struct SeenSignal<'a> {
    step: &'a str,
    signal: &'a str,
    severity: &'static str,
    rows: u64,
    recommendation: Option<&'a str>,
}

/// The mail about the end of a run, which `ended` says in words; `report` is where its page lies.
#[must_use]
pub fn html(plan: &Plan, state: &GlobalState, ended: &str, report: &str) -> String {
    let of = |wanted: StepStatus| {
        let steps = state.steps.iter();
        steps.filter(move |(_, step)| step.status == wanted)
    };
    let failures = of(StepStatus::Failed).map(|(name, step)| {
        let error = step.error.as_ref();
        let place = error.and_then(|error| error.place.as_deref());
        Failure {
            step: name,
            error: error.map_or("", |error| &error.error),
            message: error.map_or("", |error| &error.message),
            place: place.map(|place| {
                let statement = format!("statement {} of {}", place.statement, place.statements);
                format!("{}, {statement}", place.short())
            }),
            snippet: place.map(|place| place.snippet.as_str()),
        }
    });
    let waiting = state
        .steps
        .iter()
        .filter(|(_, step)| !matches!(step.status, StepStatus::Finished | StepStatus::Failed));
    let waiting: Vec<&str> = waiting.map(|(name, _)| name.as_str()).collect();
    let failures: Vec<Failure<'_>> = failures.collect();
    let mut all = seen(plan, state);
    all.sort_by_key(|signal| std::cmp::Reverse(signal.severity));
    let signals = all.iter().take(NAMED).map(|signal| SeenSignal {
        step: signal.step,
        signal: signal.signal,
        severity: match signal.severity {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Critical => "critical",
        },
        rows: signal.rows,
        recommendation: signal.recommendation,
    });
    let seconds = state.ended.map(|at| at.duration_since(state.started));
    let hidden = failures.len().saturating_sub(NAMED) + waiting.len().saturating_sub(NAMED);
    rendered(&Message {
        pipeline: &state.pipeline,
        description: plan.description.as_deref(),
        ended,
        is_finished: state.status == RunStatus::Finished,
        run: &state.run,
        started: state.started.strftime("%Y-%m-%d %H:%M:%S UTC").to_string(),
        seconds: seconds.map(|took| format!("{:.1} s", took.as_secs_f64())),
        rounds: state.round,
        finished: of(StepStatus::Finished).count(),
        steps: state.steps.len(),
        left_out: state.left_out,
        failures: failures.into_iter().take(NAMED).collect(),
        not_started: waiting.into_iter().take(NAMED).collect(),
        more: hidden,
        signals: signals.collect(),
        more_signals: all.len().saturating_sub(NAMED),
        report,
    })
}

fn rendered(message: &Message<'_>) -> String {
    // What cannot be rendered is still told, by the text beside it.
    Handlebars::new()
        .render_template(TEMPLATE, message)
        .unwrap_or_default()
}

/// A text as a mail.
#[must_use]
pub fn of_text(text: &str) -> String {
    let text = handlebars::html_escape(text);
    format!(
        "<pre style=\"font:14px/1.5 sans-serif;white-space:pre-wrap;margin:24px\">{text}</pre>\n"
    )
}
