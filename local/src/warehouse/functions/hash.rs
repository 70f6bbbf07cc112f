//! Hashes: `redshift_sha2(text, bits)` (AWS page: `SHA2 function`), and `redshift_fnv(bytes, seed)`, the FNV-1a hash
//! of 64 bits (AWS page: `FNV_HASH function`).
//!
//! A number is hashed as its bytes, the lowest first, so that `fnv_hash(1)` depends on the type of 1. The
//! hash of a part is the seed of the rest: `fnv_hash('cd', fnv_hash('ab'))` is `fnv_hash('abcd')`.

use std::error::Error;
use std::sync::Arc;

use duckdb::Connection;
use duckdb::arrow::array::{Array, ArrayRef, Int64Array, RecordBatch, StringArray};
use duckdb::arrow::datatypes::DataType;
use duckdb::vscalar::{ArrowFunctionSignature, VArrowScalar};
use sha2::{Digest, Sha224, Sha256, Sha384, Sha512};

use super::arguments::{numbers, texts, whole_numbers};

const PRIME: u64 = 0x0000_0100_0000_01b3;

pub(super) fn register(connection: &Connection) -> duckdb::Result<()> {
    connection.register_scalar_function::<OfText>("redshift_fnv_text")?;
    connection.register_scalar_function::<OfNumber>("redshift_fnv_number")?;
    connection.register_scalar_function::<Sha2>("redshift_sha2")
}

/// `redshift_sha2(text, bits)`: hexadecimal digits, or an empty text where no hash has so many bits.
struct Sha2;

impl VArrowScalar for Sha2 {
    type State = ();

    fn invoke((): &(), input: RecordBatch) -> Result<Arc<dyn Array>, Box<dyn Error>> {
        let rows = texts(&input, 0)?.iter().zip(whole_numbers(&input, 1)?);
        let hashes = rows.map(|(text, bits)| Some(sha2(text?, bits?)));
        Ok(Arc::new(hashes.collect::<StringArray>()) as ArrayRef)
    }

    fn signatures() -> Vec<ArrowFunctionSignature> {
        vec![ArrowFunctionSignature::exact(
            vec![DataType::Utf8, DataType::Int32],
            DataType::Utf8,
        )]
    }
}

fn sha2(text: &str, bits: i32) -> String {
    match bits {
        0 | 256 => hexadecimal(&Sha256::digest(text)),
        224 => hexadecimal(&Sha224::digest(text)),
        384 => hexadecimal(&Sha384::digest(text)),
        512 => hexadecimal(&Sha512::digest(text)),
        _ => String::new(),
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn fnv(bytes: impl IntoIterator<Item = u8>, seed: i64) -> i64 {
    let hash = bytes.into_iter().fold(seed.cast_unsigned(), |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(PRIME)
    });
    hash.cast_signed()
}

/// `redshift_fnv_text(text, seed)`: FNV-1a of the text's bytes.
struct OfText;

impl VArrowScalar for OfText {
    type State = ();

    fn invoke((): &(), input: RecordBatch) -> Result<Arc<dyn Array>, Box<dyn Error>> {
        let rows = texts(&input, 0)?.iter().zip(numbers(&input, 1)?);
        let hashes = rows.map(|(text, seed)| Some(fnv(text?.bytes(), seed?)));
        Ok(Arc::new(hashes.collect::<Int64Array>()) as ArrayRef)
    }

    fn signatures() -> Vec<ArrowFunctionSignature> {
        vec![ArrowFunctionSignature::exact(
            vec![DataType::Utf8, DataType::Int64],
            DataType::Int64,
        )]
    }
}

/// `redshift_fnv_number(number, bytes, seed)`: FNV-1a of so many bytes of a number.
struct OfNumber;

impl VArrowScalar for OfNumber {
    type State = ();

    fn invoke((): &(), input: RecordBatch) -> Result<Arc<dyn Array>, Box<dyn Error>> {
        let rows = numbers(&input, 0)?
            .iter()
            .zip(whole_numbers(&input, 1)?)
            .zip(numbers(&input, 2)?);
        let hashes = rows.map(|((number, length), seed)| {
            let bytes = number?.to_le_bytes().into_iter();
            let length = usize::try_from(length?).unwrap_or_default();
            Some(fnv(bytes.take(length), seed?))
        });
        Ok(Arc::new(hashes.collect::<Int64Array>()) as ArrayRef)
    }

    fn signatures() -> Vec<ArrowFunctionSignature> {
        vec![ArrowFunctionSignature::exact(
            vec![DataType::Int64, DataType::Int32, DataType::Int64],
            DataType::Int64,
        )]
    }
}

#[cfg(test)]
mod tests {
    use super::{fnv, sha2};

    const SEED: i64 = 0xcbf2_9ce4_8422_2325_u64.cast_signed();

    #[test]
    fn each_length_of_sha2() {
        // The examples of FIPS 180-4 for `abc`.
        for (bits, begins) in [
            (0, "ba7816bf"),
            (224, "23097d22"),
            (256, "ba7816bf"),
            (384, "cb00753f"),
            (512, "ddaf35a1"),
        ] {
            assert!(sha2("abc", bits).starts_with(begins), "{bits}");
        }
        assert_eq!(sha2("abc", 1), "");
    }

    #[test]
    fn the_hash_of_a_part_is_the_seed_of_the_rest() {
        let whole = fnv(*b"abcd", SEED);
        assert_eq!(fnv(*b"cd", fnv(*b"ab", SEED)), whole);
        assert_ne!(fnv(*b"abce", SEED), whole);
        assert_ne!(
            fnv(1_i16.to_le_bytes(), SEED),
            fnv(1_i32.to_le_bytes(), SEED)
        );
    }
}
