//! `redshift_text_number(text, scale, rounds)`: TEXT_TO_INT_ALT and TEXT_TO_NUMERIC_ALT, which read numbers as
//! Teradata does: `-123E2`, `123+`. What is behind the scale is rounded or cut off (AWS pages:
//! `TEXT_TO_INT_ALT`, `TEXT_TO_NUMERIC_ALT`).

use std::error::Error;
use std::sync::Arc;

use duckdb::Connection;
use duckdb::arrow::array::{Array, ArrayRef, RecordBatch, StringArray};
use duckdb::arrow::datatypes::DataType;
use duckdb::vscalar::{ArrowFunctionSignature, VArrowScalar};

use super::arguments::{texts, whole_numbers};

pub(super) fn register(connection: &Connection) -> duckdb::Result<()> {
    connection.register_scalar_function::<Read>("redshift_text_number")
}

struct Read;

impl VArrowScalar for Read {
    type State = ();

    fn invoke((): &(), input: RecordBatch) -> Result<Arc<dyn Array>, Box<dyn Error>> {
        let rows = texts(&input, 0)?
            .iter()
            .zip(whole_numbers(&input, 1)?)
            .zip(whole_numbers(&input, 2)?);
        let numbers = rows.map(|((text, scale), rounds)| {
            let (Some(text), Some(scale), Some(rounds)) = (text, scale, rounds) else {
                return Ok(None);
            };
            let scale = usize::try_from(scale).unwrap_or_default();
            number(text, scale, rounds != 0)
                .map(Some)
                .ok_or_else(|| format!("invalid input syntax for type numeric: \"{text}\""))
        });
        let numbers: StringArray = numbers.collect::<Result<_, String>>()?;
        Ok(Arc::new(numbers) as ArrayRef)
    }

    fn signatures() -> Vec<ArrowFunctionSignature> {
        vec![ArrowFunctionSignature::exact(
            vec![DataType::Utf8, DataType::Int32, DataType::Int32],
            DataType::Utf8,
        )]
    }
}

/// The digits of a number with so many behind the point.
fn number(text: &str, scale: usize, rounds: bool) -> Option<String> {
    let text = text.trim();
    let (negative, unsigned) = match (text.strip_prefix(['-', '+']), text.strip_suffix(['-', '+']))
    {
        (Some(behind), _) => (text.starts_with('-'), behind),
        (None, Some(before)) => (text.ends_with('-'), before),
        (None, None) => (false, text),
    };
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (unsigned, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let mut digits: Vec<u8> = whole.bytes().chain(fraction.bytes()).collect();
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) || exponent.abs() > 400 {
        return None;
    }
    // Digits in front of the point, which may lie in front of all of them or behind.
    let point = i32::try_from(whole.len()).ok()? + exponent;
    let wanted = point + i32::try_from(scale).ok()?;
    if wanted < 0 {
        digits.clear();
    }
    let wanted = usize::try_from(wanted.max(0)).ok()?;
    let up = rounds && digits.get(wanted).is_some_and(|next| *next >= b'5');
    digits.resize(wanted, b'0');
    if up {
        let mut carries = true;
        for digit in digits.iter_mut().rev() {
            if !carries {
                break;
            }
            carries = *digit == b'9';
            *digit = if carries { b'0' } else { *digit + 1 };
        }
        if carries {
            digits.insert(0, b'1');
        }
    }
    let missing = (scale + 1).saturating_sub(digits.len());
    digits.splice(0..0, std::iter::repeat_n(b'0', missing));
    let digits: String = digits.into_iter().map(char::from).collect();
    let (whole, fraction) = digits.split_at_checked(digits.len() - scale)?;
    let sign = if negative { "-" } else { "" };
    Some(if scale == 0 {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{fraction}")
    })
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn numbers_as_teradata_reads_them() {
        let nines = "9".repeat(38);
        for (text, scale, rounds, expected) in [
            ("1.5", 0, true, "2"),
            ("2.51", 0, true, "3"),
            ("1.5", 0, false, "1"),
            ("123.52501", 2, true, "123.53"),
            ("+123.456", 0, true, "123"),
            ("-123E2", 0, true, "-12300"),
            ("1E-2", 2, true, "0.01"),
            ("5E-3", 2, true, "0.01"),
            ("4E-9", 2, true, "0.00"),
            ("99.99", 1, true, "100.0"),
            (" 7 ", 2, true, "7.00"),
            (".5", 1, true, "0.5"),
            (&format!("{nines}+"), 0, true, &nines),
            (&format!("{nines}-"), 0, true, &format!("-{nines}")),
        ] {
            assert_eq!(
                number(text, scale, rounds).as_deref(),
                Some(expected),
                "{text}"
            );
        }
        for text in ["", "x", "1.2.3", "--1", "1e", "+"] {
            assert_eq!(number(text, 0, true), None, "{text}");
        }
    }
}
