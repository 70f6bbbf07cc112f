//! `report`: an HTML page of what the run did and returned, from the plan's template.

use serde::Serialize;
use serde_json::{Value, json};

use super::RunEvent;
use crate::error::ActionError;
use crate::keys;
use crate::place::Place;
use crate::ports::{Condition, Ports};
use crate::run::{Memory, REPORT, Run};
use crate::signals::{Seen, seen};
use crate::state::{GlobalState, StepState};

/// Bytes of a result's CSV that are read for the page.
const PREVIEW_BYTES: u64 = 64 * 1024;

/// Rows of a result that the page shows.
const PREVIEW_ROWS: usize = 25;

/// Characters of a value that the page shows; the files beside it have all of them.
const PREVIEW_CHARACTERS: usize = 500;

/// What the template is given.
#[derive(Serialize)]
struct Page<'a> {
    pipeline: &'a str,
    description: Option<&'a str>,
    run: &'a str,
    status: Value,
    rounds: u32,
    started: String,
    ended: Option<String>,
    seconds: Option<String>,
    parameters: &'a indexmap::IndexMap<String, String>,
    /// Whether any step has signals at all.
    watched: bool,
    signals: Vec<Seen<'a>>,
    steps: Vec<StepRow<'a>>,
    results: Vec<ResultTable<'a>>,
}

#[derive(Serialize)]
struct StepRow<'a> {
    name: &'a str,
    status: Value,
    round: u32,
    lane: Option<u32>,
    seconds: Option<String>,
    rows: Option<u64>,
    error: Option<&'a str>,
    message: Option<&'a str>,
    place: Option<&'a Place>,
}

#[derive(Serialize)]
struct ResultTable<'a> {
    step: &'a str,
    rows: u64,
    shown: usize,
    /// Whether there are more rows than are shown.
    cut: bool,
    columns: Vec<String>,
    records: Vec<Vec<String>>,
    json: String,
    csv: String,
}

/// Writes `report/index.html` and answers with its place.
pub async fn report(
    ports: &Ports,
    memory: &Memory,
    event: &RunEvent,
) -> Result<Value, ActionError> {
    let (run, state) = Run::open(ports, memory, &event.pipeline, &event.run).await?;
    let template = run.template().await?;
    let mut results = Vec::new();
    for (name, step) in &state.steps {
        if step.has_result {
            results.push(result_table(&run, name, step).await?);
        }
    }
    let page = page(&run, &state, results);
    let html = template
        .render(REPORT, &page)
        .map_err(|error| ActionError::Corrupt(format!("the report: {error}")))?;
    let key = keys::report(&event.pipeline, &event.run);
    ports
        .data
        .put(&key, html.into_bytes(), Condition::Always)
        .await?;
    Ok(json!({ "report": ports.data.location(&key) }))
}

fn page<'a>(run: &'a Run, state: &'a GlobalState, results: Vec<ResultTable<'a>>) -> Page<'a> {
    Page {
        pipeline: &state.pipeline,
        description: run.plan.description.as_deref(),
        run: &state.run,
        status: json!(state.status),
        rounds: state.round,
        started: state.started.strftime("%Y-%m-%d %H:%M:%S UTC").to_string(),
        ended: state
            .ended
            .map(|ended| ended.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()),
        seconds: seconds(Some(state.started), state.ended),
        parameters: &state.parameters,
        watched: run.plan.steps.iter().any(|step| !step.signals.is_empty()),
        signals: seen(&run.plan, state),
        steps: state
            .steps
            .iter()
            .map(|(name, step)| StepRow {
                name,
                status: json!(step.status),
                round: step.round,
                lane: step.lane,
                seconds: seconds(step.started, step.ended),
                rows: step.rows,
                error: step.error.as_ref().map(|error| error.error.as_str()),
                message: step.error.as_ref().map(|error| error.message.as_str()),
                place: step.error.as_ref().and_then(|error| error.place.as_deref()),
            })
            .collect(),
        results,
    }
}

fn seconds(from: Option<jiff::Timestamp>, to: Option<jiff::Timestamp>) -> Option<String> {
    let duration = to?.duration_since(from?);
    Some(format!("{:.1}", duration.as_secs_f64()))
}

async fn result_table<'a>(
    run: &Run,
    name: &'a str,
    step: &StepState,
) -> Result<ResultTable<'a>, ActionError> {
    let holder = step.kept_from.as_deref().unwrap_or(&run.id);
    let key = keys::result_csv(&run.pipeline, holder, name);
    let mut start = run
        .ports
        .data
        .get_start(&key, PREVIEW_BYTES)
        .await?
        .ok_or_else(|| ActionError::Corrupt(format!("`{key}` is gone")))?;
    let rows = step.rows.unwrap_or(0);
    // A record that was cut in the middle is not shown.
    let cut_short = start.len() as u64 >= PREVIEW_BYTES;
    if cut_short {
        let end = start.iter().rposition(|byte| *byte == b'\n').unwrap_or(0);
        start.truncate(end);
    }
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .from_reader(start.as_slice());
    let columns: Vec<String> = reader
        .headers()
        .map(|record| record.iter().map(str::to_owned).collect())
        .unwrap_or_default();
    let records: Vec<Vec<String>> = reader
        .records()
        .map_while(Result::ok)
        .filter(|record| record.len() == columns.len())
        .take(PREVIEW_ROWS)
        .map(|record| record.iter().map(shortened).collect())
        .collect();
    Ok(ResultTable {
        step: name,
        rows,
        shown: records.len(),
        cut: (records.len() as u64) < rows,
        columns,
        records,
        json: link(step, name, "json"),
        csv: link(step, name, "csv"),
    })
}

/// The beginning of a value that is too long for a page.
fn shortened(value: &str) -> String {
    match value.char_indices().nth(PREVIEW_CHARACTERS) {
        Some((end, _)) => format!("{}…", value.get(..end).unwrap_or(value)),
        None => value.to_owned(),
    }
}

/// A result as the page finds it: beside itself, or in the folder of the run that the step was kept from.
fn link(step: &StepState, name: &str, extension: &str) -> String {
    match &step.kept_from {
        Some(run) => format!("../../{run}/results/{name}.{extension}"),
        None => format!("../results/{name}.{extension}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_value_is_cut_between_characters() {
        assert_eq!(shortened("short"), "short");
        let whole = "ä".repeat(PREVIEW_CHARACTERS);
        assert_eq!(shortened(&whole), whole);
        assert_eq!(shortened(&format!("{whole}ä")), format!("{whole}…"));
    }
}
