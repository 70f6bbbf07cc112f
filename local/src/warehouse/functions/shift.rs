//! `redshift_shift_left(number, by, bits)` and `redshift_shift_right(number, by, bits)`: the bits of a whole number of a
//! size, moved. What leaves the number on the left is lost, and its sign may change (PostgreSQL 8.0: `int.c`, `int8.c`).
//!
//! The processor decides what a distance beyond the number does; it is refused.

use std::error::Error;
use std::sync::Arc;

use duckdb::Connection;
use duckdb::arrow::array::{Array, ArrayRef, Int64Array, RecordBatch};
use duckdb::arrow::datatypes::DataType;
use duckdb::vscalar::{ArrowFunctionSignature, VArrowScalar};

use super::arguments::{numbers, whole_numbers};

pub(super) fn register(connection: &Connection) -> duckdb::Result<()> {
    connection.register_scalar_function::<Left>("redshift_shift_left")?;
    connection.register_scalar_function::<Right>("redshift_shift_right")
}

/// Where the bits go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    Left,
    Right,
}

struct Left;

impl VArrowScalar for Left {
    type State = ();

    fn invoke((): &(), input: RecordBatch) -> Result<Arc<dyn Array>, Box<dyn Error>> {
        Ok(each(&input, Direction::Left)?)
    }

    fn signatures() -> Vec<ArrowFunctionSignature> {
        signature()
    }
}

struct Right;

impl VArrowScalar for Right {
    type State = ();

    fn invoke((): &(), input: RecordBatch) -> Result<Arc<dyn Array>, Box<dyn Error>> {
        Ok(each(&input, Direction::Right)?)
    }

    fn signatures() -> Vec<ArrowFunctionSignature> {
        signature()
    }
}

fn signature() -> Vec<ArrowFunctionSignature> {
    vec![ArrowFunctionSignature::exact(
        vec![DataType::Int64, DataType::Int32, DataType::Int32],
        DataType::Int64,
    )]
}

fn each(input: &RecordBatch, direction: Direction) -> Result<ArrayRef, String> {
    let distances = whole_numbers(input, 1)?;
    let sizes = whole_numbers(input, 2)?;
    let rows = numbers(input, 0)?.iter().zip(distances).zip(sizes);
    let shifted = rows.map(|((number, by), bits)| match (number, by, bits) {
        (Some(number), Some(by), Some(bits)) => shift(number, by, bits, direction).map(Some),
        _ => Ok(None),
    });
    let shifted: Int64Array = shifted.collect::<Result<_, String>>()?;
    Ok(Arc::new(shifted))
}

fn shift(number: i64, by: i32, bits: i32, direction: Direction) -> Result<i64, String> {
    let distance = u32::try_from(by)
        .ok()
        .filter(|_| by < bits)
        .ok_or_else(|| {
            format!(
                "the embedded warehouse does not support a shift by {by} of a number of {bits} bits: shift by 0 to {}",
                bits - 1
            )
        })?;
    if direction == Direction::Right {
        return Ok(number >> distance);
    }
    let moved = number << distance;
    // The lowest bytes of the result are those of the smaller number.
    let [a, b, c, d, ..] = moved.to_le_bytes();
    Ok(match bits {
        16 => i16::from_le_bytes([a, b]).into(),
        32 => i32::from_le_bytes([a, b, c, d]).into(),
        _ => moved,
    })
}

#[cfg(test)]
mod tests {
    use super::{Direction, shift};

    #[test]
    fn bits_that_leave_a_number_are_lost() {
        for (number, by, bits, shifted) in [
            (1, 4, 32, 16),
            (-1, 2, 32, -4),
            (1, 31, 32, -2_147_483_648),
            (1, 15, 16, -32_768),
            (3, 15, 16, -32_768),
            (1, 63, 64, i64::MIN),
            (1, 40, 64, 1_099_511_627_776),
        ] {
            let left = shift(number, by, bits, Direction::Left);
            assert_eq!(left, Ok(shifted), "{number} << {by}");
        }
        assert_eq!(shift(-8, 1, 32, Direction::Right), Ok(-4));
        assert_eq!(shift(1, 31, 32, Direction::Right), Ok(0));
        for (by, bits) in [(-1, 32), (32, 32), (40, 32), (16, 16), (64, 64)] {
            assert!(shift(1, by, bits, Direction::Left).is_err(), "{by}");
            assert!(shift(1, by, bits, Direction::Right).is_err(), "{by}");
        }
    }
}
