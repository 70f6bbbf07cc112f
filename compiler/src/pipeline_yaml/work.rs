//! What a step does, where it is not SQL in the warehouse.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::Scalar;

/// The name of a Glue job, or its name and its arguments.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum GlueJob {
    /// Its name.
    Name(String),
    /// Its name and its arguments.
    With(GlueJobWith),
}

/// A Glue job and its arguments.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GlueJobWith {
    /// Name of the job.
    #[schemars(example = &"transform")]
    pub name: String,
    /// Arguments, by name without `--`; `{{name}}` in a text is a parameter of the run.
    #[serde(default)]
    pub arguments: IndexMap<String, Scalar>,
}

/// The name or ARN of a Lambda function, or that and what it is given.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "Lambda")]
pub enum LambdaWork {
    /// Its name or ARN.
    Function(String),
    /// Its name or ARN, and what it is given.
    With(LambdaWith),
}

/// A Lambda function and what it is given.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LambdaWith {
    /// Name or ARN of the function.
    pub function: String,
    /// Fields of the event; `{{name}}` in a text is a parameter of the run.
    #[serde(default)]
    pub payload: IndexMap<String, serde_json::Value>,
}

/// The ARN of a state machine, or that and its input.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "StateMachine")]
pub enum StateMachineWork {
    /// Its ARN.
    Arn(String),
    /// Its ARN and the input of its execution.
    With(StateMachineWith),
}

/// A state machine and the input of its execution.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StateMachineWith {
    /// ARN of the state machine.
    pub arn: String,
    /// Fields of the input; `{{name}}` in a text is a parameter of the run.
    #[serde(default)]
    pub input: IndexMap<String, serde_json::Value>,
}

/// When a step runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// In every run.
    Run,
    /// Each time that the pipeline is deployed.
    Deploy,
    /// When the pipeline is destroyed.
    Destroy,
}
