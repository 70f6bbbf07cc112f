//! Bytes of a text to the lines and columns of an editor, and back (LSP: `Position`).

use gen_lsp_types::{Position, PositionEncodingKind, Range};

use crate::source::{SourceFile, Span};

/// What a column counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PositionEncoding {
    /// Bytes of UTF-8, for clients that take them.
    Utf8,
    /// Units of UTF-16: every client can do that.
    #[default]
    Utf16,
}

impl PositionEncoding {
    /// Bytes, where the client offers them: they need no counting.
    #[must_use]
    pub fn of(offered: &[PositionEncodingKind]) -> Self {
        if offered.contains(&PositionEncodingKind::UTF8) {
            Self::Utf8
        } else {
            Self::Utf16
        }
    }

    /// Its name in the protocol.
    #[must_use]
    pub fn kind(self) -> PositionEncodingKind {
        match self {
            Self::Utf8 => PositionEncodingKind::UTF8,
            Self::Utf16 => PositionEncodingKind::UTF16,
        }
    }

    /// Line and column of a byte, both from 0.
    #[must_use]
    pub fn position(self, file: &SourceFile, offset: usize) -> Position {
        let offset = offset.min(file.text().len());
        let line = file.line(offset);
        let before = file.slice(Span::new(file.line_start(line), offset));
        let character = match self {
            Self::Utf8 => before.len(),
            Self::Utf16 => before.encode_utf16().count(),
        };
        Position {
            line: number(line.saturating_sub(1)),
            character: number(character),
        }
    }

    /// The range of a part of the text.
    #[must_use]
    pub fn range(self, file: &SourceFile, span: Span) -> Range {
        Range {
            start: self.position(file, span.start),
            end: self.position(file, span.end),
        }
    }

    /// The byte at a position. A column behind its line's end means that end, a line behind the last
    /// the end of the text.
    #[must_use]
    pub fn offset(self, file: &SourceFile, position: Position) -> usize {
        let line = usize::try_from(position.line).unwrap_or(usize::MAX);
        let start = file.line_start(line.saturating_add(1));
        let rest = file.text().get(start..).unwrap_or_default();
        let line = rest.split('\n').next().unwrap_or_default();
        let line = line.strip_suffix('\r').unwrap_or(line);
        let wanted = usize::try_from(position.character).unwrap_or(usize::MAX);
        let mut counted = 0;
        for (at, character) in line.char_indices() {
            if counted >= wanted {
                return start + at;
            }
            counted += match self {
                Self::Utf8 => character.len_utf8(),
                Self::Utf16 => character.len_utf16(),
            };
        }
        start + line.len()
    }
}

fn number(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_counted_as_the_client_counts() {
        let file = SourceFile::new("a.sql", "ä😀b\r\nnext".into());
        let at = |line, character| Position { line, character };
        assert_eq!(PositionEncoding::Utf16.position(&file, 6), at(0, 3));
        assert_eq!(PositionEncoding::Utf8.position(&file, 6), at(0, 6));
        assert_eq!(PositionEncoding::Utf16.position(&file, 10), at(1, 1));
        for offset in [0, 2, 6, 7, 9, 10, 13] {
            for encoding in [PositionEncoding::Utf8, PositionEncoding::Utf16] {
                let position = encoding.position(&file, offset);
                assert_eq!(encoding.offset(&file, position), offset);
            }
        }
        assert_eq!(PositionEncoding::Utf16.offset(&file, at(0, 99)), 7);
        assert_eq!(PositionEncoding::Utf16.offset(&file, at(7, 0)), 13);
    }
}
