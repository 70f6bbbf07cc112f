//! `docs/reference/pipeline.md`: every key of the spec, from its JSON Schema.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::{cell, is_fresh};

#[test]
fn the_page_of_the_spec_is_what_the_schema_says() {
    let schema: Value = serde_json::from_str(&sfc::pipeline_yaml::render_schema()).unwrap();
    let mut page = "# `pipeline.yaml`\n\nMade from [the JSON Schema](../pipeline.schema.json), which \
                    `sfc schema` prints. [What stands in `pipeline.yaml`](../guide/pipeline.md) explains.\n"
        .to_owned();
    section(&mut page, "The file", &schema);
    for (name, definition) in definitions(&schema) {
        section(&mut page, name, definition);
    }
    is_fresh("reference/pipeline.md", &page);
}

fn definitions(schema: &Value) -> &Map<String, Value> {
    schema["$defs"].as_object().unwrap()
}

fn section(page: &mut String, name: &str, definition: &Value) {
    writeln!(page, "\n## {name}").unwrap();
    if let Some(text) = definition["description"].as_str() {
        writeln!(page, "\n{}", text.trim()).unwrap();
    }
    if let Some(properties) = definition["properties"].as_object() {
        let required: Vec<&str> = match definition["required"].as_array() {
            Some(names) => names.iter().filter_map(Value::as_str).collect(),
            None => Vec::new(),
        };
        page.push_str("\n| key | is | |\n|---|---|---|\n");
        for (key, property) in properties {
            let must = if required.contains(&key.as_str()) {
                " (required)"
            } else {
                ""
            };
            let text = property["description"].as_str().unwrap_or_default();
            let mut text = cell(text);
            match &property["default"] {
                Value::Null => {}
                Value::Array(items) if items.is_empty() => {}
                Value::Object(fields) if fields.is_empty() => {}
                value => write!(text, " Default: `{}`.", cell(&value.to_string())).unwrap(),
            }
            if let Some(examples) = property["examples"].as_array() {
                let examples = examples.iter().map(|example| match example {
                    Value::String(text) => format!("`{}`", cell(text)),
                    value => format!("`{}`", cell(&value.to_string())),
                });
                let examples: Vec<String> = examples.collect();
                write!(text, " For example {}.", examples.join(", ")).unwrap();
            }
            writeln!(page, "| `{key}`{must} | {} | {text} |", kind(property)).unwrap();
        }
    } else if definition.get("properties").is_none() {
        let kinds = kind(definition);
        if !kinds.is_empty() {
            writeln!(page, "\nIt is {kinds}.").unwrap();
        }
        for choice in choices(definition) {
            if let (Some(value), Some(text)) =
                (choice["const"].as_str(), choice["description"].as_str())
            {
                writeln!(page, "\n- `{value}`: {}", cell(text)).unwrap();
            }
        }
    }
}

fn choices(schema: &Value) -> Vec<&Value> {
    let list = |key: &str| {
        schema[key]
            .as_array()
            .map(|list| list.iter().collect::<Vec<_>>())
    };
    list("oneOf").or_else(|| list("anyOf")).unwrap_or_default()
}

/// What a value may be, in words.
fn kind(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str() {
        let name = name.rsplit('/').next().unwrap_or_default();
        return format!("[{name}](#{})", name.to_lowercase());
    }
    if let Some(value) = schema.get("const") {
        return format!(
            "`{}`",
            value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned)
        );
    }
    if let Some(values) = schema["enum"].as_array() {
        let values = values.iter().filter(|value| !value.is_null());
        let values: Vec<String> = values
            .map(|value| {
                format!(
                    "`{}`",
                    value
                        .as_str()
                        .map_or_else(|| value.to_string(), str::to_owned)
                )
            })
            .collect();
        return values.join(", ");
    }
    let several = choices(schema);
    if !several.is_empty() {
        let mut kinds: Vec<String> = several
            .iter()
            .filter(|choice| choice["type"] != "null")
            .map(|choice| kind(choice))
            .collect();
        kinds.dedup();
        return kinds.join(" or ");
    }
    let of_type = |name: &str| match name {
        "array" => format!("list of {}", kind(&schema["items"])),
        "object" => match schema.get("additionalProperties") {
            Some(values @ Value::Object(_)) => format!("mapping of names to {}", kind(values)),
            _ => "mapping".to_owned(),
        },
        "string" => "text".to_owned(),
        "integer" => "whole number".to_owned(),
        "boolean" => "`true` or `false`".to_owned(),
        name => name.to_owned(),
    };
    match &schema["type"] {
        Value::String(name) => of_type(name),
        Value::Array(names) => {
            let names = names.iter().filter_map(Value::as_str);
            let names: Vec<String> = names.filter(|name| *name != "null").map(of_type).collect();
            names.join(" or ")
        }
        _ => "anything".to_owned(),
    }
}
