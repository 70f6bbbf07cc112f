//! The manifest of an UNLOAD; with VERBOSE, columns and numbers of rows too (AWS page: `UNLOAD`).

use std::path::Path;

use redshift_sql::types::Type;
use serde_json::{Value, json};

use super::super::failure::StatementFailure;
use super::text::QueryColumn;
use crate::folder::Folder;
use crate::warehouse::dialect::{Unload, type_of_engine};

/// An object at its place.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Placed {
    pub(super) key: String,
    pub(super) bytes: u64,
    pub(super) rows: u64,
}

/// Writes it beside the objects.
pub(super) fn write(
    unload: &Unload,
    folder: &Folder,
    objects: &[Placed],
    columns: &[&QueryColumn],
) -> Result<(), StatementFailure> {
    let entries: Vec<Value> = objects
        .iter()
        .map(|object| {
            let url = format!("s3://{}/{}", unload.to.bucket, object.key);
            json!({ "url": url, "meta": meta(unload, object.bytes, object.rows) })
        })
        .collect();
    let manifest = if unload.verbose {
        let elements: Vec<Value> = columns.iter().map(|column| element(column)).collect();
        let bytes = objects.iter().map(|object| object.bytes).sum();
        let rows = objects.iter().map(|object| object.rows).sum();
        json!({
            "entries": entries,
            "schema": { "elements": elements },
            "meta": meta(unload, bytes, rows),
            "author": { "name": "Amazon Redshift", "version": "1.0.0" },
        })
    } else {
        json!({ "entries": entries })
    };
    let key = format!("{}manifest", unload.to.key);
    Ok(folder.write(Path::new(&key), manifest.to_string().as_bytes())?)
}

/// How large something is.
fn meta(unload: &Unload, bytes: u64, rows: u64) -> Value {
    if unload.verbose {
        json!({ "content_length": bytes, "record_count": rows })
    } else {
        json!({ "content_length": bytes })
    }
}

/// A column. How long its texts may be the engine does not say, so nothing is said of it.
fn element((name, kind): &QueryColumn) -> Value {
    let kind = match type_of_engine(kind) {
        Type::Decimal(precision, scale) => {
            json!({ "base": "numeric", "precision": precision, "scale": scale })
        }
        Type::SmallInt => json!({ "base": "smallint" }),
        Type::Integer => json!({ "base": "integer" }),
        Type::BigInt => json!({ "base": "bigint" }),
        Type::Real => json!({ "base": "real" }),
        Type::Double => json!({ "base": "double precision" }),
        Type::Boolean => json!({ "base": "boolean" }),
        Type::Date => json!({ "base": "date" }),
        Type::Time => json!({ "base": "time without time zone" }),
        Type::TimeTz => json!({ "base": "time with time zone" }),
        Type::Timestamp => json!({ "base": "timestamp without time zone" }),
        Type::TimestampTz => json!({ "base": "timestamp with time zone" }),
        Type::Super => json!({ "base": "super" }),
        Type::VarByte(_) => json!({ "base": "binary varying" }),
        _ => json!({ "base": "character varying" }),
    };
    json!({ "name": name, "type": kind })
}
