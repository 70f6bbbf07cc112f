//! Records of JSON: fields by name, by paths, or each document whole (AWS page: `COPY from JSON format`).

use std::io::{self, Read};
use std::path::Path;

use serde::Deserialize;

use super::super::bucket;
use super::super::columns::Existing;
use super::super::failure::StatementFailure;
use super::super::scope::StatementScope;
use super::avro;
use super::json::{self, JsonDocument, JsonPathStep};
use super::record::{CopyRecord, Fields, Flaw, RecordVisitor};
use super::source::ObjectReader;
use crate::warehouse::dialect::BucketLocation;

/// How a document becomes fields.
#[derive(Debug, Clone)]
pub(super) enum Mapping {
    /// By name; whether its letter case counts.
    Names { exact: bool },
    /// A path for each column.
    Paths(Vec<Vec<JsonPathStep>>),
    /// Each document is the value of one SUPER column.
    Whole,
}

/// A file of JSONPaths.
#[derive(Debug, Deserialize)]
struct Paths {
    jsonpaths: Vec<String>,
}

/// The paths that a file lists, as many as there are columns.
pub(super) fn paths(
    scope: &StatementScope<'_>,
    location: &BucketLocation,
    columns: usize,
) -> Result<Vec<Vec<JsonPathStep>>, StatementFailure> {
    let folder = bucket::folder(scope, &location.bucket)?;
    let text = folder.read(Path::new(&location.key)).map_err(|error| {
        StatementFailure::Refused(format!(
            "the JSONPaths file `{}` cannot be read: {error}",
            location.key
        ))
    })?;
    let wrong = |why: &str| {
        StatementFailure::Engine(format!("Invalid JSONPath format: `{}` {why}", location.key))
    };
    let paths: Paths =
        serde_json::from_slice(&text).map_err(|_| wrong("has no list `jsonpaths` of texts"))?;
    if paths.jsonpaths.len() != columns {
        return Err(StatementFailure::Engine(format!(
            "Number of jsonpaths and the number of columns should match. JSONPath size: {}, \
             Number of columns in table or column list: {columns}",
            paths.jsonpaths.len(),
        )));
    }
    // "You cannot mix bracket notation and dot notation" (AWS page: `COPY from JSON format`).
    let is_bracket = |path: &String| path.contains("['") || path.contains("[\"");
    let is_dot = |path: &String| path.trim_start().starts_with("$.") || path.contains("].");
    if paths.jsonpaths.iter().any(is_bracket) && paths.jsonpaths.iter().any(is_dot) {
        return Err(wrong(
            "mixes the notations `$['name']` and `$.name`: write all paths in one of them",
        ));
    }
    let steps = paths.jsonpaths.iter().map(|path| {
        json::path(path).ok_or_else(|| wrong(&format!("has `{path}`, which is no path")))
    });
    steps.collect()
}

/// Reads the documents of an object.
pub(super) fn read(
    mut source: ObjectReader,
    avro: Option<avro::Logical>,
    mapping: &Mapping,
    targets: &[&Existing],
    null: &[u8],
    visit: &mut RecordVisitor<'_>,
) -> Result<io::Result<()>, StatementFailure> {
    let mut text = Vec::new();
    if let Err(error) = source.read_to_end(&mut text) {
        return Ok(Err(error));
    }
    if let Some(logical) = avro {
        match avro::documents(&text, logical) {
            Ok(documents) => text = documents,
            Err(error) => return Ok(Err(error)),
        }
    }
    let mut fields = Fields::default();
    let (mut place, mut line) = (0, 1);
    loop {
        let (raw, end, is_whole) = match json::document(&text, place) {
            JsonDocument::End => return Ok(Ok(())),
            JsonDocument::Whole(raw, end) => (raw, end, true),
            JsonDocument::Broken(raw, end) => (raw, end, false),
        };
        let passed = text.get(place..end).unwrap_or_default();
        line += passed.iter().filter(|byte| **byte == b'\n').count() as u64;
        place = end;
        fields.clear();
        let flaw = if is_whole {
            split(raw, mapping, targets, null, &mut fields)
        } else {
            Some(Flaw::new(0, 1224, "Invalid JSON"))
        };
        let record = CopyRecord {
            line,
            raw,
            fields: &fields,
            flaw,
        };
        if !visit(&record)? {
            return Ok(Ok(()));
        }
    }
}

fn split(
    document: &[u8],
    mapping: &Mapping,
    targets: &[&Existing],
    null: &[u8],
    fields: &mut Fields,
) -> Option<Flaw> {
    match mapping {
        Mapping::Whole => {
            fields.extend(document);
            fields.end(false);
        }
        Mapping::Paths(paths) => {
            for (number, (column, path)) in targets.iter().zip(paths).enumerate() {
                let Ok(value) = json::at(document, path) else {
                    let reason = "Invalid JSONPath format: Not an array or index out of range.";
                    return Some(Flaw::new(number, 1216, reason));
                };
                field(value, column, null, fields);
            }
        }
        Mapping::Names { exact } => {
            let Some(members) = json::members(document) else {
                let reason = "Invalid JSONPath format: Member is not an object.";
                return Some(Flaw::new(0, 1216, reason));
            };
            for column in targets {
                let member = members.iter().find(|(name, _)| {
                    *name == column.name || !exact && name.eq_ignore_ascii_case(&column.name)
                });
                field(member.map(|(_, value)| *value), column, null, fields);
            }
        }
    }
    None
}

/// A value as the text of a field: of a string its characters, of everything else what is written.
fn field(value: Option<&[u8]>, column: &Existing, null: &[u8], fields: &mut Fields) {
    let is_super = column.kind == "JSON";
    match value {
        None | Some(b"null") => fields.end(true),
        Some(value) if !is_super && value.first() == Some(&b'"') => {
            match serde_json::from_slice::<String>(value) {
                Ok(text) => fields.extend(text.as_bytes()),
                // Bytes that are no characters, of which the caller says so.
                Err(_) => {
                    let inside = value.get(1..value.len().saturating_sub(1));
                    fields.extend(inside.unwrap_or_default());
                }
            }
            let is_null = fields.open() == null;
            fields.end(is_null);
        }
        Some(value) => {
            fields.extend(&json::compact(value));
            fields.end(false);
        }
    }
}
