//! What a step's result must look like.

use runtime_lambda::plan::{Expectation, Range, ValueExpectation};
use serde_json::Value as Json;

use super::resolver::Resolver;
use crate::diagnostic::{Code, Diagnostic};
use crate::pipeline_yaml::{self, ExpectedValue, NumberOfRows, Scalar};

/// The expectation of one step, if it has one.
pub(super) fn resolve(resolver: &mut Resolver<'_>, step: &str) -> Option<Expectation> {
    let written = resolver.document.spec.steps.get(step)?.expect.as_ref()?;
    let keys = ["steps", step, "expect"];
    let known = !resolver.document.is_mended(&keys);
    if known && !written.is_of_result() && !written.has_checks() {
        wrong(
            resolver,
            &keys,
            "this expects nothing",
            "give `rows` or `values` of the result, or a check of a table, such as `not_null: id`",
        );
    }
    if !written.is_of_result() {
        return None;
    }
    let rows = written.rows.as_ref().map(|rows| match rows {
        NumberOfRows::Exactly(rows) => Range {
            min: Some(*rows as f64),
            max: Some(*rows as f64),
        },
        NumberOfRows::Within(written) => range(*written),
    });
    if let Some(rows) = rows {
        let keys = ["steps", step, "expect", "rows"];
        if rows.max.is_some_and(|max| max < 0.0) {
            let sentence = "a result cannot have fewer than no rows";
            wrong(resolver, &keys, sentence, "give 0 or more");
        } else {
            possible(resolver, &keys, rows);
        }
    }
    let values = written
        .values
        .iter()
        .map(|(column, written)| {
            let keys = ["steps", step, "expect", "values", column];
            (column.clone(), value(resolver, &keys, written))
        })
        .collect();
    Some(Expectation { rows, values })
}

/// What is wanted of a value, as it is written under these keys.
pub(super) fn value(
    resolver: &mut Resolver<'_>,
    keys: &[&str],
    written: &ExpectedValue,
) -> ValueExpectation {
    match written {
        ExpectedValue::Within(written) => {
            let range = range(*written);
            possible(resolver, keys, range);
            ValueExpectation::Within(range)
        }
        ExpectedValue::Equals(scalar) => ValueExpectation::Equals(json(scalar.as_ref())),
    }
}

fn range(written: pipeline_yaml::Range) -> Range {
    Range {
        min: written.min,
        max: written.max,
    }
}

fn json(scalar: Option<&Scalar>) -> Json {
    match scalar {
        None => Json::Null,
        Some(Scalar::Boolean(boolean)) => Json::Bool(*boolean),
        Some(Scalar::Number(number)) => Json::Number(number.clone()),
        Some(Scalar::Text(text)) => Json::String(text.clone()),
    }
}

fn possible(resolver: &mut Resolver<'_>, keys: &[&str], range: Range) {
    match (range.min, range.max) {
        (None, None) => {
            let sentence = "this range is open at both ends, so it expects nothing";
            wrong(resolver, keys, sentence, "give `min`, `max`, or both");
        }
        (Some(min), Some(max)) if min > max => {
            let sentence = format!("no number is at least {min} and at most {max}");
            wrong(resolver, keys, &sentence, "swap `min` and `max`");
        }
        _ => {}
    }
}

fn wrong(resolver: &mut Resolver<'_>, keys: &[&str], sentence: &str, help: &str) {
    let document = resolver.document;
    resolver.push(
        Diagnostic::error(Code::ImpossibleExpectation, sentence)
            .at(&document.file, document.at(keys), "")
            .help(help),
    );
}
