//! The signals that were seen, the gravest first, with the rows that raised them.

use super::checks;
use super::facts::Facts;
use super::seen_signal::SeenSignal;
use super::table::ResultTable;
use crate::expectation::describe;
use crate::plan::{Severity, Signal};

/// The signals that were seen, and the checks that are broken but fail nothing: by severity, then in the plan's order.
pub fn signals(facts: &Facts<'_>, budget: &mut usize) -> Vec<SeenSignal> {
    let mut all = Vec::new();
    for step in &facts.plan.steps {
        let Some(known) = facts.state.step(&step.name) else {
            continue;
        };
        if let Some(sentence) = &known.unseen {
            all.push(SeenSignal {
                step: step.name.to_string(),
                signal: sentence.clone(),
                severity: Severity::Warning,
                condition: "it could not be looked for".to_owned(),
                recommendation: None,
                rows: 0,
                table: None,
            });
        }
        all.extend(checks::seen(facts, step, known, budget));
        let preview = facts.results.get(&step.name);
        for (index, (signal, rows)) in step.signals.iter().zip(&known.signals).enumerate() {
            if *rows == 0 {
                continue;
            }
            let raising = preview.and_then(|preview| {
                let raising = preview.raising.get(index)?;
                let table = ResultTable::of(
                    &preview.columns,
                    raising,
                    Some(*rows),
                    |_| None,
                    &mut *budget,
                );
                (table.shown > 0).then_some(table)
            });
            all.push(SeenSignal {
                step: step.name.to_string(),
                signal: signal.signal.clone(),
                severity: signal.severity,
                condition: condition(signal),
                recommendation: signal.recommendation.clone(),
                rows: *rows,
                table: raising,
            });
        }
    }
    all.sort_by_key(|signal| std::cmp::Reverse(signal.severity));
    all
}

/// What must hold in a row for it to raise the signal.
fn condition(signal: &Signal) -> String {
    let parts: Vec<String> = signal
        .when
        .iter()
        .map(|(name, value)| format!("`{name}` is {}", describe(value)))
        .collect();
    if parts.is_empty() {
        "every row".to_owned()
    } else {
        parts.join(" and ")
    }
}

/// The gravest signal that a row of a step's result raises, by the rows' numbers.
pub fn raised(facts: &Facts<'_>, step: &str, number: u64) -> Option<Severity> {
    let planned = facts.plan.steps.iter().find(|known| known.name == step)?;
    let preview = facts.results.get(step)?;
    planned
        .signals
        .iter()
        .zip(&preview.raising)
        .filter(|(_, rows)| rows.iter().any(|(raising, _)| *raising == number))
        .map(|(signal, _)| signal.severity)
        .max()
}
