//! The beginning of a result: its first rows, and those that raised a signal or broke an
//! expectation. Where the result is small, all of it is there as CSV, too.

use crate::expectation::{self, conditions, holds, text};
use crate::plan::Step;
use crate::ports::{Field, ResultColumn};
use crate::results::{csv_head, csv_rows};

/// Bytes of a result's JSON that are read for the page.
pub const PREVIEW_BYTES: u64 = 256 * 1024;

/// Rows of a result that the page shows.
const FIRST_ROWS: usize = 25;

/// Rows that the page shows for a signal or a broken condition.
const RAISING_ROWS: usize = 5;

/// Longest CSV that the page carries, in bytes.
const CSV_BYTES: usize = 16 * 1024;

/// One row, with its number from 1.
pub type NumberedRow = (u64, Vec<Field>);

/// The beginning of one result.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Preview {
    /// Columns in the order of the query.
    pub columns: Vec<ResultColumn>,
    /// At most 25 rows, numbered from 1.
    pub first: Vec<NumberedRow>,
    /// The first rows in which each of the step's signals was seen, in the plan's order.
    pub raising: Vec<Vec<NumberedRow>>,
    /// What the step expects of it, condition by condition.
    pub conditions: Vec<ConditionVerdict>,
    /// How many rows were read.
    pub read: u64,
    /// Whether these were all.
    pub is_whole: bool,
    /// All rows as CSV, where they are few.
    pub csv: Option<String>,
}

/// What became of one condition of an expectation.
#[derive(Debug, Clone, PartialEq)]
pub struct ConditionVerdict {
    /// The condition in words.
    pub condition: String,
    /// Whether it holds; `None` where rows that were not read may break it.
    pub holds: Option<bool>,
    /// The first rows that break it.
    pub broken: Vec<NumberedRow>,
}

impl Preview {
    /// The beginning of the result of `step` that `results/<step>.json` begins with. This program
    /// writes that file with one line for the columns and one for each row. `None` if the bytes
    /// hold not even the columns.
    #[must_use]
    pub fn of(step: &Step, bytes: &[u8]) -> Option<Self> {
        // What stands behind the last end of a line may have been cut.
        let end = bytes.iter().rposition(|byte| *byte == b'\n')?;
        let text = String::from_utf8_lossy(bytes.get(..end)?);
        let mut lines = text.lines().map(|line| line.trim().trim_end_matches(','));
        let columns = lines.find_map(|line| line.strip_prefix("\"ColumnMetadata\": "))?;
        let columns: Vec<ResultColumn> = serde_json::from_str(columns).ok()?;
        let mut preview = Self {
            raising: vec![Vec::new(); step.signals.len()],
            ..Self::default()
        };
        let mut checks: Vec<_> = step
            .expect
            .iter()
            .flat_map(|expected| conditions(expected, &columns))
            .map(|condition| (condition, Vec::new(), false))
            .collect();
        let mut csv = csv_head(&columns).ok();
        // Behind the line `"Records": [`.
        for line in lines.skip(1) {
            if line == "]" {
                preview.is_whole = true;
                break;
            }
            let Ok(record) = serde_json::from_str::<Vec<Field>>(line) else {
                break;
            };
            preview.read += 1;
            let row = (preview.read, record);
            preview.look(step, &columns, &row);
            for (condition, broken, is_broken) in &mut checks {
                if !condition.holds_in(&row.1) {
                    *is_broken = true;
                    if broken.len() < RAISING_ROWS {
                        broken.push(row.clone());
                    }
                }
            }
            csv = csv
                .filter(|csv| csv.len() <= CSV_BYTES)
                .and_then(|mut csv| {
                    csv.append(&mut csv_rows(std::slice::from_ref(&row.1)).ok()?);
                    Some(csv)
                });
            if preview.first.len() < FIRST_ROWS {
                preview.first.push(row);
            }
        }
        preview.csv = csv
            .filter(|csv| preview.is_whole && csv.len() <= CSV_BYTES)
            .and_then(|csv| String::from_utf8(csv).ok());
        preview.conditions = checks
            .into_iter()
            .map(|(condition, broken, is_broken)| ConditionVerdict {
                holds: if is_broken {
                    Some(false)
                } else {
                    condition.verdict(preview.read, preview.is_whole)
                },
                condition: condition.sentence,
                broken,
            })
            .collect();
        preview.columns = columns;
        Some(preview)
    }

    /// Keeps the row for the signals that it raises.
    fn look(&mut self, step: &Step, columns: &[ResultColumn], row: &NumberedRow) {
        for (signal, raising) in step.signals.iter().zip(&mut self.raising) {
            let raised = signal.when.iter().all(|(name, condition)| {
                expectation::position(columns, name)
                    .and_then(|index| row.1.get(index))
                    .is_some_and(|field| holds(condition, field))
            });
            if raised && raising.len() < RAISING_ROWS {
                raising.push(row.clone());
            }
        }
    }

    /// The only row, as names and values, of a result that has one.
    pub fn only_row(&self) -> Option<impl Iterator<Item = (&ResultColumn, &Field)>> {
        let (_, row) = self
            .first
            .first()
            .filter(|_| self.is_whole && self.read == 1)?;
        Some(self.columns.iter().zip(row))
    }
}

/// A value as text; empty for NULL.
pub fn shown(field: &Field) -> String {
    text(field).unwrap_or_default()
}
