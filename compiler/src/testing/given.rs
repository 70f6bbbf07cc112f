//! What a test gives, as statements that put it there.

use indexmap::IndexMap;
use redshift_sql::names::Column;
use redshift_sql::types::Type;
use runtime_lambda::parameters::literal;
use serde_json::Value as Json;

use super::cells::{PlacedRow, TestValue};
use super::declared::{DeclaredTable, quoted};
use crate::source::Span;

/// The bucket in which files of rows lie while a test runs.
pub const GIVEN_BUCKET: &str = "sfc-given";

/// Most rows of one INSERT.
const ROWS: usize = 200;

/// A statement that puts something there, and what in the file asks for it.
#[derive(Debug, Clone)]
pub struct Setup {
    /// The statement, for the test's warehouse alone.
    pub sql: String,
    /// Where in the test's file.
    pub span: Span,
    /// The table; empty of what belongs to no table.
    pub table: String,
}

/// The name of a table as a statement writes it: each part in quotes.
pub(super) fn name(key: &str) -> String {
    let parts: Vec<String> = key.split('.').map(quoted).collect();
    parts.join(".")
}

/// The columns of a table that nobody declares: those with given types first, then those of the rows,
/// with types that their values tell.
pub(super) fn told(rows: &[PlacedRow], types: &IndexMap<String, String>) -> Option<String> {
    let mut columns: IndexMap<String, String> = types
        .iter()
        .map(|(name, kind)| (name.to_lowercase(), kind.clone()))
        .collect();
    for row in rows {
        for name in row.cells.keys() {
            if !columns.contains_key(name) {
                columns.insert(name.clone(), of_values(rows, name));
            }
        }
    }
    let columns: Vec<String> = columns
        .iter()
        .map(|(name, kind)| format!("{} {kind}", quoted(name)))
        .collect();
    (!columns.is_empty()).then(|| columns.join(", "))
}

/// The type that holds all values of a column.
fn of_values(rows: &[PlacedRow], column: &str) -> String {
    let mut values = rows
        .iter()
        .map(|row| row.value(column))
        .filter(|value| **value != TestValue::Null)
        .peekable();
    if values.peek().is_none() {
        return "varchar(65535)".to_owned();
    }
    let values: Vec<&TestValue> = values.collect();
    let all = |test: &dyn Fn(&TestValue) -> bool| values.iter().all(|value| test(value));
    let text = |value: &TestValue, test: &dyn Fn(&str) -> bool| match value {
        TestValue::Text(text) => test(text),
        _ => false,
    };
    if all(&|value| matches!(value, TestValue::Boolean(_))) {
        "boolean".to_owned()
    } else if all(
        &|value| matches!(value, TestValue::Number(number) if number.parse::<i64>().is_ok()),
    ) {
        "bigint".to_owned()
    } else if all(
        &|value| matches!(value, TestValue::Number(number) if !number.contains(['e', 'E'])),
    ) {
        let scale = |value: &&TestValue| match value {
            TestValue::Number(number) => number
                .split_once('.')
                .map_or(0, |(_, fraction)| fraction.len()),
            _ => 0,
        };
        let scale = values.iter().map(scale).max().unwrap_or(0);
        format!("decimal(38, {})", scale.min(37))
    } else if all(&|value| matches!(value, TestValue::Number(_))) {
        "double precision".to_owned()
    } else if all(&|value| matches!(value, TestValue::Json(_))) {
        "super".to_owned()
    } else if all(&|value| {
        text(value, &|text| {
            text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok()
        })
    }) {
        "date".to_owned()
    } else if all(&|value| {
        text(value, &|text| {
            text.len() > 10 && !text.ends_with('Z') && text.parse::<jiff::civil::DateTime>().is_ok()
        })
    }) {
        "timestamp".to_owned()
    } else {
        "varchar(65535)".to_owned()
    }
}

/// The statements that put rows into a table. A column of the table that a row leaves out is NULL, but
/// for one that the warehouse numbers.
pub(super) fn inserts(
    key: &str,
    table: Option<&DeclaredTable>,
    rows: &[PlacedRow],
) -> Vec<(String, Span)> {
    let mut columns: Vec<String> = Vec::new();
    if let Some(table) = table {
        let of_table = table.columns.iter().filter(|column| !column.identity);
        columns.extend(of_table.map(|column| column.name.to_string()));
    }
    for name in rows.iter().flat_map(|row| row.cells.keys()) {
        if !columns.contains(name) {
            columns.push(name.clone());
        }
    }
    let kind = |name: &str| {
        let mut columns = table.into_iter().flat_map(|table| &table.columns);
        columns
            .find(|column| column.name == name)
            .map_or(Type::Unknown, |column| column.kind)
    };
    let kinds: Vec<Type> = columns.iter().map(|name| kind(name)).collect();
    let names: Vec<String> = columns.iter().map(|column| quoted(column)).collect();
    let into = format!("insert into {} ({}) values ", name(key), names.join(", "));
    let batches = rows.chunks(ROWS).map(|rows| {
        let lines: Vec<String> = rows
            .iter()
            .map(|row| {
                let values = columns.iter().zip(&kinds);
                let values: Vec<String> = values
                    .map(|(column, kind)| value(row.value(column), *kind))
                    .collect();
                format!("({})", values.join(", "))
            })
            .collect();
        let span = rows.first().map_or_else(Span::default, |row| row.span);
        (format!("{into}{}", lines.join(", ")), span)
    });
    batches.collect()
}

/// The rows as CSV, with all columns that any of them names; a NULL is `\N`.
pub(super) fn csv(rows: &[PlacedRow]) -> (Vec<String>, Vec<u8>) {
    let mut columns: Vec<String> = Vec::new();
    for name in rows.iter().flat_map(|row| row.cells.keys()) {
        if !columns.contains(name) {
            columns.push(name.clone());
        }
    }
    let mut text = String::new();
    for row in rows {
        let fields: Vec<String> = columns
            .iter()
            .map(|column| match row.value(column) {
                TestValue::Null => "\\N".to_owned(),
                TestValue::Text(text) => format!("\"{}\"", text.replace('"', "\"\"")),
                TestValue::Json(json) => format!("\"{}\"", json.to_string().replace('"', "\"\"")),
                value => value.shown(),
            })
            .collect();
        text.push_str(&fields.join(","));
        text.push('\n');
    }
    (columns, text.into_bytes())
}

/// Whether rows give a value to a column that the warehouse numbers, which only COPY can.
pub(super) fn gives_identity(table: Option<&DeclaredTable>, rows: &[PlacedRow]) -> bool {
    let numbered = |column: &&Column| column.identity;
    let mut columns = table
        .into_iter()
        .flat_map(|table| table.columns.iter().filter(numbered));
    columns.any(|column| {
        rows.iter()
            .any(|row| row.cells.contains_key(column.name.as_str()))
    })
}

/// The COPY of a CSV file in the bucket of given files.
pub(super) fn copy_csv(
    key: &str,
    object: &str,
    columns: &[String],
    identity: bool,
    header: bool,
) -> String {
    let columns: Vec<String> = columns.iter().map(|column| quoted(column)).collect();
    format!(
        "copy {} ({}) from 's3://{GIVEN_BUCKET}/{object}' iam_role default csv{}{}{}",
        name(key),
        columns.join(", "),
        if header {
            " ignoreheader 1 emptyasnull blanksasnull"
        } else {
            " null as '\\\\N'"
        },
        if identity { " explicit_ids" } else { "" },
        " dateformat 'auto' timeformat 'auto'"
    )
}

/// A value as a statement writes it for a column of a type.
fn value(value: &TestValue, kind: Type) -> String {
    match (value, kind) {
        (TestValue::Null, _) => "null".to_owned(),
        (TestValue::Json(json), _) => parsed(json),
        (TestValue::Text(text), Type::Super) => parsed(&Json::String(text.clone())),
        (TestValue::Number(number), Type::Super) => format!("json_parse('{}')", literal(number)),
        (TestValue::Boolean(boolean), _) => boolean.to_string(),
        (TestValue::Text(text), Type::VarByte(_)) => {
            format!("to_varbyte('{}', 'utf8')", literal(text))
        }
        // `007` is a text to a column of texts.
        (TestValue::Number(number), Type::Char(_) | Type::VarChar(_)) => {
            format!("'{}'", literal(number))
        }
        (TestValue::Number(number), _) => number.clone(),
        (TestValue::Text(text), _) => format!("'{}'", literal(text)),
    }
}

fn parsed(json: &Json) -> String {
    format!("json_parse('{}')", literal(&json.to_string()))
}
