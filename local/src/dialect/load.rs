//! What COPY and UNLOAD have in common: places in buckets, and values of options.

use redshift_sql::tree::{OptionNumber, OptionText};

use super::Refusal;

/// A place in a bucket: `s3://bucket/key`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Location {
    pub(crate) bucket: String,
    /// A key, or what keys begin with.
    pub(crate) key: String,
}

impl Location {
    /// Reads `s3://bucket/key`.
    pub(crate) fn parse(url: &str) -> Result<Self, Refusal> {
        let Some(rest) = url.strip_prefix("s3://") else {
            return Err(Refusal::Unsupported(format!(
                "other places than s3://…: `{url}`"
            )));
        };
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
