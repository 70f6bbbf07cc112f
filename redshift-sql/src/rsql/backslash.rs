//! How a meta command begins.

/// Whether a text begins with a command: a backslash and a letter, `!` or `?`.
pub(crate) fn begins(text: &[u8]) -> bool {
    matches!(text, [b'\\', next, ..] if next.is_ascii_alphabetic() || matches!(next, b'!' | b'?'))
}
