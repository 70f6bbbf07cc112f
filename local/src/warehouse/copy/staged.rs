//! Records, written down for the engine: as CSV that has one reading only, with the number of each.

use std::borrow::Cow;
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

/// Most rows of a load that `stl_replacements` has (AWS page: `Data conversion parameters`, ACCEPTINVCHARS).
const MOST_REPLACED: usize = 100;

/// A record with bytes that are no character, for which another character stands.
#[derive(Debug)]
pub(super) struct ReplacedText {
    /// The object that the record is in, `s3://bucket/key`.
    pub(super) file: String,
    pub(super) line: u64,
    pub(super) column: String,
    pub(super) raw_line: String,
}

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
    /// The first records in which a character was replaced.
    pub(super) replaced: Vec<ReplacedText>,
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
            replaced: Vec::new(),
        };
        let mut file = BufWriter::with_capacity(256 * 1024, room.folder.create(FILE)?);
        let mut line = Vec::new();
        for object in objects {
            records.read(object, &mut |record| {
                staged.seen += 1;
                line.clear();
                match staged.record(records, record, &mut line) {
                    Ok(replaced) => {
                        file.write_all(&line)?;
                        if let Some(column) = replaced
                            && staged.replaced.len() < MOST_REPLACED
                        {
                            staged.replaced.push(ReplacedText {
                                file: object.uri(),
                                line: record.line,
                                column,
                                raw_line: lossy(record.raw),
                            });
                        }
                    }
                    Err(flaw) => staged.flaws.push((staged.seen, flaw)),
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

    /// Writes a record as a line, and keeps it as a row of VALUES as long as there are few: the first
    /// column in which a character was replaced.
    ///
    /// # Errors
    /// What is wrong with the record.
    fn record(
        &mut self,
        records: &CopyRecords<'_>,
        record: &CopyRecord<'_>,
        line: &mut Vec<u8>,
    ) -> Result<Option<String>, Flaw> {
        if let Some(flaw) = &record.flaw {
            return Err(flaw.clone());
        }
        let mut replaced = None;
        line.extend_from_slice(self.seen.to_string().as_bytes());
        let mut row = self
            .rows
            .is_some()
            .then(|| format!("({}::BIGINT", self.seen));
        for column in 0..records.targets.len() {
            let field = record.fields.get(column);
            // "ACCEPTINVCHARS is valid only for VARCHAR columns" (AWS page: `Data conversion
            // parameters`).
            let target = records.targets.get(column);
            let is_varchar =
                target.is_some_and(|target| target.kind == "VARCHAR" && !target.blank_padded);
            let invalid_as = records.copy.invalid_as;
            let invalid_as = invalid_as.filter(|_| is_varchar || records.copy.lenient);
            let text = field.map(|field| text(field, column, invalid_as));
            let text = text.transpose()?;
            if replaced.is_none() && matches!(text, Some(Cow::Owned(_))) {
                replaced = target.map(|target| target.name.clone());
            }
            line.push(b',');
            if let Some(text) = &text {
                self.quoted(text, line);
            }
            row = row.and_then(|row| Some(row + ", " + &value(text.as_deref())?));
        }
        line.push(b'\n');
        self.keep(row.map(|row| row + ")"));
        Ok(replaced)
    }

    /// Writes a text as a field of a line.
    fn quoted(&mut self, text: &str, line: &mut Vec<u8>) {
        line.push(b'"');
        for byte in text.bytes() {
            if byte == b'"' {
                line.push(byte);
            }
            self.has_lines |= matches!(byte, b'\n' | b'\r');
            line.push(byte);
        }
        line.push(b'"');
    }

    /// Keeps a row; none from the first on that is none, or too many.
    fn keep(&mut self, row: Option<String>) {
        let kept = self.rows.take().zip(row);
        self.rows = kept
            .filter(|(rows, row)| rows.len() + row.len() <= SMALL)
            .map(|(mut rows, row)| {
                if !rows.is_empty() {
                    rows.push_str(", ");
                }
                rows.push_str(&row);
                rows
            });
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

/// A field as text. Bytes that are no character become another character, or are a flaw.
fn text(field: &[u8], column: usize, invalid_as: Option<char>) -> Result<Cow<'_, str>, Flaw> {
    if let Ok(text) = str::from_utf8(field) {
        return Ok(Cow::Borrowed(text));
    }
    let mut text = String::with_capacity(field.len());
    let mut seen = 0;
    for chunk in field.utf8_chunks() {
        text.push_str(chunk.valid());
        seen += chunk.valid().len() + chunk.invalid().len();
        match (chunk.invalid(), invalid_as) {
            ([], _) => {}
            // As many as there are bytes (AWS page: `Data conversion parameters`, ACCEPTINVCHARS).
            (invalid, Some(instead)) => text.extend(invalid.iter().map(|_| instead)),
            (invalid, None) => {
                let bytes: Vec<String> = invalid.iter().map(|byte| format!("{byte:x}")).collect();
                let reason = format!(
                    "String contains invalid or unsupported UTF8 codepoints. Bad UTF8 hex \
                     sequence: {} (error {})",
                    bytes.join(" "),
                    utf8_error(invalid, field.get(seen).copied())
                );
                return Err(Flaw::new(column, 1220, reason));
            }
        }
    }
    Ok(Cow::Owned(text))
}

/// The number of what is wrong with bytes that are no character (AWS page: `Multibyte character load
/// errors`), by the byte behind them.
///
/// 1 is a sequence of more than four bytes, 2 one that ends with the text, 3 a first byte that is none,
/// 4 a byte behind it that is none, 5 half of a character of UTF-16, 6 anything else.
fn utf8_error(invalid: &[u8], next: Option<u8>) -> u8 {
    let Some(first) = invalid.first().copied() else {
        return 6;
    };
    match (first, next) {
        (0x80..=0xBF | 0xFE | 0xFF, _) => 3,
        (0xF8..=0xFD, _) => 1,
        (0xC0 | 0xC1 | 0xF5..=0xF7, _) => 6,
        (_, None) => 2,
        (0xED, Some(0xA0..=0xBF)) => 5,
        (0xE0 | 0xF0 | 0xF4, Some(0x80..=0xBF)) => 6,
        _ => 4,
    }
}

/// A value of a row of VALUES. None of a text that no literal can hold.
fn value(text: Option<&str>) -> Option<String> {
    match text {
        None => Some("NULL::VARCHAR".to_owned()),
        Some(text) if text.contains('\0') => None,
        Some(text) => Some(format!("{}::VARCHAR", quote_text(text))),
    }
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
    use super::{text, value};

    #[test]
    fn a_text_is_a_value() {
        for (text, expected) in [
            (Some("a\"b"), Some("'a\"b'::VARCHAR")),
            (Some("it's, \n"), Some("'it''s, \n'::VARCHAR")),
            (Some(""), Some("''::VARCHAR")),
            (None, Some("NULL::VARCHAR")),
            (Some("a\0"), None),
        ] {
            assert_eq!(value(text).as_deref(), expected, "{text:?}");
        }
    }

    #[test]
    fn bytes_that_are_no_character_are_replaced_or_a_flaw() {
        for (field, expected) in [
            (&b"a\"b"[..], "a\"b"),
            (b"a\xffb", "a?b"),
            (b"\xe2\x82x", "??x"),
        ] {
            let found = text(field, 0, Some('?')).unwrap();
            assert_eq!(found, expected);
        }
        for (field, error) in [
            (&b"\xa4"[..], 3),
            (b"\xff", 3),
            (b"\xf8\x88\x80\x80\x80", 1),
            (b"\xe2\x82", 2),
            (b"\xe2\x82x", 4),
            (b"\xed\xa0\x80", 5),
        ] {
            let reason = text(field, 0, None).unwrap_err().reason;
            assert!(
                reason.ends_with(&format!("(error {error})")),
                "{field:?}: {reason}"
            );
        }
        let flaw = text(b"a\xe2\x82", 3, None).unwrap_err();
        assert_eq!((flaw.column, flaw.code), (3, 1220));
        assert!(
            flaw.reason.ends_with("sequence: e2 82 (error 2)"),
            "{flaw:?}"
        );
    }
}
