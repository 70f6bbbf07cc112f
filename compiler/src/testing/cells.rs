//! Values in rows, and where they are written.

use indexmap::IndexMap;
use jiff::Timestamp;
use jiff::civil::DateTime;
use runtime_lambda::ports::Field;
use serde_json::Value as Json;

use crate::pipeline_yaml::ValuePlace;
use crate::source::{SourceFile, Span};

/// A value as a test gives or expects it.
#[derive(Debug, Clone, PartialEq)]
pub enum TestValue {
    /// SQL's NULL, written as `null`.
    Null,
    /// The word `true` or `false`.
    Boolean(bool),
    /// A number, as it is written: `007` may be a text to the column.
    Number(String),
    /// Text, and dates and times.
    Text(String),
    /// A list or a mapping, for SUPER.
    Json(Json),
}

/// A value and its place.
#[derive(Debug, Clone, PartialEq)]
pub struct PlacedValue {
    /// What stands in the cell.
    pub value: TestValue,
    /// What to underline to show it.
    pub span: Span,
    /// All bytes of the value, quotation marks and brackets among them.
    pub whole: Span,
}

/// A row: its cells by column, and its place.
#[derive(Debug, Clone, PartialEq)]
pub struct PlacedRow {
    /// The cells, by the name of the column in lower case.
    pub cells: IndexMap<String, PlacedValue>,
    /// Places of the names of the columns.
    pub names: IndexMap<String, Span>,
    /// What to underline to show it.
    pub span: Span,
    /// All bytes of the row, brackets among them.
    pub whole: Span,
}

impl PlacedRow {
    /// The value in a column; NULL where the row has none.
    pub fn value(&self, column: &str) -> &TestValue {
        self.cells
            .get(column)
            .map_or(&TestValue::Null, |cell| &cell.value)
    }

    /// Where the value of a column is written, or the row.
    pub fn place(&self, column: &str) -> Span {
        self.cells.get(column).map_or(self.span, |cell| cell.span)
    }
}

/// The rows of a list of mappings.
pub(super) fn rows(file: &SourceFile, list: ValuePlace<'_>) -> Vec<PlacedRow> {
    list.items()
        .into_iter()
        .map(|row| line(file, row))
        .collect()
}

fn line(file: &SourceFile, row: ValuePlace<'_>) -> PlacedRow {
    let mut names = IndexMap::new();
    let cells = row.entries().into_iter().map(|(name, place)| {
        let name = name.to_lowercase();
        names.insert(name.clone(), place.key().unwrap_or_default());
        let value = match place.value() {
            Json::Null => TestValue::Null,
            Json::Bool(boolean) => TestValue::Boolean(boolean),
            Json::Number(number) => {
                let written = file.slice(place.span()).trim();
                // An alias stands somewhere else than its value.
                let is_number = written.parse::<f64>().is_ok();
                TestValue::Number(if is_number {
                    written.to_owned()
                } else {
                    number.to_string()
                })
            }
            Json::String(text) => TestValue::Text(text),
            json => TestValue::Json(json),
        };
        (
            name,
            PlacedValue {
                value,
                span: place.shown(),
                whole: place.span(),
            },
        )
    });
    let cells = cells.collect();
    PlacedRow {
        cells,
        names,
        span: row.shown(),
        whole: row.span(),
    }
}

impl TestValue {
    /// A value of the warehouse.
    pub(super) fn of(field: &Field) -> Self {
        match field {
            Field::IsNull(_) => Self::Null,
            Field::BooleanValue(boolean) => Self::Boolean(*boolean),
            Field::LongValue(number) => Self::Number(number.to_string()),
            Field::DoubleValue(number) => Self::Number(number.to_string()),
            Field::StringValue(text) => Self::Text(text.clone()),
        }
    }

    /// The value as a table shows it.
    pub fn shown(&self) -> String {
        match self {
            Self::Null => "NULL".to_owned(),
            Self::Boolean(boolean) => boolean.to_string(),
            Self::Number(number) => number.clone(),
            Self::Text(text) => visible(text),
            Self::Json(json) => json.to_string(),
        }
    }

    /// Whether the warehouse's value of a column of this type is the same.
    pub fn is(&self, field: &Field, type_name: &str, tolerance: Option<f64>) -> bool {
        let found = match (self, field) {
            (Self::Null, Field::IsNull(_)) => return true,
            (Self::Null, _) | (_, Field::IsNull(_)) => return false,
            (Self::Boolean(expected), Field::BooleanValue(found)) => return expected == found,
            (_, field) => text(field),
        };
        match self {
            Self::Null => false,
            Self::Boolean(expected) => found == expected.to_string(),
            Self::Json(expected) => {
                serde_json::from_str::<Json>(&found).is_ok_and(|found| found == *expected)
            }
            Self::Number(expected) | Self::Text(expected) => {
                same(expected, &found, type_name, tolerance)
            }
        }
    }
}

/// Whether two texts are the same value of a type.
fn same(expected: &str, found: &str, type_name: &str, tolerance: Option<f64>) -> bool {
    if expected == found {
        return true;
    }
    match type_name {
        "int2" | "int4" | "int8" | "numeric" | "float4" | "float8" => {
            numbers(expected, found, type_name.starts_with("float"), tolerance)
        }
        "bpchar" => expected.trim_end_matches(' ') == found.trim_end_matches(' '),
        "date" => day(expected).is_some_and(|day| Some(day) == self::day(found)),
        "timestamp" => moment(expected).is_some_and(|moment| Some(moment) == self::moment(found)),
        "timestamptz" => {
            instant(expected).is_some_and(|instant| Some(instant) == self::instant(found))
        }
        "super" => match serde_json::from_str::<Json>(found) {
            Ok(Json::String(found)) => found == expected,
            Ok(found) => serde_json::from_str::<Json>(expected).is_ok_and(|json| json == found),
            Err(_) => false,
        },
        _ => false,
    }
}

fn numbers(expected: &str, found: &str, is_float: bool, tolerance: Option<f64>) -> bool {
    if let (Some(tolerance), Ok(expected), Ok(found)) =
        (tolerance, expected.parse::<f64>(), found.parse::<f64>())
    {
        return (expected - found).abs() <= tolerance;
    }
    if is_float {
        let parsed = (expected.parse::<f64>(), found.parse::<f64>());
        return matches!(parsed, (Ok(expected), Ok(found)) if expected.total_cmp(&found).is_eq());
    }
    match (digits(expected), digits(found)) {
        (Some(expected), Some(found)) => expected == found,
        _ => false,
    }
}

/// A decimal number without what changes nothing: its sign, its whole digits, its fraction.
fn digits(text: &str) -> Option<(bool, &str, &str)> {
    let text = text.trim();
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(whole) || !is_number(fraction) || (whole.is_empty() && fraction.is_empty()) {
        return None;
    }
    let (whole, fraction) = (
        whole.trim_start_matches('0'),
        fraction.trim_end_matches('0'),
    );
    let zero = whole.is_empty() && fraction.is_empty();
    Some((negative && !zero, whole, fraction))
}

fn day(text: &str) -> Option<jiff::civil::Date> {
    text.trim().parse().ok()
}

fn moment(text: &str) -> Option<DateTime> {
    text.trim().parse().ok()
}

fn instant(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    // The warehouse writes `+00`.
    let known = text.parse::<Timestamp>().ok();
    known.or_else(|| {
        moment(text)
            .and_then(|moment| Some(moment.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp()))
    })
}

/// A value of the warehouse as text.
pub(super) fn text(field: &Field) -> String {
    runtime_lambda::expectation::text(field).unwrap_or_else(|| "NULL".to_owned())
}

/// A text of which one sees where it begins and ends, if that cannot be seen.
pub(super) fn visible(text: &str) -> String {
    let plain = !text.is_empty() && text.trim() == text && !text.contains(char::is_control);
    if plain && text != "NULL" {
        text.to_owned()
    } else {
        format!("{text:?}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> TestValue {
        TestValue::Number(text.to_owned())
    }

    #[test]
    fn values_compare_by_the_type_of_the_column() {
        let found = |text: &str| Field::StringValue(text.to_owned());
        assert!(number("1.5").is(&found("1.50"), "numeric", None));
        assert!(!number("1.5").is(&found("1.51"), "numeric", None));
        assert!(number("1.5").is(&found("1.51"), "numeric", Some(0.02)));
        assert!(number("-0").is(&Field::LongValue(0), "int4", None));
        assert!(!number("7").is(&found("007"), "varchar", None));
        assert!(number("007").is(&found("007"), "varchar", None));
        let text = |text: &str| TestValue::Text(text.to_owned());
        assert!(text("NY").is(&found("NY  "), "bpchar", None));
        assert!(!text("NY").is(&found("NY "), "varchar", None));
        assert!(text("2026-03-01T04:00:00").is(&found("2026-03-01 04:00:00"), "timestamp", None));
        assert!(text("2026-03-01T04:00:00Z").is(
            &found("2026-03-01 04:00:00+00"),
            "timestamptz",
            None
        ));
        assert!(TestValue::Null.is(&Field::IsNull(true), "int4", None));
        assert!(!TestValue::Null.is(&found(""), "varchar", None));
        let json = serde_json::json!({ "a": [1, 2] });
        assert!(TestValue::Json(json).is(&found("{\"a\":[1,2]}"), "super", None));
    }
}
