//! `redshift_object_transform(object, kept, set, values)` (AWS page: `OBJECT_TRANSFORM function`).
//!
//! The result has the values at the paths that are kept, and then those that are set. A value that is no object
//! comes back as it is. So does a value of which nothing is kept and in which nothing is set.

use std::error::Error;
use std::sync::Arc;

use duckdb::arrow::array::{Array, ArrayRef, RecordBatch, StringArray};
use duckdb::arrow::datatypes::DataType;
use duckdb::vscalar::{ArrowFunctionSignature, VArrowScalar};

use super::super::arguments::texts;
use super::value::SuperValue;

/// `redshift_object_transform` as a function of the engine.
pub(super) struct Transform;

impl VArrowScalar for Transform {
    type State = ();

    fn invoke((): &(), input: RecordBatch) -> Result<Arc<dyn Array>, Box<dyn Error>> {
        let (objects, kept) = (texts(&input, 0)?, texts(&input, 1)?);
        let (set, values) = (texts(&input, 2)?, texts(&input, 3)?);
        let rows = objects.iter().zip(kept).zip(set.iter().zip(values));
        let all = rows.map(|((object, kept), (set, values))| {
            transformed(object?, &paths(kept?)?, &paths(set?)?, values?)
        });
        Ok(Arc::new(all.collect::<StringArray>()) as ArrayRef)
    }

    fn signatures() -> Vec<ArrowFunctionSignature> {
        super::signature(4, DataType::Utf8)
    }
}

/// Paths: a list of lists of names.
fn paths(text: &str) -> Option<Vec<Vec<String>>> {
    let Some(SuperValue::Array(paths)) = SuperValue::read(text) else {
        return None;
    };
    let names = |path: SuperValue| match path {
        SuperValue::Array(names) => names
            .into_iter()
            .map(|name| match name {
                SuperValue::Text(name) => Some(name),
                _ => None,
            })
            .collect(),
        _ => None,
    };
    paths.into_iter().map(names).collect()
}

fn transformed(
    object: &str,
    kept: &[Vec<String>],
    set: &[Vec<String>],
    values: &str,
) -> Option<String> {
    let input = SuperValue::read(object)?;
    if !matches!(input, SuperValue::Object(_)) || kept.is_empty() && set.is_empty() {
        return Some(input.write());
    }
    let Some(SuperValue::Array(values)) = SuperValue::read(values) else {
        return None;
    };
    let mut output = Vec::new();
    for path in kept {
        if let Some(value) = found(&input, path) {
            put(&mut output, path, value.clone());
        }
    }
    for (path, value) in set.iter().zip(values) {
        put(&mut output, path, value);
    }
    Some(SuperValue::Object(output).write())
}

/// The value at a path.
fn found<'v>(value: &'v SuperValue, path: &[String]) -> Option<&'v SuperValue> {
    path.iter().try_fold(value, |value, name| match value {
        SuperValue::Object(fields) => fields
            .iter()
            .find(|(field, _)| field == name)
            .map(|(_, value)| value),
        _ => None,
    })
}

/// Puts a value to a path, with objects on the way to it.
fn put(fields: &mut Vec<(String, SuperValue)>, path: &[String], value: SuperValue) {
    let [name, rest @ ..] = path else {
        return;
    };
    let place = fields.iter().position(|(field, _)| field == name);
    let mut inner = match place.and_then(|place| fields.get_mut(place)) {
        Some((_, SuperValue::Object(inner))) => std::mem::take(inner),
        _ => Vec::new(),
    };
    let value = if rest.is_empty() {
        value
    } else {
        put(&mut inner, rest, value);
        SuperValue::Object(inner)
    };
    match place.and_then(|place| fields.get_mut(place)) {
        Some((_, before)) => *before = value,
        None => fields.push((name.clone(), value)),
    }
}

#[cfg(test)]
mod tests {
    use super::{paths, transformed};

    #[test]
    fn paths_are_kept_and_set() {
        let object = r#"{"a":{"b":1,"c":2},"d":3,"e":4}"#;
        for (kept, set, values, expected) in [
            (r#"[["a","b"],["e"]]"#, "[]", "[]", r#"{"a":{"b":1},"e":4}"#),
            (
                r#"[["d"]]"#,
                r#"[["d"],["x","y"]]"#,
                r#"["z",true]"#,
                r#"{"d":"z","x":{"y":true}}"#,
            ),
            (r#"[["none"]]"#, "[]", "[]", "{}"),
            ("[]", "[]", "[]", object),
            ("[]", r#"[["a"]]"#, "[null]", r#"{"a":null}"#),
        ] {
            let [kept, set] = [kept, set].map(|all| paths(all).unwrap());
            let output = transformed(object, &kept, &set, values);
            assert_eq!(output.as_deref(), Some(expected));
        }
        let kept = paths(r#"[["a"]]"#).unwrap();
        assert_eq!(transformed("[1]", &kept, &[], "[]").as_deref(), Some("[1]"));
    }
}
