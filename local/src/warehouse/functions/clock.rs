//! `redshift_clock_local(text)`: a text that stands for a time of day, in the form that the engine reads.
//! `redshift_clock_form(text)` is the same with `+00` behind it, and in UTC, where the text has a zone.
//!
//! What stands for no time becomes a text that the engine does not read as one either.

use std::error::Error;
use std::sync::Arc;

use duckdb::Connection;
use duckdb::arrow::array::{Array, ArrayRef, RecordBatch, StringArray};
use duckdb::arrow::datatypes::DataType;
use duckdb::vscalar::{ArrowFunctionSignature, VArrowScalar};

use super::arguments::texts;
use crate::warehouse::dialect::{local_clock, normal_clock};

pub(super) fn register(connection: &Connection) -> duckdb::Result<()> {
    connection.register_scalar_function::<Local>("redshift_clock_local")?;
    connection.register_scalar_function::<InUtc>("redshift_clock_form")
}

/// `redshift_clock_local(text)`
struct Local;

impl VArrowScalar for Local {
    type State = ();

    fn invoke((): &(), input: RecordBatch) -> Result<Arc<dyn Array>, Box<dyn Error>> {
        Ok(each(&input, local_clock)?)
    }

    fn signatures() -> Vec<ArrowFunctionSignature> {
        signature()
    }
}

/// `redshift_clock_form(text)`
struct InUtc;

impl VArrowScalar for InUtc {
    type State = ();

    fn invoke((): &(), input: RecordBatch) -> Result<Arc<dyn Array>, Box<dyn Error>> {
        Ok(each(&input, normal_clock)?)
    }

    fn signatures() -> Vec<ArrowFunctionSignature> {
        signature()
    }
}

fn signature() -> Vec<ArrowFunctionSignature> {
    vec![ArrowFunctionSignature::exact(
        vec![DataType::Utf8],
        DataType::Utf8,
    )]
}

fn each(input: &RecordBatch, read: fn(&str) -> Option<String>) -> Result<ArrayRef, String> {
    let forms = texts(input, 0)?.iter();
    let forms = forms.map(|text| text.map(|text| read(text).unwrap_or_else(|| none(text))));
    Ok(Arc::new(forms.collect::<StringArray>()))
}

/// The engine would take the time of a date and of `epoch`, which is midnight, and what begins with a time.
fn none(text: &str) -> String {
    format!("?{text}")
}
