//! ORC: the rows of a file as records, columns by their order (AWS page: `COPY from columnar data formats`).
//!
//! A column is loaded into one of its own kind: integers into an integer, texts into a text. Redshift refuses
//! others as incompatible.

use std::fs::File;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

use duckdb::arrow::datatypes::{DataType, TimeUnit};
use duckdb::arrow::error::ArrowError;
use duckdb::arrow::record_batch::{RecordBatch, RecordBatchReader as _};
use duckdb::arrow::util::display::{ArrayFormatter, FormatOptions};
use orc_rust::{ArrowReader, ArrowReaderBuilder};

use super::super::bucket::Object;
use super::super::columns::Existing;
use super::super::failure::Failure;
use super::record::{Fields, Record, Visit};

/// How moments are written for the engine: in microseconds, as Redshift keeps them.
const MOMENT: &str = "%Y-%m-%d %H:%M:%S%.6f";

/// Reads the rows of an object.
///
/// # Errors
/// Its columns are others than those that are loaded.
pub(super) fn read(
    object: &Object<'_>,
    targets: &[&Existing],
    visit: &mut Visit<'_>,
) -> Result<io::Result<()>, Failure> {
    let file = match object.folder.file(object.path()) {
        Ok(file) => file.into_std(),
        Err(error) => return Ok(Err(error)),
    };
    let Ok(Ok(builder)) = catch_unwind(|| ArrowReaderBuilder::try_new(file)) else {
        return Err(Failure::Engine(format!("{} is no ORC", object.uri())));
    };
    let mut reader = builder.build();
    let schema = reader.schema();
    if schema.fields().len() != targets.len() {
        return Err(Failure::Engine(format!(
            "{} has {} columns, and {} are loaded",
            object.uri(),
            schema.fields().len(),
            targets.len()
        )));
    }
    for (field, target) in schema.fields().iter().zip(targets) {
        fits(field.name(), field.data_type(), target)?;
    }
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
        let columns = batch.columns().iter();
        let formatters = columns.map(|column| ArrayFormatter::try_new(column, &options));
        let formatters = match formatters.collect::<Result<Vec<_>, _>>() {
            Ok(formatters) => formatters,
            Err(error) => return Ok(Err(broken(&error))),
        };
        for row in 0..batch.num_rows() {
            number += 1;
            fields.clear();
            for (column, formatter) in batch.columns().iter().zip(&formatters) {
                let is_null = column.is_null(row);
                if !is_null {
                    let text = match formatter.value(row).try_to_string() {
                        Ok(text) => text,
                        Err(error) => return Ok(Err(broken(&error))),
                    };
                    fields.extend(text.as_bytes());
                }
                fields.end(is_null);
            }
            let record = Record {
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
fn fits(name: &str, kind: &DataType, target: &Existing) -> Result<(), Failure> {
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
            return Err(Failure::Refused(format!(
                "the embedded warehouse does not load the nested column {name} of ORC: write the objects as \
                 Parquet, and COPY with `format as parquet serializetojson`"
            )));
        }
    };
    match is_same {
        true => Ok(()),
        false => Err(Failure::Engine(format!(
            "column {name} of ORC has a type that is not compatible with the column {} of the table",
            target.name
        ))),
    }
}
