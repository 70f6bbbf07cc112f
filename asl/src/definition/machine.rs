//! The documents that hold states: a state machine, the processor of a `Map`
//! and a branch of a `Parallel`.

use indexmap::IndexMap;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::state::State;
use super::wire::{ReadError, UnknownFields};

/// States by name, in the order in which they were written.
pub type States = IndexMap<String, State>;

/// The language of a document's expressions. A document that names none is in
/// JSONPath ("Transforming data with JSONata in Step Functions").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum QueryLanguage {
    /// The older language, which this crate reads but does not run.
    JSONPath,
    /// The language of `{% … %}`.
    JSONata,
}

/// A whole definition ("State machine structure in Amazon States Language").
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct StateMachine {
    /// A text for people; Step Functions ignores it.
    pub comment: Option<String>,
    /// The language of every state that names none.
    pub query_language: Option<QueryLanguage>,
    /// The version of the States Language, `1.0` when absent.
    pub version: Option<String>,
    /// The longest that an execution may run, in seconds.
    pub timeout_seconds: Option<u64>,
    /// The name of the first state.
    pub start_at: String,
    /// Every state by name, in the order of the document.
    #[serde(deserialize_with = "named_states")]
    pub states: States,
    /// Fields that this crate does not know.
    #[serde(flatten)]
    pub unknown: UnknownFields,
}

impl StateMachine {
    /// Reads a definition from JSON text.
    ///
    /// # Errors
    /// The text is no JSON, or a state (which the sentence names) lacks a field
    /// or has one of the wrong type.
    pub fn from_json(text: &str) -> Result<Self, ReadError> {
        Ok(serde_json::from_str(text)?)
    }

    /// Reads a definition from a JSON value.
    ///
    /// # Errors
    /// As [`StateMachine::from_json`].
    pub fn from_value(value: Value) -> Result<Self, ReadError> {
        Ok(serde_json::from_value(value)?)
    }

    /// Writes the definition as indented JSON.
    ///
    /// # Errors
    /// None in practice: every value of this type has a JSON form.
    pub fn to_json(&self) -> Result<String, ReadError> {
        Ok(serde_json::to_string_pretty(self)?)
    }
}

/// What a `Map` does with each of its items.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ItemProcessor {
    /// A text for people; Step Functions ignores it.
    pub comment: Option<String>,
    /// The kind of map; an inline one when absent.
    pub processor_config: Option<ProcessorConfig>,
    /// The name of the first state.
    pub start_at: String,
    /// Every state of one iteration.
    #[serde(deserialize_with = "named_states")]
    pub states: States,
    /// Fields that this crate does not know.
    #[serde(flatten)]
    pub unknown: UnknownFields,
}

impl ItemProcessor {
    /// Whether nothing was written.
    #[must_use]
    pub fn is_absent(&self) -> bool {
        *self == Self::default()
    }
}

/// How a `Map` runs its iterations.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ProcessorConfig {
    /// `INLINE` or `DISTRIBUTED`; inline when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<String>,
    /// Fields that this crate does not know, those of a distributed `Map` too.
    #[serde(flatten)]
    pub unknown: UnknownFields,
}

/// One branch of a `Parallel`.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Branch {
    /// A text for people; Step Functions ignores it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// The name of the first state.
    pub start_at: String,
    /// Every state of the branch.
    #[serde(deserialize_with = "named_states")]
    pub states: States,
    /// Fields that this crate does not know.
    #[serde(flatten)]
    pub unknown: UnknownFields,
}

/// Reads states one by one, so that an error names its state.
fn named_states<'de, D: Deserializer<'de>>(deserializer: D) -> Result<States, D::Error> {
    serde_json::Map::deserialize(deserializer)?
        .into_iter()
        .map(|(name, value)| match State::deserialize(value) {
            Ok(state) => Ok((name, state)),
            Err(error) => Err(D::Error::custom(format!("state `{name}`: {error}"))),
        })
        .collect()
}
