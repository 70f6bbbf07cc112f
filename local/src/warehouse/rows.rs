//! Rows as the engine hands them out, to values as the Data API writes them.

use std::fmt::Write as _;

use duckdb::arrow::array::{Array, ArrayRef, AsArray};
use duckdb::arrow::datatypes as arrow;
use duckdb::arrow::datatypes::{DataType, IntervalUnit, TimeUnit};
use duckdb::arrow::util::display::{ArrayFormatter, FormatOptions};
use duckdb::core::{LogicalTypeHandle, LogicalTypeId};
use jiff::tz::TimeZone;
use runtime_lambda::ports::Field;

use super::failure::StatementFailure;
use super::functions::without_blanks;
use crate::warehouse::dialect::written_clock;

/// What the engine knows about a column beside the type of the array that holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Logical {
    /// A whole number of 128 bits, which only sums are.
    Wide,
    /// A text that is JSON.
    Json,
    /// A time of day with a zone, which is kept in UTC.
    TimeTz,
    Other,
}

impl Logical {
    pub(super) fn of(kind: &LogicalTypeHandle) -> Self {
        if kind.id() == LogicalTypeId::Hugeint {
            Self::Wide
        } else if kind.id() == LogicalTypeId::TimeTZ {
            Self::TimeTz
        } else if kind.get_alias().is_some_and(|alias| alias == "JSON") {
            Self::Json
        } else {
            Self::Other
        }
    }
}

/// Redshift's name of a type.
pub(super) fn type_name(field: &arrow::Field, logical: Logical) -> &'static str {
    match field.data_type() {
        _ if logical == Logical::Wide => "int8",
        _ if logical == Logical::Json => "super",
        _ if logical == Logical::TimeTz => "timetz",
        DataType::Boolean => "bool",
        DataType::Int8 | DataType::UInt8 | DataType::Int16 => "int2",
        DataType::UInt16 | DataType::Int32 => "int4",
        DataType::UInt32 | DataType::Int64 => "int8",
        DataType::Float32 => "float4",
        DataType::Float64 => "float8",
        DataType::UInt64 | DataType::Decimal128(..) | DataType::Decimal256(..) => "numeric",
        DataType::Date32 | DataType::Date64 => "date",
        DataType::Timestamp(_, None) => "timestamp",
        DataType::Timestamp(_, Some(_)) => "timestamptz",
        DataType::Time32(_) | DataType::Time64(_) => "time",
        DataType::Interval(_) | DataType::Duration(_) => "interval",
        DataType::Binary | DataType::LargeBinary | DataType::FixedSizeBinary(_) => "varbyte",
        DataType::List(_) | DataType::Struct(_) | DataType::Map(..) => "super",
        _ => "varchar",
    }
}

/// A column of a batch with what is needed to read its values one by one.
pub(super) struct ColumnReader<'a> {
    array: &'a ArrayRef,
    logical: Logical,
    formatter: Option<ArrayFormatter<'a>>,
}

impl<'a> ColumnReader<'a> {
    pub(super) fn new(
        array: &'a ArrayRef,
        logical: Logical,
        options: &'a FormatOptions<'a>,
    ) -> Result<Self, StatementFailure> {
        let formatter = match array.data_type() {
            DataType::Boolean
            | DataType::Int8
            | DataType::Int16
            | DataType::Int32
            | DataType::Int64
            | DataType::UInt8
            | DataType::UInt16
            | DataType::UInt32
            | DataType::Float32
            | DataType::Float64
            | DataType::Decimal128(..)
            | DataType::Date32
            | DataType::Time64(TimeUnit::Microsecond)
            | DataType::Timestamp(..)
            | DataType::Utf8
            | DataType::LargeUtf8
            | DataType::Utf8View => None,
            _ => Some(
                ArrayFormatter::try_new(array, options)
                    .map_err(|error| StatementFailure::Engine(error.to_string()))?,
            ),
        };
        Ok(Self {
            array,
            logical,
            formatter,
        })
    }

    /// The value of a row of the batch.
    pub(super) fn field(&self, row: usize) -> Field {
        let array = self.array;
        if array.is_null(row) {
            return Field::IsNull(true);
        }
        match array.data_type() {
            DataType::Null => Field::IsNull(true),
            DataType::Boolean => Field::BooleanValue(array.as_boolean().value(row)),
            DataType::Int8 => {
                Field::LongValue(array.as_primitive::<arrow::Int8Type>().value(row).into())
            }
            DataType::Int16 => {
                Field::LongValue(array.as_primitive::<arrow::Int16Type>().value(row).into())
            }
            DataType::Int32 => {
                Field::LongValue(array.as_primitive::<arrow::Int32Type>().value(row).into())
            }
            DataType::Int64 => {
                Field::LongValue(array.as_primitive::<arrow::Int64Type>().value(row))
            }
            DataType::UInt8 => {
                Field::LongValue(array.as_primitive::<arrow::UInt8Type>().value(row).into())
            }
            DataType::UInt16 => {
                Field::LongValue(array.as_primitive::<arrow::UInt16Type>().value(row).into())
            }
            DataType::UInt32 => {
                Field::LongValue(array.as_primitive::<arrow::UInt32Type>().value(row).into())
            }
            DataType::Float32 => {
                // The shortest text of a 4-byte number, not its 8-byte expansion.
                let value = array.as_primitive::<arrow::Float32Type>().value(row);
                double(value.to_string().parse().unwrap_or_else(|_| value.into()))
            }
            DataType::Float64 => double(array.as_primitive::<arrow::Float64Type>().value(row)),
            DataType::Decimal128(_, scale) => {
                let value = array.as_primitive::<arrow::Decimal128Type>().value(row);
                if self.logical == Logical::Wide
                    && let Ok(value) = i64::try_from(value)
                {
                    return Field::LongValue(value);
                }
                Field::StringValue(decimal(value, usize::try_from(*scale).unwrap_or(0)))
            }
            DataType::Date32 => Field::StringValue(date(
                array.as_primitive::<arrow::Date32Type>().value(row).into(),
            )),
            DataType::Time64(TimeUnit::Microsecond) => {
                let time = array
                    .as_primitive::<arrow::Time64MicrosecondType>()
                    .value(row);
                let zone = if self.logical == Logical::TimeTz {
                    "+00"
                } else {
                    ""
                };
                Field::StringValue(format!("{}{zone}", written_clock(time)))
            }
            DataType::Timestamp(unit, zone) => {
                let microseconds = match unit {
                    TimeUnit::Second => array
                        .as_primitive::<arrow::TimestampSecondType>()
                        .value(row)
                        .saturating_mul(1_000_000),
                    TimeUnit::Millisecond => array
                        .as_primitive::<arrow::TimestampMillisecondType>()
                        .value(row)
                        .saturating_mul(1000),
                    TimeUnit::Microsecond => array
                        .as_primitive::<arrow::TimestampMicrosecondType>()
                        .value(row),
                    TimeUnit::Nanosecond => array
                        .as_primitive::<arrow::TimestampNanosecondType>()
                        .value(row)
                        .div_euclid(1000),
                };
                Field::StringValue(match zone {
                    None => timestamp(microseconds),
                    Some(zone) => in_zone(microseconds, zone),
                })
            }
            DataType::Interval(IntervalUnit::MonthDayNano) => {
                let value = array
                    .as_primitive::<arrow::IntervalMonthDayNanoType>()
                    .value(row);
                Field::StringValue(interval(value.months, value.days, value.nanoseconds / 1000))
            }
            DataType::Utf8 if self.logical == Logical::Json => {
                Field::StringValue(without_blanks(array.as_string::<i32>().value(row)))
            }
            DataType::Utf8 => Field::StringValue(array.as_string::<i32>().value(row).to_owned()),
            DataType::LargeUtf8 => {
                Field::StringValue(array.as_string::<i64>().value(row).to_owned())
            }
            DataType::Utf8View => Field::StringValue(array.as_string_view().value(row).to_owned()),
            _ => Field::StringValue(
                self.formatter
                    .as_ref()
                    .map(|formatter| formatter.value(row).to_string())
                    .unwrap_or_default(),
            ),
        }
    }
}

/// What JSON has no number for goes as text.
fn double(value: f64) -> Field {
    if value.is_nan() {
        Field::StringValue("NaN".to_owned())
    } else if value.is_infinite() {
        Field::StringValue(if value > 0.0 { "Infinity" } else { "-Infinity" }.to_owned())
    } else {
        Field::DoubleValue(value)
    }
}

fn decimal(value: i128, scale: usize) -> String {
    let digits = value.unsigned_abs().to_string();
    let sign = if value < 0 { "-" } else { "" };
    if scale == 0 {
        return format!("{sign}{digits}");
    }
    let padded = format!("{digits:0>width$}", width = scale + 1);
    let (whole, fraction) = padded.split_at(padded.len() - scale);
    format!("{sign}{whole}.{fraction}")
}

/// An interval as text: `1 years 2 mons` of months, `1 days 2 hours 3 mins 4.5 secs` of the others (AWS page:
/// `Interval data types and literals`).
///
/// 24 hours are a day: an interval of days to seconds is one number.
fn interval(months: i32, days: i32, microseconds: i64) -> String {
    const DAY: i64 = 86_400_000_000;
    let total = i64::from(days)
        .saturating_mul(DAY)
        .saturating_add(microseconds);
    let (days, microseconds) = (total / DAY, total % DAY);
    let of_months = format!("{} years {} mons", months / 12, months % 12);
    let seconds = microseconds / 1_000_000 % 60;
    let fraction = format!("{:06}", (microseconds % 1_000_000).abs());
    let fraction = match fraction.trim_end_matches('0') {
        "" => "0",
        digits => digits,
    };
    let sign = if microseconds < 0 && seconds == 0 && fraction != "0" {
        "-"
    } else {
        ""
    };
    let of_days = format!(
        "{days} days {} hours {} mins {sign}{seconds}.{fraction} secs",
        microseconds / 3_600_000_000,
        microseconds / 60_000_000 % 60,
    );
    match (months, days == 0 && microseconds == 0) {
        (0, _) => of_days,
        (_, true) => of_months,
        (_, false) => format!("{of_months} {of_days}"),
    }
}

/// A day as text, from its distance to 1970-01-01.
fn date(days: i64) -> String {
    // Days are counted from 0000-03-01, so that leap days end a year and a 400-year era repeats.
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    if year > 0 {
        format!("{year:04}-{month:02}-{day:02}")
    } else {
        format!("{:04}-{month:02}-{day:02} BC", 1 - year)
    }
}

/// A moment as the clocks of the session's zone show it, with their distance from UTC.
///
/// 12:00 UTC on a day in June is `2008-06-01 08:00:00-04` in `America/New_York`.
fn in_zone(microseconds: i64, zone: &str) -> String {
    let offset = jiff::Timestamp::from_microsecond(microseconds)
        .ok()
        .zip(TimeZone::get(zone).ok())
        .map_or(0, |(moment, zone)| zone.to_offset(moment).seconds());
    let mut text = timestamp(microseconds.saturating_add(i64::from(offset) * 1_000_000));
    let (sign, distance) = if offset < 0 {
        ('-', -offset)
    } else {
        ('+', offset)
    };
    let (hours, minutes) = (distance / 3600, distance / 60 % 60);
    // Writing to a string cannot fail.
    let _ = write!(text, "{sign}{hours:02}");
    if minutes != 0 {
        let _ = write!(text, ":{minutes:02}");
    }
    text
}

fn timestamp(microseconds: i64) -> String {
    let days = microseconds.div_euclid(86_400_000_000);
    let rest = microseconds.rem_euclid(86_400_000_000);
    let (seconds, fraction) = (rest / 1_000_000, rest % 1_000_000);
    let mut text = date(days);
    // Writing to a string cannot fail.
    let _ = write!(
        text,
        " {:02}:{:02}:{:02}",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60
    );
    if fraction != 0 {
        let digits = format!("{fraction:06}");
        let _ = write!(text, ".{}", digits.trim_end_matches('0'));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_times_are_written_as_redshift_does() {
        assert_eq!(date(0), "1970-01-01");
        assert_eq!(date(18_321), "2020-02-29");
        assert_eq!(date(-1), "1969-12-31");
        let june = 1_212_321_600_000_000;
        assert_eq!(in_zone(june, "UTC"), "2008-06-01 12:00:00+00");
        assert_eq!(in_zone(june, "America/New_York"), "2008-06-01 08:00:00-04");
        assert_eq!(in_zone(june, "Asia/Kolkata"), "2008-06-01 17:30:00+05:30");
        assert_eq!(timestamp(-1), "1969-12-31 23:59:59.999999");
        assert_eq!(timestamp(1_500_000), "1970-01-01 00:00:01.5");
    }

    #[test]
    fn intervals_say_their_parts() {
        assert_eq!(interval(14, 0, 0), "1 years 2 mons");
        assert_eq!(interval(0, 0, 0), "0 days 0 hours 0 mins 0.0 secs");
        assert_eq!(
            interval(0, -2, 3_661_123_000),
            "-1 days -22 hours -58 mins -58.877 secs"
        );
        assert_eq!(
            interval(0, 0, 129_600_000_000),
            "1 days 12 hours 0 mins 0.0 secs"
        );
        assert_eq!(interval(0, 0, -500_000), "0 days 0 hours 0 mins -0.5 secs");
    }

    #[test]
    fn decimals_keep_their_scale() {
        assert_eq!(decimal(-5, 2), "-0.05");
        assert_eq!(decimal(123_400, 2), "1234.00");
        assert_eq!(decimal(7, 0), "7");
    }
}
