//! Text that diagnostics point into, and the files that the compiler asks for.
//!
//! The compiler never touches a disk: whoever calls it hands in a [`Files`].

use std::sync::{Arc, OnceLock};

mod layers;
mod path;

pub use path::{PathProblem, beside, is_folder_name, relative};

/// A part of a text, in bytes, the end excluded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Offset of the first byte.
    pub start: usize,
    /// Offset just behind the last byte.
    pub end: usize,
}

impl Span {
    /// The bytes from `start` up to, not including, `end`.
    pub fn new(start: usize, end: usize) -> Self {
        Self {
            start,
            end: end.max(start),
        }
    }

    /// This span, moved to the right by `offset` bytes.
    #[must_use]
    pub fn shifted(self, offset: usize) -> Self {
        Self::new(self.start + offset, self.end + offset)
    }
}

impl From<redshift_sql::Span> for Span {
    fn from(span: redshift_sql::Span) -> Self {
        Self::new(span.start as usize, span.end as usize)
    }
}

/// A place as people count it: lines and columns start at 1, columns are characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// Line of the file, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

/// A text file with the path that diagnostics show.
#[derive(Debug)]
pub struct SourceFile {
    path: String,
    text: String,
    size: usize,
    first_invalid: Option<usize>,
    line_starts: OnceLock<Vec<usize>>,
    layers: Option<layers::Layers>,
}

impl SourceFile {
    /// Takes a file's bytes, but for a byte order mark in front of them. What is not UTF-8 is
    /// replaced in the text, and remembered.
    pub fn new(path: impl Into<String>, bytes: Vec<u8>) -> Arc<Self> {
        let size = bytes.len();
        let (text, first_invalid) = match String::from_utf8(without_mark(bytes)) {
            Ok(text) => (text, None),
            Err(error) => (
                String::from_utf8_lossy(error.as_bytes()).into_owned(),
                Some(error.utf8_error().valid_up_to()),
            ),
        };
        Arc::new(Self {
            path: path.into(),
            text,
            size,
            first_invalid,
            line_starts: OnceLock::new(),
            layers: None,
        })
    }

    /// A file of which nothing but its path is known, because it could not be read.
    pub fn unread(path: impl Into<String>) -> Arc<Self> {
        Self::new(path, Vec::new())
    }

    /// Path as diagnostics show it.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Content; bytes that are not UTF-8 stand as U+FFFD.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Length in bytes of what was read.
    pub fn size(&self) -> usize {
        self.size
    }

    /// Offset of the first byte that is not UTF-8, in the bytes as well as in the text.
    pub fn first_invalid(&self) -> Option<usize> {
        self.first_invalid
    }

    /// The text in `span`, or nothing where it does not lie on character boundaries.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.start..span.end).unwrap_or_default()
    }

    /// Offset of the first byte of each line.
    fn line_starts(&self) -> &[usize] {
        self.line_starts.get_or_init(|| {
            std::iter::once(0)
                .chain(self.text.match_indices('\n').map(|(offset, _)| offset + 1))
                .collect()
        })
    }

    /// Line, from 1, in which the byte at `offset` lies.
    pub fn line(&self, offset: usize) -> usize {
        self.line_starts().partition_point(|start| *start <= offset)
    }

    /// Offset of the first byte of a line, counted from 1; the text's end for a line behind it.
    pub fn line_start(&self, line: usize) -> usize {
        line.checked_sub(1)
            .and_then(|index| self.line_starts().get(index))
            .copied()
            .unwrap_or(self.text.len())
    }

    /// Line and column of a byte.
    pub fn position(&self, offset: usize) -> Position {
        let line = self.line(offset);
        let start = self.line_start(line);
        let column = 1 + self.slice(Span::new(start, offset)).chars().count();
        Position { line, column }
    }
}

/// The bytes without the mark that some editors put in front of UTF-8: it belongs to no text.
pub fn without_mark(mut bytes: Vec<u8>) -> Vec<u8> {
    const MARK: &[u8] = b"\xef\xbb\xbf";
    if bytes.starts_with(MARK) {
        bytes.drain(..MARK.len());
    }
    bytes
}

/// Where the compiler gets the files that a spec names.
pub trait Files: Sync {
    /// The content of a file.
    ///
    /// `path` is relative to the folder of `pipeline.yaml`, with `/` between its parts, and holds
    /// neither `.` nor `..`. Links that lead out of the folder are for the implementation to
    /// refuse, and so are files of more than `max_bytes`.
    fn read(&self, path: &str, max_bytes: u64) -> Result<Vec<u8>, FileProblem>;
}

/// Why a file could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileProblem {
    /// There is no such file.
    #[error("it does not exist")]
    Missing,
    /// A link leads out of the pipeline's folder.
    #[error("it is a link that leads out of the folder")]
    LeavesFolder,
    /// It is longer than the compiler takes.
    #[error("it has {size} bytes")]
    TooLarge {
        /// Its length in bytes.
        size: u64,
    },
    /// Anything else, in the system's words.
    #[error("{0}")]
    Unreadable(String),
}
