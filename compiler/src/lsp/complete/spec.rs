//! Keys and values of the spec.

use gen_lsp_types::CompletionItemKind;

use super::super::hover::type_words;
use super::super::keys::Keys;
use super::super::model::Model;
use super::{Item, PROBE, Proposed, word};
use crate::source::Span;
use crate::spec::{Spot, spot_in};

/// What could stand at a byte.
pub(super) fn complete(
    model: &Model,
    keys: &Keys,
    offset: usize,
    files: &dyn Fn() -> Vec<String>,
) -> Proposed {
    let text = model.spec.text();
    if !text.is_char_boundary(offset) {
        return Proposed::default();
    }
    let place = word(text, offset, |character| {
        character.is_alphanumeric() || matches!(character, '_' | '-' | '.' | '/')
    });
    let Some((spot, begins_line)) = probe(text, place) else {
        return Proposed::default();
    };
    let path = spot.path();
    let items = if spot.is_key {
        let (_, outer) = path.split_last().unwrap_or((&"", &[]));
        below(model, keys, outer, &spot.siblings)
    } else {
        let mut items = values(model, keys, &path, files);
        if begins_line && items.is_empty() {
            items = below(model, keys, &path, &[]);
        }
        items
    };
    Proposed { place, items }
}

/// What a word at a place would be: a value if the text can be read so, else a key. The second part says
/// whether nothing but blanks and dashes stands in front of it on its line.
fn probe(text: &str, place: Span) -> Option<(Spot, bool)> {
    let head = text.get(..place.start)?;
    let tail = text.get(place.end..)?;
    let line = head.rsplit('\n').next().unwrap_or_default();
    let begins_line = line.chars().all(|one| one.is_whitespace() || one == '-');
    let rest_of_line = tail.split('\n').next().unwrap_or_default();
    // What follows may be as unfinished as this, and brackets may be open.
    let closed = format!("{rest_of_line}{}", closing(line));
    for tail in [tail, rest_of_line, &closed] {
        for probe in [PROBE.to_owned(), format!("{PROBE}:")] {
            let spot = spot_in(format!("{head}{probe}{tail}\n"), place.start);
            if let Some(spot) = spot {
                return Some((spot, begins_line));
            }
        }
    }
    None
}

/// The brackets that a line leaves open, closed.
fn closing(line: &str) -> String {
    let mut open = Vec::new();
    for mark in line.chars() {
        match mark {
            '[' => open.push(']'),
            '{' => open.push('}'),
            ']' | '}' => drop(open.pop()),
            _ => {}
        }
    }
    open.into_iter().rev().collect()
}

/// Keys that may stand below these, without those that stand there.
fn below(model: &Model, keys: &Keys, outer: &[&str], siblings: &[String]) -> Vec<Item> {
    let mut items: Vec<Item> = keys
        .below(outer)
        .into_iter()
        .filter(|key| !siblings.iter().any(|sibling| sibling == key.name))
        .map(|key| {
            let text = if key.nests {
                format!("{}:", key.name)
            } else {
                format!("{}: ", key.name)
            };
            let description = key.description.map(|text| text.replace('\n', " "));
            Item::new(key.name, CompletionItemKind::Property, 0)
                .text(text)
                .documentation(description)
        })
        .collect();
    items.extend(names_below(model, outer));
    items
}

/// Keys that are names: of parameters, and of a result's columns.
fn names_below(model: &Model, outer: &[&str]) -> Vec<Item> {
    let Some(document) = model.known() else {
        return Vec::new();
    };
    match outer {
        ["triggers", _, "parameters"] => document
            .spec
            .parameters
            .keys()
            .map(|name| Item::new(name, CompletionItemKind::Variable, 0).text(format!("{name}: ")))
            .collect(),
        ["steps", step, "expect", "values"] | ["steps", step, "signals", _, "when"] => {
            let index = document.spec.steps.get_index_of(*step);
            let Some(result) = index.and_then(|index| model.result(index)) else {
                return Vec::new();
            };
            let columns = result.columns.iter();
            columns
                .filter_map(|column| {
                    let name = column.name.as_deref()?;
                    let item = Item::new(name, CompletionItemKind::Field, 0);
                    Some(
                        item.detail(type_words(column.kind))
                            .text(format!("{name}: ")),
                    )
                })
                .collect()
        }
        _ => Vec::new(),
    }
}

/// Values of these keys.
fn values(model: &Model, keys: &Keys, path: &[&str], files: &dyn Fn() -> Vec<String>) -> Vec<Item> {
    let steps = || {
        let document = model.known().into_iter();
        document.flat_map(|document| &document.spec.steps)
    };
    match path {
        ["steps", own, "after"] | ["steps", own, "after", _] => steps()
            .filter(|(name, _)| *name != own)
            .map(|(name, step)| {
                Item::new(name, CompletionItemKind::Function, 0)
                    .detail(step.sql.clone().unwrap_or_default())
                    .documentation(step.description.clone())
            })
            .collect(),
        ["steps", _, "sql" | "rsql" | "local"] => files()
            .into_iter()
            .map(|path| Item::new(path, CompletionItemKind::File, 0))
            .collect(),
        ["notify", _, "tags"] | ["notify", _, "tags", _] => {
            let mut tags: Vec<&String> = steps().flat_map(|(_, step)| &step.tags).collect();
            tags.sort_unstable();
            tags.dedup();
            let tags = tags.into_iter();
            tags.map(|tag| Item::new(tag, CompletionItemKind::Value, 0))
                .collect()
        }
        path => keys
            .values(path)
            .into_iter()
            .map(|(value, description)| {
                Item::new(value, CompletionItemKind::EnumMember, 0)
                    .documentation(description.map(|text| text.replace('\n', " ")))
            })
            .collect(),
    }
}
