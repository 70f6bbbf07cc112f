//! Functions of numbers: those of a text in any base, and cube roots without an error in the last digit.

use std::error::Error;
use std::sync::Arc;

use duckdb::Connection;
use duckdb::arrow::array::{Array, ArrayRef, Float64Array, Int64Array, RecordBatch};
use duckdb::arrow::datatypes::DataType;
use duckdb::vscalar::{ArrowFunctionSignature, VArrowScalar};

use super::arguments::{doubles, texts, whole_numbers};

pub(super) fn register(connection: &Connection) -> duckdb::Result<()> {
    connection.register_scalar_function::<OfText>("redshift_strtol")?;
    connection.register_scalar_function::<CubeRoot>("redshift_cbrt")
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
        .map_err(|_| format!("The input {text} is out of range for type bigint"))
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

#[cfg(test)]
mod tests {
    use super::of_text;

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
