//! Variables: `:name` is put in as it stands, `:'name'` as a literal, `:"name"` as a name, and
//! `:{?name}` says whether it is set.

use smol_str::SmolStr;

use crate::Span;
use crate::parameter_name::parameter_name;
use crate::token::{Token, TokenKind};

/// A place where a variable's value is put in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VariableUse {
    /// All of it, the colon included.
    pub span: Span,
    /// Its name, as it is written.
    pub name: SmolStr,
    /// How its value is put in.
    pub form: VariableForm,
}

/// How a variable's value is put in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum VariableForm {
    /// `:name`: as it stands.
    Plain,
    /// `:'name'`: as a literal.
    Literal,
    /// `:"name"`: as a name.
    Name,
    /// `:{?name}`: TRUE where it is set, otherwise FALSE.
    IsSet,
}

impl VariableForm {
    /// What stands between the colon and the name, and behind the name.
    const fn signs(self) -> (&'static str, &'static str) {
        match self {
            Self::Plain => ("", ""),
            Self::Literal => ("'", "'"),
            Self::Name => ("\"", "\""),
            Self::IsSet => ("{?", "}"),
        }
    }
}

/// The form of the variable that a text begins with, its length, and that of its name.
fn form(text: &str) -> Option<(VariableForm, usize, usize)> {
    let behind = text.strip_prefix(':')?;
    let form = match behind.as_bytes().first()? {
        b'\'' => VariableForm::Literal,
        b'"' => VariableForm::Name,
        b'{' => VariableForm::IsSet,
        _ => VariableForm::Plain,
    };
    let (open, close) = form.signs();
    let named = behind.strip_prefix(open)?;
    let length = parameter_name(named, false);
    let closed = named.get(length..)?.starts_with(close);
    let whole = 1 + open.len() + length + close.len();
    (length > 0 && closed).then_some((form, whole, length))
}

/// Length of the variable that a text begins with; 0 where it begins with none.
pub(crate) fn length(text: &str) -> usize {
    form(text).map_or(0, |(_, whole, _)| whole)
}

impl VariableUse {
    /// The variable at a place of a script.
    pub(super) fn at(text: &str, start: u32) -> Option<Self> {
        let rest = text.get(start as usize..)?;
        let (form, whole, length) = form(rest)?;
        let name = 1 + form.signs().0.len();
        Some(Self {
            span: Span::new(start, start + super::place(whole)),
            name: SmolStr::new(rest.get(name..name + length)?),
            form,
        })
    }
}

/// The variables among tokens.
pub(super) fn of_tokens(text: &str, tokens: &[Token]) -> Vec<VariableUse> {
    let variables = tokens
        .iter()
        .filter(|token| token.kind == TokenKind::Parameter);
    variables
        .filter_map(|token| VariableUse::at(text, token.span.start))
        .collect()
}
