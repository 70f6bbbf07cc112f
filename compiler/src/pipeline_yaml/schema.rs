//! The JSON Schema of the spec, generated from its types.

use std::borrow::Cow;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};

use super::{Duration, Scalar, Spec};

impl JsonSchema for Scalar {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Scalar".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": ["string", "number", "boolean"] })
    }
}

impl JsonSchema for Duration {
    fn schema_name() -> Cow<'static, str> {
        "Duration".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A length of time: whole numbers with the units `d`, `h`, `m` and `s`.",
            "type": "string",
            "pattern": "^([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?$",
            "minLength": 2,
            "examples": ["90s", "5m", "1h30m", "1d"],
        })
    }
}

/// Says in the schema that a warehouse is reached in exactly one way.
pub(super) fn one_connection(schema: &mut Schema) {
    schema.insert(
        "oneOf".to_owned(),
        json!([
            { "required": ["workgroup"] },
            { "required": ["cluster"] },
            { "required": ["secret"] },
        ]),
    );
}

fn exactly_one(schema: &mut Schema, fields: &[&str]) {
    let ways: Vec<Value> = fields
        .iter()
        .map(|field| json!({ "required": [field] }))
        .collect();
    schema.insert("oneOf".to_owned(), Value::Array(ways));
}

/// What a step can be.
pub(super) const WORKS: [&str; 6] = [
    "sql",
    "rsql",
    "glue_job",
    "glue_crawler",
    "lambda",
    "state_machine",
];

/// What a trigger can be.
pub(super) const TRIGGERS: [&str; 4] = ["schedule", "s3", "event", "deploy"];

/// Whom a notification can go to.
pub(super) const RECIPIENTS: [&str; 2] = ["email", "topic"];

/// Says in the schema that a step does exactly one thing.
pub(super) fn one_work(schema: &mut Schema) {
    exactly_one(schema, &WORKS);
}

/// Says in the schema that a trigger is of one kind.
pub(super) fn one_trigger(schema: &mut Schema) {
    exactly_one(schema, &TRIGGERS);
}

/// Says in the schema that a notification goes one way.
pub(super) fn one_recipient(schema: &mut Schema) {
    exactly_one(schema, &RECIPIENTS);
}

pub(super) fn example_buckets() -> Value {
    json!({ "nyc-flights": "data" })
}

/// The JSON Schema (draft 2020-12) of `pipeline.yaml`.
pub fn schema() -> Value {
    SchemaSettings::draft2020_12()
        .into_generator()
        .into_root_schema_for::<Spec>()
        .to_value()
}

/// The schema as it is printed and checked in for editors.
pub fn render() -> String {
    format!("{:#}\n", schema())
}
