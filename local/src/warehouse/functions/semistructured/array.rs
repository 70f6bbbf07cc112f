//! Functions of arrays in SUPER values (AWS page: `Array functions`).
//!
//! `redshift_super_array(function, array, other, option)` is all of them, so that one macro a function is
//! enough. Everything is a text, `null` among them; what the function gives is a text of JSON.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::error::Error;
use std::sync::Arc;

use duckdb::arrow::array::{Array, ArrayRef, RecordBatch, StringArray};
use duckdb::arrow::datatypes::DataType;
use duckdb::vscalar::{ArrowFunctionSignature, VArrowScalar};

use super::super::arguments::texts;
use super::order::{Use, key};
use super::value::SuperValue;

/// `redshift_super_array(function, array, other, option)`
pub(super) struct OfArrays;

impl VArrowScalar for OfArrays {
    type State = ();

    fn invoke((): &(), input: RecordBatch) -> Result<Arc<dyn Array>, Box<dyn Error>> {
        let rows = texts(&input, 0)?
            .iter()
            .zip(texts(&input, 1)?)
            .zip(texts(&input, 2)?)
            .zip(texts(&input, 3)?);
        let values = rows.map(|(((function, array), other), option)| {
            let result = called(
                function?,
                SuperValue::read(array?)?,
                SuperValue::read(other?)?,
                option?,
            );
            result.map(|value| value.write())
        });
        Ok(Arc::new(values.collect::<StringArray>()) as ArrayRef)
    }

    fn signatures() -> Vec<ArrowFunctionSignature> {
        vec![ArrowFunctionSignature::exact(
            vec![DataType::Utf8; 4],
            DataType::Utf8,
        )]
    }
}

/// What two elements have in common that are equal; a null is one of them here.
fn same(value: &SuperValue) -> Option<String> {
    key(value, Use::Compare)
}

fn called(
    function: &str,
    array: SuperValue,
    other: SuperValue,
    option: &str,
) -> Option<SuperValue> {
    let SuperValue::Array(items) = array else {
        return None;
    };
    Some(match (function, other) {
        ("contains", value) => {
            let found = positions(&items, &value, option == "true")?;
            SuperValue::Boolean(!found.is_empty())
        }
        ("position", value) => {
            let found = positions(&items, &value, option == "true")?;
            let first = found.first().map_or("-1".to_owned(), usize::to_string);
            SuperValue::Number(first)
        }
        ("positions", value) => {
            let found = positions(&items, &value, option == "true")?;
            let found = found.iter().map(|at| SuperValue::Number(at.to_string()));
            SuperValue::Array(found.collect())
        }
        ("distinct", _) => SuperValue::Array(distinct(items)),
        ("flatten", _) => SuperValue::Array(flat(items)),
        ("sort", SuperValue::Boolean(ascending)) => {
            let nulls_first = match option {
                "" => !ascending,
                option => option == "true",
            };
            SuperValue::Array(sorted(items, ascending, nulls_first))
        }
        ("subarray", SuperValue::Array(bounds)) => SuperValue::Array(part(items, &bounds)?),
        ("concat", SuperValue::Array(others)) => {
            let mut all = items;
            all.extend(others);
            SuperValue::Array(all)
        }
        ("union", SuperValue::Array(others)) => {
            let mut all = items;
            all.extend(others);
            SuperValue::Array(distinct(all))
        }
        ("intersection", SuperValue::Array(others)) => {
            let mut left = counted(&others);
            let mut kept = Vec::new();
            for item in items {
                if taken(&mut left, &item) {
                    kept.push(item);
                }
            }
            SuperValue::Array(if option == "true" {
                distinct(kept)
            } else {
                kept
            })
        }
        ("except", SuperValue::Array(others)) if option == "true" => {
            let gone = counted(&others);
            let kept = items
                .into_iter()
                .filter(|item| !gone.contains_key(&same(item)));
            SuperValue::Array(distinct(kept.collect()))
        }
        ("except", SuperValue::Array(others)) => {
            let mut gone = counted(&others);
            let mut kept = items;
            kept.retain(|item| !taken(&mut gone, item));
            SuperValue::Array(kept)
        }
        ("overlap", SuperValue::Array(others)) => {
            let those = counted(&others);
            SuperValue::Boolean(items.iter().any(|item| those.contains_key(&same(item))))
        }
        _ => return None,
    })
}

/// Where an element is. `null_match`: a null is an element; otherwise nothing can be told of it.
fn positions(items: &[SuperValue], value: &SuperValue, null_match: bool) -> Option<Vec<usize>> {
    if !null_match && *value == SuperValue::Null {
        return None;
    }
    let wanted = same(value);
    let all = items.iter().enumerate();
    let found: Vec<usize> = all
        .filter(|(_, item)| same(item) == wanted)
        .map(|(at, _)| at)
        .collect();
    let unknown = !null_match && found.is_empty() && items.contains(&SuperValue::Null);
    (!unknown).then_some(found)
}

fn distinct(items: Vec<SuperValue>) -> Vec<SuperValue> {
    let mut seen = std::collections::HashSet::new();
    let mut kept = items;
    kept.retain(|item| seen.insert(same(item)));
    kept
}

/// How often each element is there.
fn counted(items: &[SuperValue]) -> HashMap<Option<String>, usize> {
    let mut counts = HashMap::new();
    for item in items {
        *counts.entry(same(item)).or_default() += 1;
    }
    counts
}

/// Takes one of the elements that equal another, if one is left.
fn taken(counts: &mut HashMap<Option<String>, usize>, item: &SuperValue) -> bool {
    match counts.get_mut(&same(item)) {
        Some(count) if *count > 0 => {
            *count -= 1;
            true
        }
        _ => false,
    }
}

/// Arrays within it are taken apart, at whatever depth.
fn flat(items: Vec<SuperValue>) -> Vec<SuperValue> {
    let mut flat = Vec::new();
    let mut rest: Vec<SuperValue> = items.into_iter().rev().collect();
    while let Some(item) = rest.pop() {
        match item {
            SuperValue::Array(inner) => rest.extend(inner.into_iter().rev()),
            scalar => flat.push(scalar),
        }
    }
    flat
}

fn sorted(items: Vec<SuperValue>, ascending: bool, nulls_first: bool) -> Vec<SuperValue> {
    let mut keyed: Vec<(Option<String>, SuperValue)> = items
        .into_iter()
        .map(|item| (key(&item, Use::Sort), item))
        .collect();
    keyed.sort_by(|(one, _), (other, _)| match (one, other) {
        (Some(one), Some(other)) if ascending => one.cmp(other),
        (Some(one), Some(other)) => other.cmp(one),
        (None, None) => Ordering::Equal,
        (None, _) if nulls_first => Ordering::Less,
        (_, None) if !nulls_first => Ordering::Less,
        _ => Ordering::Greater,
    });
    keyed.into_iter().map(|(_, item)| item).collect()
}

/// The elements from a place on, so many of them, or all where no number is given.
fn part(items: Vec<SuperValue>, bounds: &[SuperValue]) -> Option<Vec<SuperValue>> {
    let number = |value: &SuperValue| match value {
        SuperValue::Number(digits) => digits.parse::<usize>().ok(),
        _ => None,
    };
    let from = bounds.first().and_then(number)?;
    let count = match bounds.get(1) {
        Some(count) => number(count)?,
        None => usize::MAX,
    };
    Some(items.into_iter().skip(from).take(count).collect())
}

#[cfg(test)]
mod tests {
    use super::{SuperValue, called};

    fn call(function: &str, array: &str, other: &str, option: &str) -> Option<String> {
        let read = |text| SuperValue::read(text).unwrap();
        called(function, read(array), read(other), option).map(|value| value.write())
    }

    #[test]
    fn functions_of_arrays() {
        for (function, array, other, option, expected) in [
            ("contains", "[\"a\",null]", "\"a\"", "true", Some("true")),
            ("contains", "[\"a\",null]", "\"b\"", "true", Some("false")),
            ("contains", "[\"a\",null]", "\"b\"", "false", None),
            ("position", "[1,2.0,2]", "2", "true", Some("1")),
            ("position", "[1]", "\"1\"", "true", Some("-1")),
            ("positions", "[null,1,null]", "null", "true", Some("[0,2]")),
            ("positions", "[null]", "null", "false", None),
            (
                "distinct",
                "[1,1.0,\"a\",null,null]",
                "null",
                "",
                Some("[1,\"a\",null]"),
            ),
            (
                "sort",
                "[\"b\",\"a\",0,null,1,false]",
                "true",
                "",
                Some("[false,0,1,\"a\",\"b\",null]"),
            ),
            (
                "sort",
                "[\"b\",0,null]",
                "false",
                "",
                Some("[null,\"b\",0]"),
            ),
            (
                "sort",
                "[\"b\",0,null]",
                "false",
                "false",
                Some("[\"b\",0,null]"),
            ),
            ("flatten", "[[1,[2]],3.50]", "null", "", Some("[1,2,3.50]")),
            ("subarray", "[1,2,3]", "[1,5]", "", Some("[2,3]")),
            ("concat", "[1]", "[\"a\"]", "", Some("[1,\"a\"]")),
            ("union", "[1,1]", "[2]", "true", Some("[1,2]")),
            (
                "intersection",
                "[\"a\",\"b\",\"b\"]",
                "[\"b\",\"b\",\"b\"]",
                "false",
                Some("[\"b\",\"b\"]"),
            ),
            (
                "intersection",
                "[\"b\",\"b\"]",
                "[\"b\"]",
                "true",
                Some("[\"b\"]"),
            ),
            ("except", "[1,2,2]", "[2]", "false", Some("[1,2]")),
            ("except", "[1,1,2,2]", "[2]", "true", Some("[1]")),
            ("overlap", "[1,null]", "[null]", "", Some("true")),
            ("overlap", "[1]", "[2]", "", Some("false")),
            ("concat", "{}", "[1]", "", None),
        ] {
            let found = call(function, array, other, option);
            assert_eq!(
                found.as_deref(),
                expected,
                "{function} {array} {other} {option}"
            );
        }
    }
}
