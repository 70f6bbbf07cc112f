//! A record of an object as it was read: fields, or what is wrong with its form.

/// Fields of a record, one behind the other; each is text or NULL. The buffers are used again.
#[derive(Debug, Default)]
pub(super) struct Fields {
    bytes: Vec<u8>,
    /// Where each field ends, and whether it is NULL.
    ends: Vec<(usize, bool)>,
}

impl Fields {
    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
    }

    /// A further byte of the field that has not ended.
    pub(super) fn push(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    /// Further bytes of the field that has not ended.
    pub(super) fn extend(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// The field that has not ended.
    pub(super) fn open(&self) -> &[u8] {
        let start = self.ends.last().map_or(0, |(end, _)| *end);
        self.bytes.get(start..).unwrap_or_default()
    }

    /// Ends a field with the bytes so far.
    pub(super) fn end(&mut self, is_null: bool) {
        self.ends.push((self.bytes.len(), is_null));
    }

    /// Removes the last field.
    pub(super) fn pop(&mut self) {
        self.ends.pop();
        let end = self.ends.last().map_or(0, |(end, _)| *end);
        self.bytes.truncate(end);
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// A field; nothing where it is NULL or not there.
    pub(super) fn get(&self, number: usize) -> Option<&[u8]> {
        let (end, is_null) = *self.ends.get(number)?;
        let start = match number.checked_sub(1) {
            None => 0,
            Some(before) => self.ends.get(before)?.0,
        };
        self.bytes.get(start..end).filter(|_| !is_null)
    }
}

/// What is wrong with a field or with the form of a record (AWS page: `Load error reference`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Flaw {
    /// The number of the column, from 0.
    pub(super) column: usize,
    pub(super) code: u16,
    pub(super) reason: String,
    /// Where in the field, in characters.
    pub(super) position: usize,
}

impl Flaw {
    pub(super) fn new(column: usize, code: u16, reason: impl Into<String>) -> Self {
        Self {
            column,
            code,
            reason: reason.into(),
            position: 0,
        }
    }
}

/// A record with its fields, before they are values of columns.
#[derive(Debug)]
pub(super) struct CopyRecord<'a> {
    /// The line that it begins with, from 1; of a document the line that it ends with.
    pub(super) line: u64,
    /// As it stands in the object.
    pub(super) raw: &'a [u8],
    pub(super) fields: &'a Fields,
    pub(super) flaw: Option<Flaw>,
}

/// What is done with each record; whether there shall be more.
pub(super) type RecordVisitor<'a> =
    dyn FnMut(&CopyRecord<'_>) -> Result<bool, super::StatementFailure> + 'a;
