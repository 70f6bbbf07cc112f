//! Options: a name of one or several words, and what it is set to.

use smol_str::SmolStr;

use super::{Expression, Name};
use crate::Span;

/// An option of a statement, or a property in brackets.
///
/// `connection limit 10` has the name `connection limit` and one value; `'numRows' = '10'` has the
/// name `numRows`.
#[derive(Debug, Clone, PartialEq)]
pub struct StatementOption {
    pub span: Span,
    /// Its words in lower case with one blank between them; a property's name as it is written.
    pub name: SmolStr,
    /// Its values; empty where its name says everything.
    pub values: Vec<OptionValue>,
}

/// A value of an option.
#[derive(Debug, Clone, PartialEq)]
pub enum OptionValue {
    /// A literal, a number, a parameter or an insertion.
    Literal(Expression),
    /// A word: `default`, `unlimited`, or the name of something.
    Word(Name),
    /// Options in brackets: `settings (s3_bucket 'b')`.
    Options(Vec<StatementOption>),
}

impl OptionValue {
    /// Its text, where it is a text or a word.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Literal(literal) => match &literal.kind {
                super::ExpressionKind::Text(text) => Some(text),
                super::ExpressionKind::Number(number) => Some(number),
                _ => None,
            },
            Self::Word(word) => Some(&word.text),
            Self::Options(_) => None,
        }
    }
}

/// The option of a name, given in lower case.
pub fn option_of<'a>(options: &'a [StatementOption], name: &str) -> Option<&'a StatementOption> {
    options.iter().find(|option| option.name == name)
}
