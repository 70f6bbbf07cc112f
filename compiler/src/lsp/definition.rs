//! Where something is made: `textDocument/definition`.

use std::sync::Arc;

use super::model::{AskedPlace, MakingStatement, Model, SqlFile, column_name, span};
use super::sql_place::{MeantThing, named};
use crate::pipeline_yaml::spot_in;
use crate::source::{self, SourceFile, Span};

/// A place in a file.
#[derive(Debug, Clone)]
pub struct FilePlace {
    /// The file; its path is the one that an editor can open.
    pub file: Arc<SourceFile>,
    /// The bytes of the file that make it.
    pub span: Span,
}

/// The places where the name at a byte is made; none where nobody here makes it.
#[must_use]
pub fn definition(model: &Model, asked: AskedPlace<'_>) -> Vec<FilePlace> {
    match asked {
        AskedPlace::Spec(offset) => in_spec(model, offset).into_iter().collect(),
        AskedPlace::Script(script, offset) => in_script(model, script, offset),
        AskedPlace::Tests(file, offset) => in_tests(model, file, offset).into_iter().collect(),
    }
}

fn in_tests(model: &Model, file: &SourceFile, offset: usize) -> Option<FilePlace> {
    let spot = spot_in(file.text().to_owned(), offset)?;
    let written = file.slice(spot.span).trim_matches(['"', '\'']);
    match (spot.path().as_slice(), spot.is_key) {
        (["tests", _, "step"] | ["tests", _, "expect", "order", _], false) => {
            key(model, "steps", written)
        }
        (["tests", _, "faults", name], true) => key(model, "steps", name),
        (["tests", _, "parameters", name], true) => key(model, "parameters", name),
        _ => None,
    }
}

fn in_spec(model: &Model, offset: usize) -> Option<FilePlace> {
    let document = model.document.as_ref()?;
    let spot = document.spot(offset)?;
    let written = document.file.slice(spot.span).trim_matches(['"', '\'']);
    match (spot.path().as_slice(), spot.is_key) {
        (["steps", _, "after"] | ["steps", _, "after", _], false) => key(model, "steps", written),
        (["steps", _, "sql" | "rsql" | "local"], false) => file(model, written),
        (["triggers", _, "parameters", name], true) => key(model, "parameters", name),
        _ => None,
    }
}

/// The key of a step or a parameter.
fn key(model: &Model, group: &str, name: &str) -> Option<FilePlace> {
    let document = model.document.as_ref()?;
    let known = match group {
        "steps" => document.spec.steps.contains_key(name),
        _ => document.spec.parameters.contains_key(name),
    };
    known.then(|| FilePlace {
        file: Arc::clone(&document.file),
        span: document.key_at(&[group, name]),
    })
}

/// The beginning of a file that the spec names.
fn file(model: &Model, written: &str) -> Option<FilePlace> {
    let path = source::relative(written).ok()?;
    let file = match model.scripts.get(&path) {
        Some(script) => Arc::clone(&script.file),
        None => SourceFile::unread(source::beside(model.spec.path(), &path)),
    };
    Some(FilePlace {
        file,
        span: Span::default(),
    })
}

fn in_script(model: &Model, script: &SqlFile, offset: usize) -> Vec<FilePlace> {
    let Some(named) = named(model, script, offset) else {
        return Vec::new();
    };
    match named.meaning {
        MeantThing::Parameter(name) => key(model, "parameters", &name).into_iter().collect(),
        MeantThing::Table(table) | MeantThing::Routine(table) => makers(model, script, &table),
        MeantThing::Relation(relation) => match &relation.table {
            Some(table) => makers(model, script, table),
            None => Vec::new(),
        },
        MeantThing::Column { sources, .. } => sources
            .iter()
            .flat_map(|(table, name)| column(model, script, table, name))
            .collect(),
        MeantThing::Function(_) => Vec::new(),
    }
}

/// The statements that make a table, the script's own first.
fn makers(model: &Model, script: &SqlFile, key: &str) -> Vec<FilePlace> {
    let made = ranked(model, script, key);
    made.iter()
        .filter_map(|made| name_of(model, made))
        .collect()
}

/// The column in the statement that makes its table, or that statement.
fn column(model: &Model, script: &SqlFile, table: &str, column: &str) -> Vec<FilePlace> {
    let made = ranked(model, script, table);
    made.iter()
        .filter_map(|made| {
            let own = model.scripts.get(&made.path)?;
            let statement = own.parsed.statements.get(made.statement)?;
            match column_name(statement, column) {
                Some(name) => Some(FilePlace {
                    file: Arc::clone(&own.file),
                    span: span(name.span),
                }),
                None => name_of(model, made),
            }
        })
        .collect()
}

fn ranked<'m>(model: &'m Model, script: &SqlFile, key: &str) -> Vec<&'m MakingStatement> {
    let mut made: Vec<&MakingStatement> = model.made(key).iter().collect();
    made.sort_by_key(|made| made.path != script.path);
    made
}

fn name_of(model: &Model, made: &MakingStatement) -> Option<FilePlace> {
    let script = model.scripts.get(&made.path)?;
    Some(FilePlace {
        file: Arc::clone(&script.file),
        span: made.name,
    })
}
