//! Names of parameters.

/// Length of the name of a parameter, variable or body that a text begins with. A blank of whatever alphabet
/// ends it. `dollars` may stand in it as in a word, though in no name that is declared.
pub(crate) fn parameter_name(text: &str, dollars: bool) -> usize {
    let end = text.find(|next: char| {
        if next.is_ascii() {
            !next.is_ascii_alphanumeric() && next != '_' && !(dollars && next == '$')
        } else {
            next.is_whitespace() || next == '\u{feff}'
        }
    });
    end.unwrap_or(text.len())
}
