//! Arguments of meta commands: words, and what quotes hold together.

use std::iter::Peekable;

use super::variable::VariableUse;
use super::{backslash, place};
use crate::Span;

/// An argument, and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandArgument {
    /// All of it, quotes included.
    pub span: Span,
    /// What it says, in parts: never two texts in a row.
    pub parts: Vec<ArgumentPart>,
}

/// A part of an argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ArgumentPart {
    /// A text without its quotes and escapes.
    Text(String),
    /// The value of a variable, which is not split again. Within quotes there is none.
    Variable(VariableUse),
}

impl CommandArgument {
    /// Its text, where no variable is put in.
    pub fn literal(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [] => Some(""),
            [ArgumentPart::Text(text)] => Some(text),
            _ => None,
        }
    }

    fn push(&mut self, character: char) {
        match self.parts.last_mut() {
            Some(ArgumentPart::Text(text)) => text.push(character),
            _ => self.parts.push(ArgumentPart::Text(character.into())),
        }
    }
}

/// Splits what stands behind a command.
///
/// In both kinds of quotes a doubled one is one; in single quotes a backslash escapes.
pub(super) fn read(text: &str, part: Span) -> Vec<CommandArgument> {
    let mut arguments = Vec::new();
    let mut current: Option<CommandArgument> = None;
    let mut at = part.start;
    while at < part.end {
        let rest = Span::new(at, part.end).of(text);
        let Some(first) = rest.chars().next() else {
            break;
        };
        let mut length = first.len_utf8();
        if first.is_whitespace() {
            arguments.extend(current.take());
            at += place(length);
            continue;
        }
        let argument = current.get_or_insert_with(|| CommandArgument {
            span: Span::new(at, at),
            parts: Vec::new(),
        });
        match first {
            '\'' | '"' => {
                length = quoted_length(rest, first);
                unquote(rest.get(..length).unwrap_or_default(), first, argument);
            }
            ':' => match VariableUse::at(text, at).filter(|variable| variable.span.end <= part.end)
            {
                Some(variable) => {
                    length = (variable.span.end - at) as usize;
                    argument.parts.push(ArgumentPart::Variable(variable));
                }
                None => argument.push(first),
            },
            other => argument.push(other),
        }
        at += place(length);
        argument.span.end = at;
    }
    arguments.extend(current);
    arguments
}

/// Where the arguments end that begin a text: with the line, at a command, or at `\\`.
pub(super) fn length(line: &str) -> usize {
    let mut at = 0;
    while let Some(rest) = line.get(at..) {
        let Some(first) = rest.chars().next() else {
            break;
        };
        at += match first {
            '\'' | '"' => quoted_length(rest, first),
            '\\' if rest.starts_with("\\\\") || backslash::begins(rest.as_bytes()) => return at,
            other => other.len_utf8(),
        };
    }
    line.len()
}

/// Length with the closing quote, or to the end of the text. A doubled quote closes nothing.
fn quoted_length(text: &str, quote: char) -> usize {
    let mut characters = text.char_indices().skip(1).peekable();
    while let Some((at, character)) = characters.next() {
        if character == quote {
            if characters.next_if(|(_, next)| *next == quote).is_none() {
                return at + 1;
            }
        } else if character == '\\' && quote == '\'' {
            characters.next();
        }
    }
    text.len()
}

/// Adds the text of what is written in quotes.
fn unquote(written: &str, quote: char, argument: &mut CommandArgument) {
    let mut characters = written.chars().skip(1).peekable();
    while let Some(character) = characters.next() {
        match character {
            _ if character == quote => {
                if characters.next_if_eq(&quote).is_some() {
                    argument.push(quote);
                }
            }
            '\\' if quote == '\'' => {
                if let Some(escaped) = characters.next() {
                    argument.push(escape(escaped, &mut characters));
                }
            }
            other => argument.push(other),
        }
    }
}

/// What a backslash and this character stand for: `\n`, `\t`, `\b`, `\r`, `\f`, `\101`, `\x41`, or the
/// character itself.
fn escape(first: char, behind: &mut Peekable<impl Iterator<Item = char>>) -> char {
    let (radix, most, mut code) = match first {
        'n' => return '\n',
        't' => return '\t',
        'b' => return '\u{8}',
        'r' => return '\r',
        'f' => return '\u{c}',
        'x' if behind.peek().is_some_and(char::is_ascii_hexdigit) => (16, 2, 0),
        _ => match first.to_digit(8) {
            Some(digit) => (8, 2, digit),
            None => return first,
        },
    };
    for _ in 0..most {
        let Some(digit) = behind.next_if(|next| next.is_digit(radix)) else {
            break;
        };
        code = code * radix + digit.to_digit(radix).unwrap_or(0);
    }
    char::from_u32(code).unwrap_or(first)
}
