//! What became of a step's checks. Their results are read, what breaks them is kept, and numbers of
//! rows are held against those of the last run.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::checks::{BrokenChecks, Judged, judge};
use crate::error::ActionError;
use crate::ids::RunId;
use crate::keys;
use crate::plan::{Asks, Severity, Step};
use crate::ports::{StatementDescription, SubStatement, WriteCondition};
use crate::run::{Run, json};
use crate::secrets::Scrubber;
use crate::state::CheckState;
use crate::tried::Try;

/// What the checks of a try have shown.
#[derive(Debug, Default)]
pub struct CheckFindings {
    /// What became of each check, in the plan's order.
    pub states: Vec<CheckState>,
    /// What the critical checks that are broken say; none if none is.
    pub violation: Option<String>,
    counts: Option<Counts>,
}

/// The document `counts/<step>.json`: the numbers of rows that the last run counted, by what was
/// expected.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Counts {
    /// The run that counted them.
    run: RunId,
    /// Numbers of rows by what was expected, as in [`crate::plan::Check::expected`].
    counted: IndexMap<String, u64>,
    /// What the run before it had counted: a result may be collected twice.
    #[serde(default)]
    before: IndexMap<String, u64>,
}

/// The part of a statement that is the step's own script: its rows, and the id of its result.
#[must_use]
pub fn own(step: &Step, statement: &StatementDescription) -> (Option<u64>, Option<String>) {
    if step.checks.is_empty() {
        return (statement.rows, statement.result_id.clone());
    }
    let (own, _) = parts(step, statement);
    let result = own.iter().rev().find(|part| part.has_result);
    (
        own.last().and_then(|part| part.rows),
        result.map(|part| part.id.clone()),
    )
}

/// The sub-statements of the step's script, and those of its checks.
fn parts<'s>(
    step: &Step,
    statement: &'s StatementDescription,
) -> (&'s [SubStatement], &'s [SubStatement]) {
    let all = statement.parts.as_slice();
    all.split_at(all.len().saturating_sub(step.checks.len()))
}

/// The message of a statement that failed, with the check that it is about, if it is one.
#[must_use]
pub fn named(step: &Step, statement: &StatementDescription, message: String) -> String {
    let number = crate::place::failed_statement(&message);
    let (own, _) = parts(step, statement);
    let index = number.and_then(|number| number.checked_sub(own.len() + 1));
    match index.and_then(|index| step.checks.get(index)) {
        Some(check) if !own.is_empty() => {
            format!(
                "nobody can tell whether to expect {}: {message}",
                check.expected
            )
        }
        _ => message,
    }
}

impl Run {
    /// Judges the checks of a try whose statement has finished, and keeps the rows that break them.
    pub(crate) async fn check(
        &self,
        tried: Try<'_>,
        step: &Step,
        statement: &StatementDescription,
    ) -> Result<CheckFindings, ActionError> {
        if step.checks.is_empty() {
            return Ok(CheckFindings::default());
        }
        let (_, asked) = parts(step, statement);
        if asked.len() != step.checks.len() {
            return Err(ActionError::Corrupt(format!(
                "the checks of `{}` have no results",
                step.name
            )));
        }
        let mut counts = self.counts(step).await?;
        let scrubber = Scrubber::of(self, &step.script).await?;
        let mut checked = CheckFindings::default();
        let mut broken = Vec::new();
        let mut violations: Vec<String> = Vec::new();
        for ((index, check), part) in step.checks.iter().enumerate().zip(asked) {
            if check.asks == Asks::NoRow && part.rows == Some(0) {
                checked.states.push(CheckState::default());
                continue;
            }
            let mut page = self.ports.warehouse.result(&part.id, None).await?;
            scrubber.scrub_page(&mut page);
            let last = counts
                .as_ref()
                .and_then(|counts| counts.before.get(&check.expected).copied());
            let Some(Judged {
                state,
                broken: found,
            }) = judge((index, check), &page.columns, &page.records, last)
            else {
                return Err(ActionError::Corrupt(format!(
                    "the check of `{}` that expects {} has counted nothing",
                    step.name, check.expected
                )));
            };
            if let (Some(counts), Some(counted)) = (&mut counts, state.counted) {
                counts.counted.insert(check.expected.clone(), counted);
            }
            if let Some(found) = found {
                if found.severity == Severity::Critical {
                    violations.push(found.sentence.clone());
                }
                broken.push(found);
            }
            checked.states.push(state);
        }
        checked.counts = counts;
        checked.violation = (!violations.is_empty()).then(|| violations.join("; "));
        if !broken.is_empty() {
            let key = keys::checks(&self.pipeline, &self.id, &step.name);
            let document = BrokenChecks {
                run: self.id.clone(),
                step: step.name.clone(),
                round: tried.round,
                broken,
                time: self.ports.clock.now(),
            };
            self.write(&key, &document).await?;
        }
        Ok(checked)
    }

    /// The numbers to compare with, as this run finds them; none if the step compares none. A document
    /// that cannot be read is as good as none.
    async fn counts(&self, step: &Step) -> Result<Option<Counts>, ActionError> {
        if !step.checks.iter().any(|check| check.asks.needs_last_run()) {
            return Ok(None);
        }
        let key = keys::counts(&self.pipeline, &step.name);
        let object = self.ports.data.get(&key).await?;
        let earlier = object.and_then(|object| serde_json::from_slice::<Counts>(&object.body).ok());
        let before = match earlier {
            Some(earlier) if earlier.run == self.id => earlier.before,
            Some(earlier) => earlier.counted,
            None => IndexMap::new(),
        };
        Ok(Some(Counts {
            run: self.id.clone(),
            counted: before.clone(),
            before,
        }))
    }

    /// Keeps the numbers for the next run to compare with.
    pub(crate) async fn keep_counts(
        &self,
        step: &Step,
        checked: &CheckFindings,
    ) -> Result<(), ActionError> {
        let Some(counts) = &checked.counts else {
            return Ok(());
        };
        let key = keys::counts(&self.pipeline, &step.name);
        self.ports
            .data
            .put(&key, json(counts)?, WriteCondition::Always)
            .await?;
        Ok(())
    }
}
