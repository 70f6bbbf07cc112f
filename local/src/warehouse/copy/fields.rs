//! The fields of a line: with a delimiter, as CSV, of fixed widths (AWS pages: `Data format parameters`,
//! `Data conversion parameters`).

use std::io;

use super::lines::Lines;
use super::record::{Fields, Flaw};

/// Most bytes of a row (AWS page: `COPY`, usage notes).
const LONGEST_ROW: usize = 4 * 1024 * 1024;

/// A row without end.
fn too_long(column: usize) -> Flaw {
    Flaw::new(column, 1216, "Row is longer than 4 MB")
}

/// How fields without quotes of CSV are written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Delimited<'a> {
    pub(super) delimiter: &'a [u8],
    pub(super) null: &'a [u8],
    /// REMOVEQUOTES: quotation marks around a field are taken off.
    pub(super) quotes: bool,
    /// ESCAPE: a backslash makes the next sign a part of the field.
    pub(super) escape: bool,
}

impl Delimited<'_> {
    /// Takes a line apart, and those behind it whose start an escape makes a part of it.
    pub(super) fn split(
        self,
        raw: &mut Vec<u8>,
        lines: &mut Lines,
        fields: &mut Fields,
    ) -> io::Result<Option<Flaw>> {
        let mut at = 0;
        loop {
            let quote = raw.get(at).copied().filter(|_| self.quotes);
            let quote = quote.filter(|byte| matches!(byte, b'"' | b'\''));
            let mut position = at + usize::from(quote.is_some());
            let end = loop {
                let Some(byte) = raw.get(position).copied() else {
                    if quote.is_some() {
                        let reason = "Delimited value missing end quote";
                        return Ok(Some(Flaw::new(fields.len(), 1216, reason)));
                    }
                    break position;
                };
                let behind = raw.get(position + 1..).unwrap_or_default();
                if self.escape && byte == b'\\' {
                    if behind.is_empty() {
                        lines.go_on(raw)?;
                    }
                    if raw.len() > LONGEST_ROW {
                        return Ok(Some(too_long(fields.len())));
                    }
                    fields.push(raw.get(position + 1).copied().unwrap_or(byte));
                    position += 2;
                } else if quote == Some(byte)
                    && (behind.is_empty() || behind.starts_with(self.delimiter))
                {
                    break position + 1;
                } else if quote.is_none()
                    && raw
                        .get(position..)
                        .is_some_and(|rest| rest.starts_with(self.delimiter))
                {
                    break position;
                } else {
                    fields.push(byte);
                    position += 1;
                }
            };
            let end = end.min(raw.len());
            let is_null = raw.get(at..end) == Some(self.null) || fields.open() == self.null;
            fields.end(is_null);
            if end == raw.len() {
                return Ok(None);
            }
            at = end + self.delimiter.len();
        }
    }
}

/// How fields of CSV are written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Csv<'a> {
    pub(super) delimiter: &'a [u8],
    pub(super) null: &'a [u8],
    pub(super) quote: u8,
}

impl Csv<'_> {
    /// Takes a line apart, and those behind it whose start is inside of quotes.
    pub(super) fn split(
        self,
        raw: &mut Vec<u8>,
        lines: &mut Lines,
        fields: &mut Fields,
    ) -> io::Result<Option<Flaw>> {
        let mut at = 0;
        loop {
            let start = self.behind_blanks(raw, at);
            if raw.get(start) == Some(&self.quote) {
                match self.quoted(start + 1, raw, lines, fields)? {
                    Ok(end) => at = end,
                    Err(flaw) => return Ok(Some(flaw)),
                }
            } else {
                let rest = raw.get(at..).unwrap_or_default();
                let length = match self.delimiter {
                    [one] => rest.iter().position(|byte| byte == one),
                    several => rest
                        .windows(several.len())
                        .position(|window| window == several),
                };
                let length = length.unwrap_or(rest.len());
                fields.extend(rest.get(..length).unwrap_or_default());
                at += length;
            }
            let is_null = fields.open() == self.null;
            fields.end(is_null);
            if at == raw.len() {
                return Ok(None);
            }
            at += self.delimiter.len();
        }
    }

    /// The place behind blanks: "white space between the delimiters and the quote characters is
    /// ignored" (AWS page: `Data format parameters`, CSV).
    fn behind_blanks(self, raw: &[u8], at: usize) -> usize {
        let rest = raw.get(at..).unwrap_or_default();
        let blanks = rest
            .iter()
            .take_while(|byte| matches!(**byte, b' ' | b'\t') && !self.delimiter.contains(*byte));
        at + blanks.count()
    }

    /// Reads what stands in quotes; the place behind them and behind blanks.
    fn quoted(
        self,
        mut at: usize,
        raw: &mut Vec<u8>,
        lines: &mut Lines,
        fields: &mut Fields,
    ) -> io::Result<Result<usize, Flaw>> {
        let wrong = |fields: &Fields| {
            let reason = "Invalid quote formatting for CSV";
            Ok(Err(Flaw::new(fields.len(), 1216, reason)))
        };
        loop {
            let Some(byte) = raw.get(at).copied() else {
                if raw.len() > LONGEST_ROW {
                    return Ok(Err(too_long(fields.len())));
                }
                if !lines.go_on(raw)? {
                    return wrong(fields);
                }
                continue;
            };
            at += 1;
            if byte != self.quote {
                fields.push(byte);
            } else if raw.get(at) == Some(&self.quote) {
                fields.push(byte);
                at += 1;
            } else {
                let end = self.behind_blanks(raw, at);
                let behind = raw.get(end..).unwrap_or_default();
                if behind.is_empty() || behind.starts_with(self.delimiter) {
                    return Ok(Ok(end));
                }
                return wrong(fields);
            }
        }
    }
}

/// Cuts a line at widths, which count characters.
pub(super) fn fixed_width(
    raw: &[u8],
    widths: &[(String, u32)],
    null: &[u8],
    fields: &mut Fields,
) -> Option<Flaw> {
    let is_start = |byte: u8| byte & 0b1100_0000 != 0b1000_0000;
    let mut rest = raw;
    for (_, width) in widths {
        if rest.is_empty() {
            return None;
        }
        let mut starts = rest.iter().enumerate().filter(|(_, byte)| is_start(**byte));
        let end = starts.nth(*width as usize).map_or(rest.len(), |(at, _)| at);
        let (field, behind) = rest.split_at(end);
        fields.extend(field);
        fields.end(field == null);
        rest = behind;
    }
    if rest.iter().all(|byte| *byte == b' ') {
        None
    } else {
        let last = widths.len().saturating_sub(1);
        Some(Flaw::new(last, 1202, "Extra column(s) found"))
    }
}

#[cfg(test)]
mod tests {
    use super::super::lines::Lines;
    use super::super::record::{Fields, Flaw};
    use super::{Csv, Delimited, fixed_width};

    fn shown(fields: &Fields, flaw: Option<Flaw>) -> String {
        let text = |number| match fields.get(number) {
            None => "NULL".to_owned(),
            Some(bytes) => format!("[{}]", String::from_utf8_lossy(bytes)),
        };
        let mut all: Vec<String> = (0..fields.len()).map(text).collect();
        all.extend(flaw.map(|flaw| flaw.code.to_string()));
        all.join(" ")
    }

    fn first(
        text: &'static str,
        split: impl Fn(&mut Vec<u8>, &mut Lines, &mut Fields) -> Option<Flaw>,
    ) -> String {
        let mut lines = Lines::new(Box::new(text.as_bytes()));
        let (mut raw, mut fields) = (Vec::new(), Fields::default());
        lines.next(&mut raw).unwrap();
        let flaw = split(&mut raw, &mut lines, &mut fields);
        shown(&fields, flaw)
    }

    #[test]
    fn delimited_lines() {
        for (text, quotes, escape, expected) in [
            ("a|b||", false, false, "[a] [b] [] []"),
            ("\\N|x", false, false, "NULL [x]"),
            ("\\N|x\\|y", false, true, "NULL [x|y]"),
            ("a\\\nb|c\nd", false, true, "[a\nb] [c]"),
            ("a\\\\|b", false, true, "[a\\] [b]"),
            ("a\\", false, true, "[a\\]"),
            ("'a|b'|\"c\"|d'", true, false, "[a|b] [c] [d']"),
            ("' ' 'Black' ' '", true, false, "[ ' 'Black' ' ]"),
            ("x|'Blue", true, false, "[x] 1216"),
            ("\"a\\\"|b\"|c", true, true, "[a\"|b] [c]"),
        ] {
            let delimited = Delimited {
                delimiter: b"|",
                null: b"\\N",
                quotes,
                escape,
            };
            let found = first(text, |raw, lines, fields| {
                delimited.split(raw, lines, fields).unwrap()
            });
            assert_eq!(found, expected, "{text}");
        }
        let two = Delimited {
            delimiter: b"|~|",
            null: b"\\N",
            quotes: false,
            escape: false,
        };
        let found = first("a|b|~|c", |raw, lines, fields| {
            two.split(raw, lines, fields).unwrap()
        });
        assert_eq!(found, "[a|b] [c]");
    }

    #[test]
    fn lines_of_csv() {
        for (text, expected) in [
            ("a,b,,", "[a] [b] [] []"),
            ("\"a,b\",\"c\"\"d\"", "[a,b] [c\"d]"),
            ("\"a\r\nb\",c\nd", "[a\r\nb] [c]"),
            ("\"a\"b,c", "1216"),
            ("x,\"a", "[x] 1216"),
            (" \"a\" ,\t\"b,c\"", "[a] [b,c]"),
            (" a , b \"c\"", "[ a ] [ b \"c\"]"),
            ("\"a\" b,c", "1216"),
            ("NA,\"NA\",", "NULL NULL []"),
        ] {
            let csv = Csv {
                delimiter: b",",
                null: b"NA",
                quote: b'"',
            };
            let found = first(text, |raw, lines, fields| {
                csv.split(raw, lines, fields).unwrap()
            });
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn widths() {
        let widths = [("a".to_owned(), 2), ("b".to_owned(), 3)];
        for (text, expected) in [
            ("1 ann", "[1 ] [ann]"),
            ("é2xyz  ", "[é2] [xyz]"),
            ("1 a", "[1 ] [a]"),
            ("1 ", "[1 ]"),
            ("1 annx", "[1 ] [ann] 1202"),
        ] {
            let mut fields = Fields::default();
            let flaw = fixed_width(text.as_bytes(), &widths, b"\\N", &mut fields);
            assert_eq!(shown(&fields, flaw), expected, "{text}");
        }
    }
}
