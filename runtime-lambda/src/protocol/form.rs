//! The two forms of what is written by one side and read by the other.

use std::fmt::Debug;

use jiff::Timestamp;
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

/// What can be a field.
pub trait Wire: Debug + Clone + Serialize + DeserializeOwned {}

impl<T: Debug + Clone + Serialize + DeserializeOwned> Wire for T {}

/// Whether fields are values or what makes them.
pub trait Form: Debug + Clone {
    /// A field whose value is a `T`.
    type Slot<T: Wire>: Wire;
}

/// As the Lambda reads it: each field is a value.
#[derive(Debug, Clone)]
pub struct Arrived;

impl Form for Arrived {
    type Slot<T: Wire> = T;
}

/// As a definition or a template has it: each field is a constant, or an expression in JSONata.
#[derive(Debug, Clone)]
pub struct Written;

impl Form for Written {
    type Slot<T: Wire> = JsonataValue;
}

/// A constant, or an expression in JSONata between `{%` and `%}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct JsonataValue(Value);

impl<T: Into<Value>> From<T> for JsonataValue {
    fn from(value: T) -> Self {
        Self(value.into())
    }
}

/// A moment: as text, or, as EventBridge says it, in milliseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Instant(pub Timestamp);

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Said {
            Milliseconds(i64),
            Text(Timestamp),
        }
        match Said::deserialize(deserializer)? {
            Said::Milliseconds(milliseconds) => Timestamp::from_millisecond(milliseconds)
                .map(Self)
                .map_err(D::Error::custom),
            Said::Text(timestamp) => Ok(Self(timestamp)),
        }
    }
}

/// What is made of fields of a [`Form`], as JSON.
#[expect(
    clippy::expect_used,
    reason = "objects of texts and numbers can always be written"
)]
pub(super) fn json_of(fields: &impl Serialize) -> Value {
    serde_json::to_value(fields).expect("its names are texts")
}
