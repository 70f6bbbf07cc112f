//! Rows as JSON for programs. `docs/json.md` documents the shape.

use runtime_lambda::ports::Field;
use serde_json::{Value, json};

use super::ResultRows;

/// The `version` of every JSON document that a verb prints. It changes when a field goes or means
/// something else, not when one is added.
pub const VERSION: u32 = 1;

/// A document: its version in front of its fields.
#[must_use]
pub fn document(fields: Value) -> Value {
    let mut document = json!({ "version": VERSION });
    if let (Some(document), Value::Object(fields)) = (document.as_object_mut(), fields) {
        document.extend(fields);
    }
    document
}

/// The text of a document on lines of its own: what holds nothing but values, such as a row, has one.
/// Control characters are escaped, those too that JSON lets pass.
#[must_use]
pub fn text(document: &Value) -> String {
    let mut text = String::new();
    write(document, 0, &mut text);
    text.push('\n');
    escaped(&text)
}

fn write(value: &Value, depth: usize, text: &mut String) {
    let is_nested = |inner: &Value| inner.is_array() || inner.is_object();
    let has_nested = match value {
        Value::Array(all) => all.iter().any(is_nested),
        Value::Object(all) => depth == 0 || all.values().any(is_nested),
        _ => false,
    };
    if !has_nested {
        text.push_str(&value.to_string());
        return;
    }
    let indent = "  ".repeat(depth + 1);
    let (open, close) = if value.is_array() {
        ('[', ']')
    } else {
        ('{', '}')
    };
    text.push(open);
    let mut separator = "\n";
    let mut item = |key: Option<&String>, inner: &Value| {
        text.push_str(separator);
        text.push_str(&indent);
        if let Some(key) = key {
            text.push_str(&Value::from(key.as_str()).to_string());
            text.push_str(": ");
        }
        write(inner, depth + 1, text);
        separator = ",\n";
    };
    match value {
        Value::Array(all) => all.iter().for_each(|inner| item(None, inner)),
        Value::Object(all) => all.iter().for_each(|(key, inner)| item(Some(key), inner)),
        _ => {}
    }
    text.push('\n');
    text.push_str(&"  ".repeat(depth));
    text.push(close);
}

/// The text of a document on one line.
#[must_use]
pub fn record(document: &Value) -> String {
    let mut text = document.to_string();
    text.push('\n');
    escaped(&text)
}

/// What DEL and the C1 controls mean to a terminal is no matter of JSON, which escapes neither. They can
/// only stand in a text.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\u{7f}'..='\u{9f}' => safe.push_str(&format!("\\u{:04x}", u32::from(character))),
            other => safe.push(other),
        }
    }
    safe
}

impl ResultRows {
    /// `columns`, `rows` as arrays in the columns' order, `total_rows`.
    #[must_use]
    pub fn json(&self) -> Value {
        let columns = self
            .columns
            .iter()
            .map(|column| json!({ "name": column.name, "type": column.type_name }));
        let rows = self.records.iter();
        json!({
            "columns": columns.collect::<Vec<_>>(),
            "rows": rows.map(|row| row.iter().map(value).collect()).collect::<Vec<Vec<Value>>>(),
            "total_rows": self.total,
        })
    }
}

/// A decimal stays a text, as the Data API gives it: a reader's floating point number could not hold it.
fn value(field: &Field) -> Value {
    match field {
        Field::IsNull(_) => Value::Null,
        Field::BooleanValue(value) => (*value).into(),
        Field::LongValue(value) => (*value).into(),
        Field::DoubleValue(value) => serde_json::Number::from_f64(*value)
            .map_or_else(|| value.to_string().into(), Value::Number),
        Field::StringValue(value) => value.as_str().into(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn a_row_has_a_line() {
        let document = document(json!({ "rows": [[1, "a"], []], "none": [] }));
        assert_eq!(
            text(&document),
            "{\n  \"version\": 1,\n  \"rows\": [\n    [1,\"a\"],\n    []\n  ],\n  \"none\": []\n}\n"
        );
    }

    #[test]
    fn values_keep_their_kinds_and_no_control_character_is_left() {
        let mut rows = sample::rows();
        rows.records.drain(2..4);
        rows.records[1][1] = Field::StringValue("\u{9b}31m\u{7f}".to_owned());
        let text = record(&document(rows.json()));
        assert_eq!(
            text,
            "{\"version\":1,\"columns\":[{\"name\":\"id\",\"type\":\"int4\"},{\"name\":\"name\",\"type\":\"varchar\"},\
             {\"name\":\"paid\",\"type\":\"numeric\"},{\"name\":\"vip\",\"type\":\"bool\"}],\
             \"rows\":[[1,\"Ada\",\"12.50\",true],[-20,\"\\u009b31m\\u007f\",null,false],\
             [5,\"日本\\u001b[2J\\nx\",\"0.10\",true]],\"total_rows\":5000}\n"
        );
        let read: Value = serde_json::from_str(&text).unwrap_or_default();
        assert_eq!(read["rows"][1][1], "\u{9b}31m\u{7f}");
        assert_eq!(value(&Field::DoubleValue(f64::NAN)), "NaN");
    }
}
