//! `redshift_murmur_text(text, seed)` and `redshift_murmur_number(number, seed)`: the Murmur3 hash
//! of 32 bits (AWS page: `MURMUR3_32_HASH`), of the bytes that Apache Iceberg says. A whole number
//! is one of eight bytes, the lowest first.

use std::error::Error;
use std::sync::Arc;

use duckdb::Connection;
use duckdb::arrow::array::{Array, ArrayRef, Int32Array, RecordBatch};
use duckdb::arrow::datatypes::DataType;
use duckdb::vscalar::{ArrowFunctionSignature, VArrowScalar};

use super::arguments::{numbers, texts, whole_numbers};

pub(super) fn register(connection: &Connection) -> duckdb::Result<()> {
    connection.register_scalar_function::<OfText>("redshift_murmur_text")?;
    connection.register_scalar_function::<OfNumber>("redshift_murmur_number")
}

fn mixed(block: u32) -> u32 {
    block
        .wrapping_mul(0xcc9e_2d51)
        .rotate_left(15)
        .wrapping_mul(0x1b87_3593)
}

fn murmur(bytes: &[u8], seed: i32) -> i32 {
    let (blocks, tail) = bytes.as_chunks::<4>();
    let mut hash = seed.cast_unsigned();
    for block in blocks {
        hash = (hash ^ mixed(u32::from_le_bytes(*block)))
            .rotate_left(13)
            .wrapping_mul(5)
            .wrapping_add(0xe654_6b64);
    }
    let last = tail
        .iter()
        .rev()
        .fold(0, |last, byte| last << 8 | u32::from(*byte));
    hash ^= mixed(last);
    // The length counts modulo 2^32.
    hash ^= u32::try_from(bytes.len() & 0xffff_ffff).unwrap_or_default();
    hash = (hash ^ hash >> 16).wrapping_mul(0x85eb_ca6b);
    hash = (hash ^ hash >> 13).wrapping_mul(0xc2b2_ae35);
    (hash ^ hash >> 16).cast_signed()
}

struct OfText;

impl VArrowScalar for OfText {
    type State = ();

    fn invoke((): &(), input: RecordBatch) -> Result<Arc<dyn Array>, Box<dyn Error>> {
        let rows = texts(&input, 0)?.iter().zip(whole_numbers(&input, 1)?);
        let hashes = rows.map(|(text, seed)| Some(murmur(text?.as_bytes(), seed?)));
        Ok(Arc::new(hashes.collect::<Int32Array>()) as ArrayRef)
    }

    fn signatures() -> Vec<ArrowFunctionSignature> {
        vec![ArrowFunctionSignature::exact(
            vec![DataType::Utf8, DataType::Int32],
            DataType::Int32,
        )]
    }
}

struct OfNumber;

impl VArrowScalar for OfNumber {
    type State = ();

    fn invoke((): &(), input: RecordBatch) -> Result<Arc<dyn Array>, Box<dyn Error>> {
        let rows = numbers(&input, 0)?.iter().zip(whole_numbers(&input, 1)?);
        let hashes = rows.map(|(number, seed)| Some(murmur(&number?.to_le_bytes(), seed?)));
        Ok(Arc::new(hashes.collect::<Int32Array>()) as ArrayRef)
    }

    fn signatures() -> Vec<ArrowFunctionSignature> {
        vec![ArrowFunctionSignature::exact(
            vec![DataType::Int64, DataType::Int32],
            DataType::Int32,
        )]
    }
}

#[cfg(test)]
mod tests {
    use super::murmur;

    #[test]
    fn the_examples_of_the_page() {
        assert_eq!(murmur(&1_i64.to_le_bytes(), 0), 1_392_991_556);
        assert_eq!(murmur(b"Amazon Redshift", 0), -1_563_580_564);
        assert_eq!(murmur(b"abcd", 0), 1_139_631_978);
        assert_eq!(murmur(b"cd", murmur(b"ab", 0)), 1_711_522_338);
        assert_eq!(murmur(b"", 0), 0);
    }
}
