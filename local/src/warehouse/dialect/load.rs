//! What COPY and UNLOAD have in common: places in buckets, how objects are packed, and values of options.

use std::borrow::Cow;

use redshift_sql::tree::{OptionNumber, OptionText};
use serde::{Deserialize, Serialize};

use super::{Refusal, aws_only};

/// A place in a bucket: `s3://bucket/key`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BucketLocation {
    pub(crate) bucket: String,
    /// A key, or what keys begin with.
    pub(crate) key: String,
}

impl BucketLocation {
    /// Reads `s3://bucket/key`, with a key that no folder is left by.
    ///
    /// `s3://sales/2026/a.csv` is the key `2026/a.csv` of the bucket `sales`; `s3://sales/../a.csv` is refused.
    pub(crate) fn parse(url: &str) -> Result<Self, Refusal> {
        // Examples of the page `CREATE EXTERNAL TABLE` write `S3://`.
        let rest = url.strip_prefix("s3://").or(url.strip_prefix("S3://"));
        let rest = rest.ok_or_else(|| aws_only::place(url))?;
        let (bucket, key) = rest.split_once('/').unwrap_or((rest, ""));
        let escapes = key
            .split(['/', '\\'])
            .any(|part| part == ".." || part == ".");
        if bucket.is_empty() || escapes || key.starts_with('/') || key.contains('\0') {
            return Err(Refusal::Value(format!("`{url}` is no place in a bucket")));
        }
        Ok(Self {
            bucket: bucket.to_owned(),
            key: key.to_owned(),
        })
    }
}

/// How objects are packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Packing {
    Plain,
    Gzip,
    Zstd,
    Bzip2,
    /// Files of `lzop`, which COPY reads and UNLOAD does not write.
    Lzop,
}

/// What stands for NULL in a text where COPY does not say (AWS page: "Data conversion parameters").
pub(super) const DEFAULT_NULL: &str = "\\N";

/// The text of an option.
pub(super) fn text(option: &OptionText) -> Result<&str, Refusal> {
    option
        .literal()
        .ok_or_else(|| Refusal::syntax("COPY and UNLOAD take texts, no parameters"))
}

/// The number of an option.
pub(super) fn number(option: &OptionNumber) -> Result<u64, Refusal> {
    option
        .whole()
        .ok_or_else(|| Refusal::syntax("an option takes a whole number"))
}

/// The text of an option as it is written: COPY and UNLOAD have escapes of their own.
pub(super) fn as_written<'a>(
    option: &'a OptionText,
    script: &'a str,
) -> Result<Cow<'a, str>, Refusal> {
    let value = text(option)?;
    let written = option.span.of(script);
    let inner = written
        .strip_prefix('\'')
        .and_then(|written| written.strip_suffix('\''));
    Ok(match inner {
        Some(inner) if inner.contains('\\') => Cow::Owned(inner.replace("''", "'")),
        _ => Cow::Borrowed(value),
    })
}

/// A text with the escapes of a delimiter: `\t`, and octal numbers `\ddd` (AWS page: `Data format
/// parameters`, DELIMITER).
pub(super) fn unescaped(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('\\') {
        written.push_str(before);
        let octal = behind
            .get(..3)
            .filter(|digits| digits.bytes().all(|digit| matches!(digit, b'0'..=b'7')))
            .and_then(|digits| u8::from_str_radix(digits, 8).ok());
        let (character, length) = match (octal, behind.chars().next()) {
            (Some(code), _) => (char::from(code), 3),
            (None, Some('t')) => ('\t', 1),
            (None, Some('n')) => ('\n', 1),
            (None, Some('r')) => ('\r', 1),
            (None, Some('\\')) => ('\\', 1),
            _ => ('\\', 0),
        };
        written.push(character);
        rest = behind.get(length..).unwrap_or_default();
    }
    written.push_str(rest);
    written
}

#[cfg(test)]
mod tests {
    use super::unescaped;

    #[test]
    fn escapes_of_delimiters() {
        for (written, meant) in [
            ("\\t", "\t"),
            ("\\001", "\u{1}"),
            ("|\\|", "|\\|"),
            ("a\\\\b", "a\\b"),
            ("\\", "\\"),
        ] {
            assert_eq!(unescaped(written), meant, "{written}");
        }
    }
}
