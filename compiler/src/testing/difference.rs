//! The cells that differ, as a table with a line for each row. In front of the row stands `~` where
//! it differs, `-` where it is missing, `+` where nobody expects it. Cells that are as expected are
//! left out, but for the key.

use runtime_lambda::ports::Field;

use super::cells::{self, PlacedRow};

/// Most lines of a table.
const MOST_LINES: usize = 40;

/// Most characters of a value in it.
const MOST_CHARACTERS: usize = 60;

/// Between what is expected and what was found.
const BECOMES: &str = " → ";

/// One row that is not as expected.
#[derive(Debug, Clone)]
pub(super) struct RowChange {
    sign: char,
    /// Number of the row, from 1.
    number: usize,
    /// The values, column by column, and whether they differ.
    cells: Vec<(String, bool)>,
}

/// A value as the table shows it.
pub(super) fn shown(field: &Field) -> String {
    let text = match field {
        Field::IsNull(_) => "NULL".to_owned(),
        Field::StringValue(text) => cells::visible(text),
        field => cells::text(field),
    };
    short(text)
}

fn short(text: String) -> String {
    if text.chars().count() <= MOST_CHARACTERS {
        return text;
    }
    let kept: String = text.chars().take(MOST_CHARACTERS - 1).collect();
    format!("{kept}…")
}

impl RowChange {
    pub fn missing(index: usize, row: &PlacedRow, columns: &[(String, usize)]) -> Self {
        let cells = columns
            .iter()
            .map(|(name, _)| (short(row.value(name).shown()), true));
        Self {
            sign: '-',
            number: index + 1,
            cells: cells.collect(),
        }
    }

    pub fn unexpected(
        index: usize,
        found: Option<&Vec<Field>>,
        columns: &[(String, usize)],
    ) -> Self {
        let cells = columns.iter().map(|(_, index)| (of(found, *index), true));
        Self {
            sign: '+',
            number: index + 1,
            cells: cells.collect(),
        }
    }

    pub fn changed(
        index: usize,
        row: &PlacedRow,
        found: Option<&Vec<Field>>,
        columns: &[(String, usize)],
        differs: &dyn Fn(&(String, usize)) -> bool,
    ) -> Self {
        let cells = columns.iter().map(|column| {
            let (name, position) = column;
            let there = of(found, *position);
            if differs(column) {
                (
                    format!("{}{BECOMES}{there}", short(row.value(name).shown())),
                    true,
                )
            } else {
                (there, false)
            }
        });
        Self {
            sign: '~',
            number: index + 1,
            cells: cells.collect(),
        }
    }

    /// "1 row differs, 2 rows are missing".
    pub fn counted(changes: &[Self]) -> String {
        let count = |sign: char| changes.iter().filter(|change| change.sign == sign).count();
        let parts = [
            ('~', "row differs", "rows differ"),
            ('-', "row is missing", "rows are missing"),
            ('+', "row is not expected", "rows are not expected"),
        ];
        let parts: Vec<String> = parts
            .iter()
            .filter_map(|(sign, one, several)| match count(*sign) {
                0 => None,
                1 => Some(format!("1 {one}")),
                number => Some(format!("{number} {several}")),
            })
            .collect();
        parts.join(", ")
    }
}

fn of(found: Option<&Vec<Field>>, index: usize) -> String {
    shown(
        found
            .and_then(|row| row.get(index))
            .unwrap_or(&Field::IsNull(true)),
    )
}

/// How the rows are shown.
pub(super) struct ShownRows<'a> {
    pub key: &'a [String],
    pub columns: &'a [(String, usize)],
    /// Whether rows are told apart by their numbers.
    pub numbered: bool,
}

impl ShownRows<'_> {
    pub fn table(&self, changes: &[RowChange]) -> String {
        // Without a key, only the row as a whole says which one it is.
        let whole = self.key.is_empty() && !self.numbered;
        let is_key = |index: usize| {
            self.columns
                .get(index)
                .is_some_and(|(name, _)| self.key.contains(name))
        };
        let is_shown = |index: &usize| {
            let differs = changes
                .iter()
                .any(|change| change.cells.get(*index).is_some_and(|cell| cell.1));
            whole || differs || is_key(*index)
        };
        let (keys, others): (Vec<usize>, Vec<usize>) = (0..self.columns.len())
            .filter(is_shown)
            .partition(|index| is_key(*index));
        let order: Vec<usize> = keys.into_iter().chain(others).collect();
        let mut head = vec![" ".to_owned()];
        if self.numbered {
            head.push("row".to_owned());
        }
        head.extend(
            order
                .iter()
                .filter_map(|index| self.columns.get(*index))
                .map(|(name, _)| name.clone()),
        );
        let mut lines = vec![head];
        for change in changes.iter().take(MOST_LINES) {
            let mut line = vec![change.sign.to_string()];
            if self.numbered {
                line.push(change.number.to_string());
            }
            line.extend(order.iter().map(|index| match change.cells.get(*index) {
                Some((text, differs)) if whole || *differs || is_key(*index) => text.clone(),
                _ => String::new(),
            }));
            lines.push(line);
        }
        let mut text = aligned(&lines);
        if changes.len() > MOST_LINES {
            text.push_str(&format!("\n… and {} more rows", changes.len() - MOST_LINES));
        }
        text
    }
}

/// Lines of cells with columns below each other.
fn aligned(lines: &[Vec<String>]) -> String {
    let columns = lines.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        let cells = lines.iter().filter_map(|line| line.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let lines = lines.iter().map(|line| {
        let cells = line
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    });
    lines.collect::<Vec<_>>().join("\n")
}
