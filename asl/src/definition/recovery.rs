//! What a state does about errors ("Handling errors in Step Functions
//! workflows").

use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};

use super::wire::{AssignedVariables, UnknownFields, present};

/// One entry of `Retry`.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Retrier {
    /// A text for people; Step Functions ignores it.
    pub comment: Option<String>,
    /// Names of errors, matched exactly; `States.ALL` alone for any.
    pub error_equals: Vec<String>,
    /// Seconds before the first retry; 1 when absent.
    pub interval_seconds: Option<u64>,
    /// How many retries, the first attempt not counted; 3 when absent.
    pub max_attempts: Option<u64>,
    /// What the interval is multiplied with after each retry; 2 when absent.
    pub backoff_rate: Option<Number>,
    /// The longest interval, in seconds.
    pub max_delay_seconds: Option<u64>,
    /// Whether intervals are spread at random.
    pub jitter_strategy: Option<JitterStrategy>,
    /// Fields that this crate does not know.
    #[serde(flatten)]
    pub unknown: UnknownFields,
}

impl Retrier {
    /// Seconds before the first retry where `IntervalSeconds` is absent.
    pub const DEFAULT_INTERVAL_SECONDS: u64 = 1;
    /// Retries where `MaxAttempts` is absent, the first attempt not counted.
    pub const DEFAULT_MAX_ATTEMPTS: u64 = 3;
    /// What each interval is multiplied with where `BackoffRate` is absent.
    pub const DEFAULT_BACKOFF_RATE: f64 = 2.0;

    /// How many retries this entry allows.
    #[must_use]
    pub fn attempts(&self) -> u64 {
        self.max_attempts.unwrap_or(Self::DEFAULT_MAX_ATTEMPTS)
    }
}

/// Whether a retry's interval is spread at random.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum JitterStrategy {
    /// Anywhere between zero and the computed interval.
    Full,
    /// Exactly the computed interval.
    None,
}

/// One entry of `Catch`.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Catcher {
    /// A text for people; Step Functions ignores it.
    pub comment: Option<String>,
    /// Names of errors, matched exactly; `States.ALL` alone for any.
    pub error_equals: Vec<String>,
    /// Variables to set; `$states.errorOutput` is in reach.
    pub assign: Option<AssignedVariables>,
    /// What the next state gets; the error's object when absent.
    #[serde(default, deserialize_with = "present")]
    pub output: Option<Value>,
    /// The state to go on with.
    pub next: String,
    /// Fields that this crate does not know.
    #[serde(flatten)]
    pub unknown: UnknownFields,
}
