//! Values of options: of COPY, UNLOAD, CREATE EXTERNAL FUNCTION (AWS page: `COPY syntax overview`).

use smol_str::SmolStr;

use crate::Span;

/// A text that an option takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OptionText {
    /// Its place, quotes included.
    pub span: Span,
    /// What is written there.
    pub kind: OptionTextKind,
}

/// What is written where an option takes a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OptionTextKind {
    /// `'…'`, decoded. Insertions stay in it as they are written.
    Literal(Box<str>),
    /// `:name`, without the colon.
    Parameter(SmolStr),
    /// `{{name}}`, as it is written.
    Insertion(SmolStr),
}

impl OptionText {
    /// The text, where it is written here.
    pub fn literal(&self) -> Option<&str> {
        match &self.kind {
            OptionTextKind::Literal(text) => Some(text),
            OptionTextKind::Parameter(_) | OptionTextKind::Insertion(_) => None,
        }
    }

    /// The text, where nothing is inserted into it.
    pub fn known(&self) -> Option<&str> {
        self.literal().filter(|text| !text.contains("{{"))
    }
}

/// A number that an option takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OptionNumber {
    pub span: Span,
    /// As it is written: `5`, `6.2`, `1.1e-05`; none for a parameter or an insertion.
    pub value: Option<SmolStr>,
}

impl OptionNumber {
    /// The number, where it is a whole one.
    pub fn whole(&self) -> Option<u64> {
        self.value.as_ref()?.parse().ok()
    }
}

/// A unit of a size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SizeUnit {
    Kilobytes,
    Megabytes,
    Gigabytes,
}

/// What a statement may do in AWS, and in whose name (AWS page: `Authorization parameters`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Authorization {
    DefaultRole,
    /// `iam_role 'arn:…'`, several with commas between them for a chain of roles; `'SESSION'`.
    Role(OptionText),
    /// `access_key_id '…'`: half of a pair of keys; the other is [`Self::SecretAccessKey`].
    AccessKeyId(OptionText),
    /// `secret_access_key '…'`
    SecretAccessKey(OptionText),
    /// `session_token '…'`: what makes temporary keys of a pair.
    SessionToken(OptionText),
    /// `[with] credentials [as] 'aws_iam_role=…'`
    Credentials(OptionText),
}
