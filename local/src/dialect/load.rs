//! What COPY and UNLOAD have in common: places in buckets, and options behind a statement.

use super::Refusal;
use super::tree::Node;

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

/// Reads options one behind the other.
pub(super) struct Options<'a> {
    nodes: &'a [Node],
    at: usize,
}

impl<'a> Options<'a> {
    pub(super) fn new(nodes: &'a [Node]) -> Self {
        Self { nodes, at: 0 }
    }

    /// The next keyword.
    pub(super) fn keyword(&mut self) -> Result<Option<&'a str>, Refusal> {
        let Some(node) = self.nodes.get(self.at) else {
            return Ok(None);
        };
        self.at += 1;
        node.as_word()
            .map(Some)
            .ok_or_else(|| Refusal::syntax("an option begins with a keyword"))
    }

    /// Reads over a keyword if it is the next.
    pub(super) fn take(&mut self, word: &str) -> bool {
        let found = self
            .nodes
            .get(self.at)
            .is_some_and(|node| node.is_word(word));
        self.at += usize::from(found);
        found
    }

    /// The next keyword if it is one of these.
    pub(super) fn one_of(&mut self, words: &[&str]) -> Option<&'a str> {
        let found = self
            .nodes
            .get(self.at)
            .and_then(Node::as_word)
            .filter(|word| words.contains(word))?;
        self.at += 1;
        Some(found)
    }

    /// `[AS] 'text'`, if it follows.
    pub(super) fn optional_text(&mut self) -> Option<&'a str> {
        let skipped = usize::from(
            self.nodes
                .get(self.at)
                .is_some_and(|node| node.is_word("as")),
        );
        let text = self.nodes.get(self.at + skipped).and_then(Node::as_text)?;
        self.at += skipped + 1;
        Some(text)
    }

    /// `[AS] 'text'`.
    pub(super) fn text(&mut self, option: &str) -> Result<&'a str, Refusal> {
        self.optional_text()
            .ok_or_else(|| Refusal::syntax(format!("{} takes a text", option.to_uppercase())))
    }

    /// `[AS] number`.
    pub(super) fn number(&mut self, option: &str) -> Result<u64, Refusal> {
        self.take("as");
        let number = self
            .nodes
            .get(self.at)
            .and_then(Node::as_number)
            .and_then(|number| number.parse::<f64>().ok())
            .filter(|number| *number >= 0.0)
            .ok_or_else(|| Refusal::syntax(format!("{} takes a number", option.to_uppercase())))?;
        self.at += 1;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it is not negative, and saturates"
        )]
        Ok(number as u64)
    }

    /// What stands between the brackets that follow.
    pub(super) fn brackets(&mut self) -> Option<&'a [Node]> {
        let inner = self.nodes.get(self.at).and_then(Node::as_round)?;
        self.at += 1;
        Some(inner)
    }

    /// Reads an option that says who may: nobody asks on a laptop.
    pub(super) fn authorization(&mut self, keyword: &str) -> bool {
        match keyword {
            "iam_role" => {
                if !self.take("default") {
                    let _ = self.optional_text();
                }
            }
            "credentials"
            | "with"
            | "access_key_id"
            | "secret_access_key"
            | "session_token"
            | "region"
            | "kms_key_id"
            | "master_symmetric_key"
            | "encoding_" => {
                let _ = self.take("credentials");
                let _ = self.optional_text();
            }
            "encrypted" => {
                let _ = self.take("auto");
            }
            _ => return false,
        }
        true
    }
}
