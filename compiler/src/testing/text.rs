//! A text that was found, held against the one that is expected, line by line.

use indexmap::IndexMap;
use runtime_lambda::ports::{Field, ResultColumn};

use super::case::{Expected, Matching};
use super::cells::{PlacedRow, PlacedValue, TestValue};
use super::compare::{FoundRows, Mismatch, compare};
use crate::source::Span;

/// What the one column of lines is called.
const LINE: &str = "line";

/// What differs between two texts; none if they are the same. `what` is what messages call the text.
#[must_use]
pub fn compare_text(expected: &str, found: &str, span: Span, what: &str) -> Option<Mismatch> {
    // The text behind the last end of line counts, so texts are the same where their lines are.
    let rows = expected.split('\n').map(|line| PlacedRow {
        cells: IndexMap::from([(
            LINE.to_owned(),
            PlacedValue {
                value: TestValue::Text(line.to_owned()),
                span,
                whole: span,
            },
        )]),
        names: IndexMap::new(),
        span,
        whole: span,
    });
    let expected = Expected {
        name: String::new(),
        span,
        rows: Some(rows.collect()),
        matching: Matching::InOrder,
        key: Vec::new(),
        tolerance: None,
        count: None,
        list: None,
    };
    let found = FoundRows {
        columns: vec![ResultColumn {
            name: LINE.to_owned(),
            type_name: "varchar".to_owned(),
        }],
        rows: found
            .split('\n')
            .map(|line| vec![Field::StringValue(line.to_owned())])
            .collect(),
    };
    compare(&expected, &found, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_differ_by_their_lines_and_by_the_last_end_of_line() {
        let compared = |expected: &str, found: &str| {
            compare_text(expected, found, Span::new(1, 2), "`s3://b/k`")
        };
        assert_eq!(compared("1|x\n2|y\n", "1|x\n2|y\n"), None);
        assert_eq!(compared("", ""), None);
        let changed = compared("1|x\n2|y\n", "1|x\n2|z\n").unwrap();
        assert_eq!(
            changed.sentence,
            "`s3://b/k` is not as expected: 1 row differs"
        );
        assert!(changed.table.unwrap().contains("2|y → 2|z"));
        assert!(compared("1|x\n", "1|x").is_some());
        assert!(compared("1|x\n", "1|x\r\n").is_some());
        assert!(compared("1|x\n", "1|x\n2|y\n").is_some());
    }
}
