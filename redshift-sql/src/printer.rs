//! A script back to its text: the lossless printer.

use crate::parser::Script;

/// Writes the tokens of a script and what lies between them: blanks and comments. Behind a mistake
/// of kind [`crate::MistakeKind::Unclosed`] it writes all that could not be read.
///
/// `print(&parse(text), text)` is `text`, byte for byte.
pub fn print(script: &Script, text: &str) -> String {
    let mut printed = String::with_capacity(text.len());
    let mut behind = 0;
    for token in &script.tokens {
        let start = token.span.start as usize;
        printed.push_str(text.get(behind..start).unwrap_or_default());
        printed.push_str(token.span.of(text));
        behind = token.span.end as usize;
    }
    printed
}
