//! `redshift_moment_form(text, order)`: a text that stands for a date or a moment, in the form that the engine reads.
//! What is in such a form already, and what stands for no moment, stays. `redshift_instant_form(text, order)` keeps the
//! zone behind it, and `redshift_day_form(text, order)` is the same without the time of day.

use std::error::Error;
use std::marker::PhantomData;
use std::sync::Arc;

use duckdb::Connection;
use duckdb::arrow::array::{Array, ArrayRef, RecordBatch, StringArray};
use duckdb::arrow::datatypes::DataType;
use duckdb::vscalar::{ArrowFunctionSignature, VArrowScalar};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::super::frozen::EngineClock;
use super::arguments::{texts, whole_numbers};
use crate::warehouse::dialect::{DateOrder, Reading, normal_moment, refused_moment};

pub(super) fn register(connection: &Connection, clock: &EngineClock) -> duckdb::Result<()> {
    connection
        .register_scalar_function_with_state::<Form<Timestamp>>("redshift_moment_form", clock)?;
    connection
        .register_scalar_function_with_state::<Form<Instant>>("redshift_instant_form", clock)?;
    connection.register_scalar_function_with_state::<DayForm>("redshift_day_form", clock)
}

/// What becomes of each text of a column, by the order of the numbers in its dates.
fn each(input: &RecordBatch, form: impl Fn(&str, DateOrder) -> String) -> Result<ArrayRef, String> {
    let rows = texts(input, 0)?.iter().zip(whole_numbers(input, 1)?);
    let forms = rows.map(|(text, order)| {
        let (Some(text), Some(order)) = (text, order) else {
            return Ok(None);
        };
        match refused_moment(text) {
            Some(reason) => Err(reason),
            None => Ok(Some(form(text, DateOrder::numbered(order)))),
        }
    });
    let forms: StringArray = forms.collect::<Result<_, String>>()?;
    Ok(Arc::new(forms))
}

fn signature() -> Vec<ArrowFunctionSignature> {
    vec![ArrowFunctionSignature::exact(
        vec![DataType::Utf8, DataType::Int32],
        DataType::Utf8,
    )]
}

/// The moment of the call, one for all rows.
fn now(clock: &EngineClock) -> DateTime {
    TimeZone::UTC.to_datetime(clock.now())
}

/// How the texts of a function are read.
trait Read {
    const AS: Reading;
}

struct Timestamp;

impl Read for Timestamp {
    const AS: Reading = Reading::Timestamp;
}

struct Instant;

impl Read for Instant {
    const AS: Reading = Reading::TimestampTz;
}

struct Form<R>(PhantomData<R>);

impl<R: Read> VArrowScalar for Form<R> {
    type State = EngineClock;

    fn invoke(clock: &EngineClock, input: RecordBatch) -> Result<Arc<dyn Array>, Box<dyn Error>> {
        let now = now(clock);
        let form = |text: &str, order| {
            normal_moment(text, order, now, R::AS).unwrap_or_else(|| text.to_owned())
        };
        Ok(each(&input, form)?)
    }

    fn signatures() -> Vec<ArrowFunctionSignature> {
        signature()
    }
}

struct DayForm;

impl VArrowScalar for DayForm {
    type State = EngineClock;

    fn invoke(clock: &EngineClock, input: RecordBatch) -> Result<Arc<dyn Array>, Box<dyn Error>> {
        let now = now(clock);
        let form = |text: &str, order| {
            let normal = normal_moment(text, order, now, Reading::Date);
            let text = normal.as_deref().unwrap_or(text).trim();
            day(text).unwrap_or(text).to_owned()
        };
        Ok(each(&input, form)?)
    }

    fn signatures() -> Vec<ArrowFunctionSignature> {
        signature()
    }
}

/// `2008-12-31` of `2008-12-31 04:05:06`, if that is a time.
fn day(text: &str) -> Option<&str> {
    let (date, time) = text.split_at_checked(10)?;
    let is_date = date.bytes().enumerate().all(|(at, byte)| match at {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    let mut signs = time.bytes();
    let is_time = matches!(signs.next(), Some(b' ' | b'T'))
        && signs.next().is_some_and(|digit| digit.is_ascii_digit());
    (is_date && is_time).then_some(date)
}

#[cfg(test)]
mod tests {
    use super::day;

    #[test]
    fn the_time_behind_a_day_is_cut() {
        assert_eq!(day("2008-12-31 04:05:06"), Some("2008-12-31"));
        assert_eq!(day("2008-12-31T04:05:06"), Some("2008-12-31"));
        assert_eq!(day("2008-12-31 (BC)"), None);
        assert_eq!(day("2008-12-31"), None);
        assert_eq!(day("2008-12-3x 04:05"), None);
    }
}
