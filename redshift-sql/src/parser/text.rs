//! What literals and names stand for.

use std::borrow::Cow;

use smol_str::SmolStr;

use crate::token::{Token, TokenKind};

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
            '\\' => value.extend(characters.next().map(escape)),
            other => value.push(other),
        }
    }
    Cow::Owned(value)
}

/// The value of literals in a row, and where each part of it stands in the script.
#[derive(Debug, Default)]
pub(super) struct Unescaped {
    /// What the literal stands for.
    pub(super) value: String,
    /// A byte of the value, and its place in the script: one where they stop to go side by side.
    steps: Vec<(u32, u32)>,
}

impl Unescaped {
    fn step(&mut self, place: usize) {
        let at = u32::try_from(self.value.len()).unwrap_or(u32::MAX);
        let place = u32::try_from(place).unwrap_or(u32::MAX);
        let goes_on = self
            .steps
            .last()
            .is_some_and(|(value, script)| at - value == place.wrapping_sub(*script));
        if !goes_on {
            self.steps.push((at, place));
        }
    }

    /// The place in the script of a byte of the value.
    pub(super) fn place(&self, at: u32) -> u32 {
        let behind = self.steps.partition_point(|(value, _)| *value <= at);
        let step = behind.checked_sub(1).and_then(|step| self.steps.get(step));
        step.map_or(0, |(value, script)| script + (at - value))
    }
}

/// Takes the escapes out of literals in a row.
pub(super) fn unescape(text: &str, literals: &[Token]) -> Unescaped {
    let mut unescaped = Unescaped::default();
    for literal in literals {
        let written = literal.span.of(text);
        let start = literal.span.start as usize;
        if literal.kind == TokenKind::Dollar {
            let value = decode(written);
            unescaped.step(start + (written.len() - value.len()) / 2);
            unescaped.value.push_str(&value);
            continue;
        }
        let open = written.find('\'').map_or(0, |at| at + 1);
        let inner = written.get(open..written.len().saturating_sub(1));
        let inner = inner.unwrap_or_default();
        let mut characters = inner.char_indices();
        while let Some((at, character)) = characters.next() {
            unescaped.step(start + open + at);
            match character {
                '\'' => {
                    characters.next();
                    unescaped.value.push('\'');
                }
                '\\' => {
                    if let Some((_, escaped)) = characters.next() {
                        unescaped.value.push(escape(escaped));
                    }
                }
                other => unescaped.value.push(other),
            }
        }
        unescaped.step(start + open + inner.len());
    }
    unescaped
}

/// What a backslash and this character stand for.
fn escape(character: char) -> char {
    match character {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'b' => '\u{8}',
        'f' => '\u{c}',
        other => other,
    }
}

/// A name in lower case; what is inserted stays as it is written.
pub(crate) fn fold(name: &str) -> SmolStr {
    if !may_fold(name.as_bytes()) {
        return SmolStr::new(name);
    }
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

/// Whether there is a capital among the bytes, or a byte outside of ASCII.
#[inline]
fn may_fold(bytes: &[u8]) -> bool {
    // The last eight overlap those in front of them.
    let eights = bytes.chunks_exact(8).map(<[u8]>::first_chunk);
    match (bytes.last_chunk::<8>(), bytes.last_chunk::<4>()) {
        (Some(last), _) => eights.flatten().any(|eight| eight_fold(*eight)) || eight_fold(*last),
        (None, Some(last)) => {
            let mut eight = [0; 8];
            let (start, end) = eight.split_at_mut(4);
            start.copy_from_slice(bytes.get(..4).unwrap_or(last));
            end.copy_from_slice(last);
            eight_fold(eight)
        }
        _ => bytes
            .iter()
            .any(|byte| byte.is_ascii_uppercase() || *byte >= 0x80),
    }
}

/// Whether one of eight bytes is a capital or lies outside of ASCII, asked of all at once.
#[inline]
fn eight_fold(eight: [u8; 8]) -> bool {
    const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);
    const FROM_A: u64 = u64::from_ne_bytes([0x80 - b'A'; 8]);
    const BEHIND_Z: u64 = u64::from_ne_bytes([0x80 - b'Z' - 1; 8]);
    let bytes = u64::from_ne_bytes(eight);
    let low = bytes & !HIGH;
    // Neither sum carries into the next byte.
    let capitals = (low + FROM_A) & !(low + BEHIND_Z);
    (bytes | capitals) & HIGH != 0
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
