//! The rules that only warn, and what the spec makes of them.

use std::borrow::Cow;

use indexmap::IndexMap;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;

use crate::diagnostic::Code;

/// A level for each rule that the spec names. The keys are what was written: which of them are rules,
/// the phase `pipeline` says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Lint(pub IndexMap<String, LintLevel>);

/// How bad it is what a rule finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "Level")]
pub enum LintLevel {
    /// It is a mistake: nothing is written, deployed or run.
    Error,
    /// It is shown.
    Warning,
    /// Nobody hears of it.
    Off,
}

impl JsonSchema for Lint {
    fn schema_name() -> Cow<'static, str> {
        "Lint".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let rules: Vec<&str> = Code::RULES.iter().map(|code| code.as_str()).collect();
        let level = generator.subschema_for::<LintLevel>();
        json_schema!({
            "description": "A level for each rule: what it only warns of becomes an error, or is not shown.",
            "type": "object",
            "propertyNames": { "enum": rules },
            "additionalProperties": level,
            "examples": [{ "SFC0309": "error", "SFC0414": "off" }],
        })
    }
}
