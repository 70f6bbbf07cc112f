//! `docs/reference/stack.md`: every resource of the stack, from the table that gives them their logical ids, and what
//! the templates of the examples take and tell.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::PathBuf;

use indexmap::IndexMap;
use serde_json::Value;
use sfc::stack::StackPart;

use super::{cell, docs, is_fresh};

/// What no table knows: how the template is deployed, and its settings.
const HEAD: &str = include_str!("heads/stack.md");

#[test]
fn the_page_of_the_stack_is_what_a_template_holds() {
    let templates = templates();
    let mut page = HEAD.to_owned();
    page.push_str(
        "\n## What it is made of\n\n`<n>` counts from 1; `<machine>` is the start of a state machine's \
         logical id.\n\n| logical id | type | there | is for |\n|---|---|---|---|\n",
    );
    for part in StackPart::ALL {
        let purpose = cell(part.purpose());
        assert!(
            purpose.ends_with('.') && !part.exists().is_empty(),
            "{part:?} has no sentence"
        );
        writeln!(
            page,
            "| `{}` | `{}` | {} | {purpose} |",
            part.form(),
            part.kind(),
            cell(part.exists())
        )
        .unwrap();
    }
    section(
        &mut page,
        "What it takes",
        "parameter",
        ("Parameters", templates.as_slice()),
    );
    section(
        &mut page,
        "What it tells",
        "output",
        ("Outputs", templates.as_slice()),
    );
    is_fresh("reference/stack.md", &page);
}

#[test]
fn every_resource_of_the_examples_is_of_one_part_and_every_part_is_in_one() {
    let mut found = BTreeSet::new();
    for template in templates() {
        for (logical_id, resource) in template["Resources"].as_object().unwrap() {
            let kind = resource["Type"].as_str().unwrap();
            let parts: Vec<&StackPart> = StackPart::ALL
                .iter()
                .filter(|part| part.is(logical_id, kind))
                .collect();
            let [part] = parts.as_slice() else {
                panic!("`{logical_id}` of type {kind} is of {parts:?}");
            };
            found.insert(format!("{part:?}"));
        }
    }
    let missing: Vec<String> = StackPart::ALL
        .iter()
        .map(|part| format!("{part:?}"))
        .filter(|part| !found.contains(part))
        .collect();
    assert!(missing.is_empty(), "no example has {missing:?}");
}

fn section(page: &mut String, title: &str, column: &str, (key, templates): (&str, &[Value])) {
    let mut rows: IndexMap<&String, BTreeSet<&str>> = IndexMap::new();
    for template in templates {
        for (name, value) in template[key].as_object().unwrap() {
            let text = value["Description"].as_str().unwrap();
            rows.entry(name).or_default().insert(text);
        }
    }
    write!(page, "\n## {title}\n\n| {column} | is |\n|---|---|\n").unwrap();
    for (name, texts) in rows {
        let texts: Vec<&str> = texts.into_iter().collect();
        writeln!(page, "| `{name}` | {} |", cell(&texts.join("; "))).unwrap();
    }
}

/// The templates of all examples, as their golden files have them.
fn templates() -> Vec<Value> {
    let snapshots = docs().join("../tests/snapshots");
    let mut files: Vec<PathBuf> = Vec::new();
    for folder in std::fs::read_dir(snapshots).unwrap() {
        let folder = folder.unwrap().path();
        if !folder.is_dir() {
            continue;
        }
        for file in std::fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if name.starts_with("template") && name.ends_with(".snap") {
                files.push(path);
            }
        }
    }
    files.sort();
    assert!(!files.is_empty());
    files
        .iter()
        .map(|path| {
            let text = std::fs::read_to_string(path).unwrap();
            // A golden file has a head of its own between two lines of hyphens.
            let (_, body) = text.split_once("\n---\n").unwrap();
            serde_json::from_str(body).unwrap()
        })
        .collect()
}
