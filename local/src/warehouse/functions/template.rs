//! `redshift_number_text(digits, template)`, `redshift_number(text, template)`,
//! `redshift_moment_text(microseconds, zone, template)` and `redshift_moment(text, template, strict)`: TO_CHAR,
//! TO_NUMBER, TO_DATE and TO_TIMESTAMP.

use std::collections::HashMap;
use std::error::Error;
use std::sync::Arc;

use duckdb::Connection;
use duckdb::arrow::array::{Array, ArrayRef, RecordBatch, StringArray};
use duckdb::arrow::datatypes::DataType;
use duckdb::vscalar::{ArrowFunctionSignature, VArrowScalar};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::arguments::{numbers, texts, whole_numbers};
use crate::warehouse::template::number::Number;
use crate::warehouse::template::{moment, read_moment, read_number, write_moment, write_number};

pub(super) fn register(connection: &Connection) -> duckdb::Result<()> {
    connection.register_scalar_function::<NumberText>("redshift_number_text")?;
    connection.register_scalar_function::<ReadNumber>("redshift_number")?;
    connection.register_scalar_function::<MomentText>("redshift_moment_text")?;
    connection.register_scalar_function::<Moment>("redshift_moment")
}

/// Templates, each read once. Most rows have that of the row before.
struct Templates<T> {
    read: Vec<(String, T)>,
    places: HashMap<String, usize>,
    last: usize,
    parse: fn(&str) -> Result<T, String>,
}

impl<T> Templates<T> {
    fn new(parse: fn(&str) -> Result<T, String>) -> Self {
        Self {
            read: Vec::new(),
            places: HashMap::new(),
            last: 0,
            parse,
        }
    }

    fn of(&mut self, template: &str) -> Result<&T, String> {
        let is_last = |(text, _): &(String, T)| text == template;
        if !self.read.get(self.last).is_some_and(is_last) {
            self.last = match self.places.get(template) {
                Some(place) => *place,
                None => {
                    let read = (self.parse)(template)?;
                    self.read.push((template.to_owned(), read));
                    let place = self.read.len() - 1;
                    self.places.insert(template.to_owned(), place);
                    place
                }
            };
        }
        let known = self.read.get(self.last);
        known
            .map(|(_, read)| read)
            .ok_or_else(|| "no template".to_owned())
    }
}

type Texts = Result<StringArray, String>;

fn signature(arguments: Vec<DataType>) -> Vec<ArrowFunctionSignature> {
    vec![ArrowFunctionSignature::exact(arguments, DataType::Utf8)]
}

struct NumberText;

impl VArrowScalar for NumberText {
    type State = ();

    fn invoke((): &(), input: RecordBatch) -> Result<Arc<dyn Array>, Box<dyn Error>> {
        let mut templates = Templates::new(Number::parse);
        let rows = texts(&input, 0)?.iter().zip(texts(&input, 1)?);
        let written: Texts = rows
            .map(|row| match row {
                (Some(digits), Some(template)) => {
                    let template = templates.of(template)?;
                    // A text in place of a number may be none.
                    if digits.trim().parse::<f64>().is_err() {
                        return Err(format!(
                            "invalid input syntax for type numeric: \"{digits}\""
                        ));
                    }
                    Ok(Some(write_number::write(template, digits)))
                }
                _ => Ok(None),
            })
            .collect();
        Ok(Arc::new(written?) as ArrayRef)
    }

    fn signatures() -> Vec<ArrowFunctionSignature> {
        signature(vec![DataType::Utf8, DataType::Utf8])
    }
}

struct ReadNumber;

impl VArrowScalar for ReadNumber {
    type State = ();

    fn invoke((): &(), input: RecordBatch) -> Result<Arc<dyn Array>, Box<dyn Error>> {
        let mut templates = Templates::new(Number::parse);
        let rows = texts(&input, 0)?.iter().zip(texts(&input, 1)?);
        let read: Texts = rows
            .map(|row| match row {
                (Some(text), Some(template)) => {
                    read_number::read(templates.of(template)?, text).map(Some)
                }
                _ => Ok(None),
            })
            .collect();
        Ok(Arc::new(read?) as ArrayRef)
    }

    fn signatures() -> Vec<ArrowFunctionSignature> {
        signature(vec![DataType::Utf8, DataType::Utf8])
    }
}

struct MomentText;

impl VArrowScalar for MomentText {
    type State = ();

    fn invoke((): &(), input: RecordBatch) -> Result<Arc<dyn Array>, Box<dyn Error>> {
        let mut templates = Templates::new(moment::parse);
        let mut zones = Templates::new(|name| {
            TimeZone::get(name).map_err(|_| format!("time zone \"{name}\" not recognized"))
        });
        let rows = numbers(&input, 0)?.iter().zip(texts(&input, 1)?);
        let written: Texts = rows
            .zip(texts(&input, 2)?)
            .map(|row| match row {
                ((Some(microseconds), Some(zone)), Some(template)) => {
                    let moment = Timestamp::from_microsecond(microseconds)
                        .map_err(|_| "timestamp out of range".to_owned())?;
                    let moment = moment.to_zoned(zones.of(zone)?.clone());
                    Ok(Some(write_moment::write(templates.of(template)?, &moment)))
                }
                _ => Ok(None),
            })
            .collect();
        Ok(Arc::new(written?) as ArrayRef)
    }

    fn signatures() -> Vec<ArrowFunctionSignature> {
        signature(vec![DataType::Int64, DataType::Utf8, DataType::Utf8])
    }
}

struct Moment;

impl VArrowScalar for Moment {
    type State = ();

    fn invoke((): &(), input: RecordBatch) -> Result<Arc<dyn Array>, Box<dyn Error>> {
        let mut templates = Templates::new(moment::parse);
        let rows = texts(&input, 0)?.iter().zip(texts(&input, 1)?);
        let read: Texts = rows
            .zip(whole_numbers(&input, 2)?)
            .map(|row| match row {
                ((Some(text), Some(template)), Some(strict)) => {
                    let read = read_moment::read(templates.of(template)?, text, strict != 0)?;
                    Ok(Some(read.to_string().replace('T', " ")))
                }
                _ => Ok(None),
            })
            .collect();
        Ok(Arc::new(read?) as ArrayRef)
    }

    fn signatures() -> Vec<ArrowFunctionSignature> {
        signature(vec![DataType::Utf8, DataType::Utf8, DataType::Int32])
    }
}
