//! The eight kinds of state.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::machine::{Branch, ItemProcessor, QueryLanguage};
use super::quantity::Quantity;
use super::recovery::{Catcher, Retrier};
use super::wire::{AssignedVariables, UnknownFields, present};

/// One state, told apart by its `Type`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "Type")]
#[expect(
    clippy::large_enum_variant,
    reason = "definitions hold dozens of states, most of them tasks; boxes would burden every writer"
)]
pub enum State {
    /// Calls a resource ("Task workflow state").
    Task(Task),
    /// Shapes data ("Pass workflow state").
    Pass(Pass),
    /// Goes on in one of several ways ("Choice workflow state").
    Choice(Choice),
    /// Lets time pass ("Wait workflow state").
    Wait(Wait),
    /// Ends well ("Succeed workflow state").
    Succeed(Succeed),
    /// Ends badly ("Fail workflow state").
    Fail(Fail),
    /// Runs the same states for each item of an array ("Map workflow state").
    Map(Map),
    /// Runs branches side by side ("Parallel workflow state").
    Parallel(Parallel),
}

/// Calls a resource ("Task workflow state").
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Task {
    /// A text for people; Step Functions ignores it.
    pub comment: Option<String>,
    /// The state's own language.
    pub query_language: Option<QueryLanguage>,
    /// The ARN of what to call.
    pub resource: String,
    /// What the resource gets; the state's input when absent.
    #[serde(default, deserialize_with = "present")]
    pub arguments: Option<Value>,
    /// The role to call the resource with: an object with `RoleArn`.
    #[serde(default, deserialize_with = "present")]
    pub credentials: Option<Value>,
    /// The longest that one attempt may take.
    pub timeout_seconds: Option<Quantity>,
    /// The longest silence between two heartbeats of one attempt.
    pub heartbeat_seconds: Option<Quantity>,
    /// Tried in order before `catch`.
    pub retry: Option<Vec<Retrier>>,
    /// Tried in order once no retry is left.
    pub catch: Option<Vec<Catcher>>,
    /// Variables to set on the way out.
    pub assign: Option<AssignedVariables>,
    /// The state's output; the resource's answer when absent.
    #[serde(default, deserialize_with = "present")]
    pub output: Option<Value>,
    /// The state to go on with.
    pub next: Option<String>,
    /// Whether the state is the last one.
    pub end: Option<bool>,
    /// Fields that this crate does not know.
    #[serde(flatten)]
    pub unknown: UnknownFields,
}

/// Shapes data ("Pass workflow state").
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Pass {
    /// A text for people; Step Functions ignores it.
    pub comment: Option<String>,
    /// The state's own language.
    pub query_language: Option<QueryLanguage>,
    /// Variables to set on the way out.
    pub assign: Option<AssignedVariables>,
    /// The state's output; its input when absent.
    #[serde(default, deserialize_with = "present")]
    pub output: Option<Value>,
    /// The state to go on with.
    pub next: Option<String>,
    /// Whether the state is the last one.
    pub end: Option<bool>,
    /// Fields that this crate does not know.
    #[serde(flatten)]
    pub unknown: UnknownFields,
}

/// Goes on in one of several ways ("Choice workflow state").
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Choice {
    /// A text for people; Step Functions ignores it.
    pub comment: Option<String>,
    /// The state's own language.
    pub query_language: Option<QueryLanguage>,
    /// Rules that are tried in order: the first whose condition holds leads on.
    pub choices: Vec<ChoiceRule>,
    /// Variables to set when no rule holds.
    pub assign: Option<AssignedVariables>,
    /// The output when no rule holds; the state's input when absent.
    #[serde(default, deserialize_with = "present")]
    pub output: Option<Value>,
    /// Where to go when no rule holds.
    pub default: Option<String>,
    /// Fields that this crate does not know.
    #[serde(flatten)]
    pub unknown: UnknownFields,
}

/// One way out of a [`Choice`].
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ChoiceRule {
    /// A text for people; Step Functions ignores it.
    pub comment: Option<String>,
    /// An expression that yields true or false.
    #[serde(default, deserialize_with = "present")]
    pub condition: Option<Value>,
    /// Variables to set when this rule holds.
    pub assign: Option<AssignedVariables>,
    /// The state's output when this rule holds; its input when absent.
    #[serde(default, deserialize_with = "present")]
    pub output: Option<Value>,
    /// The state to go on with when this rule holds.
    pub next: String,
    /// Fields that this crate does not know.
    #[serde(flatten)]
    pub unknown: UnknownFields,
}

/// Lets time pass ("Wait workflow state").
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Wait {
    /// A text for people; Step Functions ignores it.
    pub comment: Option<String>,
    /// The state's own language.
    pub query_language: Option<QueryLanguage>,
    /// How long to wait, in seconds.
    pub seconds: Option<Quantity>,
    /// Until when to wait: RFC 3339 with a time zone, or an expression.
    pub timestamp: Option<String>,
    /// Variables to set on the way out.
    pub assign: Option<AssignedVariables>,
    /// The state's output; its input when absent.
    #[serde(default, deserialize_with = "present")]
    pub output: Option<Value>,
    /// The state to go on with.
    pub next: Option<String>,
    /// Whether the state is the last one.
    pub end: Option<bool>,
    /// Fields that this crate does not know.
    #[serde(flatten)]
    pub unknown: UnknownFields,
}

/// Ends well ("Succeed workflow state").
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Succeed {
    /// A text for people; Step Functions ignores it.
    pub comment: Option<String>,
    /// The state's own language.
    pub query_language: Option<QueryLanguage>,
    /// The execution's output; the state's input when absent.
    #[serde(default, deserialize_with = "present")]
    pub output: Option<Value>,
    /// Fields that this crate does not know.
    #[serde(flatten)]
    pub unknown: UnknownFields,
}

/// Ends badly ("Fail workflow state").
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Fail {
    /// A text for people; Step Functions ignores it.
    pub comment: Option<String>,
    /// The state's own language.
    pub query_language: Option<QueryLanguage>,
    /// The error's name, or an expression.
    pub error: Option<String>,
    /// The error's text, or an expression.
    pub cause: Option<String>,
    /// Fields that this crate does not know.
    #[serde(flatten)]
    pub unknown: UnknownFields,
}

/// Runs the same states for each item of an array ("Map workflow state").
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Map {
    /// A text for people; Step Functions ignores it.
    pub comment: Option<String>,
    /// The state's own language.
    pub query_language: Option<QueryLanguage>,
    /// An array, or an expression that yields one; the state's input when absent.
    #[serde(default, deserialize_with = "present")]
    pub items: Option<Value>,
    /// What an iteration gets; its item when absent.
    #[serde(default, deserialize_with = "present")]
    pub item_selector: Option<Value>,
    /// How many iterations run at once; 0 or absent for no limit of its own.
    pub max_concurrency: Option<Quantity>,
    /// How many items may fail.
    pub tolerated_failure_count: Option<Quantity>,
    /// How many items in a hundred may fail.
    pub tolerated_failure_percentage: Option<Quantity>,
    /// What is done with each item. Absent where JSONPath's older `Iterator`
    /// stands among the unknown fields.
    #[serde(default, skip_serializing_if = "ItemProcessor::is_absent")]
    pub item_processor: ItemProcessor,
    /// Tried in order before `catch`.
    pub retry: Option<Vec<Retrier>>,
    /// Tried in order once no retry is left.
    pub catch: Option<Vec<Catcher>>,
    /// Variables to set on the way out.
    pub assign: Option<AssignedVariables>,
    /// The state's output; the array of the iterations' outputs when absent.
    #[serde(default, deserialize_with = "present")]
    pub output: Option<Value>,
    /// The state to go on with.
    pub next: Option<String>,
    /// Whether the state is the last one.
    pub end: Option<bool>,
    /// Fields that this crate does not know.
    #[serde(flatten)]
    pub unknown: UnknownFields,
}

/// Runs branches side by side ("Parallel workflow state").
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Parallel {
    /// A text for people; Step Functions ignores it.
    pub comment: Option<String>,
    /// The state's own language.
    pub query_language: Option<QueryLanguage>,
    /// What each branch gets; the state's input when absent.
    #[serde(default, deserialize_with = "present")]
    pub arguments: Option<Value>,
    /// What runs side by side.
    pub branches: Vec<Branch>,
    /// Tried in order before `catch`.
    pub retry: Option<Vec<Retrier>>,
    /// Tried in order once no retry is left.
    pub catch: Option<Vec<Catcher>>,
    /// Variables to set on the way out.
    pub assign: Option<AssignedVariables>,
    /// The state's output; the array of the branches' outputs when absent.
    #[serde(default, deserialize_with = "present")]
    pub output: Option<Value>,
    /// The state to go on with.
    pub next: Option<String>,
    /// Whether the state is the last one.
    pub end: Option<bool>,
    /// Fields that this crate does not know.
    #[serde(flatten)]
    pub unknown: UnknownFields,
}
