//! `redshift_quotient(dividend, divisor, precision, scale)`: the quotient of two decimals as a decimal.
//!
//! In: `'20.10', '6.40', 17, 9`. Out: `'3.140625000'`. Digits behind the scale are cut off, as the
//! average of decimals cuts them (AWS pages: `Computations with numeric values`, `AVG function`).

use std::error::Error;
use std::sync::Arc;

use duckdb::Connection;
use duckdb::arrow::array::{Array, ArrayRef, RecordBatch, StringArray};
use duckdb::arrow::datatypes::DataType;
use duckdb::vscalar::{ArrowFunctionSignature, VArrowScalar};

use super::arguments::{texts, whole_numbers};

struct Quotient;

pub(super) fn register(connection: &Connection) -> duckdb::Result<()> {
    connection.register_scalar_function::<Quotient>("redshift_quotient")
}

impl VArrowScalar for Quotient {
    type State = ();

    fn invoke((): &(), input: RecordBatch) -> Result<Arc<dyn Array>, Box<dyn Error>> {
        let (dividends, divisors) = (texts(&input, 0)?, texts(&input, 1)?);
        let (precisions, scales) = (whole_numbers(&input, 2)?, whole_numbers(&input, 3)?);
        let rows = dividends
            .iter()
            .zip(divisors)
            .zip(precisions.iter().zip(scales));
        let quotients = rows.map(|((dividend, divisor), bounds)| {
            let (Some(dividend), Some(divisor), (Some(precision), Some(scale))) =
                (dividend, divisor, bounds)
            else {
                return Ok(None);
            };
            quotient(dividend, divisor, precision, scale).map(Some)
        });
        let quotients: StringArray = quotients.collect::<Result<_, String>>()?;
        Ok(Arc::new(quotients) as ArrayRef)
    }

    fn signatures() -> Vec<ArrowFunctionSignature> {
        vec![ArrowFunctionSignature::exact(
            vec![
                DataType::Utf8,
                DataType::Utf8,
                DataType::Int32,
                DataType::Int32,
            ],
            DataType::Utf8,
        )]
    }
}

/// A decimal as its digits and how many of them stand behind the point.
struct Decimal {
    negative: bool,
    digits: Vec<u8>,
    scale: usize,
}

fn decimal(text: &str) -> Result<Decimal, String> {
    let unsigned = text.strip_prefix('-');
    let (whole, fraction) = unsigned
        .unwrap_or(text)
        .split_once('.')
        .unwrap_or((unsigned.unwrap_or(text), ""));
    let digits = whole.bytes().chain(fraction.bytes());
    let digits: Option<Vec<u8>> = digits
        .map(|byte| byte.is_ascii_digit().then(|| byte - b'0'))
        .collect();
    Ok(Decimal {
        negative: unsigned.is_some(),
        digits: digits.ok_or_else(|| format!("Invalid digit in \"{text}\""))?,
        scale: fraction.len(),
    })
}

/// Divides on paper, digit by digit, so that no number of digits is too many on the way.
fn quotient(dividend: &str, divisor: &str, precision: i32, scale: i32) -> Result<String, String> {
    let (dividend, divisor) = (decimal(dividend)?, decimal(divisor)?);
    let by = divisor
        .digits
        .iter()
        .fold(0_u128, |value, digit| value * 10 + u128::from(*digit));
    if by == 0 {
        return Err("Divide by zero".to_owned());
    }
    let scale = usize::try_from(scale).unwrap_or_default();
    // dividend / 10^a / (divisor / 10^b) * 10^scale: zeros behind the dividend's digits, or digits off.
    let zeros = scale + divisor.scale;
    let mut digits = dividend.digits;
    if zeros >= dividend.scale {
        digits.resize(digits.len() + zeros - dividend.scale, 0);
    } else {
        digits.truncate(digits.len() - (dividend.scale - zeros));
    }
    let mut rest = 0_u128;
    let mut written = String::with_capacity(digits.len() + 2);
    for digit in digits {
        // A divisor has at most 38 digits, so ten times a rest may have 39.
        let (quotient, left) = step(rest, digit, by);
        rest = left;
        if quotient > 0 || !written.is_empty() {
            written.push(char::from(b'0' + quotient));
        }
    }
    if written.len() > usize::try_from(precision).unwrap_or_default() {
        return Err("Numeric data overflow (result precision)".to_owned());
    }
    let missing = (scale + 1).saturating_sub(written.len());
    let mut written = format!("{}{written}", "0".repeat(missing));
    if scale > 0 {
        written.insert(written.len() - scale, '.');
    }
    let is_zero = written.bytes().all(|byte| matches!(byte, b'0' | b'.'));
    if dividend.negative != divisor.negative && !is_zero {
        written.insert(0, '-');
    }
    Ok(written)
}

/// How often `by` goes into `rest * 10 + digit`, and what is left.
fn step(rest: u128, digit: u8, by: u128) -> (u8, u128) {
    // `rest < by < 10^38`, so two of them fit and ten may not: add up instead of multiplying.
    let mut quotient = 0;
    let mut left = 0_u128;
    for _ in 0..10 {
        left += rest;
        if left >= by {
            left -= by;
            quotient += 1;
        }
    }
    left += u128::from(digit);
    while left >= by {
        left -= by;
        quotient += 1;
    }
    (quotient, left)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::quotient;

    #[test]
    fn quotients_have_their_digits() {
        for (dividend, divisor, precision, scale, expected) in [
            ("20.10", "6.40", 17, 9, "3.140625000"),
            ("20.10", "3", 21, 13, "6.7000000000000"),
            ("10.0", "3", 15, 12, "3.333333333333"),
            ("-2.0", "3.0", 10, 4, "-0.6666"),
            (
                "0.01",
                "-100",
                10,
                4,
                "0.0001".replace("0.0001", "-0.0001").as_str(),
            ),
            ("0.001", "-100", 10, 4, "0.0000"),
            ("7", "2", 10, 0, "3"),
            (
                "99999999999999999999999999999999999999",
                "1",
                38,
                0,
                "99999999999999999999999999999999999999",
            ),
            (
                "99999999999999999999999999999999999999",
                "99999999999999999999999999999999999998",
                38,
                4,
                "1.0000",
            ),
        ] {
            let found = quotient(dividend, divisor, precision, scale).unwrap();
            assert_eq!(found, expected, "{dividend} / {divisor}");
        }
        assert!(quotient("1", "0.00", 10, 4).unwrap_err().contains("zero"));
        assert!(
            quotient("1000", "1", 6, 4)
                .unwrap_err()
                .contains("overflow")
        );
    }

    proptest! {
        #[test]
        fn it_is_the_quotient_of_whole_numbers(a in -1_000_000_i64..1_000_000, b in 1_i64..10_000, scale in 0_i32..6) {
            let power = 10_i64.pow(u32::try_from(scale).unwrap());
            let found = quotient(&a.to_string(), &b.to_string(), 38, scale).unwrap();
            let digits: i64 = found.replace('.', "").parse().unwrap();
            prop_assert_eq!(digits, a * power / b);
        }
    }
}
