//! Functions of numbers: those of a text in any base, cube roots without an error in the last
//! digit. Powers are among them, whose overflow is an error.

use std::error::Error;
use std::sync::Arc;

use duckdb::Connection;
use duckdb::arrow::array::{Array, ArrayRef, Float64Array, Int64Array, RecordBatch};
use duckdb::arrow::datatypes::DataType;
use duckdb::vscalar::{ArrowFunctionSignature, VArrowScalar};

use super::arguments::{doubles, texts, whole_numbers};

pub(super) fn register(connection: &Connection) -> duckdb::Result<()> {
    connection.register_scalar_function::<OfText>("redshift_strtol")?;
    connection.register_scalar_function::<CubeRoot>("redshift_cbrt")?;
    connection.register_scalar_function::<Exponential>("redshift_exp")?;
    connection.register_scalar_function::<Power>("redshift_power")
}

/// `redshift_strtol(text, base)`: the number that a text is in a base.
struct OfText;

impl VArrowScalar for OfText {
    type State = ();

    fn invoke((): &(), input: RecordBatch) -> Result<Arc<dyn Array>, Box<dyn Error>> {
        let rows = texts(&input, 0)?.iter().zip(whole_numbers(&input, 1)?);
        let numbers = rows.map(|(text, base)| match (text, base) {
            (Some(text), Some(base)) => of_text(text, base).map(Some),
            _ => Ok(None),
        });
        let numbers: Int64Array = numbers.collect::<Result<_, String>>()?;
        Ok(Arc::new(numbers) as ArrayRef)
    }

    fn signatures() -> Vec<ArrowFunctionSignature> {
        vec![ArrowFunctionSignature::exact(
            vec![DataType::Utf8, DataType::Int32],
            DataType::Int64,
        )]
    }
}

/// The number that a text is in a base of 2 to 36 (AWS page: `STRTOL function`).
fn of_text(text: &str, base: i32) -> Result<i64, String> {
    let base = u32::try_from(base).unwrap_or_default();
    if !(2..=36).contains(&base) {
        return Err("STRTOL takes a base of 2 to 36".to_owned());
    }
    let trimmed = text.trim_start();
    let (sign, digits) = match trimmed.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", trimmed.strip_prefix('+').unwrap_or(trimmed)),
    };
    let marked = digits
        .strip_prefix("0x")
        .or_else(|| digits.strip_prefix("0X"));
    let digits = marked.filter(|_| base == 16).unwrap_or(digits);
    let is_number = !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(base));
    if !is_number {
        return Err(format!(
            "The input {text} is not valid to be converted to base {base}"
        ));
    }
    i64::from_str_radix(&format!("{sign}{digits}"), base)
        .map_err(|_| format!("The input {text} is out of range for STRTOL"))
}

/// `redshift_cbrt(number)` (AWS page: `CBRT function`)
struct CubeRoot;

impl VArrowScalar for CubeRoot {
    type State = ();

    fn invoke((): &(), input: RecordBatch) -> Result<Arc<dyn Array>, Box<dyn Error>> {
        let roots = doubles(&input, 0)?.iter();
        let roots = roots.map(|number| number.map(f64::cbrt));
        Ok(Arc::new(roots.collect::<Float64Array>()) as ArrayRef)
    }

    fn signatures() -> Vec<ArrowFunctionSignature> {
        vec![ArrowFunctionSignature::exact(
            vec![DataType::Float64],
            DataType::Float64,
        )]
    }
}

/// `redshift_exp(number)` (AWS page: `EXP function`)
struct Exponential;

impl VArrowScalar for Exponential {
    type State = ();

    fn invoke((): &(), input: RecordBatch) -> Result<Arc<dyn Array>, Box<dyn Error>> {
        let numbers = doubles(&input, 0)?.iter();
        let results = numbers.map(|number| number.map(exponential).transpose());
        let results: Float64Array = results.collect::<Result<_, String>>()?;
        Ok(Arc::new(results) as ArrayRef)
    }

    fn signatures() -> Vec<ArrowFunctionSignature> {
        vec![ArrowFunctionSignature::exact(
            vec![DataType::Float64],
            DataType::Float64,
        )]
    }
}

/// `redshift_power(number, exponent)` (AWS page: `POWER function`)
struct Power;

impl VArrowScalar for Power {
    type State = ();

    fn invoke((): &(), input: RecordBatch) -> Result<Arc<dyn Array>, Box<dyn Error>> {
        let rows = doubles(&input, 0)?.iter().zip(doubles(&input, 1)?);
        let results = rows.map(|(number, exponent)| match (number, exponent) {
            (Some(number), Some(exponent)) => power(number, exponent).map(Some),
            _ => Ok(None),
        });
        let results: Float64Array = results.collect::<Result<_, String>>()?;
        Ok(Arc::new(results) as ArrayRef)
    }

    fn signatures() -> Vec<ArrowFunctionSignature> {
        vec![ArrowFunctionSignature::exact(
            vec![DataType::Float64, DataType::Float64],
            DataType::Float64,
        )]
    }
}

fn exponential(number: f64) -> Result<f64, String> {
    within_range(number.exp(), number.is_finite())
}

/// What has no real result is an error with a SQLSTATE of its own in PostgreSQL 8.0.
fn power(number: f64, exponent: f64) -> Result<f64, String> {
    if number == 0.0 && exponent < 0.0 || number < 0.0 && exponent.floor() < exponent {
        return Err("invalid argument for power function".to_owned());
    }
    let finite = number.is_finite() && exponent.is_finite();
    within_range(number.powf(exponent), finite)
}

/// The guide does not say what becomes of a result that double precision has no room for. In PostgreSQL 8.0, from
/// which Redshift comes, it is this error. What is too small is zero, and an infinite argument is one here.
fn within_range(result: f64, of_finite: bool) -> Result<f64, String> {
    if of_finite && !result.is_finite() {
        return Err("result is out of range".to_owned());
    }
    Ok(result)
}

#[cfg(test)]
mod tests {
    use super::{exponential, of_text, power};

    #[test]
    fn powers_have_room_or_are_errors() {
        for (number, exponent, result) in [
            (2.0, 10.0, 1024.0),
            (2.0, -1.0, 0.5),
            (-2.0, 3.0, -8.0),
            (0.0, 0.0, 1.0),
            (10.0, -400.0, 0.0),
            (f64::INFINITY, 2.0, f64::INFINITY),
        ] {
            assert_eq!(power(number, exponent), Ok(result), "{number} {exponent}");
        }
        for (number, exponent, error) in [
            (10.0, 400.0, "result is out of range"),
            (-10.0, 401.0, "result is out of range"),
            (0.0, -1.0, "invalid argument for power function"),
            (-8.0, 0.5, "invalid argument for power function"),
        ] {
            assert_eq!(
                power(number, exponent),
                Err(error.to_owned()),
                "{number} {exponent}"
            );
        }
        assert_eq!(exponential(0.0), Ok(1.0));
        assert_eq!(exponential(-1000.0), Ok(0.0));
        assert_eq!(exponential(f64::INFINITY), Ok(f64::INFINITY));
        assert_eq!(
            exponential(1000.0),
            Err("result is out of range".to_owned())
        );
    }

    #[test]
    fn numbers_of_texts_in_any_base() {
        for (text, base, number) in [
            ("abcd1234", 16, 2_882_343_476),
            ("0xFF", 16, 255),
            ("1234567", 10, 1_234_567),
            ("110101", 2, 53),
            ("-777", 8, -511),
            ("+z", 36, 35),
        ] {
            assert_eq!(of_text(text, base), Ok(number), "{text}");
        }
        for (text, base) in [("12", 2), ("", 10), ("0x1", 10), ("1", 1), ("1", 37)] {
            assert!(of_text(text, base).is_err(), "{text}");
        }
        assert!(of_text("9223372036854775808", 10).is_err());
    }
}
