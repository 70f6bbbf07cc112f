//! Signals: conditions on a step's result that its readers should know of. A signal never fails its
//! step; it is counted while the rows are read, and shown by the report and the notification.

use serde::Serialize;

use crate::expectation::{holds, position};
use crate::plan::{Plan, Severity, Signal, ValueExpectation};
use crate::ports::{Field, ResultColumn};
use crate::state::GlobalState;

/// What is said of a step whose signals had no rows to look at.
pub const NO_ROWS: &str = "its signals saw nothing: the last statement returned no rows";

/// Counts the rows of one result in which each of a step's signals is seen.
pub struct SignalCounter<'a> {
    watched: Vec<Watched<'a>>,
    /// A column that a signal asks about and the result does not have.
    missing: Option<String>,
}

struct Watched<'a> {
    conditions: Vec<(usize, &'a ValueExpectation)>,
    /// Whether it asks about a column that is not there, and so is never seen.
    is_blind: bool,
    rows: u64,
}

impl<'a> SignalCounter<'a> {
    /// A watch over a result with these columns.
    pub fn new(signals: &'a [Signal], columns: &[ResultColumn]) -> Self {
        let mut missing = None;
        let watched = signals
            .iter()
            .map(|signal| {
                let mut is_blind = false;
                let conditions = signal.when.iter().filter_map(|(name, condition)| {
                    let index = position(columns, name);
                    if index.is_none() {
                        is_blind = true;
                        missing.get_or_insert_with(|| name.clone());
                    }
                    Some((index?, condition))
                });
                Watched {
                    conditions: conditions.collect(),
                    is_blind,
                    rows: 0,
                }
            })
            .collect();
        Self { watched, missing }
    }

    /// Looks at one row.
    pub fn row(&mut self, row: &[Field]) {
        for watched in &mut self.watched {
            let seen = !watched.is_blind
                && watched
                    .conditions
                    .iter()
                    .all(|(index, condition)| row.get(*index).is_some_and(|f| holds(condition, f)));
            watched.rows += u64::from(seen);
        }
    }

    /// The rows of each signal. A signal about a column that is not there would be silent for ever, so
    /// a sentence says so; the step has not failed.
    #[must_use]
    pub fn finish(self) -> (Vec<u64>, Option<String>) {
        let unseen = self.missing.map(|name| {
            format!("a signal asks about the column `{name}`, but the result has none")
        });
        let rows = self.watched.iter().map(|watched| watched.rows);
        (rows.collect(), unseen)
    }
}

/// A signal that was seen in a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RunSignal<'a> {
    /// The step in whose result it was seen.
    pub step: &'a str,
    /// What it means to a reader, in the words of the spec.
    pub signal: &'a str,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recommendation: Option<&'a str>,
    /// In how many rows.
    pub rows: u64,
    /// How much it matters.
    pub severity: Severity,
}

/// The signals that were seen in a run so far, in the plan's order, and the checks that are broken but fail
/// nothing. A signal that could not be looked for is a warning, in no row.
pub fn seen<'a>(plan: &'a Plan, state: &'a GlobalState) -> Vec<RunSignal<'a>> {
    let mut all = Vec::new();
    for step in &plan.steps {
        let Some(known) = state.step(&step.name) else {
            continue;
        };
        if let Some(sentence) = &known.unseen {
            all.push(RunSignal {
                step: &step.name,
                signal: sentence,
                recommendation: None,
                rows: 0,
                severity: Severity::Warning,
            });
        }
        for (check, found) in step.checks.iter().zip(&known.checks) {
            // A critical one has failed its step, which says so.
            if let Some(sentence) = &found.broken
                && check.severity != Severity::Critical
            {
                all.push(RunSignal {
                    step: &step.name,
                    signal: sentence,
                    recommendation: None,
                    rows: found.rows,
                    severity: check.severity,
                });
            }
        }
        for (signal, rows) in step.signals.iter().zip(&known.signals) {
            if *rows > 0 {
                all.push(RunSignal {
                    step: &step.name,
                    signal: &signal.signal,
                    recommendation: signal.recommendation.as_deref(),
                    rows: *rows,
                    severity: signal.severity,
                });
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Range;

    fn signal(when: &[(&str, ValueExpectation)]) -> Signal {
        Signal {
            when: when
                .iter()
                .map(|(name, condition)| ((*name).to_owned(), condition.clone()))
                .collect(),
            signal: "tables are badly sorted".to_owned(),
            recommendation: None,
            severity: Severity::Warning,
        }
    }

    fn columns() -> Vec<ResultColumn> {
        ["unsorted", "rows"]
            .map(|name| ResultColumn {
                name: name.to_owned(),
                type_name: "numeric".to_owned(),
            })
            .to_vec()
    }

    #[test]
    fn a_row_counts_where_every_condition_holds_and_null_holds_nowhere() {
        let at_least = |min| {
            ValueExpectation::Within(Range {
                min: Some(min),
                max: None,
            })
        };
        let signals = [
            signal(&[("UNSORTED", at_least(20.0)), ("rows", at_least(1000.0))]),
            signal(&[]),
        ];
        let mut watch = SignalCounter::new(&signals, &columns());
        for (unsorted, rows) in [("20.00", 1000), ("19.99", 5000), ("55.00", 999)] {
            watch.row(&[
                Field::StringValue(unsorted.to_owned()),
                Field::LongValue(rows),
            ]);
        }
        watch.row(&[Field::IsNull(true), Field::LongValue(9000)]);
        assert_eq!(watch.finish(), (vec![1, 4], None));
    }

    #[test]
    fn a_column_that_is_not_there_is_no_silence() {
        let equals = ValueExpectation::Equals(1.into());
        let signals = [
            signal(&[("stats", equals.clone()), ("rows", equals)]),
            signal(&[]),
        ];
        let mut watch = SignalCounter::new(&signals, &columns());
        watch.row(&[Field::LongValue(1), Field::LongValue(1)]);
        assert_eq!(
            watch.finish(),
            (
                vec![0, 1],
                Some("a signal asks about the column `stats`, but the result has none".to_owned())
            )
        );
    }
}
