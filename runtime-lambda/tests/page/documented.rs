//! `docs/report.md` names every field that a template is given.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::runs;

/// The names of all fields; those of `parameters` are a pipeline's own.
fn fields(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| fields(value, found)),
        Value::Object(members) => {
            for (name, value) in members {
                found.insert(name.clone());
                if name != "parameters" {
                    fields(value, found);
                }
            }
        }
        _ => {}
    }
}

#[test]
fn every_field_is_documented() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/report.md");
    let page = std::fs::read_to_string(path).unwrap();
    let mut found = BTreeSet::new();
    for run in [
        runs::finished(),
        runs::failed(),
        runs::with_signals(),
        runs::with_order(),
    ] {
        fields(&serde_json::to_value(run.page()).unwrap(), &mut found);
    }
    assert!(found.len() > 100, "{found:?}");
    let missing: Vec<&String> = found
        .iter()
        .filter(|name| !page.contains(&format!("`{name}`")))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}
