//! A result as it is written: JSON as the Data API gives it, and CSV.

use serde::Serialize;

use crate::error::ActionError;
use crate::expectation::text;
use crate::ports::{Field, ResultColumn};

/// How a column is written in `ColumnMetadata`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ColumnMetadata<'a> {
    name: &'a str,
    type_name: &'a str,
}

/// What a result's JSON begins with: its columns.
pub(super) fn json_head(columns: &[ResultColumn]) -> Result<Vec<u8>, ActionError> {
    let columns: Vec<ColumnMetadata<'_>> = columns
        .iter()
        .map(|column| ColumnMetadata {
            name: &column.name,
            type_name: &column.type_name,
        })
        .collect();
    let mut head = b"{\n  \"ColumnMetadata\": ".to_vec();
    serde_json::to_writer(&mut head, &columns).map_err(unwritable)?;
    head.extend_from_slice(b",\n  \"Records\": [");
    Ok(head)
}

/// Rows of a result's JSON, a line each; `first` of all rows or behind others.
pub(super) fn json_rows(records: &[Vec<Field>], first: bool) -> Result<Vec<u8>, ActionError> {
    let mut bytes = Vec::new();
    for (index, record) in records.iter().enumerate() {
        let separator: &[u8] = if first && index == 0 {
            b"\n    "
        } else {
            b",\n    "
        };
        bytes.extend_from_slice(separator);
        serde_json::to_writer(&mut bytes, record).map_err(unwritable)?;
    }
    Ok(bytes)
}

/// The first line of a result's CSV.
///
/// # Errors
/// The names cannot be written.
pub fn csv_head(columns: &[ResultColumn]) -> Result<Vec<u8>, ActionError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer
        .write_record(columns.iter().map(|column| &column.name))
        .map_err(unwritable)?;
    writer.into_inner().map_err(unwritable)
}

/// Lines of a result's CSV. NULL is an empty field.
///
/// # Errors
/// A row cannot be written.
pub fn csv_rows(records: &[Vec<Field>]) -> Result<Vec<u8>, ActionError> {
    let mut table = csv::Writer::from_writer(Vec::new());
    for record in records {
        table
            .write_record(record.iter().map(csv_field))
            .map_err(unwritable)?;
    }
    table.into_inner().map_err(unwritable)
}

/// NULL is an empty field in CSV.
fn csv_field(field: &Field) -> String {
    text(field).unwrap_or_default()
}

fn unwritable(error: impl std::fmt::Display) -> ActionError {
    ActionError::Corrupt(format!("the result cannot be written: {error}"))
}
