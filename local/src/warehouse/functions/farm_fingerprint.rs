//! `redshift_farm_fingerprint(bytes)`: Fingerprint64 of FarmHash (AWS page: `farmFingerprint64 function`), by the
//! algorithm that Google published with <https://github.com/google/farmhash>.
//!
//! How bytes are mixed depends on how many they are. Words are of 64 bits, the lowest byte first, and all
//! arithmetic is modulo 2^64.

use std::array;
use std::error::Error;
use std::num::Wrapping;
use std::sync::Arc;

use duckdb::Connection;
use duckdb::arrow::array::{Array, ArrayRef, Int64Array, RecordBatch};
use duckdb::arrow::datatypes::DataType;
use duckdb::vscalar::{ArrowFunctionSignature, VArrowScalar};

use super::arguments::bytes;

type Word = Wrapping<u64>;

/// The primes of the algorithm.
const K0: Word = Wrapping(0xc3a5_c85c_97cb_3127);
const K1: Word = Wrapping(0xb492_b66f_be98_f273);
const K2: Word = Wrapping(0x9ae1_6a3b_2f90_404f);

/// What the state of more than 64 bytes begins with.
const SEED: Word = Wrapping(81);

/// How many bytes are mixed at once where there are more.
const BLOCK: usize = 64;

pub(super) fn register(connection: &Connection) -> duckdb::Result<()> {
    connection.register_scalar_function::<OfBytes>("redshift_farm_fingerprint")
}

struct OfBytes;

impl VArrowScalar for OfBytes {
    type State = ();

    fn invoke((): &(), input: RecordBatch) -> Result<Arc<dyn Array>, Box<dyn Error>> {
        let values = bytes(&input, 0)?.iter();
        let hashes = values.map(|value| Some(fingerprint(value?)));
        Ok(Arc::new(hashes.collect::<Int64Array>()) as ArrayRef)
    }

    fn signatures() -> Vec<ArrowFunctionSignature> {
        vec![ArrowFunctionSignature::exact(
            vec![DataType::Binary],
            DataType::Int64,
        )]
    }
}

fn fingerprint(bytes: &[u8]) -> i64 {
    let hash = match bytes.len() {
        0 => K2,
        1..=3 => of_3(bytes),
        4..=7 => of_7(bytes),
        8..=16 => of_16(bytes),
        17..=32 => of_32(bytes),
        33..=64 => of_64(bytes),
        _ => of_more(bytes),
    };
    hash.0.cast_signed()
}

/// The word that begins at a byte.
fn word(bytes: &[u8], at: usize) -> Word {
    let eight = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>());
    Wrapping(eight.map_or(0, |eight| u64::from_le_bytes(*eight)))
}

/// The word that begins so many bytes before the end.
fn word_before_end(bytes: &[u8], back: usize) -> Word {
    word(bytes, bytes.len().saturating_sub(back))
}

fn length(bytes: &[u8]) -> Word {
    Wrapping(bytes.len() as u64)
}

/// The factor of up to 64 bytes.
fn factor(bytes: &[u8]) -> Word {
    K2 + length(bytes) * Wrapping(2)
}

fn turned(word: Word, places: u32) -> Word {
    Wrapping(word.0.rotate_right(places))
}

/// The upper bits in the lower ones, too.
fn smeared(word: Word) -> Word {
    word ^ (word >> 47)
}

/// One word of two.
fn joined(one: Word, other: Word, factor: Word) -> Word {
    let half = smeared((one ^ other) * factor);
    smeared((other ^ half) * factor) * factor
}

/// Of 1 to 3 bytes.
fn of_3(bytes: &[u8]) -> Word {
    let byte = |at: usize| Wrapping(u64::from(bytes.get(at).copied().unwrap_or_default()));
    let start = byte(0) + (byte(bytes.len() / 2) << 8);
    let end = length(bytes) + (byte(bytes.len().saturating_sub(1)) << 2);
    smeared((start * K2) ^ (end * K0)) * K2
}

/// Of 4 to 7 bytes.
fn of_7(bytes: &[u8]) -> Word {
    let half = |half: Option<&[u8; 4]>| {
        Wrapping(half.map_or(0, |half| u64::from(u32::from_le_bytes(*half))))
    };
    let start = length(bytes) + (half(bytes.first_chunk()) << 3);
    joined(start, half(bytes.last_chunk()), factor(bytes))
}

/// Of 8 to 16 bytes.
fn of_16(bytes: &[u8]) -> Word {
    let factor = factor(bytes);
    let start = word(bytes, 0) + K2;
    let end = word_before_end(bytes, 8);
    joined(
        turned(end, 37) * factor + start,
        (turned(start, 25) + end) * factor,
        factor,
    )
}

/// The two words of both ends of more than 16 bytes, and what the first of them began with.
fn ends(bytes: &[u8], first: Word, factor: Word) -> (Word, Word, Word) {
    let start = word(bytes, 0) * first;
    let next = word(bytes, 8);
    let end = word_before_end(bytes, 8) * factor;
    let one = turned(start + next, 43) + turned(end, 30) + word_before_end(bytes, 16) * K2;
    (start, one, start + turned(next + K2, 18) + end)
}

/// Of 17 to 32 bytes.
fn of_32(bytes: &[u8]) -> Word {
    let factor = factor(bytes);
    let (_, one, other) = ends(bytes, K1, factor);
    joined(one, other, factor)
}

/// Of 33 to 64 bytes.
fn of_64(bytes: &[u8]) -> Word {
    let factor = factor(bytes);
    let (start, one, other) = ends(bytes, K2, factor);
    let other = joined(one, other, factor);
    let third = word(bytes, 16) * factor;
    let fourth = word(bytes, 24);
    let one = (one + word_before_end(bytes, 32)) * factor;
    let other = (other + word_before_end(bytes, 24)) * factor;
    joined(
        turned(third + fourth, 43) + turned(one, 30) + other,
        third + turned(fourth + start, 18) + one,
        factor,
    )
}

/// Of more than 64 bytes: whole blocks, and then the last 64 bytes, which a block before may have had in
/// part.
fn of_more(bytes: &[u8]) -> Word {
    let behind_first = bytes.len().saturating_sub(1);
    let (blocks, _) = bytes.as_chunks::<BLOCK>();
    let mut state = State::of(word(bytes, 0));
    for block in blocks.iter().take(behind_first / BLOCK) {
        state = state.mixed(block, K1, Wrapping(1));
    }
    let factor = K1 + ((state.z & Wrapping(0xff)) << 1);
    state.w.0 += Wrapping((behind_first % BLOCK) as u64);
    state.v.0 += state.w.0;
    state.w.0 += state.v.0;
    let last = bytes.len().saturating_sub(BLOCK);
    let last = bytes.get(last..).unwrap_or_default();
    let State { x, y, z, v, w } = state.mixed(last, factor, Wrapping(9));
    joined(
        joined(v.0, w.0, factor) + smeared(y) * K0 + z,
        joined(v.1, w.1, factor) + x,
        factor,
    )
}

/// The state between two blocks, with the letters of the published algorithm.
struct State {
    x: Word,
    y: Word,
    z: Word,
    v: (Word, Word),
    w: (Word, Word),
}

impl State {
    fn of(first: Word) -> Self {
        let y = SEED * K1 + Wrapping(113);
        let zero = Wrapping(0);
        Self {
            x: SEED * K2 + first,
            y,
            z: smeared(y * K2 + Wrapping(113)) * K2,
            v: (zero, zero),
            w: (zero, zero),
        }
    }

    /// The state behind a block.
    fn mixed(self, block: &[u8], factor: Word, weight: Word) -> Self {
        let words: [Word; 8] = array::from_fn(|at| word(block, 8 * at));
        let [first, second, third, fourth, fifth, sixth, seventh, eighth] = words;
        let Self { x, y, z, v, w } = self;
        let x = (turned(x + y + v.0 + second, 37) * factor) ^ (w.1 * weight);
        let y = turned(y + v.1 + seventh, 42) * factor + v.0 * weight + sixth;
        let z = turned(z + w.0, 33) * factor;
        Self {
            x: z,
            y,
            z: x,
            v: two_of([first, second, third, fourth], v.1 * factor, x + w.0),
            w: two_of([fifth, sixth, seventh, eighth], z + w.1, y + third),
        }
    }
}

/// Two words of four, and of two from before.
fn two_of(words: [Word; 4], one: Word, other: Word) -> (Word, Word) {
    let [first, second, third, fourth] = words;
    let one = one + first;
    let sum = one + second + third;
    let turned = turned(other + one + fourth, 21) + turned(sum, 44);
    (sum + fourth, turned + one)
}

#[cfg(test)]
mod tests {
    use super::fingerprint;

    #[test]
    fn the_example_of_the_page() {
        assert_eq!(fingerprint(b"Amazon Redshift"), 8_085_098_817_162_212_970);
    }

    /// What `farmhash.fingerprint64` of the package `pyfarmhash` 0.5.1 says.
    #[test]
    fn each_length_as_the_published_code() {
        let letters = "abcdefghijklmnopqrstuvwxyz".repeat(50);
        for (length, expected) in [
            (0, -7_286_425_919_675_154_353),
            (1, -5_528_939_962_900_187_677),
            (2, -6_157_143_815_960_550_114),
            (3, 2_640_714_258_260_161_385),
            (4, 1_897_425_971_756_105_985),
            (7, 4_341_691_227_789_030_229),
            (8, -78_300_442_537_744_119),
            (15, 7_529_451_393_577_069_597),
            (16, 6_080_716_761_534_418_621),
            (17, -7_052_348_088_954_416_216),
            (31, 7_218_681_076_654_535_888),
            (32, -29_633_327_639_612_006),
            (33, 2_004_761_416_539_416_594),
            (48, -8_634_321_268_404_017_543),
            (63, -3_086_238_402_502_648_930),
            (64, -7_184_832_003_244_844_038),
            (65, 2_608_948_203_458_330_154),
            (127, 7_796_145_376_145_211_299),
            (128, -4_385_295_067_663_546_550),
            (129, -7_269_759_402_498_002_988),
            (192, 7_243_316_733_957_882_487),
            (200, 2_725_806_534_515_858_166),
            (1000, 4_310_402_935_697_217_687),
        ] {
            let text = &letters.as_bytes()[..length];
            assert_eq!(fingerprint(text), expected, "{length}");
        }
        assert_eq!(fingerprint("ä".as_bytes()), 707_521_742_561_851_175);
    }
}
