//! Rows that a statement returned, kept in pages until they are asked for.

use std::io::{Error, ErrorKind};
use std::sync::Arc;

use flate2::Compression;
use flate2::write::GzEncoder;
use runtime_lambda::ports::{Field, ResultColumn};

use super::detail::ColumnDetail;
use super::failure::StatementFailure;
use super::pages::{KeptPage, Pages};

/// Most rows of a page.
const PAGE_ROWS: usize = 1000;
/// A page is closed when it holds this many bytes.
const PAGE_BYTES: usize = 1024 * 1024;

/// What the Data API hands out of a result (AWS page: "Considerations when calling the Amazon Redshift
/// Data API"). Who reads results in another way, as RSQL does, has no limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ResultLimits {
    /// Bytes of the values of a row.
    pub(super) row: u64,
    /// Bytes of the whole result, compressed by gzip.
    pub(super) result: u64,
}

impl ResultLimits {
    /// The limits of the Data API: 64 KiB a row, 500 MiB a result.
    pub(super) const DATA_API: Self = Self {
        row: 64 * 1024,
        result: 500 * 1024 * 1024,
    };
}

/// All rows of a result, in pages.
#[derive(Debug)]
pub(super) struct PagedRows {
    pub(super) columns: Vec<ResultColumn>,
    pub(super) details: Vec<ColumnDetail>,
    pub(super) total: u64,
    /// Bytes of all pages together.
    pub(super) bytes: u64,
    pages: Vec<Arc<KeptPage>>,
}

impl PagedRows {
    /// The rows of a page and whether another follows.
    pub(super) fn page(&self, number: usize) -> std::io::Result<(Vec<Vec<Field>>, bool)> {
        let (bytes, more) = self.stored(number)?;
        Ok((serde_json::from_slice(&bytes)?, more))
    }

    /// A page as JSON and whether another follows.
    pub(super) fn stored(&self, number: usize) -> std::io::Result<(Vec<u8>, bool)> {
        let more = number + 1 < self.pages.len();
        let bytes = match self.pages.get(number) {
            None => b"[]".to_vec(),
            Some(page) => page.read()?,
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
    rows: PagedRows,
    page: Vec<u8>,
    page_rows: usize,
    store: Arc<Pages>,
    limits: Option<ResultLimits>,
    /// Bytes of the pages when they are compressed; counted once they are many.
    compressed: Option<u64>,
}

impl Collector {
    /// Pages go to `store`.
    pub(super) fn new(
        details: Vec<ColumnDetail>,
        store: &Arc<Pages>,
        limits: Option<ResultLimits>,
    ) -> Self {
        let columns = details.iter().map(|detail| ResultColumn {
            name: detail.name.clone(),
            type_name: detail.type_name.clone(),
        });
        Self {
            rows: PagedRows {
                columns: columns.collect(),
                details,
                total: 0,
                bytes: 0,
                pages: Vec::new(),
            },
            page: Vec::new(),
            page_rows: 0,
            store: Arc::clone(store),
            limits,
            compressed: None,
        }
    }

    pub(super) fn push(&mut self, record: &[Field]) -> Result<(), StatementFailure> {
        if let Some(limits) = self.limits {
            let bytes: u64 = record.iter().map(size).sum();
            if bytes > limits.row {
                return Err(StatementFailure::Refused(format!(
                    "row {} of the result has {bytes} bytes, and the Data API hands out at most {} KB a row: \
                     UNLOAD the result, or select less",
                    self.rows.total + 1,
                    limits.row / 1024
                )));
            }
        }
        self.page
            .push(if self.page_rows == 0 { b'[' } else { b',' });
        serde_json::to_writer(&mut self.page, record).map_err(Error::from)?;
        self.page_rows += 1;
        self.rows.total += 1;
        if self.page_rows >= PAGE_ROWS || self.page.len() >= PAGE_BYTES {
            self.close_page()?;
        }
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<PagedRows, StatementFailure> {
        self.close_page()?;
        Ok(self.rows)
    }

    fn close_page(&mut self) -> Result<(), StatementFailure> {
        if self.page_rows == 0 {
            return Ok(());
        }
        self.page.push(b']');
        self.page_rows = 0;
        self.rows.bytes += self.page.len() as u64;
        let page = self.store.keep(std::mem::take(&mut self.page));
        self.rows.pages.push(page.map_err(no_room)?);
        self.check_size()
    }

    /// A result that is small enough as it is need not be compressed to know that it is.
    fn check_size(&mut self) -> Result<(), StatementFailure> {
        let Some(limits) = self.limits.filter(|limits| self.rows.bytes > limits.result) else {
            return Ok(());
        };
        let (before, uncounted) = match self.compressed {
            None => (0, self.rows.pages.as_slice()),
            Some(before) => (
                before,
                self.rows.pages.last().map_or(&[][..], std::slice::from_ref),
            ),
        };
        let mut sum = before;
        for page in uncounted {
            sum += compressed(&page.read()?)?;
        }
        self.compressed = Some(sum);
        if sum > limits.result {
            return Err(StatementFailure::Refused(format!(
                "the result is larger than the {} MB that the Data API hands out: UNLOAD it, or select less",
                limits.result / (1024 * 1024)
            )));
        }
        Ok(())
    }
}

/// Bytes of a value, without what JSON puts around it.
fn size(field: &Field) -> u64 {
    match field {
        Field::IsNull(_) | Field::BooleanValue(_) => 1,
        Field::LongValue(_) | Field::DoubleValue(_) => 8,
        Field::StringValue(text) => text.len() as u64,
    }
}

fn compressed(bytes: &[u8]) -> std::io::Result<u64> {
    /// Counts what is written to it.
    struct Counter(u64);
    impl std::io::Write for Counter {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 += bytes.len() as u64;
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut encoder = GzEncoder::new(Counter(0), Compression::fast());
    std::io::Write::write_all(&mut encoder, bytes)?;
    Ok(encoder.finish()?.0)
}

/// Says that it was a result, and not the warehouse, for which there was no room.
fn no_room(error: Error) -> StatementFailure {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            StatementFailure::Refused(format!("the disk has no room for the result: {error}"))
        }
        _ => error.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn collect(
        limits: ResultLimits,
        rows: impl Iterator<Item = String>,
    ) -> Result<PagedRows, String> {
        let mut collector = Collector::new(Vec::new(), &Pages::new(1 << 20, None), Some(limits));
        for row in rows {
            collector
                .push(&[Field::StringValue(row), Field::LongValue(1)])
                .map_err(|failure| failure.to_string())?;
        }
        collector.finish().map_err(|failure| failure.to_string())
    }

    #[test]
    fn a_row_has_its_limit_in_bytes() {
        let row =
            |bytes: usize| collect(ResultLimits::DATA_API, std::iter::once("x".repeat(bytes)));
        assert_eq!(row(64 * 1024 - 8).unwrap().total, 1);
        let error = row(64 * 1024 - 7).unwrap_err();
        assert!(
            error.contains("64 KB") && error.contains("UNLOAD"),
            "{error}"
        );
    }

    #[test]
    fn a_result_has_its_limit_in_compressed_bytes() {
        let limits = ResultLimits {
            row: 1 << 20,
            result: 256 * 1024,
        };
        // Sixteen times too large as it is, far from it when compressed.
        let same = (0..250).map(|_| "same text ".repeat(1600));
        assert_eq!(collect(limits, same).unwrap().total, 250);
        let mut state = 1_u64;
        let different = (0..250).map(|_| {
            let mut text = String::new();
            for _ in 0..1000 {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1);
                text.push_str(&format!("{:016x}", state));
            }
            text
        });
        let error = collect(limits, different).unwrap_err();
        assert!(
            error.contains("hands out") && error.contains("UNLOAD"),
            "{error}"
        );
    }
}
