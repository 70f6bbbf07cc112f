//! What literals and names stand for.

use std::borrow::Cow;

use smol_str::SmolStr;

/// The value of a string literal as it is written, with its quotes and prefix, or of a text between
/// dollar signs.
///
/// `decode("'it''s'")` is `it's`, `decode("$$a$$")` is `a`.
pub fn decode(written: &str) -> Cow<'_, str> {
    if let Some(rest) = written.strip_prefix('$') {
        let tag = rest.find('$').map_or(0, |at| at + 2);
        let inner = written.get(tag..written.len().saturating_sub(tag));
        return Cow::Borrowed(inner.unwrap_or_default());
    }
    let open = written.find('\'').map_or(0, |at| at + 1);
    let inner = written
        .get(open..written.len().saturating_sub(1))
        .unwrap_or_default();
    if !inner.contains(['\\', '\'']) {
        return Cow::Borrowed(inner);
    }
    let mut value = String::with_capacity(inner.len());
    let mut characters = inner.chars();
    while let Some(character) = characters.next() {
        match character {
            '\'' => {
                characters.next();
                value.push('\'');
            }
            '\\' => match characters.next() {
                Some('n') => value.push('\n'),
                Some('t') => value.push('\t'),
                Some('r') => value.push('\r'),
                Some('b') => value.push('\u{8}'),
                Some('f') => value.push('\u{c}'),
                Some(other) => value.push(other),
                None => {}
            },
            other => value.push(other),
        }
    }
    Cow::Owned(value)
}

/// A name in lower case; what is inserted stays as it is written.
pub(crate) fn fold(name: &str) -> SmolStr {
    let mut buffer = [0_u8; 23];
    let bytes = name.as_bytes();
    match buffer.get_mut(..bytes.len()) {
        Some(folded) if name.is_ascii() && !name.contains("{{") => {
            folded.copy_from_slice(bytes);
            folded.make_ascii_lowercase();
            std::str::from_utf8(folded).map_or_else(|_| SmolStr::new(name), SmolStr::new)
        }
        _ => SmolStr::new(fold_outside_insertions(name)),
    }
}

fn fold_outside_insertions(name: &str) -> String {
    let mut folded = String::with_capacity(name.len());
    let mut rest = name;
    while let Some((before, after)) = rest.split_once("{{") {
        folded.push_str(&before.to_lowercase());
        let end = after.find("}}").map_or(after.len(), |at| at + 2);
        folded.push_str("{{");
        folded.push_str(after.get(..end).unwrap_or_default());
        rest = after.get(end..).unwrap_or_default();
    }
    folded.push_str(&rest.to_lowercase());
    folded
}

/// The name in double quotes.
pub(crate) fn unquote(written: &str) -> SmolStr {
    let inner = written
        .get(1..written.len().saturating_sub(1))
        .unwrap_or_default();
    if inner.contains('"') {
        fold(&inner.replace("\"\"", "\""))
    } else {
        fold(inner)
    }
}
