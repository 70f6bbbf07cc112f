//! Columns as declarations in SQL.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use redshift_sql::tree::StatementKind;

use super::column::{ColumnPlace, TableColumn};
use crate::pipeline::MAX_SCRIPT_BYTES;
use crate::script::quoted_name as quoted;

/// The file, and what is to be said about it.
#[derive(Debug)]
pub(super) struct WrittenDeclarations {
    pub text: String,
    /// Tables that are declared in it.
    pub tables: usize,
    pub notes: Vec<String>,
}

const HEAD: &str = "\
-- Tables of the warehouse that no step makes, as `sfc import schema` found them; views stand here as
-- tables with their columns. `sources` in pipeline.yaml names this file. Nobody runs it.
";

/// Declares the tables of `columns` but for those in `made`, whose names are as catalogs keep them.
pub(super) fn write(columns: &[TableColumn], made: &BTreeSet<String>) -> WrittenDeclarations {
    let mut text = HEAD.to_owned();
    let (mut tables, mut left, mut unread) = (0, 0, 0);
    let same = |one: &TableColumn, other: &TableColumn| {
        one.schema == other.schema && one.table == other.table
    };
    for table in columns.chunk_by(same) {
        let Some(first) = table.first() else {
            continue;
        };
        let declaration = declaration(first, table);
        match name_of(&declaration) {
            Some(name) if made.contains(&name) => left += 1,
            Some(_) => {
                tables += 1;
                let _ = write!(text, "\n{declaration}");
            }
            None => {
                unread += 1;
                let _ = writeln!(text, "\n-- sfc cannot read this declaration:");
                for line in declaration.lines() {
                    let _ = writeln!(text, "-- {line}");
                }
            }
        }
    }
    let mut notes = Vec::new();
    if left > 0 {
        notes.push(format!("left out {} that a step makes", count(left)));
    }
    if unread > 0 {
        notes.push(format!(
            "{} sfc cannot read: the declaration is a comment in the file",
            count(unread)
        ));
    }
    if text.len() as u64 > MAX_SCRIPT_BYTES {
        notes.push(format!(
            "the declarations have {} bytes, and `sources` takes files of at most {MAX_SCRIPT_BYTES}: \
             write each schema into a file of its own, by `--schema`",
            text.len()
        ));
    }
    WrittenDeclarations {
        text,
        tables,
        notes,
    }
}

fn count(tables: usize) -> String {
    match tables {
        1 => "1 table".to_owned(),
        tables => format!("{tables} tables"),
    }
}

fn declaration(first: &TableColumn, columns: &[TableColumn]) -> String {
    let is_external = first.place != ColumnPlace::Table;
    let list = |parting: bool| {
        let lines: Vec<String> = columns
            .iter()
            .filter(|column| (column.place == ColumnPlace::Parting) == parting)
            .map(|column| {
                let not_null = if column.not_null { " not null" } else { "" };
                format!("    {} {}{not_null}", quoted(&column.name), column.kind)
            })
            .collect();
        lines.join(",\n")
    };
    let external = if is_external { "external " } else { "" };
    let name = format!("{}.{}", quoted(&first.schema), quoted(&first.table));
    let mut text = format!("create {external}table {name} (\n{}\n)", list(false));
    let parting = list(true);
    if !parting.is_empty() {
        let _ = write!(text, "\npartitioned by (\n{parting}\n)");
    }
    text.push_str(";\n");
    text
}

/// The name of the table that a declaration makes, as catalogs keep it; none if it cannot be read.
fn name_of(declaration: &str) -> Option<String> {
    let parsed = redshift_sql::parse(declaration);
    if !parsed.mistakes.is_empty() {
        return None;
    }
    match parsed.statements.as_slice() {
        [statement] => match &statement.kind {
            StatementKind::CreateTable(create) => Some(create.name.key().to_string()),
            StatementKind::CreateExternalTable(create) => Some(create.name.key().to_string()),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(table: &str, name: &str, kind: &str, place: ColumnPlace) -> TableColumn {
        TableColumn {
            schema: "crm".to_owned(),
            table: table.to_owned(),
            name: name.to_owned(),
            kind: kind.to_owned(),
            not_null: name == "id",
            place,
        }
    }

    #[test]
    fn names_are_quoted_where_they_must_be() {
        let columns = [
            column("order", "id", "integer", ColumnPlace::Table),
            column("order", "Unit Price", "numeric(8,2)", ColumnPlace::Table),
            column("order", "say \"x\"", "super", ColumnPlace::Table),
        ];
        let written = write(&columns, &BTreeSet::new());
        assert!(written.text.ends_with(
            "\ncreate table crm.\"order\" (\n    id integer not null,\n    \"Unit Price\" numeric(8,2),\n    \"say \"\"x\"\"\" super\n);\n"
        ), "{}", written.text);
        assert_eq!((written.tables, written.notes.len()), (1, 0));
    }

    #[test]
    fn external_tables_are_parted() {
        let columns = [
            column("visits", "at", "timestamp", ColumnPlace::External),
            column(
                "visits",
                "who",
                "struct<name:varchar(20)>",
                ColumnPlace::External,
            ),
            column("visits", "day", "date", ColumnPlace::Parting),
        ];
        let written = write(&columns, &BTreeSet::new());
        assert_eq!(written.tables, 1, "{}", written.text);
        assert!(written.text.contains("create external table crm.visits ("));
        assert!(written.text.contains("partitioned by (\n    day date\n)"));
    }

    #[test]
    fn what_steps_make_and_what_cannot_be_read_is_told() {
        let columns = [
            column("made", "id", "integer", ColumnPlace::Table),
            column("odd", "id", "no such type", ColumnPlace::Table),
        ];
        let written = write(&columns, &BTreeSet::from(["crm.made".to_owned()]));
        assert_eq!(written.tables, 0);
        assert_eq!(written.notes.len(), 2, "{:?}", written.notes);
        assert!(redshift_sql::parse(&written.text).statements.is_empty());
    }
}
