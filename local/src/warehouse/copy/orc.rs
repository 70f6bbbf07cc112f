//! ORC: the rows of a file as records. COPY takes columns by their order (AWS page: `COPY from columnar data
//! formats`). External tables take them by name or by order (AWS page: `Creating external tables for Redshift
//! Spectrum`, "Mapping external table columns to ORC columns").
//!
//! A column is loaded into one of its own kind: integers into an integer, texts into a text. Redshift refuses
//! others as incompatible.

use std::fs::File;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

use duckdb::arrow::datatypes::{DataType, Schema, TimeUnit};
use duckdb::arrow::error::ArrowError;
use duckdb::arrow::record_batch::{RecordBatch, RecordBatchReader as _};
use duckdb::arrow::util::display::{ArrayFormatter, FormatOptions};
use orc_rust::{ArrowReader, ArrowReaderBuilder};

use super::super::bucket::BucketObject;
use super::super::columns::Existing;
use super::super::failure::StatementFailure;
use super::record::{CopyRecord, Fields, RecordVisitor};
use crate::warehouse::dialect::{Copy, ObjectFormat};

/// How moments are written for the engine: in microseconds, as Redshift keeps them.
const MOMENT: &str = "%Y-%m-%d %H:%M:%S%.6f";

/// Reads the rows of an object.
///
/// # Errors
/// Its columns are others than those that are loaded.
pub(super) fn read(
    object: &BucketObject<'_>,
    copy: &Copy,
    targets: &[&Existing],
    visit: &mut RecordVisitor<'_>,
) -> Result<io::Result<()>, StatementFailure> {
    let file = match object.folder.file(object.path()) {
        Ok(file) => file.into_std(),
        Err(error) => return Ok(Err(error)),
    };
    let Ok(Ok(builder)) = catch_unwind(|| ArrowReaderBuilder::try_new(file)) else {
        return Err(StatementFailure::Engine(format!(
            "{} is no ORC",
            object.uri()
        )));
    };
    let mut reader = builder.build();
    let sources = sources(object, &reader.schema(), copy, targets)?;
    let options = FormatOptions::new()
        .with_timestamp_format(Some(MOMENT))
        .with_timestamp_tz_format(Some("%Y-%m-%d %H:%M:%S%.6f%:z"));
    let (mut fields, mut number) = (Fields::default(), 0);
    loop {
        let batch = match next(&mut reader) {
            Ok(Some(batch)) => batch,
            Ok(None) => return Ok(Ok(())),
            Err(error) => return Ok(Err(error)),
        };
        let columns = sources.iter().map(|source| {
            let column = source.and_then(|at| batch.columns().get(at));
            column
                .map(|column| {
                    ArrayFormatter::try_new(column, &options).map(|formatter| (column, formatter))
                })
                .transpose()
        });
        let columns = match columns.collect::<Result<Vec<_>, ArrowError>>() {
            Ok(columns) => columns,
            Err(error) => return Ok(Err(broken(&error))),
        };
        for row in 0..batch.num_rows() {
            number += 1;
            fields.clear();
            for column in &columns {
                let value = column.as_ref().filter(|(column, _)| !column.is_null(row));
                if let Some((_, formatter)) = value {
                    let text = match formatter.value(row).try_to_string() {
                        Ok(text) => text,
                        Err(error) => return Ok(Err(broken(&error))),
                    };
                    fields.extend(text.as_bytes());
                }
                fields.end(value.is_none());
            }
            let record = CopyRecord {
                line: number,
                raw: &[],
                fields: &fields,
                flaw: None,
            };
            if !visit(&record)? {
                return Ok(Ok(()));
            }
        }
    }
}

/// Which column of the object each column takes, from 0; one that takes none is NULL.
fn sources(
    object: &BucketObject<'_>,
    schema: &Schema,
    copy: &Copy,
    targets: &[&Existing],
) -> Result<Vec<Option<usize>>, StatementFailure> {
    let there = schema.fields();
    let is_filled = copy.fill_record && there.len() < targets.len();
    if !copy.lenient && !is_filled && there.len() != targets.len() {
        return Err(StatementFailure::Engine(format!(
            "{} has {} columns, and {} are loaded",
            object.uri(),
            there.len(),
            targets.len()
        )));
    }
    let by_name = copy.format == ObjectFormat::Orc { by_name: true };
    let sources = targets
        .iter()
        .enumerate()
        .map(|(at, target)| -> Result<_, StatementFailure> {
            let at = if by_name {
                there
                    .iter()
                    .position(|field| field.name().eq_ignore_ascii_case(&target.name))
            } else {
                Some(at)
            };
            let found = at.and_then(|at| Some((at, there.get(at)?)));
            if let Some((_, field)) = found {
                fits(field.name(), field.data_type(), target, copy.lenient)?;
            }
            Ok(found.map(|(at, _)| at))
        });
    sources.collect()
}

/// The next rows. The reader panics where the bytes of an object are others than its end says.
fn next(reader: &mut ArrowReader<File>) -> io::Result<Option<RecordBatch>> {
    match catch_unwind(AssertUnwindSafe(|| reader.next())) {
        Ok(batch) => batch.transpose().map_err(|error| broken(&error)),
        Err(_) => Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "it breaks off or is damaged",
        )),
    }
}

fn broken(error: &ArrowError) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error.to_string())
}

/// Whether a column of the object may be loaded into this column.
fn fits(
    name: &str,
    kind: &DataType,
    target: &Existing,
    lenient: bool,
) -> Result<(), StatementFailure> {
    let into = target.kind.as_str();
    let is_same = match kind {
        DataType::Boolean => into == "BOOLEAN",
        DataType::Int8 | DataType::Int16 | DataType::Int32 | DataType::Int64 => {
            matches!(into, "SMALLINT" | "INTEGER" | "BIGINT")
        }
        DataType::Float32 | DataType::Float64 => matches!(into, "FLOAT" | "DOUBLE"),
        DataType::Decimal128(..) => into.starts_with("DECIMAL"),
        DataType::Utf8 => into == "VARCHAR",
        DataType::Binary => into == "BLOB",
        DataType::Date32 => into == "DATE",
        DataType::Timestamp(TimeUnit::Nanosecond, None) => into == "TIMESTAMP",
        DataType::Timestamp(TimeUnit::Nanosecond, Some(_)) => into == "TIMESTAMP WITH TIME ZONE",
        _ => {
            let (verb, instead) = if lenient {
                (
                    "read",
                    "write its values as JSON into a text, and read that with `json_parse`",
                )
            } else {
                (
                    "load",
                    "write the objects as Parquet, and COPY with `format as parquet serializetojson`",
                )
            };
            return Err(StatementFailure::Refused(format!(
                "the embedded warehouse does not {verb} the nested column {name} of ORC: {instead}"
            )));
        }
    };
    match is_same {
        true => Ok(()),
        false => Err(StatementFailure::Engine(format!(
            "column {name} of ORC has a type that is not compatible with the column {} of the table",
            target.name
        ))),
    }
}
