//! Checks of tables that are broken, with rows that break them.

use super::condition::ShownCondition;
use super::facts::Facts;
use super::preview::NumberedRow;
use super::seen_signal::SeenSignal;
use super::table::ResultTable;
use crate::checks::BrokenCheck;
use crate::plan::{Severity, Step};
use crate::state::StepState;

/// The rows that break a check; none where a number of rows is wrong.
fn table(broken: &BrokenCheck, budget: &mut usize) -> Option<ResultTable> {
    let records = broken.records.iter().cloned();
    let rows: Vec<NumberedRow> = (1..).zip(records).collect();
    (!rows.is_empty())
        .then(|| ResultTable::of(&broken.columns, &rows, Some(broken.rows), |_| None, budget))
        .filter(|table| table.shown > 0)
}

/// What is known of a check that is broken.
fn found<'a>(facts: &Facts<'a>, step: &str, check: usize) -> Option<&'a BrokenCheck> {
    let mut broken = facts.checks.get(step)?.iter();
    broken.find(|broken| broken.check == check)
}

/// The broken checks of a step that fail nothing.
pub fn seen(
    facts: &Facts<'_>,
    step: &Step,
    state: &StepState,
    budget: &mut usize,
) -> Vec<SeenSignal> {
    let mut all = Vec::new();
    for (index, (check, known)) in step.checks.iter().zip(&state.checks).enumerate() {
        let Some(sentence) = &known.broken else {
            continue;
        };
        if check.severity == Severity::Critical {
            continue;
        }
        all.push(SeenSignal {
            step: step.name.to_string(),
            signal: sentence.clone(),
            severity: check.severity,
            condition: if known.rows == 0 {
                "the number is another one".to_owned()
            } else {
                "the check is broken".to_owned()
            },
            recommendation: None,
            rows: known.rows,
            table: found(facts, &step.name, index).and_then(|broken| table(broken, budget)),
        });
    }
    all
}

/// The checks of a step that failed for one of them.
pub fn conditions(facts: &Facts<'_>, name: &str, budget: &mut usize) -> Vec<ShownCondition> {
    let planned = facts.plan.steps.iter().find(|step| step.name == name);
    let (Some(step), Some(state)) = (planned, facts.state.step(name)) else {
        return Vec::new();
    };
    let checks = step.checks.iter().zip(&state.checks).enumerate();
    let critical = checks.filter(|(_, (check, _))| check.severity == Severity::Critical);
    critical
        .map(|(index, (check, known))| ShownCondition {
            condition: check.expected.clone(),
            holds: Some(known.broken.is_none()),
            table: found(facts, name, index).and_then(|broken| table(broken, budget)),
        })
        .collect()
}
