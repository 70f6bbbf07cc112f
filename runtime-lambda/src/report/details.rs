//! What a page tells of a step beside its line: its SQL, its tries, its result.

use std::collections::HashMap;
use std::sync::Arc;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;

use super::commands::Commands;
use super::facts::Facts;
use super::failures::culprits;
use super::run::{ExecutionPlace, step_console};
use super::signals::raised;
use super::steps::times_tried;
use super::table::ResultTable;
use super::tries::Try;
use crate::plan::{Job, Script, Step};
use crate::state::{StepState, StepStatus};

/// Most steps of which the page tells all it knows. Of larger runs it tells that only of steps that
/// failed, were tried again, raised a signal or have a result.
const DETAILED_STEPS: usize = 250;

/// Characters of SQL that a page holds.
const SQL_CHARACTERS: usize = 20 * 1024;

/// Characters of CSV that a page holds.
const CSV_CHARACTERS: usize = 64 * 1024;

/// What stands in the address of a CSV as it is.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b',')
    .remove(b'.')
    .remove(b'-')
    .remove(b'_')
    .remove(b':')
    .remove(b'/');

/// More of a step.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Details {
    /// Name of the step, unique in the run.
    pub step: String,
    /// Status when the page was made.
    pub status: StepStatus,
    /// Names of the steps that it comes after.
    pub after: Vec<String>,
    /// How long it may take, in seconds.
    pub limit_seconds: u64,
    /// The kind of job that it is, such as `glue_job`, if it is not SQL.
    pub job: Option<&'static str>,
    /// Id of its last statement.
    pub statement_id: Option<String>,
    /// Address of its last execution in AWS's console; none of a local run.
    pub console: Option<String>,
    /// The command that prints its log, if it is RSQL: SQL has none of its own.
    pub logs: Option<String>,
    /// Its tries, if there were several.
    pub tries: Vec<TryLine>,
    /// Its SQL file, relative to the pipeline's folder.
    pub file: Option<String>,
    /// Its SQL; none where the page has no room for it.
    pub sql: Option<String>,
    /// First rows and files of the result; none where the last statement returned none.
    pub result: Option<ResultOf>,
}

/// One of several tries.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TryLine {
    /// Round of the try, from 1.
    pub round: u32,
    /// FINISHED or FAILED; or RUNNING.
    pub status: StepStatus,
    /// Seconds that it took, if that is known.
    pub seconds: Option<f64>,
    /// Sentence of the error; none of a try that did not fail.
    pub message: Option<String>,
}

/// The result of a step.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ResultOf {
    /// The first rows, within what the page has room for.
    #[serde(flatten)]
    pub table: ResultTable,
    /// All of it as an address of the kind `data:text/csv,…`, if it is small.
    pub csv_data: Option<String>,
    /// Where its CSV lies, seen from the page.
    pub csv: String,
    /// Where its JSON lies, seen from the page.
    pub json: String,
    /// Whether it is what an expectation was not met by.
    pub is_unexpected: bool,
}

/// Which steps have details.
pub fn detailed<'a>(facts: &Facts<'a>, tries: &[Try<'a>]) -> impl Fn(&str) -> bool + use<'a> {
    let state = facts.state;
    let all = state.steps.len() <= DETAILED_STEPS;
    let tried = times_tried(tries);
    let results = facts.results;
    move |name: &str| {
        let told = |step: &StepState| {
            step.status == StepStatus::Failed
                || step.signals.iter().any(|rows| *rows > 0)
                || step.checks.iter().any(|check| check.broken.is_some())
        };
        all || tried.get(name).is_some_and(|times| *times > 1)
            || results.contains_key(name)
            || state.step(name).is_some_and(told)
    }
}

/// The details, in the plan's order. Rows of results are taken from `budget`, in characters.
pub fn details(
    facts: &Facts<'_>,
    tries: &[Try<'_>],
    place: &ExecutionPlace,
    commands: &Commands,
    has_details: impl Fn(&str) -> bool,
    budget: &mut usize,
) -> Vec<Details> {
    let mut sql = sql(facts, place, &has_details);
    let mut csv_budget = CSV_CHARACTERS;
    let mut by_step: HashMap<&str, Vec<&Try<'_>>> = HashMap::new();
    for one in tries {
        by_step.entry(one.step).or_default().push(one);
    }
    let held_back = culprits(facts);
    facts
        .plan
        .steps
        .iter()
        .filter(|step| has_details(&step.name) && !held_back.contains_key(step.name.as_str()))
        .filter_map(|step| {
            let state = facts.state.step(&step.name)?;
            let script = script(facts, place, step);
            Some(Details {
                step: step.name.to_string(),
                status: state.status,
                after: step.after.iter().map(ToString::to_string).collect(),
                limit_seconds: step.limit_seconds,
                job: step.job.as_ref().map(|job| job.kind().name()),
                statement_id: state.statement_id.clone(),
                console: step_console(facts, place, &step.name),
                logs: commands
                    .logs
                    .clone()
                    .filter(|_| matches!(step.job, Some(Job::Rsql { .. }))),
                tries: lines(by_step.get(step.name.as_str())),
                file: script
                    .map(|script| script.file.clone())
                    .filter(|file| !file.is_empty()),
                sql: sql.remove(step.name.as_str()),
                result: result(facts, step, state, budget, &mut csv_budget),
            })
        })
        .collect()
}

/// The script that a step ran. What stands in for a job on a laptop is not what ran in AWS.
fn script<'a>(facts: &Facts<'a>, place: &ExecutionPlace, step: &Step) -> Option<&'a Arc<Script>> {
    let ran = step.job.is_none() || place.is_local;
    facts.scripts.get(&step.name).filter(|_| ran)
}

/// The SQL that the page has room for, by step: that of steps that failed comes first.
fn sql<'a>(
    facts: &Facts<'a>,
    place: &ExecutionPlace,
    has_details: impl Fn(&str) -> bool,
) -> HashMap<&'a str, String> {
    let mut budget = SQL_CHARACTERS;
    let mut steps: Vec<&Step> = facts.plan.steps.iter().collect();
    steps.sort_by_key(|step| facts.state.status_of(&step.name) != Some(StepStatus::Failed));
    let mut found = HashMap::new();
    for step in steps.into_iter().filter(|step| has_details(&step.name)) {
        let Some(script) = script(facts, place, step) else {
            continue;
        };
        let statements = script.statements.iter().map(|one| one.sql.trim());
        let mut text = statements.collect::<Vec<_>>().join(";\n\n");
        text.push(';');
        if take(&mut budget, text.len()) {
            found.insert(step.name.as_str(), text);
        }
    }
    found
}

/// Takes so much from a budget, if it is there.
fn take(budget: &mut usize, cost: usize) -> bool {
    let left = budget.checked_sub(cost);
    if let Some(left) = left {
        *budget = left;
    }
    left.is_some()
}

fn lines(tries: Option<&Vec<&Try<'_>>>) -> Vec<TryLine> {
    let Some(tries) = tries.filter(|tries| tries.len() > 1) else {
        return Vec::new();
    };
    tries
        .iter()
        .map(|one| TryLine {
            round: one.round,
            status: one.status,
            seconds: one.seconds(),
            message: one.error.map(|error| error.message.clone()),
        })
        .collect()
}

fn result(
    facts: &Facts<'_>,
    step: &Step,
    state: &StepState,
    budget: &mut usize,
    csv_budget: &mut usize,
) -> Option<ResultOf> {
    let preview = facts.results.get(&step.name)?;
    let rows = state.rows.or(preview.is_whole.then_some(preview.read));
    let csv = preview.csv.as_ref().map(|csv| {
        let csv = utf8_percent_encode(csv, PLAIN);
        format!("data:text/csv;charset=utf-8,{csv}")
    });
    Some(ResultOf {
        table: ResultTable::of(
            &preview.columns,
            &preview.first,
            rows,
            |number| raised(facts, &step.name, number),
            budget,
        ),
        csv_data: csv.filter(|csv| take(csv_budget, csv.len())),
        csv: link(state, &step.name, "csv"),
        json: link(state, &step.name, "json"),
        is_unexpected: !state.has_result,
    })
}

/// A result as the page finds it: beside itself, or in the folder of the run that the step was kept from.
fn link(step: &StepState, name: &str, extension: &str) -> String {
    match &step.kept_from {
        Some(run) => format!("../../{run}/results/{name}.{extension}"),
        None => format!("../results/{name}.{extension}"),
    }
}
