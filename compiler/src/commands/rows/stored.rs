//! Rows of a result as a run has stored them.

use runtime_lambda::ports::{Field, ResultColumn};

use super::ResultRows;

/// Rows that the beginning of a result's file holds.
#[derive(Debug, PartialEq)]
pub enum StoredRows {
    /// All that were asked for, or all that there are.
    Enough(ResultRows),
    /// The bytes end before.
    More,
}

impl ResultRows {
    /// At most `most` rows of `results/<step>.json`, of which `bytes` are the beginning, or, if it
    /// `is_whole`, all. The Lambda writes that file with one line for the columns and one for each row.
    /// `None` if it is no such file.
    #[must_use]
    pub fn stored(bytes: &[u8], is_whole: bool, most: Option<u64>) -> Option<StoredRows> {
        // What stands behind the last end of a line may have been cut.
        let end = match bytes.iter().rposition(|byte| *byte == b'\n') {
            None if is_whole => return None,
            None => return Some(StoredRows::More),
            Some(end) => end,
        };
        let text = String::from_utf8_lossy(bytes.get(..end)?);
        let mut lines = text.lines().map(|line| line.trim().trim_end_matches(','));
        let Some(columns) = lines.find_map(|line| line.strip_prefix("\"ColumnMetadata\": ")) else {
            return (!is_whole).then_some(StoredRows::More);
        };
        let columns: Vec<ResultColumn> = serde_json::from_str(columns).ok()?;
        let mut records = Vec::new();
        let mut is_over = false;
        // Behind the line `"Records": [`.
        for line in lines.skip(1) {
            if most.is_some_and(|most| records.len() as u64 >= most) || line == "]" {
                is_over = true;
                break;
            }
            records.push(serde_json::from_str::<Vec<Field>>(line).ok()?);
        }
        if !is_over && !is_whole {
            return Some(StoredRows::More);
        }
        Some(StoredRows::Enough(Self {
            columns,
            total: records.len() as u64,
            records,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "{\n  \"ColumnMetadata\": [{\"name\":\"a\",\"typeName\":\"int4\"}],\n  \"Records\": [\n    [{\"longValue\":1}],\n    [{\"isNull\":true}]\n  ],\n  \"TotalNumRows\": 2\n}\n";

    #[test]
    fn a_beginning_gives_the_rows_that_it_holds_in_full() {
        let read = |end: usize, most| {
            let is_whole = end == FILE.len();
            match ResultRows::stored(&FILE.as_bytes()[..end], is_whole, most) {
                Some(StoredRows::Enough(rows)) => Some(rows.records.len()),
                Some(StoredRows::More) => None,
                None => panic!("{end}: no result"),
            }
        };
        assert_eq!(read(FILE.len(), None), Some(2));
        assert_eq!(read(FILE.len(), Some(1)), Some(1));
        let first = FILE.find("    [{\"isNull").unwrap_or_default();
        for end in 0..FILE.len() {
            let found = read(end, Some(1));
            assert!(
                found.is_none() || (end > first && found == Some(1)),
                "{end}"
            );
        }
        assert_eq!(
            ResultRows::stored(b"{\n  \"output\": 1\n}\n", true, None),
            None
        );
    }
}
