//! Rows of a result, and the ways to print them: a table for people, CSV and JSON for programs.
//!
//! `sfc results` and `sfc sql` print the same way. Nothing here knows where rows come from.

mod cell;
mod expanded;
mod json;
mod stored;
mod table;

use runtime_lambda::ports::{Field, ResultColumn};
use runtime_lambda::results::{csv_head, csv_rows};

pub use json::{VERSION, document, record, text as json_text};
pub use stored::StoredRows;

use super::{plural, thousands};
use crate::printer::{Printer, TableLook};
use crate::terminal;

/// The beginning of a result, or all of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ResultRows {
    /// Columns in the order of the query.
    pub columns: Vec<ResultColumn>,
    /// The first rows, or all.
    pub records: Vec<Vec<Field>>,
    /// Rows of the whole result.
    pub total: u64,
}

/// How rows are printed.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct RowShape {
    /// Prints the rows as CSV.
    #[arg(long, conflicts_with_all = ["json", "expanded"])]
    pub csv: bool,
    /// Prints one JSON document.
    #[arg(long, conflicts_with = "expanded")]
    pub json: bool,
    /// Prints a line for each value, in place of a column.
    #[arg(short = 'x', long)]
    pub expanded: bool,
    /// Most rows of each result; without it, all of CSV and JSON, and the first of a table.
    #[arg(long, value_name = "N")]
    pub limit: Option<u64>,
}

impl RowShape {
    /// Most rows that are printed, where a table has `usual` of them; `None`: all.
    #[must_use]
    pub fn most(&self, usual: u64) -> Option<u64> {
        match self.limit {
            None if self.csv || self.json => None,
            None => Some(usual),
            some => some,
        }
    }
}

impl ResultRows {
    /// The rows as a table, or, `expanded`, with a line for each value.
    #[must_use]
    pub fn table(&self, expanded: bool, look: TableLook) -> String {
        if expanded {
            expanded::expanded(self, look)
        } else {
            table::table(self, look)
        }
    }

    /// The rows as CSV with a line of names, as `results/<step>.csv` has them: NULL is an empty field.
    #[must_use]
    pub fn csv(&self) -> String {
        // Writing into memory cannot fail.
        let head = csv_head(&self.columns).unwrap_or_default();
        let rows = csv_rows(&self.records).unwrap_or_default();
        let lossy = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        lossy(head) + &lossy(rows)
    }

    /// `20 of 5,000 rows`, `1 row`.
    fn count(&self) -> String {
        let shown = self.records.len() as u64;
        let rows = format!("{} row{}", thousands(self.total), plural(self.total));
        if shown < self.total {
            format!("{} of {rows}", thousands(shown))
        } else {
            rows
        }
    }
}

/// Prints CSV: as it is to a file or a program, without what a terminal would obey to a terminal.
pub fn print_csv(text: &str, printer: &Printer) {
    if printer.terminal {
        printer.data(&terminal::visible_lines(text));
    } else {
        printer.data(text);
    }
}

#[cfg(test)]
mod sample {
    use super::*;

    /// Rows with every kind of value.
    pub fn rows() -> ResultRows {
        let column = |name: &str, type_name: &str| ResultColumn {
            name: name.to_owned(),
            type_name: type_name.to_owned(),
        };
        let text = |text: &str| Field::StringValue(text.to_owned());
        ResultRows {
            columns: vec![
                column("id", "int4"),
                column("name", "varchar"),
                column("paid", "numeric"),
                column("vip", "bool"),
            ],
            records: vec![
                vec![
                    Field::LongValue(1),
                    text("Ada"),
                    text("12.50"),
                    Field::BooleanValue(true),
                ],
                vec![
                    Field::LongValue(-20),
                    text(""),
                    Field::IsNull(true),
                    Field::BooleanValue(false),
                ],
                vec![
                    Field::LongValue(300),
                    Field::IsNull(true),
                    text("1000000.00"),
                    Field::IsNull(true),
                ],
                vec![
                    Field::LongValue(4),
                    text("NULL"),
                    text("0.00"),
                    Field::BooleanValue(true),
                ],
                vec![
                    Field::LongValue(5),
                    text("日本\u{1b}[2J\nx"),
                    text("0.10"),
                    Field::BooleanValue(true),
                ],
            ],
            total: 5_000,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn csv_is_what_the_result_file_has() {
        let mut rows = sample::rows();
        rows.records.truncate(3);
        assert_eq!(
            rows.csv(),
            "id,name,paid,vip\n1,Ada,12.50,true\n-20,,,false\n300,,1000000.00,\n"
        );
    }

    #[test]
    fn rows_are_counted_in_words() {
        let mut rows = sample::rows();
        assert_eq!(rows.count(), "5 of 5,000 rows");
        rows.total = 5;
        assert_eq!(rows.count(), "5 rows");
        rows.records.truncate(1);
        rows.total = 1;
        assert_eq!(rows.count(), "1 row");
    }
}
