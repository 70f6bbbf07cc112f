//! Checks a step's result against what it expects, row by row as it is read.

use serde_json::Value;

use crate::plan::{Expectation, Range, ValueExpectation};
use crate::ports::{Field, ResultColumn};

/// What one expectation has seen of a result so far.
pub struct ExpectationJudge<'a> {
    expectation: &'a Expectation,
    columns: Vec<(usize, &'a str, &'a ValueExpectation)>,
    rows: u64,
    violation: Option<String>,
}

impl<'a> ExpectationJudge<'a> {
    /// A check of a result with these columns.
    pub fn new(expectation: &'a Expectation, columns: &[ResultColumn]) -> Self {
        let mut violation = None;
        let mut found = Vec::new();
        for (name, value) in &expectation.values {
            match position(columns, name) {
                Some(index) => found.push((index, name.as_str(), value)),
                None => {
                    violation.get_or_insert_with(|| {
                        format!("expected a column `{name}`, but the result has none")
                    });
                }
            }
        }
        Self {
            expectation,
            columns: found,
            rows: 0,
            violation,
        }
    }

    /// Looks at one row.
    pub fn row(&mut self, row: &[Field]) {
        self.rows += 1;
        if self.violation.is_some() {
            return;
        }
        for (index, name, expected) in &self.columns {
            let Some(field) = row.get(*index) else {
                self.violation = Some(format!(
                    "expected a column `{name}`, but row {} has {} fields",
                    self.rows,
                    row.len()
                ));
                return;
            };
            if !holds(expected, field) {
                self.violation = Some(format!(
                    "expected `{name}` to be {}, but row {} has {}",
                    describe(expected),
                    self.rows,
                    text(field).map_or_else(|| "NULL".to_owned(), |value| format!("`{value}`")),
                ));
                return;
            }
        }
    }

    /// The first thing that is not as expected, `None` if all is well.
    pub fn finish(self) -> Option<String> {
        if self.violation.is_some() {
            return self.violation;
        }
        #[expect(clippy::cast_precision_loss, reason = "no result has 2^53 rows")]
        let rows = self.rows as f64;
        let range = self.expectation.rows.as_ref()?;
        (!within(range, rows)).then(|| {
            format!(
                "expected {} rows, but the result has {}",
                describe_range(range),
                self.rows
            )
        })
    }
}

/// Where a result has the column of this name. Redshift folds unquoted names to lower case.
pub(crate) fn position(columns: &[ResultColumn], name: &str) -> Option<usize> {
    columns
        .iter()
        .position(|column| column.name.eq_ignore_ascii_case(name))
}

/// One condition of an expectation, as a result with certain columns meets it.
pub(crate) struct BoundCondition<'a> {
    /// The condition in words.
    pub sentence: String,
    asks: Asks<'a>,
}

enum Asks<'a> {
    /// How many rows there are.
    Rows(&'a Range),
    /// What a column holds; none if the result has no such column.
    Value(Option<usize>, &'a ValueExpectation),
}

/// The conditions of an expectation, the number of rows first.
pub(crate) fn conditions<'a>(
    expectation: &'a Expectation,
    columns: &[ResultColumn],
) -> Vec<BoundCondition<'a>> {
    let rows = expectation.rows.iter().map(|range| BoundCondition {
        sentence: format!("the number of rows is {}", describe_range(range)),
        asks: Asks::Rows(range),
    });
    let values = expectation
        .values
        .iter()
        .map(|(name, value)| BoundCondition {
            sentence: format!("`{name}` is {}", describe(value)),
            asks: Asks::Value(position(columns, name), value),
        });
    rows.chain(values).collect()
}

impl BoundCondition<'_> {
    /// Whether this row does not break it.
    pub fn holds_in(&self, row: &[Field]) -> bool {
        match self.asks {
            Asks::Value(Some(index), expected) => {
                holds(expected, row.get(index).unwrap_or(&Field::IsNull(true)))
            }
            Asks::Rows(_) | Asks::Value(None, _) => true,
        }
    }

    /// Whether it holds of a result none of whose first `read` rows breaks it; `None` if rows that were
    /// not read may.
    #[expect(clippy::cast_precision_loss, reason = "no result has 2^53 rows")]
    pub fn verdict(&self, read: u64, is_whole: bool) -> Option<bool> {
        match self.asks {
            Asks::Rows(range) if is_whole => Some(within(range, read as f64)),
            Asks::Rows(range) if range.max.is_some_and(|max| read as f64 > max) => Some(false),
            Asks::Value(None, _) => Some(false),
            Asks::Value(Some(_), _) if is_whole => Some(true),
            Asks::Rows(_) | Asks::Value(..) => None,
        }
    }
}

pub(crate) fn holds(expected: &ValueExpectation, field: &Field) -> bool {
    match expected {
        ValueExpectation::Within(range) => number(field).is_some_and(|value| within(range, value)),
        ValueExpectation::Equals(Value::Null) => matches!(field, Field::IsNull(_)),
        ValueExpectation::Equals(Value::Number(expected)) => {
            number(field).is_some_and(|value| Some(value) == expected.as_f64())
        }
        ValueExpectation::Equals(Value::Bool(expected)) => match field {
            Field::BooleanValue(value) => value == expected,
            _ => false,
        },
        ValueExpectation::Equals(Value::String(expected)) => {
            text(field).is_some_and(|value| value == *expected)
        }
        ValueExpectation::Equals(_) => false,
    }
}

pub(crate) fn within(range: &Range, value: f64) -> bool {
    range.min.is_none_or(|min| value >= min) && range.max.is_none_or(|max| value <= max)
}

#[expect(clippy::cast_precision_loss, reason = "expectations are given as f64")]
fn number(field: &Field) -> Option<f64> {
    match field {
        Field::LongValue(value) => Some(*value as f64),
        Field::DoubleValue(value) => Some(*value),
        Field::StringValue(value) => value.trim().parse().ok(),
        Field::IsNull(_) | Field::BooleanValue(_) => None,
    }
}

/// A value as CSV and messages show it; `None` is SQL's NULL.
pub fn text(field: &Field) -> Option<String> {
    match field {
        Field::IsNull(_) => None,
        Field::BooleanValue(value) => Some(value.to_string()),
        Field::LongValue(value) => Some(value.to_string()),
        Field::DoubleValue(value) => Some(value.to_string()),
        Field::StringValue(value) => Some(value.clone()),
    }
}

pub(crate) fn describe(expected: &ValueExpectation) -> String {
    match expected {
        ValueExpectation::Equals(Value::Null) => "NULL".to_owned(),
        ValueExpectation::Equals(Value::String(text)) => format!("`{text}`"),
        ValueExpectation::Equals(value) => format!("`{value}`"),
        ValueExpectation::Within(range) => describe_range(range),
    }
}

pub(crate) fn describe_range(range: &Range) -> String {
    match (range.min, range.max) {
        (Some(min), Some(max)) if min.total_cmp(&max).is_eq() => format!("exactly {min}"),
        (Some(min), Some(max)) => format!("between {min} and {max}"),
        (Some(min), None) => format!("at least {min}"),
        (None, Some(max)) => format!("at most {max}"),
        (None, None) => "any number of".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use indexmap::IndexMap;

    fn columns() -> Vec<ResultColumn> {
        vec![ResultColumn {
            name: "share".into(),
            type_name: "numeric".into(),
        }]
    }

    fn expect(value: ValueExpectation) -> Expectation {
        Expectation {
            rows: None,
            values: IndexMap::from([("share".to_owned(), value)]),
        }
    }

    #[test]
    fn decimals_come_as_text_and_compare_as_numbers() {
        let expectation = expect(ValueExpectation::Within(Range {
            min: Some(0.5),
            max: Some(1.0),
        }));
        let mut check = ExpectationJudge::new(&expectation, &columns());
        check.row(&[Field::StringValue("0.75".into())]);
        assert_eq!(check.finish(), None);
        let mut check = ExpectationJudge::new(&expectation, &columns());
        check.row(&[Field::StringValue("0.75".into())]);
        check.row(&[Field::IsNull(true)]);
        assert_eq!(
            check.finish().unwrap(),
            "expected `share` to be between 0.5 and 1, but row 2 has NULL"
        );
    }

    #[test]
    fn a_missing_column_and_a_wrong_number_of_rows_are_violations() {
        let expectation = expect(ValueExpectation::Equals(0.into()));
        let check = ExpectationJudge::new(&expectation, &[]);
        assert!(check.finish().unwrap().contains("a column `share`"));
        let expectation = Expectation {
            rows: Some(Range {
                min: Some(1.0),
                max: Some(1.0),
            }),
            ..Expectation::default()
        };
        let check = ExpectationJudge::new(&expectation, &columns());
        assert_eq!(
            check.finish().unwrap(),
            "expected exactly 1 rows, but the result has 0"
        );
    }
}
