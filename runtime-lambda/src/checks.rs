//! Checks: what must hold of the tables behind a step. Each check is a query behind the statements of
//! the step's script. The compiler writes the queries; here their rows are judged.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::expectation::{describe_range, text, within};
use crate::ids::{RunId, StepName};
use crate::plan::{Asks, Check, Range, Severity};
use crate::ports::{Field, ResultColumn};
use crate::state::CheckState;

/// The first column of every check's query: how many rows break the check, or how many there are.
pub const COUNT_COLUMN: &str = "sfc_rows";

/// Most rows that break a check and are kept. The compiler puts it into the queries.
pub const KEPT_ROWS: usize = 20;

/// Rows that a sentence names as examples.
const NAMED_ROWS: usize = 3;

/// Columns of a row that a sentence names.
const NAMED_COLUMNS: usize = 4;

/// Longest value in a sentence, in characters.
const VALUE_CHARACTERS: usize = 40;

/// A check that is broken, with rows that break it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BrokenCheck {
    /// The check's index in the plan's step.
    pub check: usize,
    /// What people read: what was expected, how many rows break it, and a few of them.
    pub sentence: String,
    /// How much it matters.
    pub severity: Severity,
    /// How many rows break it.
    pub rows: u64,
    /// Columns of the rows.
    pub columns: Vec<ResultColumn>,
    /// The first of the rows, at most [`KEPT_ROWS`].
    pub records: Vec<Vec<Field>>,
}

/// The document `checks/<step>.json`: the checks that are broken.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BrokenChecks {
    /// Id of the run, as in its folder.
    pub run: RunId,
    /// Name of the step that the checks stand behind.
    pub step: StepName,
    /// Number of the round, from 1.
    pub round: u32,
    /// The checks, in the plan's order.
    pub broken: Vec<BrokenCheck>,
    /// When they were judged.
    pub time: Timestamp,
}

/// What a check's query has shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// What became of the check.
    pub state: CheckState,
    /// The rows that break it, without [`COUNT_COLUMN`].
    pub broken: Option<BrokenCheck>,
}

/// Judges the rows that the query of the check with this index has returned. `last` is what the last
/// run counted. `None` if a query that counts has returned no number.
#[must_use]
pub fn judge(
    (index, check): (usize, &Check),
    columns: &[ResultColumn],
    records: &[Vec<Field>],
    last: Option<u64>,
) -> Option<Judged> {
    let first = records.first();
    let number = first.and_then(|row| row.first()).and_then(whole);
    let (rows, counted, found) = match &check.asks {
        Asks::NoRow if records.is_empty() => (0, None, None),
        Asks::NoRow => {
            let rows = number.unwrap_or(records.len() as u64);
            let examples = examples(columns, records);
            let word = if rows == 1 {
                "row breaks"
            } else {
                "rows break"
            };
            let such_as = if examples.is_empty() {
                String::new()
            } else {
                format!(", such as {examples}")
            };
            (rows, None, Some(format!("{rows} {word} it{such_as}")))
        }
        Asks::Count { rows, of_last_run } => {
            let counted = number?;
            (0, number, wrong_number(counted, rows, of_last_run, last))
        }
    };
    let broken = found.as_ref().map(|found| BrokenCheck {
        check: index,
        sentence: format!("expected {}, but {found}", check.expected),
        severity: check.severity,
        rows,
        columns: columns.iter().skip(1).cloned().collect(),
        records: match check.asks {
            Asks::NoRow => {
                let kept = records.iter().take(KEPT_ROWS);
                kept.map(|row| row.iter().skip(1).cloned().collect())
                    .collect()
            }
            Asks::Count { .. } => Vec::new(),
        },
    });
    Some(Judged {
        state: CheckState {
            rows,
            counted,
            broken: broken.as_ref().map(|broken| broken.sentence.clone()),
        },
        broken,
    })
}

/// What is wrong with a number of rows.
#[expect(clippy::cast_precision_loss, reason = "no table has 2^53 rows")]
fn wrong_number(counted: u64, rows: &Range, share: &Range, last: Option<u64>) -> Option<String> {
    if !within(rows, counted as f64) {
        let wanted = describe_range(rows);
        return Some(format!("it has {counted}, not {wanted}"));
    }
    let last = last?;
    let of_last = |share: f64| share * last as f64;
    let bounds = Range {
        min: share.min.map(of_last),
        max: share.max.map(of_last),
    };
    (!within(&bounds, counted as f64)).then(|| {
        let percent = if last == 0 {
            String::new()
        } else {
            format!(" ({:.1} %)", counted as f64 * 100.0 / last as f64)
        };
        format!("it has {counted}{percent}, and {last} in the last run")
    })
}

fn whole(field: &Field) -> Option<u64> {
    match field {
        Field::LongValue(value) => u64::try_from(*value).ok(),
        Field::StringValue(value) => value.trim().parse().ok(),
        Field::DoubleValue(_) | Field::IsNull(_) | Field::BooleanValue(_) => None,
    }
}

/// The first rows in words: `id = 7, times = 2; id = 9, times = 3`.
fn examples(columns: &[ResultColumn], records: &[Vec<Field>]) -> String {
    let row = |record: &Vec<Field>| {
        let cells = columns.iter().zip(record).skip(1).take(NAMED_COLUMNS);
        let cells = cells.map(|(column, field)| format!("{} = {}", column.name, short(field)));
        cells.collect::<Vec<_>>().join(", ")
    };
    let rows = records.iter().take(NAMED_ROWS).map(row);
    let rows: Vec<String> = rows.filter(|row| !row.is_empty()).collect();
    rows.join("; ")
}

fn short(field: &Field) -> String {
    let Some(value) = text(field) else {
        return "NULL".to_owned();
    };
    match value.char_indices().nth(VALUE_CHARACTERS) {
        Some((end, _)) => format!("{}…", value.get(..end).unwrap_or_default()),
        None => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(name: &str) -> ResultColumn {
        ResultColumn {
            name: name.to_owned(),
            type_name: "int8".to_owned(),
        }
    }

    fn check(asks: Asks) -> Check {
        Check {
            expected: "`id` of `orders` to be unique".to_owned(),
            severity: Severity::Critical,
            asks,
        }
    }

    fn count(rows: Range, of_last_run: Range) -> Check {
        Check {
            expected: "the number of rows of `orders` to be as asked".to_owned(),
            ..check(Asks::Count { rows, of_last_run })
        }
    }

    #[test]
    fn rows_break_a_check_and_are_kept_without_their_number() {
        let columns = [column(COUNT_COLUMN), column("id"), column("times")];
        let record = |id: i64| {
            vec![
                Field::StringValue("52".to_owned()),
                Field::LongValue(id),
                Field::LongValue(2),
            ]
        };
        let records: Vec<_> = (0..26).map(record).collect();
        let judged = judge((3, &check(Asks::NoRow)), &columns, &records, None).unwrap();
        let broken = judged.broken.unwrap();
        assert_eq!(
            broken.sentence,
            "expected `id` of `orders` to be unique, but 52 rows break it, such as id = 0, times = 2; id = 1, times = 2; id = 2, times = 2"
        );
        assert_eq!((broken.check, broken.rows), (3, 52));
        assert_eq!(broken.records.len(), KEPT_ROWS);
        assert_eq!(broken.columns.len(), 2);
        assert_eq!(judged.state.rows, 52);
        let met = judge((0, &check(Asks::NoRow)), &columns, &[], None).unwrap();
        assert_eq!(met.state, CheckState::default());
        assert_eq!(met.broken, None);
    }

    #[test]
    fn a_number_of_rows_is_held_against_bounds_and_the_last_run() {
        let open = Range::default();
        let at_least = |min| Range {
            min: Some(min),
            max: None,
        };
        let found = |check: &Check, rows: i64, last: Option<u64>| {
            let records = [vec![Field::LongValue(rows)]];
            judge((0, check), &[column(COUNT_COLUMN)], &records, last).unwrap()
        };
        let few = found(&count(at_least(10.0), open), 9, None);
        assert!(
            few.state
                .broken
                .unwrap()
                .ends_with("it has 9, not at least 10")
        );
        assert_eq!(few.state.counted, Some(9));
        let half = count(open, at_least(0.5));
        assert_eq!(found(&half, 9, None).broken, None);
        assert_eq!(found(&half, 9, Some(18)).broken, None);
        let less = found(&half, 9, Some(19)).state.broken.unwrap();
        assert!(
            less.ends_with("it has 9 (47.4 %), and 19 in the last run"),
            "{less}"
        );
        assert_eq!(found(&half, 0, Some(0)).broken, None);
        let columns = [column(COUNT_COLUMN)];
        assert_eq!(judge((0, &half), &columns, &[], None), None);
        let null = [vec![Field::IsNull(true)]];
        assert_eq!(judge((0, &half), &columns, &null, None), None);
    }

    #[test]
    fn a_plan_says_no_more_of_a_check_than_it_must() {
        let text = serde_json::to_string(&check(Asks::NoRow)).unwrap();
        assert_eq!(text, r#"{"expected":"`id` of `orders` to be unique"}"#);
        assert_eq!(
            serde_json::from_str::<Check>(&text).unwrap(),
            check(Asks::NoRow)
        );
    }
}
