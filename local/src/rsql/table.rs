//! Rows as a script's output shows them.

/// The rows as an aligned table with their number below. Past `room` bytes it ends, somewhere: one wide
/// value makes every row as wide.
pub(super) fn table(
    columns: &[String],
    records: &[Vec<Option<String>>],
    total: u64,
    room: usize,
) -> String {
    let mut widths: Vec<usize> = columns.iter().map(|name| name.chars().count()).collect();
    for record in records {
        for (width, value) in widths.iter_mut().zip(record) {
            let length = value.as_ref().map_or(0, |value| value.chars().count());
            *width = (*width).max(length);
        }
    }
    let row = |values: &mut dyn Iterator<Item = &str>| {
        let mut text = String::new();
        for (position, (value, width)) in values.zip(&widths).enumerate() {
            text.push_str(if position == 0 { " " } else { "| " });
            text.push_str(value);
            // Behind the last one there is nothing to be in line with.
            if position + 1 < widths.len() {
                let blanks = width.saturating_sub(value.chars().count());
                text.push_str(&" ".repeat(blanks + 1));
            }
        }
        text.truncate(text.trim_end().len());
        text
    };
    let dashes: Vec<String> = widths.iter().map(|width| "-".repeat(width + 2)).collect();
    let mut text = row(&mut columns.iter().map(String::as_str));
    text.push('\n');
    text.push_str(&dashes.join("+"));
    text.push('\n');
    for record in records {
        if text.len() > room {
            return text;
        }
        text.push_str(&row(&mut record
            .iter()
            .map(|value| value.as_deref().unwrap_or_default())));
        text.push('\n');
    }
    if (records.len() as u64) < total {
        text.push_str(&format!("... and {} more\n", total - records.len() as u64));
    }
    text.push_str(&format!(
        "({total} row{})\n\n",
        if total == 1 { "" } else { "s" }
    ));
    text
}
