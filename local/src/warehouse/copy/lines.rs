//! Lines of a text. A line ends with a line feed, a carriage return, or both.

use std::io;

use super::source::ObjectReader;

/// Lines of an object.
pub(super) struct Lines {
    source: ObjectReader,
    /// The line that was read last, from 1.
    number: u64,
    /// What that line ended with; nothing at the end of the object.
    ending: &'static [u8],
}

impl Lines {
    pub(super) fn new(source: ObjectReader) -> Self {
        Self {
            source,
            number: 0,
            ending: b"",
        }
    }

    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// Reads a line behind what `to` holds; whether there was one.
    pub(super) fn next(&mut self, to: &mut Vec<u8>) -> io::Result<bool> {
        let mut is_there = false;
        self.ending = b"";
        loop {
            let buffer = self.source.fill_buf()?;
            if buffer.is_empty() {
                self.number += u64::from(is_there);
                return Ok(is_there);
            }
            is_there = true;
            let Some(end) = buffer.iter().position(|byte| matches!(byte, b'\n' | b'\r')) else {
                to.extend_from_slice(buffer);
                let length = buffer.len();
                self.source.consume(length);
                continue;
            };
            let (line, rest) = buffer.split_at(end);
            to.extend_from_slice(line);
            let is_return = rest.first() == Some(&b'\r');
            self.source.consume(end + 1);
            self.ending = if !is_return {
                b"\n"
            } else if self.source.fill_buf()?.first() == Some(&b'\n') {
                self.source.consume(1);
                b"\r\n"
            } else {
                b"\r"
            };
            self.number += 1;
            return Ok(true);
        }
    }

    /// Reads the next line behind the end of the last, which was a part of a field; whether there was
    /// one.
    pub(super) fn go_on(&mut self, to: &mut Vec<u8>) -> io::Result<bool> {
        if self.ending.is_empty() {
            return Ok(false);
        }
        to.extend_from_slice(self.ending);
        self.next(to)?;
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::Lines;

    #[test]
    fn lines_end_in_three_ways() {
        let mut lines = Lines::new(Box::new(&b"a\nb\r\nc\r\r\nd"[..]));
        let mut all = Vec::new();
        loop {
            let mut line = Vec::new();
            if !lines.next(&mut line).unwrap() {
                break;
            }
            all.push(String::from_utf8(line).unwrap());
        }
        assert_eq!(all, ["a", "b", "c", "", "d"]);
        assert_eq!(lines.number(), 5);
    }
}
