//! Rows of a result as a table.

use serde::Serialize;

use super::numbers::{counted, separated};
use super::preview::{NumberedRow, shown};
use crate::plan::Severity;
use crate::ports::{Field, ResultColumn};

/// Characters of a value that the page shows; the result's files have all of them.
const VALUE_CHARACTERS: usize = 500;

/// Some rows of a result.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ResultTable {
    /// Heads of the columns, in the order of the query.
    pub columns: Vec<Head>,
    /// The rows that are shown.
    pub records: Vec<ShownRow>,
    /// How many rows these are.
    pub shown: usize,
    /// How many rows the result has, where that is known.
    pub rows: Option<u64>,
    /// Whether there are more than are shown.
    pub is_cut: bool,
}

/// The head of a column.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Head {
    /// Name in the query, such as `orders`.
    pub name: String,
    /// Redshift's name of its type, such as `int4`.
    #[serde(rename = "type")]
    pub type_name: String,
    /// Whether it holds numbers, which stand to the right.
    pub is_number: bool,
}

/// One row of the result.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ShownRow {
    /// Its number in the result, from 1.
    pub number: u64,
    /// The gravest signal that it raises.
    pub raises: Option<Severity>,
    /// Values, one for each column.
    pub cells: Vec<Cell>,
}

/// A value as the page shows it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cell {
    /// The value as people read it; empty for NULL.
    pub text: String,
    /// Whether it is NULL.
    pub is_null: bool,
    /// Whether its column holds numbers.
    pub is_number: bool,
}

impl ResultTable {
    /// A table of these rows, as far as `budget` characters go, which are taken from it.
    pub fn of(
        columns: &[ResultColumn],
        rows: &[NumberedRow],
        of_rows: Option<u64>,
        raises: impl Fn(u64) -> Option<Severity>,
        budget: &mut usize,
    ) -> Self {
        let mut records = Vec::new();
        let amounts: Vec<bool> = (0..columns.len())
            .map(|column| has_large(rows.iter().filter_map(|(_, row)| row.get(column))))
            .collect();
        for (number, row) in rows {
            let cells: Vec<Cell> = columns
                .iter()
                .zip(&amounts)
                .zip(row)
                .map(|((column, large), field)| written(column, field, *large))
                .collect();
            // Each value has its markup around it.
            let cost: usize = cells.iter().map(|cell| cell.text.len() + 8).sum();
            let Some(left) = budget.checked_sub(cost) else {
                break;
            };
            *budget = left;
            records.push(ShownRow {
                number: *number,
                raises: raises(*number),
                cells,
            });
        }
        Self {
            columns: columns.iter().map(head).collect(),
            shown: records.len(),
            rows: of_rows,
            is_cut: of_rows.is_none_or(|rows| (records.len() as u64) < rows),
            records,
        }
    }
}

fn head(column: &ResultColumn) -> Head {
    Head {
        name: column.name.clone(),
        type_name: column.type_name.clone(),
        is_number: is_number(column),
    }
}

/// Whether one of these values is a number of five digits or more: then they are no years.
fn has_large<'a>(mut fields: impl Iterator<Item = &'a Field>) -> bool {
    fields.any(|field| separated(&shown(field)).is_some_and(|text| text.contains(',')))
}

/// A value of a column.
pub fn cell(column: &ResultColumn, field: &Field) -> Cell {
    written(column, field, false)
}

/// A value of a column, with separators from four digits on where the column has larger numbers, too.
fn written(column: &ResultColumn, field: &Field, large: bool) -> Cell {
    let text = shown(field);
    let separate = if large { counted } else { separated };
    let separated = (is_number(column) && !is_identifier(&column.name))
        .then(|| separate(&text))
        .flatten();
    Cell {
        text: separated.unwrap_or_else(|| shortened(&text)),
        is_null: matches!(field, Field::IsNull(_)),
        is_number: is_number(column),
    }
}

/// Whether a column holds numbers (AWS page: `ColumnMetadata`, `typeName`).
fn is_number(column: &ResultColumn) -> bool {
    matches!(
        column.type_name.as_str(),
        "int2" | "int4" | "int8" | "numeric" | "float4" | "float8" | "oid"
    )
}

/// Whether numbers in a column of this name are names rather than amounts: they are written as they are.
fn is_identifier(column: &str) -> bool {
    let column = column.to_ascii_lowercase();
    let last = column.rsplit('_').next().unwrap_or_default();
    matches!(
        last,
        "id" | "key" | "year" | "pid" | "oid" | "query" | "code" | "xid"
    )
}

/// The beginning of a value that is too long for a page.
fn shortened(value: &str) -> String {
    match value.char_indices().nth(VALUE_CHARACTERS) {
        Some((end, _)) => format!("{}…", value.get(..end).unwrap_or(value)),
        None => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(name: &str, type_name: &str) -> ResultColumn {
        ResultColumn {
            name: name.to_owned(),
            type_name: type_name.to_owned(),
        }
    }

    #[test]
    fn a_long_value_is_cut_between_characters() {
        assert_eq!(shortened("short"), "short");
        let whole = "ä".repeat(VALUE_CHARACTERS);
        assert_eq!(shortened(&whole), whole);
        assert_eq!(shortened(&format!("{whole}ä")), format!("{whole}…"));
    }

    #[test]
    fn amounts_are_separated_and_names_are_not() {
        let amount = Field::LongValue(20_130_101);
        let shown = |name: &str, type_name: &str| cell(&column(name, type_name), &amount).text;
        assert_eq!(shown("flights", "int8"), "20,130,101");
        assert_eq!(shown("date_key", "int4"), "20130101");
        assert_eq!(shown("flights", "varchar"), "20130101");
    }

    #[test]
    fn null_is_not_an_empty_text() {
        let null = cell(&column("a", "varchar"), &Field::IsNull(true));
        let empty = cell(&column("a", "varchar"), &Field::StringValue(String::new()));
        assert!(null.is_null && !empty.is_null && null.text == empty.text);
    }

    #[test]
    fn rows_end_with_the_budget() {
        let rows: Vec<NumberedRow> = (1..=9)
            .map(|number| (number, vec![Field::StringValue("x".repeat(92))]))
            .collect();
        let mut budget = 350;
        let columns = [column("a", "varchar")];
        let table = ResultTable::of(&columns, &rows, Some(9), |_| None, &mut budget);
        assert_eq!((table.shown, table.is_cut, budget), (3, true, 50));
    }
}
