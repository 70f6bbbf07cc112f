//! What failed, with all that helps to mend it.

use std::collections::HashMap;

use serde::Serialize;

use super::checks;
use super::commands::Commands;
use super::condition::ShownCondition;
use super::facts::Facts;
use super::preview::ConditionVerdict;
use super::run::{ExecutionPlace, step_console};
use super::table::ResultTable;
use super::tries::Try;
use crate::ids::StepName;
use crate::place::Place;
use crate::protocol::errors::{
    EXPECTATION_FAILED, JOB_FAILED, JOB_UNKNOWN, PROCESS_DIED, STATEMENT_FAILED, STOPPED,
    TIME_LIMIT,
};
use crate::state::{StepError, StepStatus};

/// What to do about a step that FAILED in a run that goes on.
const GOES_ON: &str =
    "The run goes on, and may try the step again in its next round. How it stands:";

/// Most FAILED steps that are named for a step that did not start.
const MOST_CULPRITS: usize = 20;

/// Lines of SQL that are shown before and behind the marked one.
const LINES_AROUND: u32 = 8;

/// Longest line of SQL that is shown, in characters.
const LINE_CHARACTERS: usize = 300;

/// A step that FAILED in the last round that tried it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FailedStep {
    /// Name of the step that FAILED.
    pub step: String,
    /// Name of the error, such as `Sfc.StatementFailed`.
    pub error: String,
    /// The warehouse's sentence, or sfc's.
    pub message: String,
    /// What to do next; code in backticks.
    pub advice: String,
    /// The command that goes on with the run once the cause is mended.
    pub command: String,
    /// The command that prints the log; none of a local run without RSQL.
    pub logs: Option<String>,
    /// The last lines of what its RSQL script wrote; none in AWS, where the command above prints them.
    pub log_end: Option<String>,
    /// Id of its last statement.
    pub statement_id: Option<String>,
    /// Address of its execution in AWS's console; none of a local run.
    pub console: Option<String>,
    /// Where in its SQL it failed, if that is known.
    pub place: Option<Place>,
    /// The statement that failed, around the place; empty where it could not be read.
    pub lines: Vec<SqlLine>,
    /// What went wrong in each round that tried it.
    pub rounds: Vec<Round>,
    /// What its result must look like, if that is why it failed.
    pub conditions: Vec<ShownCondition>,
    /// Names of the steps that could not start for it.
    pub holds_back: Vec<String>,
}

/// A line of SQL.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SqlLine {
    /// Its number in the file, from 1.
    pub number: u32,
    /// The line without its end, cut where it is long.
    pub text: String,
    /// Whether the step failed on it.
    pub is_marked: bool,
}

/// What went wrong in a round.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Round {
    /// The round, from 1.
    pub round: u32,
    /// Name of the error.
    pub error: String,
    /// The warehouse's sentence, or sfc's.
    pub message: String,
    /// Seconds that the try took, if that is known.
    pub seconds: Option<f64>,
}

/// Why steps did not start: the FAILED steps before each SKIPPED one, never none of them.
pub fn culprits<'a>(facts: &Facts<'a>) -> HashMap<&'a str, Vec<&'a str>> {
    let mut culprits: HashMap<&str, Vec<&str>> = HashMap::new();
    for step in &facts.plan.steps {
        let mut before: Vec<&str> = Vec::new();
        for name in &step.after {
            let earlier = match facts.state.status_of(name) {
                Some(StepStatus::Failed) => vec![name.as_str()],
                _ => culprits.get(name.as_str()).cloned().unwrap_or_default(),
            };
            for culprit in earlier {
                if before.len() < MOST_CULPRITS && !before.contains(&culprit) {
                    before.push(culprit);
                }
            }
        }
        // A step that was left out of the run holds back what one before it holds back.
        let held = matches!(
            facts.state.status_of(&step.name),
            Some(StepStatus::Skipped) | None
        );
        if held && !before.is_empty() {
            culprits.insert(&step.name, before);
        }
    }
    culprits
}

/// The FAILED steps in the plan's order.
pub fn failures(
    facts: &Facts<'_>,
    tries: &[Try<'_>],
    place: &ExecutionPlace,
    commands: &Commands,
    budget: &mut usize,
) -> Vec<FailedStep> {
    let culprits = culprits(facts);
    let mut rounds: HashMap<&str, Vec<Round>> = HashMap::new();
    for one in tries {
        if let Some(error) = one.error {
            rounds.entry(one.step).or_default().push(Round {
                round: one.round,
                error: error.error.clone(),
                message: error.message.clone(),
                seconds: one.seconds(),
            });
        }
    }
    let failed = facts
        .state
        .each_step()
        .filter(|(_, step)| step.status == StepStatus::Failed)
        .filter(|(_, step)| !facts.state.stopped_with_it(step));
    let goes_on = facts.now.is_some();
    failed
        .filter_map(|(name, step)| {
            let name = name.as_str();
            let error = step.error.as_ref()?;
            let held = facts.state.steps.keys().map(StepName::as_str);
            Some(FailedStep {
                step: name.to_owned(),
                error: error.error.clone(),
                message: error.message.clone(),
                advice: match goes_on {
                    true => GOES_ON.to_owned(),
                    false => advice(error, place.is_local).to_owned(),
                },
                command: match goes_on {
                    true => commands.status.clone(),
                    false => commands.resume.clone(),
                },
                logs: commands.logs.clone(),
                log_end: facts.logs.get(name).cloned(),
                statement_id: step.statement_id.clone(),
                console: step_console(facts, place, name),
                place: error.place.as_deref().cloned(),
                lines: lines(facts, name, error),
                rounds: rounds.remove(name).unwrap_or_default(),
                conditions: conditions(facts, name, error, budget),
                holds_back: held
                    .filter(|held| culprits.get(held).is_some_and(|of| of.contains(&name)))
                    .map(str::to_owned)
                    .collect(),
            })
        })
        .collect()
}

/// What to do about an error of this name.
fn advice(error: &StepError, is_local: bool) -> &'static str {
    match error.error.as_str() {
        EXPECTATION_FAILED => {
            "Look at the rows that break a condition. Mend the data or what the step expects, then go on with the run."
        }
        TIME_LIMIT if is_local => {
            "Make the statement faster, or raise the step's `limit`; then go on with the run."
        }
        TIME_LIMIT => {
            "Make the statement faster, or raise the step's `limit` and deploy; then go on with the run."
        }
        STOPPED => "The run was stopped, or the execution of the step died. Go on with the run.",
        PROCESS_DIED => "The process of the run died. Go on with the run.",
        JOB_FAILED => "Look at the job's own log, mend the cause, then go on with the run.",
        JOB_UNKNOWN => {
            "Look for the job in its service's console; when it has ended, or if it never began, go on with the run."
        }
        STATEMENT_FAILED if is_local => {
            "Correct the SQL or the data, then go on with the run: what is finished is kept."
        }
        STATEMENT_FAILED => {
            "Correct the SQL or the data, deploy, then go on with the run: what is finished is kept."
        }
        _ => "Mend what the message says, then go on with the run: what is finished is kept.",
    }
}

/// The failed statement around the place.
fn lines(facts: &Facts<'_>, step: &str, error: &StepError) -> Vec<SqlLine> {
    let Some(place) = error.place.as_deref() else {
        return Vec::new();
    };
    let index = usize::try_from(place.statement).unwrap_or(usize::MAX);
    let statement = facts
        .scripts
        .get(step)
        .and_then(|script| script.statements.get(index.checked_sub(1)?));
    let Some(statement) = statement else {
        return Vec::new();
    };
    let numbered = statement.sql.lines().zip(statement.line.max(1)..);
    numbered
        .filter(|(_, number)| number.abs_diff(place.line) <= LINES_AROUND)
        .map(|(text, number)| SqlLine {
            number,
            text: text.chars().take(LINE_CHARACTERS).collect(),
            is_marked: number == place.line,
        })
        .collect()
}

/// The conditions of a step whose result is not as expected.
fn conditions(
    facts: &Facts<'_>,
    step: &str,
    error: &StepError,
    budget: &mut usize,
) -> Vec<ShownCondition> {
    if error.error != EXPECTATION_FAILED {
        return Vec::new();
    }
    let of_checks = checks::conditions(facts, step, budget);
    let Some(preview) = facts.results.get(step) else {
        return of_checks;
    };
    let condition = |verdict: &ConditionVerdict| {
        let broken = &verdict.broken;
        ShownCondition {
            condition: verdict.condition.clone(),
            holds: verdict.holds,
            table: (!broken.is_empty())
                .then(|| ResultTable::of(&preview.columns, broken, None, |_| None, &mut *budget)),
        }
    };
    let of_result: Vec<ShownCondition> = preview.conditions.iter().map(condition).collect();
    of_result.into_iter().chain(of_checks).collect()
}
