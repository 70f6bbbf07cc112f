//! `redshift_random(session, other)`: the next number of a session's sequence that SET `seed` began, or the other
//! number where none has begun. `redshift_seed(session, seed)` begins it.
//!
//! The page `RANDOM` of AWS shows that `set seed to .25` is followed by 21, 79 and 12 hundredths. That is the
//! sequence of `random()` in the library of C, as PostgreSQL 8.0 seeds it.

use std::collections::{HashMap, VecDeque};
use std::error::Error;
use std::sync::Arc;

use duckdb::Connection;
use duckdb::arrow::array::{Array, Float64Array, RecordBatch};
use duckdb::arrow::datatypes::DataType;
use duckdb::vscalar::{ArrowFunctionSignature, VArrowScalar};
use parking_lot::Mutex;

use super::arguments::{doubles, numbers};

/// The greatest number of a sequence.
const GREATEST: i32 = i32::MAX;

/// The sequences of sessions, by their numbers.
type Sequences = Arc<Mutex<HashMap<i64, Sequence>>>;

pub(super) fn register(connection: &Connection) -> duckdb::Result<()> {
    let sequences = Sequences::default();
    connection.register_scalar_function_with_state::<Next>("redshift_random", &sequences)?;
    connection.register_scalar_function_with_state::<Begin>("redshift_seed", &sequences)
}

struct Next;

impl VArrowScalar for Next {
    type State = Sequences;

    fn invoke(state: &Sequences, input: RecordBatch) -> Result<Arc<dyn Array>, Box<dyn Error>> {
        let mut sequences = state.lock();
        let rows = numbers(&input, 0)?.iter().zip(doubles(&input, 1)?);
        let values = rows.map(|(session, other)| match sequences.get_mut(&session?) {
            Some(sequence) => Some(sequence.next()),
            None => other,
        });
        Ok(Arc::new(values.collect::<Float64Array>()))
    }

    fn signatures() -> Vec<ArrowFunctionSignature> {
        signature()
    }
}

struct Begin;

impl VArrowScalar for Begin {
    type State = Sequences;

    fn invoke(state: &Sequences, input: RecordBatch) -> Result<Arc<dyn Array>, Box<dyn Error>> {
        let mut sequences = state.lock();
        let seeds = doubles(&input, 1)?;
        for (session, seed) in numbers(&input, 0)?.iter().zip(seeds) {
            if let (Some(session), Some(seed)) = (session, seed) {
                sequences.insert(session, Sequence::new(seed));
            }
        }
        Ok(Arc::new(seeds.clone()))
    }

    fn signatures() -> Vec<ArrowFunctionSignature> {
        signature()
    }
}

fn signature() -> Vec<ArrowFunctionSignature> {
    vec![ArrowFunctionSignature::exact(
        vec![DataType::Int64, DataType::Float64],
        DataType::Float64,
    )]
}

/// The numbers of `random()`: each is the sum of the third and the thirty-first before it.
struct Sequence {
    /// The last 31 numbers, the oldest first.
    last: VecDeque<u32>,
}

impl Sequence {
    /// `seed` is between -1 and 1.
    fn new(seed: f64) -> Self {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a product of a number of at most 1 and of 32 bits"
        )]
        let seed = (seed * f64::from(GREATEST)) as i32;
        // The first 31 come of a generator that keeps one number.
        let mut word = i64::from(if seed == 0 { 1 } else { seed });
        let mut last = VecDeque::with_capacity(31);
        for _ in 0..31 {
            last.push_back(low(word));
            word = 16_807 * (word % 127_773) - 2_836 * (word / 127_773);
            if word < 0 {
                word += i64::from(GREATEST);
            }
        }
        let mut sequence = Self { last };
        // The library begins 3 numbers further, and leaves out 310.
        sequence.last.rotate_left(3);
        for _ in 0..310 {
            sequence.step();
        }
        sequence
    }

    fn step(&mut self) -> u32 {
        let oldest = self.last.pop_front().unwrap_or_default();
        let third = self.last.get(27).copied().unwrap_or_default();
        let sum = oldest.wrapping_add(third);
        self.last.push_back(sum);
        sum
    }

    /// The next number, from 0 to 1.
    fn next(&mut self) -> f64 {
        f64::from(self.step() >> 1) / f64::from(GREATEST)
    }
}

fn low(word: i64) -> u32 {
    u32::try_from(word.rem_euclid(1 << 32)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::Sequence;

    #[test]
    fn a_seed_gives_the_numbers_of_the_page() {
        let mut sequence = Sequence::new(0.25);
        let shown: Vec<i64> = (0..6)
            .map(|_| {
                #[expect(clippy::cast_possible_truncation, reason = "a small number")]
                let hundredths = (sequence.next() * 100.0).round() as i64;
                hundredths
            })
            .collect();
        assert_eq!(shown, [21, 79, 12, 11, 27, 30]);
    }
}
