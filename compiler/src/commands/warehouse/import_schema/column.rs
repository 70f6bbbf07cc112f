//! Columns as a warehouse describes them.

use std::collections::BTreeSet;

use super::ask::SchemaAnswers;

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TableColumn {
    pub schema: String,
    pub table: String,
    pub name: String,
    /// Its type as SQL writes it.
    pub kind: String,
    /// Whether it takes no null.
    pub not_null: bool,
    pub place: ColumnPlace,
}

/// Where a column stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ColumnPlace {
    /// In a table or a view.
    Table,
    /// In an external table's files.
    External,
    /// It parts the files of an external table.
    Parting,
}

/// All columns, by schema and table, in the order of each table.
pub(super) fn columns(found: &SchemaAnswers) -> Vec<TableColumn> {
    let mut columns: Vec<(i64, TableColumn)> = found
        .external
        .iter()
        .filter_map(|row| external(row))
        .collect();
    let external: BTreeSet<(String, String)> = columns
        .iter()
        .map(|(_, column)| (column.schema.clone(), column.table.clone()))
        .collect();
    // Redshift lists external tables among all others as well.
    let others = found.columns.iter().filter_map(|row| ordinary(row));
    columns.extend(
        others.filter(|(_, column)| {
            !external.contains(&(column.schema.clone(), column.table.clone()))
        }),
    );
    columns.retain(|(_, column)| {
        let schema = column.schema.as_str();
        !schema.starts_with("pg_") && schema != "information_schema"
    });
    columns.sort_by(|(place, one), (other_place, other)| {
        let key = |column: &TableColumn| (column.schema.clone(), column.table.clone());
        (key(one), place).cmp(&(key(other), other_place))
    });
    columns.into_iter().map(|(_, column)| column).collect()
}

fn ordinary(row: &[Option<String>]) -> Option<(i64, TableColumn)> {
    let [
        Some(schema),
        Some(table),
        Some(name),
        position,
        nullable,
        Some(kind),
        length,
        precision,
        scale,
    ] = row
    else {
        return None;
    };
    let kind = match kind.as_str() {
        "character varying" | "character" | "varbyte" | "binary varying" => match length {
            Some(length) => format!("{kind}({length})"),
            None => kind.clone(),
        },
        "numeric" => match (precision, scale) {
            (Some(precision), Some(scale)) => format!("numeric({precision},{scale})"),
            _ => kind.clone(),
        },
        _ => kind.clone(),
    };
    let column = TableColumn {
        schema: schema.clone(),
        table: table.clone(),
        name: name.clone(),
        kind,
        not_null: nullable
            .as_ref()
            .is_some_and(|word| word.eq_ignore_ascii_case("no")),
        place: ColumnPlace::Table,
    };
    Some((number(position), column))
}

fn external(row: &[Option<String>]) -> Option<(i64, TableColumn)> {
    let [
        Some(schema),
        Some(table),
        Some(name),
        position,
        Some(kind),
        part,
    ] = row
    else {
        return None;
    };
    let column = TableColumn {
        schema: schema.clone(),
        table: table.clone(),
        name: name.clone(),
        kind: of_hive(kind),
        not_null: false,
        place: if number(part) > 0 {
            ColumnPlace::Parting
        } else {
            ColumnPlace::External
        },
    };
    Some((number(position), column))
}

fn number(text: &Option<String>) -> i64 {
    text.as_deref()
        .and_then(|text| text.trim().parse().ok())
        .unwrap_or(0)
}

/// A type of an external catalog in Redshift's words (AWS page: `CREATE EXTERNAL TABLE`).
fn of_hive(kind: &str) -> String {
    match kind.trim().to_lowercase().as_str() {
        "string" => "varchar(max)".to_owned(),
        "tinyint" => "smallint".to_owned(),
        "float" => "real".to_owned(),
        "double" => "double precision".to_owned(),
        "binary" => "varbyte".to_owned(),
        other => other.to_owned(),
    }
}
