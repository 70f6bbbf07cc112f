//! `sfc status`: the latest runs, or the steps of one.

use comfy_table::{CellAlignment, Table, presets};
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use jiff::Timestamp;
use runtime_lambda::protocol::SKIPPED;
use runtime_lambda::state::{GlobalState, StepState, StepStatus};
use serde_json::{Value, json};

use super::dead_runs;
use super::progress::{details, error_json, summary, word};
use super::watch;
use super::{Brief, Runs, RunsOf};
use crate::commands::rows;
use crate::commands::session::{self, EarlyEnd};
use crate::commands::{duration, thousands};
use crate::diagnostic::{Code, Diagnostic};
use crate::exit::Exit;
use crate::printer::Printer;
use crate::terminal::one_line;

/// Runs that are listed.
const LISTED: usize = 20;

/// States that are read at the same time.
const AT_ONCE: usize = 8;

/// Shows the latest runs of the pipeline, or one of them.
#[must_use]
pub fn status(of: &RunsOf, run: Option<&str>, as_json: bool, printer: &Printer) -> Exit {
    session::block_on(printer, async {
        let runs = Runs::open(of).await?;
        dead_runs::end(&runs, printer).await?;
        match run {
            None => list(&runs, as_json, printer).await,
            Some(run) => one(&runs, run, as_json, printer).await,
        }
    })
}

/// The latest runs, and of each its state, if it has one, and whether it was skipped for another one.
///
/// # Errors
/// They cannot be read.
pub async fn latest(
    runs: &Runs,
    most: usize,
) -> Result<(Vec<Brief>, Vec<(Option<GlobalState>, bool)>), EarlyEnd> {
    let latest = runs.latest(most).await?;
    let states = stream::iter(latest.clone())
        .map(|brief| standing(runs, brief))
        .buffered(AT_ONCE)
        .try_collect()
        .await?;
    Ok((latest, states))
}

async fn standing(runs: &Runs, brief: Brief) -> Result<(Option<GlobalState>, bool), EarlyEnd> {
    let state = runs.state(&brief.run).await?;
    let skipped = state.is_none() && watch::is_skipped(runs, &brief).await?;
    Ok((state, skipped))
}

async fn list(runs: &Runs, as_json: bool, printer: &Printer) -> Result<Exit, EarlyEnd> {
    let (latest, states) = latest(runs, LISTED).await?;
    if latest.is_empty() && !as_json {
        printer.note(&format!(
            "the pipeline `{}` has no runs yet",
            runs.pipeline()
        ));
        return Ok(Exit::Success);
    }
    if as_json {
        let runs_of = latest.iter().zip(&states);
        let document = rows::document(json!({
            "pipeline": runs.pipeline(),
            "runs": runs_of
                .map(|(brief, (state, skipped))| brief_json(brief, state.as_ref(), *skipped))
                .collect::<Vec<_>>(),
        }));
        printer.data(&rows::json_text(&document));
        return Ok(Exit::Success);
    }
    let mut table = table(["run", "status", "started", "took", "steps", "round"]);
    for (brief, (state, skipped)) in latest.iter().zip(&states) {
        table.add_row(line(brief, state.as_ref(), *skipped));
    }
    print(&table, printer);
    Ok(Exit::Success)
}

/// How a run stands, or its execution where it has no state.
#[must_use]
pub fn status_of(
    brief: &Brief,
    state: Option<&GlobalState>,
    skipped: bool,
) -> Option<&'static str> {
    match (state, brief.execution.as_ref()) {
        (Some(state), _) => Some(word(state.status)),
        (None, _) if skipped => Some(SKIPPED),
        (None, Some(execution)) => Some(execution.status.name()),
        (None, None) => None,
    }
}

/// How many of its steps are FINISHED.
#[must_use]
pub fn finished(state: &GlobalState) -> usize {
    let steps = state.steps.values();
    steps
        .filter(|step| step.status == StepStatus::Finished)
        .count()
}

fn brief_json(brief: &Brief, state: Option<&GlobalState>, skipped: bool) -> Value {
    let execution = brief.execution.as_ref();
    let ended = state
        .and_then(|state| state.ended)
        .or_else(|| execution.and_then(|execution| execution.ended));
    json!({
        "run": brief.run,
        "status": status_of(brief, state, skipped),
        "started": state.map(|state| state.started).or(brief.started),
        "ended": ended,
        "round": state.map(|state| state.round),
        "steps": state.map(|state| json!({
            "all": state.steps.len(),
            "finished": finished(state),
            "left_out": state.left_out,
        })),
    })
}

fn step_json(name: &str, step: &StepState) -> Value {
    json!({
        "step": name,
        "status": step.status,
        "lane": step.lane,
        "round": step.round,
        "started": step.started,
        "ended": step.ended,
        "rows": step.rows,
        "has_result": step.has_result,
        "kept_from": step.kept_from,
        "statement_id": step.statement_id,
        "error": step.error.as_ref().map(error_json),
    })
}

fn line(brief: &Brief, state: Option<&GlobalState>, skipped: bool) -> [String; 6] {
    let execution = brief.execution.as_ref();
    let status = status_of(brief, state, skipped).unwrap_or("-");
    let started = state.map(|state| state.started).or(brief.started);
    let ended = state
        .and_then(|state| state.ended)
        .or_else(|| execution.and_then(|execution| execution.ended));
    let steps = state.map_or_else(String::new, |state| {
        let chosen = format!("{}/{}", finished(state), state.steps.len());
        match state.left_out {
            0 => chosen,
            left_out => format!("{chosen} of {}", state.steps.len() + left_out),
        }
    });
    [
        brief.run.to_string(),
        status.to_owned(),
        started.map_or_else(String::new, |time| {
            time.strftime("%Y-%m-%d %H:%M:%SZ").to_string()
        }),
        started.map_or_else(String::new, |from| took(from, ended)),
        steps,
        state.map_or_else(String::new, |state| state.round.to_string()),
    ]
}

/// How long from one moment to another, or to now.
fn took(from: Timestamp, to: Option<Timestamp>) -> String {
    let seconds = to
        .unwrap_or_else(Timestamp::now)
        .duration_since(from)
        .as_secs();
    duration(u64::try_from(seconds).unwrap_or(0))
}

async fn one(runs: &Runs, run: &str, as_json: bool, printer: &Printer) -> Result<Exit, EarlyEnd> {
    let brief = runs.find(run).await?;
    let execution = runs.execution(&brief).await?;
    let Some(state) = runs.state(&brief.run).await? else {
        if let Some(execution) = &execution
            && !execution.is_running()
        {
            return Err(watch::stateless(&brief.run, execution));
        }
        let status = execution.map_or("unknown", |execution| execution.status.name());
        return Err(EarlyEnd::with(
            Exit::RunFailed,
            Diagnostic::error(
                Code::UnknownRun,
                format!("the run `{}` has no state yet", brief.run),
            )
            .note(format!("its execution is {status}"))
            .help(format!(
                "`sfc watch {}` shows it as soon as it has one",
                brief.run
            )),
        ));
    };
    if as_json {
        let steps = state.steps.iter();
        let document = rows::document(json!({
            "pipeline": state.pipeline,
            "run": state.run,
            "status": word(state.status),
            "round": state.round,
            "left_out": state.left_out,
            "started": state.started,
            "ended": state.ended,
            "execution": execution.map(|execution| json!({
                "arn": execution.arn,
                "status": execution.status.name(),
            })),
            "steps": steps.map(|(name, step)| step_json(name, step)).collect::<Vec<_>>(),
        }));
        printer.data(&rows::json_text(&document));
        return Ok(Exit::Success);
    }
    let mut table = table(["step", "lane", "status", "took", "rows", "round", "error"]);
    for (name, step) in &state.steps {
        table.add_row(row(name, step));
    }
    for column in [1, 4, 5] {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    printer.data(&format!("run {}\n{}\n", state.run, summary(&state)));
    if let Some(execution) = execution {
        printer.data(&format!(
            "execution {} {}\n",
            execution.status.name(),
            execution.arn
        ));
    }
    printer.data("\n");
    print(&table, printer);
    for (name, step) in &state.steps {
        let details = details(step);
        if !details.is_empty() {
            printer.data(&format!("\n{name}\n{}\n", details.join("\n")));
        }
    }
    Ok(Exit::Success)
}

fn row(name: &str, step: &StepState) -> [String; 7] {
    let status = step.status.name();
    let error = match (&step.error, &step.kept_from) {
        (_, Some(run)) => format!("kept from {run}"),
        (Some(error), _) => format!("{}: {}", error.error, one_line(&error.message)),
        _ => String::new(),
    };
    [
        name.to_owned(),
        step.lane
            .map_or_else(|| "-".to_owned(), |lane| lane.to_string()),
        status.to_owned(),
        step.started.map_or_else(String::new, |from| {
            let to = step.ended.unwrap_or_else(Timestamp::now);
            format!("{:.2} s", to.duration_since(from).as_secs_f64())
        }),
        step.rows.map_or_else(String::new, thousands),
        step.round.to_string(),
        error,
    ]
}

fn table<const N: usize>(header: [&str; N]) -> Table {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_header(header);
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    table
}

fn print(table: &Table, printer: &Printer) {
    for line in table.lines() {
        printer.data(&format!("{}\n", line.trim_end()));
    }
}
