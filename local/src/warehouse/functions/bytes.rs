//! Operators on the bits of binary values (AWS page: `VARBYTE operators`).

use std::error::Error;
use std::marker::PhantomData;
use std::sync::Arc;

use duckdb::Connection;
use duckdb::arrow::array::{Array, ArrayRef, BinaryArray, BinaryBuilder, RecordBatch};
use duckdb::arrow::datatypes::DataType;
use duckdb::vscalar::{ArrowFunctionSignature, VArrowScalar};

use super::arguments::bytes;

pub(super) fn register(connection: &Connection) -> duckdb::Result<()> {
    connection.register_scalar_function::<Not>("redshift_bytes_not")?;
    connection.register_scalar_function::<Both<And>>("redshift_bytes_and")?;
    connection.register_scalar_function::<Both<Or>>("redshift_bytes_or")?;
    connection.register_scalar_function::<Both<Xor>>("redshift_bytes_xor")
}

fn signature(values: usize) -> Vec<ArrowFunctionSignature> {
    vec![ArrowFunctionSignature::exact(
        vec![DataType::Binary; values],
        DataType::Binary,
    )]
}

/// Every bit turned around.
struct Not;

impl VArrowScalar for Not {
    type State = ();

    fn invoke((): &(), input: RecordBatch) -> Result<Arc<dyn Array>, Box<dyn Error>> {
        let mut values = BinaryBuilder::new();
        for value in bytes(&input, 0)?.iter() {
            values.append_option(
                value.map(|value| value.iter().map(|byte| !byte).collect::<Vec<u8>>()),
            );
        }
        Ok(Arc::new(values.finish()) as ArrayRef)
    }

    fn signatures() -> Vec<ArrowFunctionSignature> {
        signature(1)
    }
}

/// An operator between the bytes at the same place.
trait OfBytes {
    const SIGN: &'static str;

    fn value(one: u8, other: u8) -> u8;
}

struct And;

impl OfBytes for And {
    const SIGN: &'static str = "&";

    fn value(one: u8, other: u8) -> u8 {
        one & other
    }
}

struct Or;

impl OfBytes for Or {
    const SIGN: &'static str = "|";

    fn value(one: u8, other: u8) -> u8 {
        one | other
    }
}

struct Xor;

impl OfBytes for Xor {
    const SIGN: &'static str = "#";

    fn value(one: u8, other: u8) -> u8 {
        one ^ other
    }
}

struct Both<F>(PhantomData<F>);

impl<F: OfBytes> VArrowScalar for Both<F> {
    type State = ();

    fn invoke((): &(), input: RecordBatch) -> Result<Arc<dyn Array>, Box<dyn Error>> {
        let (left, right): (&BinaryArray, &BinaryArray) = (bytes(&input, 0)?, bytes(&input, 1)?);
        let mut values = BinaryBuilder::new();
        for (one, other) in left.iter().zip(right) {
            let (Some(one), Some(other)) = (one, other) else {
                values.append_null();
                continue;
            };
            if one.len() != other.len() {
                return Err(format!(
                    "the embedded warehouse does not support {} between VARBYTE values of {} and {} bytes, \
                     which the guide does not describe",
                    F::SIGN,
                    one.len(),
                    other.len()
                )
                .into());
            }
            let value: Vec<u8> = one
                .iter()
                .zip(other)
                .map(|(one, other)| F::value(*one, *other))
                .collect();
            values.append_value(value);
        }
        Ok(Arc::new(values.finish()) as ArrayRef)
    }

    fn signatures() -> Vec<ArrowFunctionSignature> {
        signature(2)
    }
}
