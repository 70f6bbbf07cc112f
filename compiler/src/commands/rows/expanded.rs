//! Rows with a line for each value, for results with more columns than a terminal has room for.

use super::cell::ShownCell;
use super::{ResultRows, thousands};
use crate::printer::TableLook;
use crate::terminal;

/// The rows one below the other, each with its number.
pub(super) fn expanded(rows: &ResultRows, look: TableLook) -> String {
    let names: Vec<ShownCell> = rows
        .columns
        .iter()
        .map(|column| ShownCell::name(&column.name))
        .collect();
    let widest = names.iter().map(|name| name.width).max().unwrap_or(0);
    let mut text = String::new();
    for (number, record) in (1..).zip(&rows.records) {
        text.push_str(&look.faint(&format!("── row {}", thousands(number))));
        text.push('\n');
        for (name, field) in names.iter().zip(record) {
            let cell = ShownCell::of(field);
            let room = look
                .width
                .map_or(usize::MAX, |width| width.saturating_sub(widest + 2).max(12));
            let blanks = " ".repeat(widest.saturating_sub(name.width) + 2);
            let value = look.cell(&cell, &terminal::cut(&cell.text, room));
            text.push_str(&format!("{}{blanks}{value}\n", look.bold(&name.text)));
        }
    }
    text.push_str(&look.faint(&rows.count()));
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn each_value_has_a_line() {
        let mut rows = sample::rows();
        rows.records.truncate(2);
        insta::assert_snapshot!(expanded(&rows, TableLook::default()));
    }
}
