//! Rows that a statement returned, kept in pages until they are asked for.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};

use runtime_lambda::ports::{Column, Field};

use super::detail::ColumnDetail;

/// Most rows of a page.
const PAGE_ROWS: usize = 1000;
/// A page is closed when it holds this many bytes.
const PAGE_BYTES: usize = 1024 * 1024;

/// Where an encoded page lies.
#[derive(Debug)]
enum Place {
    Memory(Vec<u8>),
    File { start: u64, length: usize },
}

/// A complete result.
#[derive(Debug)]
pub(super) struct Rows {
    pub(super) columns: Vec<Column>,
    pub(super) details: Vec<ColumnDetail>,
    pub(super) total: u64,
    /// Of all pages.
    pub(super) bytes: u64,
    pages: Vec<Place>,
    file: Option<File>,
}

impl Rows {
    /// The rows of a page and whether another follows.
    pub(super) fn page(&mut self, number: usize) -> std::io::Result<(Vec<Vec<Field>>, bool)> {
        let (bytes, more) = self.stored(number)?;
        Ok((serde_json::from_slice(&bytes)?, more))
    }

    /// A page as JSON and whether another follows.
    pub(super) fn stored(&mut self, number: usize) -> std::io::Result<(Vec<u8>, bool)> {
        let more = number + 1 < self.pages.len();
        let bytes = match self.pages.get(number) {
            None => b"[]".to_vec(),
            Some(Place::Memory(bytes)) => bytes.clone(),
            Some(Place::File { start, length }) => {
                let mut bytes = vec![0; *length];
                let file = self.file.as_mut().ok_or(std::io::ErrorKind::NotFound)?;
                file.seek(SeekFrom::Start(*start))?;
                file.read_exact(&mut bytes)?;
                bytes
            }
        };
        Ok((bytes, more))
    }

    /// Number of pages; an empty result has one page without rows.
    pub(super) fn pages(&self) -> usize {
        self.pages.len().max(1)
    }
}

/// Takes rows one by one and cuts them into pages.
#[derive(Debug)]
pub(super) struct Collector {
    rows: Rows,
    page: Vec<u8>,
    page_rows: usize,
    in_memory: usize,
    memory: usize,
    end_of_file: u64,
}

impl Collector {
    /// `memory` bytes are kept; pages beyond go to a temporary file.
    pub(super) fn new(details: Vec<ColumnDetail>, memory: usize) -> Self {
        let columns = details.iter().map(|detail| Column {
            name: detail.name.clone(),
            type_name: detail.type_name.clone(),
        });
        Self {
            rows: Rows {
                columns: columns.collect(),
                details,
                total: 0,
                bytes: 0,
                pages: Vec::new(),
                file: None,
            },
            page: Vec::new(),
            page_rows: 0,
            in_memory: 0,
            memory,
            end_of_file: 0,
        }
    }

    pub(super) fn push(&mut self, record: &[Field]) -> std::io::Result<()> {
        self.page
            .push(if self.page_rows == 0 { b'[' } else { b',' });
        serde_json::to_writer(&mut self.page, record)?;
        self.page_rows += 1;
        self.rows.total += 1;
        if self.page_rows >= PAGE_ROWS || self.page.len() >= PAGE_BYTES {
            self.close_page()?;
        }
        Ok(())
    }

    pub(super) fn finish(mut self) -> std::io::Result<Rows> {
        self.close_page()?;
        Ok(self.rows)
    }

    fn close_page(&mut self) -> std::io::Result<()> {
        if self.page_rows == 0 {
            return Ok(());
        }
        self.page.push(b']');
        self.page_rows = 0;
        self.rows.bytes += self.page.len() as u64;
        if self.in_memory + self.page.len() <= self.memory {
            self.in_memory += self.page.len();
            let page = std::mem::take(&mut self.page);
            self.rows.pages.push(Place::Memory(page));
            return Ok(());
        }
        let mut file = match self.rows.file.take() {
            Some(file) => file,
            None => tempfile::tempfile()?,
        };
        file.write_all(&self.page)?;
        self.rows.file = Some(file);
        self.rows.pages.push(Place::File {
            start: self.end_of_file,
            length: self.page.len(),
        });
        self.end_of_file += self.page.len() as u64;
        self.page.clear();
        Ok(())
    }
}
