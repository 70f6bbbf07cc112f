//! Ids: each kind is a type, so that two of them are not swapped unseen.
//!
//! In JSON an id is its text. What comes from outside becomes one where it is read, and nothing is checked by that.

use std::borrow::Borrow;
use std::fmt;
use std::ops::Deref;

use serde::{Deserialize, Serialize};

macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident,)+) => {
        $(
            $(#[$meta])*
            #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
            #[serde(transparent)]
            pub struct $name(String);

            impl $name {
                /// The id as text.
                #[must_use]
                pub fn as_str(&self) -> &str {
                    &self.0
                }
            }

            impl Deref for $name {
                type Target = str;

                fn deref(&self) -> &str {
                    &self.0
                }
            }

            impl AsRef<str> for $name {
                fn as_ref(&self) -> &str {
                    &self.0
                }
            }

            impl Borrow<str> for $name {
                fn borrow(&self) -> &str {
                    &self.0
                }
            }

            impl From<&str> for $name {
                fn from(text: &str) -> Self {
                    Self(text.to_owned())
                }
            }

            impl From<String> for $name {
                fn from(text: String) -> Self {
                    Self(text)
                }
            }

            impl From<$name> for String {
                fn from(id: $name) -> Self {
                    id.0
                }
            }

            impl PartialEq<str> for $name {
                fn eq(&self, text: &str) -> bool {
                    self.0 == text
                }
            }

            impl PartialEq<&str> for $name {
                fn eq(&self, text: &&str) -> bool {
                    self.0 == *text
                }
            }

            impl fmt::Display for $name {
                fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                    fmt::Display::fmt(&self.0, formatter)
                }
            }

            impl fmt::Debug for $name {
                fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                    fmt::Debug::fmt(&self.0, formatter)
                }
            }
        )+
    };
}

ids! {
    /// ARN of an execution or of a state machine, in AWS or of a local run.
    Arn,
    /// SHA-256 in hexadecimal, the name of an artifact, see [`crate::keys::sha256`].
    #[derive(Default)]
    Hash,
    /// Id of a run: its start in UTC and eight digits, see [`crate::keys::run_id`].
    RunId,
    /// Name of a step, unique in its pipeline.
    StepName,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn an_id_is_its_text_wherever_it_is_written_or_asked_for() {
        let id = RunId::from("20261121T101500Z-0123abcd");
        assert_eq!(
            serde_json::to_string(&id).unwrap(),
            r#""20261121T101500Z-0123abcd""#
        );
        assert_eq!(
            serde_json::from_str::<RunId>(r#""20261121T101500Z-0123abcd""#).unwrap(),
            id
        );
        assert_eq!(format!("{id:>27}"), "  20261121T101500Z-0123abcd");
        assert_eq!(format!("{id:?}"), r#""20261121T101500Z-0123abcd""#);
        let by_id = BTreeMap::from([(id, 1)]);
        assert_eq!(by_id.get("20261121T101500Z-0123abcd"), Some(&1));
    }
}
