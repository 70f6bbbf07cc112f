//! Keys and values of the spec.

use std::fmt::Write as _;

use super::super::keys::SchemaKeys;
use super::super::model::Model;
use super::{listed, type_words};
use crate::pipeline::duration_words;
use crate::pipeline_yaml::{Batch, ParameterType};
use crate::source::{self, Span};

/// What is known of the key or value at a byte, in Markdown.
pub(super) fn hover(model: &Model, keys: &SchemaKeys, offset: usize) -> Option<(Span, String)> {
    let document = model.document.as_ref()?;
    let spot = document.spot(offset)?;
    let written = document.file.slice(spot.span).trim_matches(['"', '\'']);
    let path = spot.path();
    let text = match (path.as_slice(), spot.is_key) {
        (["steps", name], true) => step(model, name),
        (["steps", _, "after"] | ["steps", _, "after", _], false) => step(model, written),
        (["steps", _, "sql" | "local"], false) => script(model, written),
        (["parameters", name], true) | (["triggers", _, "parameters", name], true) => {
            parameter(model, name)
        }
        (["steps", name, "expect", "values", column], true)
        | (["steps", name, "signals", _, "when", column], true) => {
            result_column(model, name, column)
        }
        _ => None,
    };
    let text = text.or_else(|| keys.description(&path).map(plain))?;
    Some((spot.span, text))
}

/// A description without the line breaks of the source that it comes from.
pub(super) fn plain(description: &str) -> String {
    description.replace('\n', " ")
}

/// A parameter's type, its default and what it is for.
pub(in crate::lsp) fn parameter(model: &Model, name: &str) -> Option<String> {
    let document = model.known()?;
    let parameter = document.spec.parameters.get(name)?;
    let kind = match parameter.kind {
        ParameterType::String => "string",
        ParameterType::Integer => "integer",
        ParameterType::Number => "number",
        ParameterType::Date => "date",
        ParameterType::Identifier => "identifier",
        ParameterType::Boolean => "boolean",
    };
    let mut text = format!("parameter `{name}`: {kind}");
    if parameter.secret == Some(true) {
        text.push_str(", secret");
    }
    match &parameter.default {
        Some(_) => {
            let default = document.at(&["parameters", name, "default"]);
            let _ = write!(text, ", default `{}`", document.file.slice(default));
        }
        None if parameter.secret == Some(true) => {}
        None => text.push_str(", to be given to each run"),
    }
    if let Some(description) = &parameter.description {
        let _ = write!(text, "\n\n{description}");
    }
    Some(text)
}

/// The facts of a step.
pub(super) fn step(model: &Model, name: &str) -> Option<String> {
    let document = model.known()?;
    let (index, _, step) = document.spec.steps.get_full(name)?;
    let mut text = format!("step `{name}`");
    if let Some(description) = &step.description {
        let _ = write!(text, ": {description}");
    }
    text.push('\n');
    if let Some(script) = model.script_of(index) {
        let number = script.parsed.statements.len();
        let plural = if number == 1 { "" } else { "s" };
        let batch = match step.batch {
            _ if number == 1 => "",
            Some(Batch::AutoCommit) => ", each commits by itself",
            Some(Batch::Transaction) | None => ", all of them or none",
        };
        let _ = write!(
            text,
            "\n- `{}`: {number} statement{plural}{batch}",
            script.path
        );
    }
    if let Some(after) = &step.after {
        let _ = write!(
            text,
            "\n- after {}",
            listed(after.names().iter().map(String::as_str))
        );
    }
    let before = document.spec.steps.iter().filter(|(_, other)| {
        let after = other.after.as_ref();
        after.is_some_and(|after| after.names().iter().any(|after| after == name))
    });
    let before = listed(before.map(|(name, _)| name.as_str()));
    if !before.is_empty() {
        let _ = write!(text, "\n- before {before}");
    }
    let resolved = model
        .pipeline
        .as_ref()
        .and_then(|pipeline| pipeline.steps.get(index));
    if let Some(resolved) = resolved {
        let _ = write!(
            text,
            "\n- at most {}",
            duration_words(resolved.limit_seconds)
        );
        if let Some(sql) = resolved.sql() {
            let reads = listed(sql.lineage.reads.iter().map(|table| table.name.as_str()));
            let writes = listed(sql.lineage.writes.iter().map(|table| table.name.as_str()));
            if !reads.is_empty() {
                let _ = write!(text, "\n- reads {reads}");
            }
            if !writes.is_empty() {
                let _ = write!(text, "\n- writes {writes}");
            }
        }
    }
    Some(text)
}

/// A SQL file: its statements and the steps that run it.
fn script(model: &Model, written: &str) -> Option<String> {
    let script = model.scripts.get(&source::relative(written).ok()?)?;
    let number = script.parsed.statements.len();
    let plural = if number == 1 { "" } else { "s" };
    let made = model
        .all_made()
        .filter(|(_, made)| made.path == script.path);
    let mut made: Vec<&str> = made.map(|(key, _)| key.as_str()).collect();
    made.sort_unstable();
    let mut text = format!("`{}`: {number} statement{plural}", script.path);
    if !made.is_empty() {
        let _ = write!(text, "\n\nmakes {}", listed(made.into_iter()));
    }
    Some(text)
}

/// A column of a step's result.
fn result_column(model: &Model, step: &str, column: &str) -> Option<String> {
    let index = model.known()?.spec.steps.get_index_of(step)?;
    let result = model.result(index)?;
    let mut columns = result.columns.iter();
    let known = columns.find(|known| {
        let name = known.name.as_deref();
        name.is_some_and(|name| name.eq_ignore_ascii_case(column))
    })?;
    let kind = type_words(known.kind);
    Some(format!(
        "```sql\n{column} {kind}\n```\na column of the result of step `{step}`"
    ))
}
