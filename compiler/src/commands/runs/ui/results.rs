//! What the steps of a run returned: which did, the rows of one as a table, and the files.

use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use axum::http::header;
use axum::response::{Html, IntoResponse};
use runtime_lambda::ids::RunId;
use runtime_lambda::keys;
use runtime_lambda::report::{NumberedRow, ResultTable};
use serde_json::{Value, json};

use super::address::{RunAddress, known, run_in};
use super::pages::{PageFrame, ProblemPage, rendered, segment};
use super::site::{Opened, Site};
use crate::commands::runs::results::wanted::{self, StepWithRows, WantedResults};
use crate::commands::runs::results::{gone, read};

/// Rows of a table, unless the address says how many.
const USUAL: u64 = 100;

/// Most rows of a table.
const MOST: u64 = 5_000;

/// Most characters of a table.
const CHARACTERS: usize = 4 * 1024 * 1024;

/// The page: which steps returned rows.
pub async fn page(
    State(site): State<Arc<Site>>,
    Path((place, pipeline, run)): Path<RunAddress>,
) -> Result<Html<String>, ProblemPage> {
    let opened = site.open(&place, &pipeline).await?;
    let run = run_in(&run)?;
    let state = known(&site, &opened, &run).await?;
    let found = wanted::wanted(state, None)?;
    let steps: Vec<Value> = found
        .steps
        .iter()
        .map(|step| {
            json!({
                "name": step.name,
                "rows": step.rows,
                "href": format!("{}rows/{}", opened.href_of(&run), segment(&step.name)),
                "kept_from": (step.run != run).then_some(&step.run),
                "csv": file_of(&opened, step, "csv"),
                "json": file_of(&opened, step, "json"),
            })
        })
        .collect();
    let content = rendered("results", &json!({ "run": run, "steps": steps }))?;
    let frame = PageFrame {
        title: format!("Results of {run}"),
        way: vec![opened.way(), opened.way_of(&run)],
        here: "results".to_owned(),
        ..PageFrame::default()
    };
    Ok(frame.around(&content)?)
}

/// The rows of a step.
pub async fn rows(
    State(site): State<Arc<Site>>,
    Path((place, pipeline, run, step)): Path<(String, String, String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Html<String>, ProblemPage> {
    let opened = site.open(&place, &pipeline).await?;
    let run = run_in(&run)?;
    let (found, step) = of_step(&site, &opened, &run, &step).await?;
    let query = query.unwrap_or_default();
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    let most = pairs
        .find(|(name, _)| name == "rows")
        .and_then(|(_, number)| number.parse().ok())
        .map_or(USUAL, |most: u64| most.clamp(1, MOST));
    let rows = read(&opened.runs, &found, &step, Some(most)).await?;
    let numbered: Vec<NumberedRow> = (1..).zip(rows.records).collect();
    let mut budget = CHARACTERS;
    let table = ResultTable::of(
        &rows.columns,
        &numbered,
        Some(rows.total),
        |_| None,
        &mut budget,
    );
    let more = table.is_cut && most < MOST;
    let content = rendered(
        "rows",
        &json!({
            "step": step.name,
            "table": table,
            "csv": file_of(&opened, &step, "csv"),
            "json": file_of(&opened, &step, "json"),
            "more": more.then(|| format!("?rows={}", most.saturating_mul(10).min(MOST))),
        }),
    )?;
    let results = (
        "results".to_owned(),
        format!("{}results/", opened.href_of(&run)),
    );
    let frame = PageFrame {
        title: format!("{} of {run}", step.name),
        way: vec![opened.way(), opened.way_of(&run), results],
        here: step.name.to_string(),
        ..PageFrame::default()
    };
    Ok(frame.around(&content)?)
}

/// A file of a result.
pub async fn file(
    State(site): State<Arc<Site>>,
    Path((place, pipeline, run, file)): Path<(String, String, String, String)>,
) -> Result<impl IntoResponse, ProblemPage> {
    let opened = site.open(&place, &pipeline).await?;
    let run = run_in(&run)?;
    let (step, kind) = file.rsplit_once('.').ok_or_else(ProblemPage::no_page)?;
    let kind = match kind {
        "csv" => "text/csv; charset=utf-8",
        "json" => "application/json",
        _ => return Err(ProblemPage::no_page()),
    };
    let (found, step) = of_step(&site, &opened, &run, step).await?;
    let key = match kind {
        "application/json" => keys::result_json(&found.pipeline, &step.run, &step.name),
        _ => keys::result_csv(&found.pipeline, &step.run, &step.name),
    };
    let body = opened.runs.object(&key).await?;
    let body = body.ok_or_else(|| gone(&opened.runs.location(&key)))?;
    let name = segment(&file);
    let disposition = format!("attachment; filename=\"{name}\"");
    Ok((
        [
            (header::CONTENT_TYPE, kind.to_owned()),
            (header::CONTENT_DISPOSITION, disposition),
        ],
        body,
    ))
}

/// A step of a run that has returned rows.
async fn of_step(
    site: &Site,
    opened: &Opened,
    run: &RunId,
    step: &str,
) -> Result<(WantedResults, StepWithRows), ProblemPage> {
    let state = known(site, opened, run).await?;
    let back =
        |early| ProblemPage::from(early).back_to(&format!("{}results/", opened.href_of(run)));
    let mut found = wanted::wanted(state, Some(step)).map_err(back)?;
    match found.steps.pop() {
        Some(step) => Ok((found, step)),
        None => Err(back(wanted::nothing(&found))),
    }
}

fn file_of(opened: &Opened, step: &StepWithRows, kind: &str) -> String {
    let folder = opened.href_of(&step.run);
    format!("{folder}results/{}.{kind}", segment(&step.name))
}
