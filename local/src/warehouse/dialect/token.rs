//! What a text in the engine's dialect is made of.

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EngineTokenKind {
    /// Keyword, or the name of a function, in lower case.
    Word,
    /// Name, without quotes, in lower case.
    Quoted,
    /// String literal: its value.
    Text,
    /// Number, as it was written.
    Number,
    /// Named parameter, without its colon.
    Parameter,
    /// Operator or sign of punctuation.
    Symbol,
}

/// The smallest part of a text in the engine's dialect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EngineToken {
    pub(crate) kind: EngineTokenKind,
    pub(crate) text: String,
}

impl EngineToken {
    pub(crate) fn new(kind: EngineTokenKind, text: impl Into<String>) -> Self {
        Self {
            kind,
            text: text.into(),
        }
    }

    pub(crate) fn is_word(&self, word: &str) -> bool {
        self.kind == EngineTokenKind::Word && self.text == word
    }

    pub(crate) fn is_symbol(&self, symbol: &str) -> bool {
        self.kind == EngineTokenKind::Symbol && self.text == symbol
    }
}
