//! A place in a text.

/// Bytes from `start` to `end`, the end not included.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Index of its first byte in the text.
    pub start: u32,
    /// The byte behind the last.
    pub end: u32,
}

impl Span {
    /// From one byte to another.
    pub const fn new(start: u32, end: u32) -> Self {
        Self { start, end }
    }

    /// From the beginning of this place to the end of another one behind it.
    pub fn to(self, end: Self) -> Self {
        Self::new(self.start, end.end.max(self.start))
    }

    /// The text at this place; empty where the text has no such place.
    ///
    /// `Span::new(7, 8).of("select 1")` is `"1"`.
    pub fn of(self, text: &str) -> &str {
        text.get(self.start as usize..self.end as usize)
            .unwrap_or_default()
    }

    /// Whether a byte lies in it.
    pub fn contains(self, offset: u32) -> bool {
        self.start <= offset && offset < self.end
    }
}
