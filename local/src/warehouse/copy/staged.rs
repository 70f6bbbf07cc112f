//! Records, written down for the engine: as CSV that has one reading only, with the number of each.

use std::io::{BufWriter, Write as _};
use std::path::PathBuf;

use super::super::bucket::BucketObject;
use super::super::failure::StatementFailure;
use super::super::path::quote_path;
use super::super::scratch::Room;
use super::record::{CopyRecord, Fields, Flaw};
use super::records::CopyRecords;
use crate::warehouse::dialect::{quote_name, quote_text};

/// The name of the column with the number of the record, and of the file.
pub(super) const NUMBER: &str = "number of the record";
const FILE: &str = "staged";

/// Most bytes of records that are written into the statement itself: the engine opens no file for them, and
/// plans the statement once.
const SMALL: usize = 16 * 1024;

/// Records as the engine reads them.
#[derive(Debug)]
pub(super) struct Staged {
    path: PathBuf,
    /// The records as rows of VALUES; none if they are too many.
    rows: Option<String>,
    /// Whether a field has an end of a line.
    has_lines: bool,
    /// How many records there were.
    pub(super) seen: u64,
    /// Records of a wrong form, by number.
    pub(super) flaws: Vec<(u64, Flaw)>,
}

impl Staged {
    /// Writes the records of objects down, up to so many of a wrong form.
    pub(super) fn write(
        records: &CopyRecords<'_>,
        objects: &[BucketObject<'_>],
        room: &Room,
        most_flaws: usize,
    ) -> Result<Self, StatementFailure> {
        let mut staged = Self {
            path: room.path().join(FILE),
            rows: Some(String::new()),
            has_lines: false,
            seen: 0,
            flaws: Vec::new(),
        };
        let mut file = BufWriter::with_capacity(256 * 1024, room.folder.create(FILE)?);
        let mut line = Vec::new();
        for object in objects {
            records.read(object, &mut |record| {
                staged.seen += 1;
                line.clear();
                match staged.record(records, record, &mut line) {
                    None => {
                        file.write_all(&line)?;
                        staged.keep(&line);
                    }
                    Some(flaw) => staged.flaws.push((staged.seen, flaw)),
                }
                Ok(staged.flaws.len() < most_flaws)
            })?;
            if staged.flaws.len() >= most_flaws {
                break;
            }
        }
        file.flush()?;
        Ok(staged)
    }

    /// Keeps a line as a row, too, as long as there are few.
    fn keep(&mut self, line: &[u8]) {
        if let Some(mut rows) = self.rows.take() {
            let row = str::from_utf8(line).ok().and_then(row);
            self.rows = row
                .filter(|row| rows.len() + row.len() <= SMALL)
                .map(|row| {
                    if !rows.is_empty() {
                        rows.push_str(", ");
                    }
                    rows.push_str(&row);
                    rows
                });
        }
    }

    /// A record as a line, or what is wrong with it.
    fn record(
        &mut self,
        records: &CopyRecords<'_>,
        record: &CopyRecord<'_>,
        line: &mut Vec<u8>,
    ) -> Option<Flaw> {
        if record.flaw.is_some() {
            return record.flaw.clone();
        }
        line.extend_from_slice(self.seen.to_string().as_bytes());
        for column in 0..records.targets.len() {
            line.push(b',');
            if let Some(field) = record.fields.get(column) {
                line.push(b'"');
                if let Err(flaw) = self.field(field, column, records.copy.invalid_as, line) {
                    return Some(flaw);
                }
                line.push(b'"');
            }
        }
        line.push(b'\n');
        None
    }

    fn field(
        &mut self,
        field: &[u8],
        column: usize,
        invalid_as: Option<char>,
        line: &mut Vec<u8>,
    ) -> Result<(), Flaw> {
        for chunk in field.utf8_chunks() {
            for byte in chunk.valid().bytes() {
                if byte == b'"' {
                    line.push(byte);
                }
                self.has_lines |= matches!(byte, b'\n' | b'\r');
                line.push(byte);
            }
            match (chunk.invalid(), invalid_as) {
                ([], _) => {}
                // As many as there are bytes (AWS page: `Data conversion parameters`, ACCEPTINVCHARS).
                (invalid, Some(instead)) => {
                    let mut bytes = [0; 4];
                    let instead = instead.encode_utf8(&mut bytes).as_bytes();
                    invalid.iter().for_each(|_| line.extend_from_slice(instead));
                }
                (invalid, None) => {
                    let bytes: Vec<String> =
                        invalid.iter().map(|byte| format!("{byte:x}")).collect();
                    let reason = format!(
                        "String contains invalid or unsupported UTF8 codepoints. Bad UTF8 hex \
                         sequence: {} (error {})",
                        bytes.join(" "),
                        bytes.len()
                    );
                    return Err(Flaw::new(column, 1220, reason));
                }
            }
        }
        Ok(())
    }

    /// What the engine reads, in brackets: the number of each record, and a text for each column.
    pub(super) fn table(&self, records: &CopyRecords<'_>) -> Result<String, StatementFailure> {
        if let Some(rows) = self.rows.as_ref().filter(|rows| !rows.is_empty()) {
            let mut names = vec![quote_name(NUMBER)];
            names.extend(
                records
                    .targets
                    .iter()
                    .map(|column| quote_name(&column.name)),
            );
            return Ok(format!("(values {rows}) as staged ({})", names.join(", ")));
        }
        let mut columns = vec![format!("{}: 'BIGINT'", quote_text(NUMBER))];
        let texts = records.targets.iter();
        columns.extend(texts.map(|column| format!("{}: 'VARCHAR'", quote_text(&column.name))));
        Ok(format!(
            "read_csv({}, columns = {{{}}}, auto_detect = false, header = false, delim = ',', \
             quote = '\"', escape = '\"', nullstr = '', allow_quoted_nulls = false, \
             max_line_size = 67108864{})",
            quote_path(&self.path)?,
            columns.join(", "),
            // A part of the file that begins inside of quotes cannot be told from one that does not.
            if self.has_lines {
                ", parallel = false"
            } else {
                ""
            }
        ))
    }

    /// Values of some records as they were read, with their places: text by column.
    pub(super) fn find(
        records: &CopyRecords<'_>,
        objects: &[BucketObject<'_>],
        wanted: &[u64],
    ) -> Result<Vec<StagedRecord>, StatementFailure> {
        let mut found = Vec::with_capacity(wanted.len());
        let mut wanted = wanted.iter().copied().peekable();
        let mut seen = 0;
        for object in objects {
            if wanted.peek().is_none() {
                break;
            }
            records.read(object, &mut |record| {
                seen += 1;
                if wanted.next_if_eq(&seen).is_some() {
                    found.push(StagedRecord {
                        uri: object.uri(),
                        line: record.line,
                        raw: lossy(record.raw),
                        values: values(record.fields),
                    });
                }
                Ok(wanted.peek().is_some())
            })?;
        }
        Ok(found)
    }

    /// The condition that leaves records out.
    pub(super) fn without(numbers: &[u64]) -> String {
        if numbers.is_empty() {
            return String::new();
        }
        let list: Vec<String> = numbers.iter().map(u64::to_string).collect();
        format!(" where {} not in ({})", quote_name(NUMBER), list.join(", "))
    }
}

/// A line as a row of VALUES: `7,"a""b",` gives `(7::BIGINT, 'a"b'::VARCHAR, NULL::VARCHAR)`. None of a line that
/// no literal can hold.
fn row(line: &str) -> Option<String> {
    let (number, mut rest) = line.strip_suffix('\n')?.split_once(',')?;
    let mut row = format!("({number}::BIGINT");
    loop {
        row.push_str(", ");
        if let Some(quoted) = rest.strip_prefix('"') {
            let mut text = String::new();
            let mut characters = quoted.char_indices().peekable();
            rest = loop {
                let (at, character) = characters.next()?;
                match (character, characters.peek()) {
                    ('\0', _) => return None,
                    ('"', Some((_, '"'))) => {
                        characters.next();
                        text.push('"');
                    }
                    ('"', _) => break quoted.get(at + 1..)?,
                    _ => text.push(character),
                }
            };
            row.push_str(&quote_text(&text));
            row.push_str("::VARCHAR");
        } else {
            row.push_str("NULL::VARCHAR");
        }
        match rest.strip_prefix(',') {
            Some(following) => rest = following,
            None => break,
        }
    }
    row.push(')');
    Some(row)
}

/// A record, looked up again.
#[derive(Debug)]
pub(super) struct StagedRecord {
    pub(super) uri: String,
    pub(super) line: u64,
    pub(super) raw: String,
    pub(super) values: Vec<Option<String>>,
}

fn values(fields: &Fields) -> Vec<Option<String>> {
    (0..fields.len())
        .map(|column| fields.get(column).map(lossy))
        .collect()
}

/// "Multi-byte characters in the load data are replaced with a period" (AWS page: `STL_LOAD_ERRORS`);
/// here only what is no character.
fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).replace(char::REPLACEMENT_CHARACTER, ".")
}

#[cfg(test)]
mod tests {
    use super::row;

    #[test]
    fn a_line_is_a_row_of_values() {
        for (line, expected) in [
            (
                "7,\"a\"\"b\",\n",
                Some("(7::BIGINT, 'a\"b'::VARCHAR, NULL::VARCHAR)"),
            ),
            (
                "8,,\"it's, \n\"\n",
                Some("(8::BIGINT, NULL::VARCHAR, 'it''s, \n'::VARCHAR)"),
            ),
            ("9,\"\"\n", Some("(9::BIGINT, ''::VARCHAR)")),
            ("9,\"a\0\"\n", None),
        ] {
            assert_eq!(row(line).as_deref(), expected, "{line:?}");
        }
    }
}
