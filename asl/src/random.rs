//! Random numbers that a seed makes repeatable.

use std::sync::atomic::{AtomicU64, Ordering};

use uuid::{Builder, Uuid};

/// The step between two states of SplitMix64.
const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

/// A sequence of random numbers that several futures may draw from.
#[derive(Debug)]
pub struct Random(AtomicU64);

impl Random {
    pub const fn new(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }

    pub fn next(&self) -> u64 {
        mix(self.0.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP))
    }

    /// Between zero and one, one excluded.
    #[expect(
        clippy::cast_precision_loss,
        reason = "53 bits are what a fraction can hold"
    )]
    pub fn fraction(&self) -> f64 {
        (self.next() >> 11) as f64 / 9_007_199_254_740_992.0
    }
}

/// The output function of SplitMix64.
pub const fn mix(state: u64) -> u64 {
    let mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

/// A version 4 UUID of 122 of the given bits.
pub fn uuid(high: u64, low: u64) -> String {
    let bits = Uuid::from_u64_pair(high, low).into_bytes();
    Builder::from_random_bytes(bits).into_uuid().to_string()
}
