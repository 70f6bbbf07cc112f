//! Keys and values of a file of tests.

use gen_lsp_types::CompletionItemKind;

use super::super::hover::type_words;
use super::super::keys::SchemaKeys;
use super::super::model::Model;
use super::yaml;
use super::{Item, Proposed};
use crate::source::SourceFile;

/// What could stand at a byte of it.
pub(super) fn complete(
    model: &Model,
    keys: &SchemaKeys,
    file: &SourceFile,
    offset: usize,
) -> Proposed {
    yaml::proposed(file.text(), offset, |spot, begins_line| {
        let path = spot.path();
        if spot.is_key {
            let (_, outer) = path.split_last().unwrap_or((&"", &[]));
            return below(model, keys, outer, &spot.siblings);
        }
        let items = match path.as_slice() {
            ["tests", _, "step"] | ["tests", _, "expect", "order", _] => steps(model, "", &[]),
            path => yaml::words(keys, path),
        };
        match begins_line && items.is_empty() {
            true => below(model, keys, &path, &[]),
            false => items,
        }
    })
}

/// Keys that may stand below these, without those that stand there.
fn below(model: &Model, keys: &SchemaKeys, outer: &[&str], siblings: &[String]) -> Vec<Item> {
    let mut items = yaml::keys_below(keys, outer, siblings);
    match outer {
        ["tests", _, "faults"] => items.extend(steps(model, ":", siblings)),
        ["tests", _, "parameters"] => items.extend(parameters(model, siblings)),
        ["tests", _, "given"] | ["tests", _, "expect", "tables"] => {
            items.extend(tables(model, siblings));
        }
        ["tests", _, "given", table, ..] | ["tests", _, "expect", "tables", table, ..] => {
            items.extend(columns(model, table, siblings));
        }
        _ => {}
    }
    items
}

/// The names of the steps, each with a text behind it.
fn steps(model: &Model, behind: &str, siblings: &[String]) -> Vec<Item> {
    let document = model.known().into_iter();
    let steps = document.flat_map(|document| &document.spec.steps);
    steps
        .filter(|(name, _)| !siblings.contains(name))
        .map(|(name, step)| {
            Item::new(name, CompletionItemKind::Function, 0)
                .text(format!("{name}{behind}"))
                .detail(step.sql.clone().unwrap_or_default())
                .documentation(step.description.clone())
        })
        .collect()
}

/// The names of the parameters.
fn parameters(model: &Model, siblings: &[String]) -> Vec<Item> {
    let document = model.known().into_iter();
    let parameters = document.flat_map(|document| document.spec.parameters.keys());
    parameters
        .filter(|name| !siblings.contains(name))
        .map(|name| Item::new(name, CompletionItemKind::Variable, 0).text(format!("{name}: ")))
        .collect()
}

/// The names of the tables.
fn tables(model: &Model, siblings: &[String]) -> Vec<Item> {
    let mut names: Vec<String> = model.tables().map(|table| table.name.to_string()).collect();
    names.sort_unstable();
    names.retain(|name| !siblings.contains(name));
    let names = names.into_iter();
    names
        .map(|name| {
            let text = format!("{name}:");
            Item::new(name, CompletionItemKind::Struct, 0).text(text)
        })
        .collect()
}

/// The names of a table's columns.
fn columns(model: &Model, table: &str, siblings: &[String]) -> Vec<Item> {
    let mut tables = model.tables();
    let table = tables.find(|known| known.name.eq_ignore_ascii_case(table));
    let columns = table.into_iter().flat_map(|table| &table.columns);
    columns
        .filter(|column| !siblings.iter().any(|name| *name == *column.name))
        .map(|column| {
            Item::new(column.name.as_str(), CompletionItemKind::Field, 0)
                .detail(type_words(column.kind))
                .text(format!("{}: ", column.name))
        })
        .collect()
}
