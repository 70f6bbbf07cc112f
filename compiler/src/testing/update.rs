//! What is found, written into the file of the test in place of what was expected. Only the values that
//! differ change: comments, and the layout of the rows that stay, are kept.

use std::ops::Range;

use super::case::{Expected, Matching};
use super::cells::PlacedRow;
use super::compare::{FoundRows, Pairs, Sides};
use super::yaml::{value, written};
use crate::source::{SourceFile, Span};

/// A piece of a file's text and what stands there instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The bytes that are replaced.
    pub span: Span,
    /// What stands there instead.
    pub text: String,
}

/// The edits that make `expected` say what was found. None where the file cannot say it: rows of a
/// file or behind an alias, and columns that are not there.
#[must_use]
pub fn edits(file: &SourceFile, expected: &Expected, found: &FoundRows) -> Option<Vec<Edit>> {
    let mut edits = Vec::new();
    if let Some((count, span)) = expected.count
        && count != found.rows.len() as u64
    {
        edits.push(Edit {
            span,
            text: found.rows.len().to_string(),
        });
    }
    let Some(rows) = &expected.rows else {
        return Some(edits);
    };
    let sides = Sides::new(expected, found).ok()?;
    let pairs = sides.pairs(rows).ok()?;
    if sides.mismatch(rows, &pairs, "").is_none() {
        return Some(edits);
    }
    let list = expected.list?;
    if !is_own(file, list.key, list.span) {
        return None;
    }
    let writer = Writer { file, sides };
    edits.extend(writer.list(rows, &pairs, list.key, list.span));
    Some(edits)
}

/// Applies edits to a text; they do not overlap.
#[must_use]
pub fn apply(text: &str, mut edits: Vec<Edit>) -> String {
    edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    edits.dedup();
    let mut result = text.to_owned();
    for edit in edits.iter().rev() {
        let range: Range<usize> = edit.span.start..edit.span.end;
        if result.get(range.clone()).is_some() {
            result.replace_range(range, &edit.text);
        }
    }
    result
}

/// Whether a value stands behind its key, and not where an alias leads to.
fn is_own(file: &SourceFile, key: Span, value: Span) -> bool {
    let between = file.text().get(key.end..value.start);
    between.is_some_and(|between| {
        between.lines().all(|line| {
            let code = line.split_once('#').map_or(line, |(code, _)| code);
            code.chars().all(|character| {
                character.is_whitespace() || matches!(character, ':' | '-' | '\'' | '"')
            })
        })
    })
}

struct Writer<'a> {
    file: &'a SourceFile,
    sides: Sides<'a>,
}

impl Writer<'_> {
    fn list(&self, rows: &[PlacedRow], pairs: &Pairs, key: Span, list: Span) -> Vec<Edit> {
        let more: &[usize] = match self.sides.expected.matching {
            Matching::Subset => &[],
            Matching::All | Matching::InOrder => &pairs.others,
        };
        let removed = pairs.of.iter().any(Option::is_none);
        let is_flow = self.file.slice(list).starts_with('[');
        if is_flow && (removed || !more.is_empty()) {
            return vec![self.rewritten(rows, pairs, more, key, list)];
        }
        if removed && pairs.of.iter().all(Option::is_none) {
            return vec![self.rewritten(rows, pairs, more, key, list)];
        }
        let mut edits = Vec::new();
        for (row, found) in rows.iter().zip(&pairs.of) {
            match found {
                Some(found) => edits.extend(self.cells(row, *found)),
                None => edits.push(Edit {
                    span: self.lines(row.whole),
                    text: String::new(),
                }),
            }
        }
        if let (Some(last), false) = (rows.last(), more.is_empty()) {
            let end = self.lines(last.whole).end;
            let indentation = self.dash(last.whole);
            let lines: String = more
                .iter()
                .map(|found| format!("{indentation}- {}\n", self.row(*found)))
                .collect();
            let ends_line = self
                .file
                .text()
                .get(..end)
                .is_some_and(|before| before.ends_with('\n'));
            let text = if ends_line {
                lines
            } else {
                format!("\n{lines}")
            };
            edits.push(Edit {
                span: Span::new(end, end),
                text,
            });
        }
        edits
    }

    /// The values of a row that differ.
    fn cells(&self, row: &PlacedRow, found: usize) -> Vec<Edit> {
        let mut edits = Vec::new();
        for column in &self.sides.columns {
            if self.sides.same(row, found, column) {
                continue;
            }
            let value = self.value(found, column.1);
            match row.cells.get(&column.0) {
                Some(cell) if cell.whole.start == cell.whole.end => {
                    edits.push(Edit {
                        span: cell.whole,
                        text: format!(" {value}"),
                    });
                }
                Some(cell) => edits.push(Edit {
                    span: cell.whole,
                    text: value,
                }),
                // A column that the row leaves out is NULL.
                None => edits.push(self.added(row, &column.0, &value)),
            }
        }
        edits
    }

    /// One more value in a row.
    fn added(&self, row: &PlacedRow, name: &str, value: &str) -> Edit {
        if self.file.slice(row.whole).starts_with('{') {
            let start = row.whole.start + 1;
            let comma = if row.cells.is_empty() { " " } else { "," };
            return Edit {
                span: Span::new(start, start),
                text: format!(" {}: {value}{comma}", written(name)),
            };
        }
        let column = self.file.position(row.whole.start).column.saturating_sub(1);
        let at = row.whole.start;
        Edit {
            span: Span::new(at, at),
            text: format!("{}: {value}\n{}", written(name), " ".repeat(column)),
        }
    }

    /// A list that is written anew.
    fn rewritten(
        &self,
        rows: &[PlacedRow],
        pairs: &Pairs,
        more: &[usize],
        key: Span,
        list: Span,
    ) -> Edit {
        let of = rows.iter().zip(&pairs.of).filter_map(|(_, found)| *found);
        let all: Vec<String> = of
            .chain(more.iter().copied())
            .map(|found| self.row(found))
            .collect();
        let line = self.file.line_start(self.file.line(key.start));
        let before = self.file.slice(Span::new(line, key.start));
        // Within brackets, only brackets may follow.
        let is_block = before.trim().is_empty() && !all.is_empty();
        let span = Span::new(list.start, list.end);
        if !is_block {
            return Edit {
                span,
                text: format!("[{}]", all.join(", ")),
            };
        }
        let indentation = format!("{before}  ");
        let lines: Vec<String> = all
            .iter()
            .map(|row| format!("{indentation}- {row}"))
            .collect();
        let text = lines.join("\n");
        if self.file.slice(list).starts_with('[') {
            let blank = self.file.text().get(..span.start);
            let blank = blank.is_some_and(|before| before.ends_with(' '));
            return Edit {
                span: Span::new(span.start - usize::from(blank), span.end),
                text: format!("\n{text}"),
            };
        }
        // The list begins behind its first dash's indentation.
        let start = self.file.line_start(self.file.line(list.start));
        Edit {
            span: Span::new(start, list.end),
            text,
        }
    }

    fn row(&self, found: usize) -> String {
        let mut columns = self.sides.columns.clone();
        if columns.is_empty() {
            let all = self.sides.found.columns.iter().enumerate();
            columns = all
                .map(|(index, column)| (column.name.to_lowercase(), index))
                .collect();
        }
        let cells: Vec<String> = columns
            .iter()
            .map(|(name, index)| format!("{}: {}", written(name), self.value(found, *index)))
            .collect();
        format!("{{ {} }}", cells.join(", "))
    }

    fn value(&self, row: usize, column: usize) -> String {
        let kind = self
            .sides
            .found
            .columns
            .get(column)
            .map_or("", |column| column.type_name.as_str());
        value(kind, self.sides.cell(row, column))
    }

    /// The lines of an item of a list, its dash and its end of line included.
    fn lines(&self, item: Span) -> Span {
        let start = self.file.line_start(self.file.line(item.start));
        let end = self
            .file
            .line_start(self.file.line(item.end.saturating_sub(1).max(item.start)) + 1);
        Span::new(start, end)
    }

    /// The blanks in front of an item's dash.
    fn dash(&self, item: Span) -> String {
        let start = self.file.line_start(self.file.line(item.start));
        let before = self.file.slice(Span::new(start, item.start));
        before
            .chars()
            .take_while(|character| character.is_whitespace())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use runtime_lambda::ports::{Field, ResultColumn};

    use super::*;
    use crate::testing::List;
    use crate::testing::cells;

    /// The text behind an update of the rows under `t`.
    fn updated(text: &str, key: &[&str], rows: &[(&str, &str, f64)]) -> String {
        let file = SourceFile::new("t.yaml", text.as_bytes().to_vec());
        let shape = crate::pipeline_yaml::FileShape::new(serde_json::json!({}), "the file");
        let loaded = crate::pipeline_yaml::load_other::<serde_json::Value>(&file, &shape)
            .value
            .unwrap();
        let place = loaded.root().get("t").unwrap();
        let expected = Expected {
            name: "t".to_owned(),
            span: place.key().unwrap(),
            rows: Some(cells::rows(&file, place)),
            matching: Matching::All,
            key: key.iter().map(|key| (*key).to_owned()).collect(),
            tolerance: None,
            count: None,
            list: Some(List {
                key: place.key().unwrap(),
                span: place.span(),
            }),
        };
        let column = |name: &str, kind: &str| ResultColumn {
            name: name.to_owned(),
            type_name: kind.to_owned(),
        };
        let found = FoundRows {
            columns: vec![
                column("id", "varchar"),
                column("name", "varchar"),
                column("n", "float8"),
            ],
            rows: rows
                .iter()
                .map(|(id, name, n)| {
                    vec![
                        Field::StringValue((*id).to_owned()),
                        Field::StringValue((*name).to_owned()),
                        Field::DoubleValue(*n),
                    ]
                })
                .collect(),
        };
        apply(
            &text.replace("\r", ""),
            edits(&file, &expected, &found).unwrap(),
        )
    }

    #[test]
    fn only_what_differs_changes_and_comments_stay() {
        let text = "\
t: # all of them
  # the first
  - { id: A, name: old, n: 1 } # stays
  - id: B
    name: Bo
    n: 2 # two
  - { id: C, n: 3 }
u: 1
";
        let rows = [("A", "new: one", 1.0), ("B", "Bo", 2.5), ("D", "007", 4.0)];
        let expected = "\
t: # all of them
  # the first
  - { id: A, name: \"new: one\", n: 1 } # stays
  - id: B
    name: Bo
    n: 2.5 # two
  - { id: D, name: \"007\", n: 4 }
u: 1
";
        assert_eq!(updated(text, &["id"], &rows), expected);
    }

    #[test]
    fn lists_in_brackets_and_empty_ones_are_written_anew() {
        let rows = [("A", "x", 1.0), ("B", "y", 2.0)];
        assert_eq!(
            updated("{ t: [{ id: A, n: 1 }], u: 1 }\n", &["id"], &rows),
            "{ t: [{ id: A, n: 1 }, { id: B, n: 2 }], u: 1 }\n"
        );
        assert_eq!(
            updated("t: []\nu: 1\n", &[], &rows),
            "t:\n  - { id: A, name: x, n: 1 }\n  - { id: B, name: y, n: 2 }\nu: 1\n"
        );
        assert_eq!(
            updated("t:\n  - { id: A }\nu: 1\n", &["id"], &[]),
            "t:\n  []\nu: 1\n"
        );
    }
}
