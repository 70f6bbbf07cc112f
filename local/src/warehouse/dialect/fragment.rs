//! What is written in the engine's dialect: tokens with their brackets paired.

use super::token::{EngineToken, EngineTokenKind};

/// A token, or everything between a pair of brackets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TokenTree {
    Token(EngineToken),
    /// Round brackets and what stands between them.
    Round(Vec<TokenTree>),
    /// Square brackets and what stands between them.
    Square(Vec<TokenTree>),
    /// Text in the engine's dialect, already in its final form.
    Ready(String),
}

impl TokenTree {
    pub(crate) fn word(word: &str) -> Self {
        Self::Token(EngineToken::new(EngineTokenKind::Word, word))
    }

    pub(crate) fn symbol(symbol: &str) -> Self {
        Self::Token(EngineToken::new(EngineTokenKind::Symbol, symbol))
    }

    pub(crate) fn quoted(name: &str) -> Self {
        Self::Token(EngineToken::new(EngineTokenKind::Quoted, name))
    }

    pub(crate) fn number(digits: &str) -> Self {
        Self::Token(EngineToken::new(EngineTokenKind::Number, digits))
    }

    pub(crate) fn parameter(name: &str) -> Self {
        Self::Token(EngineToken::new(EngineTokenKind::Parameter, name))
    }

    pub(crate) fn text(value: impl Into<String>) -> Self {
        Self::Token(EngineToken::new(EngineTokenKind::Text, value))
    }

    pub(crate) fn is_word(&self, word: &str) -> bool {
        matches!(self, Self::Token(token) if token.is_word(word))
    }

    pub(crate) fn is_symbol(&self, symbol: &str) -> bool {
        matches!(self, Self::Token(token) if token.is_symbol(symbol))
    }

    /// The keyword or identifier that it is, if it was written without quotes.
    pub(crate) fn as_word(&self) -> Option<&str> {
        match self {
            Self::Token(token) if token.kind == EngineTokenKind::Word => Some(&token.text),
            _ => None,
        }
    }

    /// The identifier that it is, quoted or not.
    pub(crate) fn as_name(&self) -> Option<&str> {
        match self {
            Self::Token(token)
                if matches!(token.kind, EngineTokenKind::Word | EngineTokenKind::Quoted) =>
            {
                Some(&token.text)
            }
            _ => None,
        }
    }

    /// The value of the string literal that it is.
    pub(crate) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Token(token) if token.kind == EngineTokenKind::Text => Some(&token.text),
            _ => None,
        }
    }

    pub(crate) fn as_number(&self) -> Option<&str> {
        match self {
            Self::Token(token) if token.kind == EngineTokenKind::Number => Some(&token.text),
            _ => None,
        }
    }

    /// What stands between the round brackets that it is.
    pub(crate) fn as_round(&self) -> Option<&[TokenTree]> {
        match self {
            Self::Round(nodes) => Some(nodes),
            _ => None,
        }
    }
}

/// Splits at the commas of this level; nothing gives no part.
///
/// `a, b + 1` gives `a` and `b + 1`.
pub(crate) fn split_commas(nodes: &[TokenTree]) -> Vec<&[TokenTree]> {
    if nodes.is_empty() {
        return Vec::new();
    }
    nodes.split(|node| node.is_symbol(",")).collect()
}

/// Number of nodes on all levels.
pub(crate) fn nodes_in(nodes: &[TokenTree]) -> usize {
    nodes.iter().fold(nodes.len(), |sum, node| match node {
        TokenTree::Round(inner) | TokenTree::Square(inner) => sum.saturating_add(nodes_in(inner)),
        TokenTree::Token(_) | TokenTree::Ready(_) => sum,
    })
}

/// An identifier as the engine reads it whatever it holds.
///
/// `a"b` becomes `"a""b"`.
pub(crate) fn quote_name(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A string literal as the engine reads it whatever it holds.
///
/// `it's` becomes `'it''s'`.
pub(crate) fn quote_text(value: &str) -> String {
    format!("'{}'", value.replace('\'', "''"))
}

/// Writes the tree in the engine's dialect. The names of the parameters that it meets are added to
/// `parameters`, whose order is the order of the engine's `$1`, `$2` …
pub(crate) fn write(nodes: &[TokenTree], parameters: &mut Vec<String>) -> String {
    let mut text = String::new();
    write_into(nodes, parameters, &mut text);
    text
}

fn write_into(nodes: &[TokenTree], parameters: &mut Vec<String>, text: &mut String) {
    let mut glued = true;
    for node in nodes {
        let tight = node.is_symbol(".")
            || node.is_symbol(",")
            || node.is_symbol("::")
            || matches!(node, TokenTree::Square(_));
        if !glued && !tight {
            text.push(' ');
        }
        glued = node.is_symbol(".") || node.is_symbol("::");
        match node {
            TokenTree::Ready(ready) => text.push_str(ready),
            TokenTree::Round(inner) => {
                text.push('(');
                write_into(inner, parameters, text);
                text.push(')');
            }
            TokenTree::Square(inner) => {
                text.push('[');
                write_into(inner, parameters, text);
                text.push(']');
            }
            TokenTree::Token(token) => match token.kind {
                EngineTokenKind::Quoted => text.push_str(&quote_name(&token.text)),
                EngineTokenKind::Text => text.push_str(&quote_text(&token.text)),
                EngineTokenKind::Parameter => {
                    let known = parameters.iter().position(|name| *name == token.text);
                    let position = known.unwrap_or_else(|| {
                        parameters.push(token.text.clone());
                        parameters.len() - 1
                    });
                    text.push_str(&format!("${}", position + 1));
                }
                EngineTokenKind::Word | EngineTokenKind::Number | EngineTokenKind::Symbol => {
                    text.push_str(&token.text)
                }
            },
        }
    }
}
