//! Rows as an aligned table, cut to the terminal's width.

use super::ResultRows;
use super::cell::{ShownCell, is_number};
use crate::printer::TableLook;
use crate::terminal::{self, CUT};

/// Blanks between two columns.
const GAP: usize = 2;

/// Columns of the terminal below which no text is cut.
const LEAST: usize = 12;

impl TableLook {
    pub(super) fn bold(self, text: &str) -> String {
        self.styled("1", text)
    }

    pub(super) fn faint(self, text: &str) -> String {
        self.styled("2", text)
    }

    fn styled(self, style: &str, text: &str) -> String {
        if self.colours && !text.is_empty() {
            format!("\u{1b}[{style}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }

    pub(super) fn cell(self, cell: &ShownCell, text: &str) -> String {
        if cell.is_null {
            self.faint(text)
        } else {
            text.to_owned()
        }
    }
}

/// One column of the table.
struct Shown {
    name: ShownCell,
    kind: ShownCell,
    cells: Vec<ShownCell>,
    to_the_right: bool,
    width: usize,
}

/// The rows, with names and types above and their number below.
pub(super) fn table(rows: &ResultRows, look: TableLook) -> String {
    let mut columns = columns(rows);
    let all = columns.len();
    if let Some(room) = look.width {
        fit(&mut columns, room);
    }
    let is_cut = columns.len() < all;
    let mut text = String::new();
    let mut line = |cells: &mut dyn Iterator<Item = String>| {
        let mut line = cells.collect::<Vec<_>>().join(&" ".repeat(GAP));
        if is_cut {
            line.push_str(&format!("{:GAP$}{CUT}", ""));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    };
    line(
        &mut columns
            .iter()
            .map(|column| column.padded(&column.name, |cut| look.bold(cut))),
    );
    line(
        &mut columns
            .iter()
            .map(|column| column.padded(&column.kind, |cut| look.faint(cut))),
    );
    line(
        &mut columns
            .iter()
            .map(|column| look.faint(&"─".repeat(column.width))),
    );
    for number in 0..rows.records.len() {
        line(&mut columns.iter().filter_map(|column| {
            let cell = column.cells.get(number)?;
            Some(column.padded(cell, |cut| look.cell(cell, cut)))
        }));
    }
    text.push_str(&look.faint(&rows.count()));
    text.push('\n');
    if is_cut {
        let shown = format!("{} of {all} columns (-x: all)", columns.len());
        text.push_str(&look.faint(&shown));
        text.push('\n');
    }
    text
}

fn columns(rows: &ResultRows) -> Vec<Shown> {
    let columns = rows.columns.iter().enumerate();
    columns
        .map(|(index, column)| {
            let name = ShownCell::name(&column.name);
            let kind = ShownCell::name(&column.type_name);
            let cells: Vec<ShownCell> = rows
                .records
                .iter()
                .filter_map(|record| record.get(index))
                .map(ShownCell::of)
                .collect();
            let widest = cells.iter().map(|cell| cell.width).max().unwrap_or(0);
            Shown {
                width: widest.max(name.width).max(kind.width),
                to_the_right: is_number(column),
                name,
                kind,
                cells,
            }
        })
        .collect()
}

/// Makes texts narrower, the widest first, until all columns have room; drops columns at the right where
/// that is not enough.
fn fit(columns: &mut Vec<Shown>, room: usize) {
    let taken = |columns: &[Shown]| {
        let widths: usize = columns.iter().map(|column| column.width).sum();
        widths + GAP * columns.len().saturating_sub(1)
    };
    let mut over = taken(columns).saturating_sub(room);
    while over > 0 {
        let texts = || columns.iter().filter(|column| !column.to_the_right);
        let Some(widest) = texts().map(|column| column.width).max() else {
            break;
        };
        let next = texts().map(|column| column.width);
        let next = next.filter(|width| *width < widest).max().unwrap_or(0);
        let same = texts().filter(|column| column.width == widest).count();
        let target = next
            .max(LEAST)
            .max(widest.saturating_sub(over.div_ceil(same)));
        if target >= widest {
            break;
        }
        for column in columns.iter_mut() {
            if column.width == widest && !column.to_the_right && over > 0 {
                let less = (widest - target).min(over);
                column.width -= less;
                over -= less;
            }
        }
    }
    // Behind what is left stands a sign, which takes room as well.
    if over > 0 {
        while columns.len() > 1 && taken(columns) + GAP + 1 > room {
            columns.pop();
        }
    }
}

impl Shown {
    /// A cell cut to the column's width, styled, and filled up with blanks.
    fn padded(&self, cell: &ShownCell, style: impl FnOnce(&str) -> String) -> String {
        let (shown, width) = if cell.width > self.width {
            let cut = terminal::cut(&cell.text, self.width);
            let width = terminal::width(&cut);
            (cut, width)
        } else {
            (cell.text.clone(), cell.width)
        };
        let blanks = " ".repeat(self.width.saturating_sub(width));
        if self.to_the_right {
            format!("{blanks}{}", style(&shown))
        } else {
            format!("{}{blanks}", style(&shown))
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use runtime_lambda::ports::{Field, ResultColumn};

    use super::super::sample;
    use super::*;

    #[test]
    fn numbers_stand_to_the_right_and_null_is_no_empty_text() {
        assert_snapshot!(table(&sample::rows(), TableLook::default()));
    }

    #[test]
    fn texts_are_cut_to_the_width_and_numbers_are_not() {
        let mut rows = sample::rows();
        if let Some(Field::StringValue(text)) =
            rows.records.get_mut(0).and_then(|row| row.get_mut(1))
        {
            *text = "a very long name of somebody".to_owned();
        }
        let look = |width| TableLook {
            width: Some(width),
            colours: false,
        };
        for width in [50, 40, 24] {
            let shown = table(&rows, look(width));
            for line in shown.lines() {
                assert!(terminal::width(line) <= width, "{width}: {line}");
            }
        }
        assert_snapshot!(format!(
            "{}\n{}",
            table(&rows, look(40)),
            table(&rows, look(24))
        ));
    }

    #[test]
    fn a_result_without_rows_has_its_columns() {
        let rows = ResultRows {
            columns: vec![ResultColumn {
                name: "a\u{1b}b".to_owned(),
                type_name: "int4".to_owned(),
            }],
            ..ResultRows::default()
        };
        assert_eq!(
            table(&rows, TableLook::default()),
            " a␛b\nint4\n────\n0 rows\n"
        );
    }

    #[test]
    fn colours_change_no_width() {
        let look = TableLook {
            width: Some(40),
            colours: true,
        };
        let coloured = table(&sample::rows(), look);
        let mut plain = coloured.clone();
        for style in ["\u{1b}[1m", "\u{1b}[2m", "\u{1b}[0m"] {
            plain = plain.replace(style, "");
        }
        let look = TableLook {
            colours: false,
            ..look
        };
        assert_eq!(plain, table(&sample::rows(), look));
        assert!(coloured.contains("\u{1b}[2mNULL\u{1b}[0m"));
    }
}
