//! Keys and values of a file of tests.

use super::super::keys::SchemaKeys;
use super::super::model::Model;
use super::spec::{parameter, plain, step};
use crate::pipeline_yaml::spot_in;
use crate::source::{SourceFile, Span};

/// What is known of the key or value at a byte, in Markdown.
pub(super) fn hover(
    model: &Model,
    keys: &SchemaKeys,
    file: &SourceFile,
    offset: usize,
) -> Option<(Span, String)> {
    let spot = spot_in(file.text().to_owned(), offset)?;
    let written = file.slice(spot.span).trim_matches(['"', '\'']);
    let path = spot.path();
    let text = match (path.as_slice(), spot.is_key) {
        (["tests", _, "step"] | ["tests", _, "expect", "order", _], false) => step(model, written),
        (["tests", _, "faults", name], true) => step(model, name),
        (["tests", _, "parameters", name], true) => parameter(model, name),
        _ => None,
    };
    let text = text.or_else(|| keys.description(&path).map(plain))?;
    Some((spot.span, text))
}
