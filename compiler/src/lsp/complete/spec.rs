//! Keys and values of the spec.

use gen_lsp_types::CompletionItemKind;

use super::super::hover::type_words;
use super::super::keys::SchemaKeys;
use super::super::model::Model;
use super::yaml;
use super::{Item, Proposed};

/// What could stand at a byte.
pub(super) fn complete(
    model: &Model,
    keys: &SchemaKeys,
    offset: usize,
    files: &dyn Fn() -> Vec<String>,
) -> Proposed {
    yaml::proposed(model.spec.text(), offset, |spot, begins_line| {
        let path = spot.path();
        if spot.is_key {
            let (_, outer) = path.split_last().unwrap_or((&"", &[]));
            return below(model, keys, outer, &spot.siblings);
        }
        let items = values(model, keys, &path, files);
        match begins_line && items.is_empty() {
            true => below(model, keys, &path, &[]),
            false => items,
        }
    })
}

/// Keys that may stand below these, without those that stand there.
fn below(model: &Model, keys: &SchemaKeys, outer: &[&str], siblings: &[String]) -> Vec<Item> {
    let mut items = yaml::keys_below(keys, outer, siblings);
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
fn values(
    model: &Model,
    keys: &SchemaKeys,
    path: &[&str],
    files: &dyn Fn() -> Vec<String>,
) -> Vec<Item> {
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
        path => yaml::words(keys, path),
    }
}
