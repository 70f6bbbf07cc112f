//! Which results somebody means: of which run, and of which of its steps.

use std::collections::HashSet;

use runtime_lambda::ids::{Hash, RunId, StepName};
use runtime_lambda::keys;
use runtime_lambda::plan::Plan;
use runtime_lambda::state::GlobalState;

use crate::commands::runs::{Runs, option_of};
use crate::commands::session::{EarlyEnd, command_line};
use crate::diagnostic::{Code, Nearest};
use crate::exit::Exit;
use crate::select::StepChoice;

/// Most steps that are named where another one was asked for.
const NAMED: usize = 12;

/// Results of one run.
#[derive(Debug)]
pub struct WantedResults {
    /// Name of the pipeline.
    pub pipeline: String,
    /// Id of the run.
    pub run: RunId,
    /// What is typed behind a verb to mean runs of its kind.
    option: &'static str,
    /// Hash of the plan that it followed; none before it has a state.
    plan: Option<Hash>,
    /// The step that was named.
    pub step: Option<String>,
    /// The steps whose rows are wanted, in the plan's order.
    pub steps: Vec<StepWithRows>,
}

/// A step that has returned rows.
#[derive(Debug, PartialEq)]
pub struct StepWithRows {
    /// Name of the step, as in the run's state.
    pub name: StepName,
    /// The run in whose folder its result lies: where a step was kept, the one that made it.
    pub run: RunId,
    /// Rows of the result.
    pub rows: Option<u64>,
}

impl WantedResults {
    /// Keeps the results of the steps that `choice` means in the plan that the run followed.
    ///
    /// # Errors
    /// The plan is gone, it has no such steps, or the choice asks what changed, which only the spec says.
    pub async fn keep(&mut self, runs: &Runs, choice: &StepChoice) -> Result<(), EarlyEnd> {
        let wrong = |sentence: &str, help: &str| {
            let diagnostic = command_line(Code::SelectState, sentence).help(help);
            Err(EarlyEnd::with(Exit::BadInput, diagnostic))
        };
        if choice.asks_for_changes() {
            return wrong(
                "`sfc results` does not read what changed in the spec",
                "choose by name or by tag",
            );
        }
        let Some(hash) = &self.plan else {
            return Ok(());
        };
        let bytes = runs.artifact(&keys::plan(hash)).await?;
        let plan = bytes.and_then(|bytes| serde_json::from_slice::<Plan>(&bytes).ok());
        let Some(plan) = plan else {
            return wrong(
                "the plan of that run is gone, or of another version of sfc",
                "name the step: `sfc results RUN STEP`",
            );
        };
        let chosen = choice.steps(&plan, &HashSet::new());
        let chosen = chosen.map_err(|diagnostics| EarlyEnd {
            exit: Exit::BadInput,
            diagnostics,
        })?;
        let is_chosen = |name: &str| chosen.names.iter().any(|chosen| chosen == name);
        self.steps.retain(|step| is_chosen(&step.name));
        Ok(())
    }
}

/// Finds what is meant. One word alone is a step of the last run, if that has such a step, or else a run.
///
/// # Errors
/// There is no such run or step.
pub async fn find(
    runs: &Runs,
    run: Option<&str>,
    step: Option<&str>,
) -> Result<WantedResults, EarlyEnd> {
    let Some(word) = run else {
        return of_run(runs, "last", None).await;
    };
    if step.is_none() && word != "last" {
        let last = match runs.latest(1).await?.first() {
            Some(last) => runs.state(&last.run).await?,
            None => return of_run(runs, "last", step).await,
        };
        if let Some(state) = last {
            if state.steps.contains_key(word) {
                return wanted(state, Some(word));
            }
            // The start of a run's id is digits; all else was meant to be a step.
            if !word.starts_with(|first: char| first.is_ascii_digit()) {
                return wanted(state, Some(word));
            }
        }
    }
    of_run(runs, word, step).await
}

async fn of_run(runs: &Runs, run: &str, step: Option<&str>) -> Result<WantedResults, EarlyEnd> {
    let brief = runs.find(run).await?;
    match runs.state(&brief.run).await? {
        Some(state) => wanted(state, step),
        None => Err(nothing(&WantedResults {
            pipeline: runs.pipeline().to_owned(),
            run: brief.run,
            option: runs.option(),
            plan: None,
            step: step.map(str::to_owned),
            steps: Vec::new(),
        })),
    }
}

/// The results of a run in this state, or those of one step.
///
/// # Errors
/// It has no such step.
pub fn wanted(state: GlobalState, step: Option<&str>) -> Result<WantedResults, EarlyEnd> {
    let option = option_of(&state);
    if let Some(step) = step
        && !state.steps.contains_key(step)
    {
        let known = state.steps.keys().map(StepName::as_str);
        let help = Nearest::default()
            .suggest(step, known)
            .unwrap_or_else(|| format!("`sfc status {}{option}` lists them", state.run));
        let mut diagnostic = command_line(
            Code::NoResults,
            format!("the run `{}` has no step `{step}`", state.run),
        );
        let with_rows = state.steps.iter().filter(|(_, state)| state.has_result);
        let with_rows: Vec<String> = with_rows
            .take(NAMED)
            .map(|(name, _)| format!("`{name}`"))
            .collect();
        if !with_rows.is_empty() {
            diagnostic = diagnostic.note(format!("rows are there of {}", with_rows.join(", ")));
        }
        return Err(EarlyEnd::with(Exit::BadInput, diagnostic.help(help)));
    }
    let steps = state
        .steps
        .iter()
        .filter(|(name, found)| found.has_result && step.is_none_or(|step| step == name.as_str()))
        .map(|(name, found)| StepWithRows {
            name: name.clone(),
            run: found.kept_from.as_ref().unwrap_or(&state.run).clone(),
            rows: found.rows,
        });
    Ok(WantedResults {
        steps: steps.collect(),
        step: step.map(str::to_owned),
        plan: Some(state.plan),
        option,
        pipeline: state.pipeline,
        run: state.run,
    })
}

/// There are no rows.
#[must_use]
pub fn nothing(found: &WantedResults) -> EarlyEnd {
    let sentence = match &found.step {
        Some(step) => format!(
            "the step `{step}` has returned no rows in the run `{}`",
            found.run
        ),
        None => format!("the run `{}` has returned no rows", found.run),
    };
    EarlyEnd::with(
        Exit::BadInput,
        command_line(Code::NoResults, sentence).help(format!(
            "`sfc status {}{}` shows its steps",
            found.run, found.option
        )),
    )
}
