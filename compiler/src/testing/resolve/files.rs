//! Files that a test names, and the objects that it gives.

use super::super::cells::{PlacedRow, PlacedValue, TestValue};
use super::super::file::GivenObject;
use super::Resolver;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{self, Span};

/// Largest file that a test may give.
const MAX_FILE_BYTES: u64 = 64 * 1024 * 1024;

impl Resolver<'_, '_> {
    pub(super) fn objects(&mut self) -> Vec<(String, String, Vec<u8>)> {
        let mut objects = Vec::new();
        for (address, object) in &self.test.objects {
            let place = self.at(&["objects", address]);
            let named = address
                .strip_prefix("s3://")
                .and_then(|rest| rest.split_once('/'));
            let Some((bucket, object_key)) = named.filter(|(bucket, key)| {
                source::is_folder_name(bucket) && source::relative(key).is_ok()
            }) else {
                let span = place.key().unwrap_or_default();
                self.error(
                    Code::TestValue,
                    format!("`{address}` is no address of an object"),
                    span,
                    "write `s3://bucket/key`",
                );
                continue;
            };
            let bytes = match object {
                GivenObject::Text(text) => Some(text.clone().into_bytes()),
                GivenObject::File(file) => self.read(&file.file, &["objects", address, "file"]),
            };
            if let Some(bytes) = bytes {
                objects.push((bucket.to_owned(), object_key.to_owned(), bytes));
            }
        }
        objects
    }

    pub(super) fn read(&mut self, path: &str, keys: &[&str]) -> Option<Vec<u8>> {
        let read = source::relative(path)
            .map_err(|_| "it lies outside of the pipeline's folder".to_owned())
            .and_then(|path| {
                self.cases
                    .files
                    .read(&path, MAX_FILE_BYTES)
                    .map_err(|problem| problem.to_string())
            });
        match read {
            Ok(bytes) => Some(bytes),
            Err(why) => {
                let problem = Diagnostic::error(Code::TestFile, format!("`{path}` cannot be read"))
                    .at(self.file, self.span(keys), "")
                    .note(why)
                    .help("paths are relative to the pipeline's folder");
                self.found.push(problem);
                None
            }
        }
    }
}

/// The rows of a CSV file with a header; an empty field is NULL.
pub(super) fn csv_rows(bytes: &[u8], span: Span) -> Vec<PlacedRow> {
    let mut reader = csv::Reader::from_reader(bytes);
    let header = csv_header(bytes);
    let records = reader.records().filter_map(Result::ok);
    records
        .map(|record| {
            let fields = header.iter().zip(record.iter());
            let cells = fields.map(|(name, field)| {
                let value = match field {
                    "" => TestValue::Null,
                    text if text.parse::<f64>().is_ok_and(f64::is_finite) => {
                        TestValue::Number(text.to_owned())
                    }
                    text => TestValue::Text(text.to_owned()),
                };
                (
                    name.clone(),
                    PlacedValue {
                        value,
                        span,
                        whole: span,
                    },
                )
            });
            PlacedRow {
                cells: cells.collect(),
                names: header.iter().map(|name| (name.clone(), span)).collect(),
                span,
                whole: span,
            }
        })
        .collect()
}

pub(super) fn csv_header(bytes: &[u8]) -> Vec<String> {
    let mut reader = csv::Reader::from_reader(bytes);
    let header = reader.headers().ok();
    header
        .into_iter()
        .flatten()
        .map(|name| name.trim().to_lowercase())
        .collect()
}
