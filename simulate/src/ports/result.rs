//! Results: rows that are what a step expects, unless they are meant not to be.

use runtime_lambda::plan::{Asks, Expectation, Range, Step, ValueExpectation};
use runtime_lambda::ports::{Field, ResultColumn, ResultPage, SubStatement};
use serde_json::Value;

use crate::world::SubmittedStatement;

/// Rows of a page: few, so that most results have several.
const PAGE: u64 = 2;

/// Most rows that a step is given which does not say how many it wants.
const MOST: u64 = 5;

/// Whether a statement returns rows.
pub fn returns_rows(sql: &str) -> bool {
    let word: String = sql
        .lines()
        .map(str::trim_start)
        .find(|line| !line.is_empty() && !line.starts_with("--"))
        .unwrap_or_default()
        .chars()
        .take_while(char::is_ascii_alphabetic)
        .collect();
    matches!(
        word.to_ascii_lowercase().as_str(),
        "select" | "with" | "show"
    )
}

/// How many rows a statement of this step returns.
pub fn rows(step: Option<&Step>, wrong: bool, shape: u64) -> u64 {
    let expected = step.and_then(|step| step.expect.as_ref());
    let range = expected.and_then(|expected| expected.rows);
    let Some(range) = range else {
        // Nothing but a row can be wrong then.
        return if wrong { 1 } else { shape % MOST };
    };
    let whole = |number: f64| {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "counts are small"
        )]
        let whole = number.clamp(0.0, 100_000.0) as u64;
        whole
    };
    match (range.min.map(whole), range.max.map(whole)) {
        (Some(least), _) if wrong && least > 0 => least - 1,
        (_, Some(most)) if wrong => most + 1,
        (least, Some(most)) => least
            .unwrap_or(0)
            .max(most.min(least.unwrap_or(0) + shape % MOST)),
        (Some(least), None) => least + shape % MOST,
        (None, None) => shape % MOST,
    }
}

/// The columns that a step asks about, each with a value that suits it.
fn asked(step: &Step) -> Vec<(String, Field)> {
    let mut columns: Vec<(String, Field)> = Vec::new();
    let none = Expectation::default();
    let expected = step.expect.as_ref().unwrap_or(&none);
    for (name, value) in &expected.values {
        columns.push((name.clone(), suits(value)));
    }
    for (name, value) in step.signals.iter().flat_map(|signal| &signal.when) {
        if !columns
            .iter()
            .any(|(known, _)| known.eq_ignore_ascii_case(name))
        {
            columns.push((name.clone(), suits(value)));
        }
    }
    columns
}

fn suits(expected: &ValueExpectation) -> Field {
    match expected {
        ValueExpectation::Within(Range { min, max }) => {
            Field::DoubleValue(min.or(*max).unwrap_or(0.0))
        }
        ValueExpectation::Equals(Value::Null) => Field::IsNull(true),
        ValueExpectation::Equals(Value::Bool(value)) => Field::BooleanValue(*value),
        ValueExpectation::Equals(Value::Number(number)) => match number.as_i64() {
            Some(whole) => Field::LongValue(whole),
            None => Field::DoubleValue(number.as_f64().unwrap_or(0.0)),
        },
        ValueExpectation::Equals(Value::String(text)) => Field::StringValue(text.clone()),
        ValueExpectation::Equals(other) => Field::StringValue(other.to_string()),
    }
}

/// A page of a statement's rows. Each row begins with the statement's id, so that rows of another one
/// are known.
pub fn page(
    step: Option<&Step>,
    id: &str,
    statement: &SubmittedStatement,
    next_token: Option<&str>,
) -> Option<ResultPage> {
    let total_rows = statement.rows?;
    let first: u64 = next_token.map_or(Some(0), |token| token.parse().ok())?;
    let mut asked = step.map(asked).unwrap_or_default();
    if statement.wrong {
        // Whatever it asks about is not there.
        asked.clear();
    }
    let mut columns = vec![column("statement", "varchar")];
    columns.extend(asked.iter().map(|(name, field)| match field {
        Field::LongValue(_) => column(name, "int8"),
        Field::DoubleValue(_) => column(name, "float8"),
        Field::BooleanValue(_) => column(name, "bool"),
        Field::IsNull(_) | Field::StringValue(_) => column(name, "varchar"),
    }));
    let last = total_rows.min(first + PAGE);
    let record = || {
        let id = Field::StringValue(id.to_owned());
        std::iter::once(id)
            .chain(asked.iter().map(|(_, field)| field.clone()))
            .collect()
    };
    Some(ResultPage {
        columns,
        records: (first..last).map(|_| record()).collect(),
        total_rows,
        next_token: (last < total_rows).then(|| last.to_string()),
    })
}

/// The statements of a batch, where its step has checks.
pub fn parts(step: Option<&Step>, id: &str, statement: &SubmittedStatement) -> Vec<SubStatement> {
    let checks = step.map_or(&[][..], |step| &step.checks);
    if checks.is_empty() {
        return Vec::new();
    }
    let own = (1..=statement.own).map(|number| SubStatement {
        id: format!("{id}:{number}"),
        rows: statement.rows.filter(|_| number == statement.own),
        has_result: number == statement.own && statement.rows.is_some(),
    });
    let checks = checks
        .iter()
        .enumerate()
        .map(|(index, check)| SubStatement {
            id: format!("{id}:{}", statement.own + 1 + index),
            rows: Some(u64::from(
                check.asks != Asks::NoRow || breaks(statement, index),
            )),
            has_result: true,
        });
    own.chain(checks).collect()
}

/// Whether a statement breaks its step's check of this index.
fn breaks(statement: &SubmittedStatement, index: usize) -> bool {
    statement.wrong && index == 0
}

/// What the query of a check returns.
pub fn of_check(step: &Step, index: usize, statement: &SubmittedStatement) -> Option<ResultPage> {
    let count = match &step.checks.get(index)?.asks {
        Asks::NoRow => breaks(statement, index).then_some(1.0),
        Asks::Count { .. } if breaks(statement, index) => Some(0.0),
        Asks::Count { rows, .. } => Some(rows.min.unwrap_or(100.0).min(rows.max.unwrap_or(100.0))),
    };
    #[expect(clippy::cast_possible_truncation, reason = "counts are small")]
    let records: Vec<_> = count
        .map(|count| vec![Field::LongValue(count as i64)])
        .into_iter()
        .collect();
    Some(ResultPage {
        columns: vec![column(runtime_lambda::checks::COUNT_COLUMN, "int8")],
        total_rows: records.len() as u64,
        records,
        next_token: None,
    })
}

fn column(name: &str, type_name: &str) -> ResultColumn {
    ResultColumn {
        name: name.to_owned(),
        type_name: type_name.to_owned(),
    }
}
