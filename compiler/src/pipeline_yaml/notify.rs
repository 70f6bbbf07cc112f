//! Who hears of the end of runs.

use schemars::JsonSchema;
use serde::Deserialize;

use super::schema;

/// Somebody who hears of the end of runs: exactly one of `email` and `topic`.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(transform = schema::one_recipient)]
pub struct Notify {
    /// An e-mail address. AWS asks it for confirmation once.
    #[serde(default)]
    pub email: Option<String>,
    /// Address that mails to `email` come from: an identity that is verified in Amazon SES, or an address at
    /// a domain that is. They then go by SES, with an HTML part, and nobody is asked for confirmation.
    #[serde(default)]
    #[schemars(example = &"sfc@example.com")]
    pub from: Option<String>,
    /// ARN of an SNS topic.
    #[serde(default)]
    pub topic: Option<String>,
    /// Which ends; without it `both`.
    #[serde(default)]
    pub on: Option<NotifyOn>,
    /// Of failed runs only those in which a step with one of these tags failed.
    #[serde(default)]
    pub tags: Vec<String>,
}

/// Which ends of runs somebody hears of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NotifyOn {
    /// Every step is FINISHED.
    Success,
    /// Anything else.
    Failure,
    /// Any end.
    Both,
}
