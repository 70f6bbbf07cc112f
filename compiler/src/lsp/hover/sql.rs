//! Names in a script.

use std::fmt::Write as _;

use redshift_sql::functions::Function;
use redshift_sql::names::TableKind;
use redshift_sql::types::Type;

use super::super::model::{Model, SqlFile, byte};
use super::super::sql_place::{MeantThing, named};
use super::spec::parameter;
use super::type_words;
use crate::source::Span;

/// Most columns that are shown.
const MOST_COLUMNS: usize = 60;

/// What is known of the name at a byte, in Markdown.
pub(super) fn hover(model: &Model, script: &SqlFile, offset: usize) -> Option<(Span, String)> {
    let named = named(model, script, offset)?;
    let text = match &named.meaning {
        MeantThing::Parameter(name) => parameter(model, name)?,
        MeantThing::Column {
            name,
            kind,
            sources,
        } => column(model, name, *kind, sources),
        MeantThing::Table(key) => {
            let number = script.statement_at(byte(offset));
            let number = number.map_or(usize::MAX, |(number, _)| number);
            table(model, script, number, key)
        }
        MeantThing::Relation(relation) => {
            let head = match &relation.table {
                Some(table) => format!("`{}` stands for {}", relation.name, maker(model, table)),
                None => format!("`{}` is a query of this statement", relation.name),
            };
            let columns = relation.columns.iter();
            let columns = columns
                .filter_map(|column| Some((column.name.as_deref()?, column.kind)))
                .collect();
            with_columns(head, columns, relation.open)
        }
        MeantThing::Routine(key) => maker(model, key),
        MeantThing::Function(function) => function_text(function),
    };
    Some((named.span, text))
}

/// A function as its page has it.
pub(in crate::lsp) fn function_text(function: &Function) -> String {
    format!(
        "```sql\n{}\n```\n{} · [documentation]({})",
        function.usage().join("\n"),
        function.kind_words(),
        function.address()
    )
}

fn column(model: &Model, name: &str, kind: Type, sources: &[(String, String)]) -> String {
    let mut text = format!("```sql\n{name} {}\n```", type_words(kind));
    for (table, column) in sources.iter().take(6) {
        let _ = write!(
            text,
            "
from `{table}.{column}`: {}
",
            maker(model, table)
        );
    }
    if sources.len() > 6 {
        let _ = write!(text, "\nand {} more columns", sources.len() - 6);
    }
    text
}

fn table(model: &Model, script: &SqlFile, number: usize, key: &str) -> String {
    let catalog = model.catalog(script, number);
    let head = maker(model, key);
    let Some(table) = catalog.get(key) else {
        return head;
    };
    let what = match table.kind {
        TableKind::Temporary => "\n\nIt lives as long as the session of its step.",
        _ => "",
    };
    let columns = table.columns.iter();
    let columns = columns
        .map(|column| (column.name.as_str(), column.kind))
        .collect();
    with_columns(format!("{head}{what}"), columns, table.open)
}

fn with_columns(head: String, columns: Vec<(&str, Type)>, open: bool) -> String {
    let mut text = head;
    if columns.is_empty() {
        return text;
    }
    let width = columns
        .iter()
        .take(MOST_COLUMNS)
        .map(|(name, _)| name.len());
    let width = width.max().unwrap_or_default();
    text.push_str("\n```sql\n");
    for (name, kind) in columns.iter().take(MOST_COLUMNS) {
        let line = format!("{name:width$} {}", type_words(*kind));
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text.push_str("```");
    if open || columns.len() > MOST_COLUMNS {
        text.push_str("\nand other columns");
    }
    text
}

/// Who makes a table, a procedure or a function, in words.
fn maker(model: &Model, key: &str) -> String {
    let Some(made) = model.made(key).first() else {
        return format!("`{key}`, which no step of this pipeline makes");
    };
    let Some(script) = model.scripts.get(&made.path) else {
        return format!("{} `{key}`", made.what);
    };
    let steps = script.steps.iter();
    let steps = super::listed(steps.filter_map(|step| model.step_name(*step)));
    let line = script.file.line(made.name.start);
    format!(
        "{} `{key}`, made by {steps} in `{}:{line}`",
        made.what, made.path
    )
}
