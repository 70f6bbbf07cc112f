//! Mends a spec of a wrong shape, so that later phases can look at the rest of it.
//!
//! What is unknown goes; what is optional and wrong goes; what is needed and wrong or missing gets
//! a stand-in. Later phases say nothing about a stand-in, its mistake has been reported.

use std::collections::{HashMap, HashSet};

use serde_json::{Value, json};

use super::document::{escape, unescape};
use super::schema::WORKS;
use super::shape::ShapeFault;

/// Mends `value`; returns the JSON pointers of what is not as its author meant it.
pub(super) fn mend(value: &mut Value, faults: &[ShapeFault]) -> HashSet<String> {
    let mut mended = HashSet::new();
    let mut unknown: HashMap<&str, HashSet<&str>> = HashMap::new();
    for fault in faults {
        let (pointer, stand_in) = match fault {
            ShapeFault::Unknown(object, field) => {
                unknown.entry(object).or_default().insert(field);
                // Deep inside, what is left may be too little to make sense. Of the stack, a misspelt
                // `account` is no leave to act in any.
                if object.split('/').count() > 3 || object == "/stack" {
                    mended.insert(object.clone());
                }
                continue;
            }
            ShapeFault::Unusable(pointer) => usable(pointer),
            ShapeFault::Missing(object, field) => usable(&format!("{object}/{}", escape(field))),
        };
        let Some((object, field)) = pointer.rsplit_once('/') else {
            continue;
        };
        let field = unescape(field);
        match stand_in {
            None => remove(value, object, &field),
            Some(stand_in) => match value.pointer_mut(object) {
                Some(Value::Object(object)) => {
                    object.insert(field, stand_in);
                }
                Some(Value::Array(items)) => {
                    let item = field
                        .parse()
                        .ok()
                        .and_then(|item: usize| items.get_mut(item));
                    if let Some(item) = item {
                        *item = stand_in;
                    }
                }
                _ => {}
            },
        }
        mended.insert(pointer);
    }
    for (object, fields) in unknown {
        if let Some(object) = value.pointer_mut(object).and_then(Value::as_object_mut) {
            object.retain(|name, _| !fields.contains(name.as_str()));
        }
    }
    mended
}

fn remove(value: &mut Value, object: &str, field: &str) {
    if let Some(object) = value.pointer_mut(object).and_then(Value::as_object_mut) {
        object.shift_remove(field);
    }
}

/// What has to be replaced so that a wrong value is gone: its pointer, and the stand-in, or nothing
/// where the field is optional.
fn usable(pointer: &str) -> (String, Option<Value>) {
    let parts: Vec<&str> = pointer.split('/').skip(1).collect();
    let of = |depth: usize| {
        let mut kept = String::new();
        for part in parts.iter().take(depth) {
            kept.push('/');
            kept.push_str(part);
        }
        kept
    };
    match parts.as_slice() {
        ["name"] | ["warehouse", "database"] => (of(3), Some(json!(""))),
        ["warehouse", ..] => {
            let stand_in = json!({ "workgroup": "", "database": "" });
            (of(1), Some(stand_in))
        }
        ["parameters", _] => (of(2), Some(json!({ "type": "string" }))),
        ["parameters", _, "type"] => (of(3), Some(json!("string"))),
        ["parameters", _, ..] => (of(3), None),
        // Without what it does a step makes no sense: another one stands in for all of it.
        ["steps", _, work] | ["steps", _, work, ..] if WORKS.contains(work) => {
            (of(2), Some(json!({ "sql": "" })))
        }
        ["steps"] => (of(1), Some(json!({}))),
        ["steps", _] => (of(2), Some(json!({ "sql": "" }))),
        ["steps", _, ..] => (of(3), None),
        ["limits", _] => (of(2), None),
        // Nothing at all is no trigger and tells nobody.
        ["notify" | "triggers", _] => (of(2), Some(json!({}))),
        ["notify" | "triggers", _, ..] => (of(3), None),
        _ => (of(1), None),
    }
}
