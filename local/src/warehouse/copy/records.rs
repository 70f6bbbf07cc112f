//! The records of objects, one behind the other, whatever they are written in.

use std::io;

use super::super::bucket::BucketObject;
use super::super::columns::Existing;
use super::super::failure::StatementFailure;
use super::super::scope::StatementScope;
use super::avro;
use super::documents::{self, Mapping};
use super::fields::{Csv, Delimited, fixed_width};
use super::lines::Lines;
use super::orc;
use super::record::{CopyRecord, Fields, Flaw, RecordVisitor};
use super::source;
use crate::warehouse::dialect::{Copy, ObjectFormat};

/// How often somebody who wants to cancel is heard, in records.
const HEARD: u64 = 4096;

/// What is read, and what for.
pub(super) struct CopyRecords<'a> {
    pub(super) scope: &'a StatementScope<'a>,
    pub(super) copy: &'a Copy,
    pub(super) targets: &'a [&'a Existing],
    /// Which field goes into which column; only of JSON and Avro.
    pub(super) mapping: Option<Mapping>,
}

impl<'a> CopyRecords<'a> {
    /// Looks whether the options fit the columns.
    pub(super) fn new(
        scope: &'a StatementScope<'a>,
        copy: &'a Copy,
        targets: &'a [&'a Existing],
    ) -> Result<Self, StatementFailure> {
        let mapping = match &copy.format {
            ObjectFormat::Json { exact } => Some(Mapping::Names { exact: *exact }),
            ObjectFormat::JsonPaths(location) => Some(Mapping::Paths(documents::paths(
                scope,
                location,
                targets.len(),
            )?)),
            ObjectFormat::JsonWhole => {
                if !matches!(targets, [column] if column.kind == "JSON") {
                    return Err(StatementFailure::Engine(
                        "JSON 'noshred' loads into one column of type SUPER".to_owned(),
                    ));
                }
                Some(Mapping::Whole)
            }
            ObjectFormat::FixedWidth(widths) if widths.len() != targets.len() => {
                return Err(StatementFailure::Engine(format!(
                    "FIXEDWIDTH describes {} columns, and {} are loaded",
                    widths.len(),
                    targets.len()
                )));
            }
            ObjectFormat::Csv { quote } if quote.len() != 1 => {
                return Err(StatementFailure::Refused(
                    "a quote of CSV is one ASCII character".to_owned(),
                ));
            }
            ObjectFormat::Csv { quote } if *quote == copy.delimiter => {
                return Err(StatementFailure::Refused(
                    "the quote and the delimiter of CSV are two characters: choose another one"
                        .to_owned(),
                ));
            }
            _ if copy.delimiter.is_empty() => {
                return Err(StatementFailure::Refused(
                    "a delimiter has a character".to_owned(),
                ));
            }
            _ => None,
        };
        Ok(Self {
            scope,
            copy,
            targets,
            mapping,
        })
    }

    /// Reads the records of an object.
    pub(super) fn read(
        &self,
        object: &BucketObject<'_>,
        visit: &mut RecordVisitor<'_>,
    ) -> Result<(), StatementFailure> {
        let mut seen = 0_u64;
        let mut heard = |record: &CopyRecord<'_>| {
            seen += 1;
            let statement = self.scope.statement.filter(|_| seen.is_multiple_of(HEARD));
            if statement.is_some_and(super::super::registry::Statement::cancelled) {
                return Err(StatementFailure::Cancelled);
            }
            visit(record)
        };
        if matches!(self.copy.format, ObjectFormat::Orc { .. }) {
            let read = orc::read(object, self.copy, self.targets, &mut heard)?;
            return read.map_err(|error| source::unreadable(object, self.copy, &error));
        }
        let source = source::open(object, self.copy)?;
        let read = match &self.mapping {
            Some(mapping) => {
                let null = self.copy.null.as_bytes();
                documents::read(
                    source,
                    self.copy.avro.then_some(if self.copy.lenient {
                        avro::Logical::Meant
                    } else {
                        avro::Logical::Written
                    }),
                    mapping,
                    self.targets,
                    null,
                    &mut heard,
                )?
            }
            None => self.lines(Lines::new(source), &mut heard)?,
        };
        read.map_err(|error| source::unreadable(object, self.copy, &error))
    }

    fn lines(
        &self,
        mut lines: Lines,
        visit: &mut RecordVisitor<'_>,
    ) -> Result<io::Result<()>, StatementFailure> {
        let (mut raw, mut fields) = (Vec::new(), Fields::default());
        for _ in 0..self.copy.ignore_header {
            raw.clear();
            match lines.next(&mut raw) {
                Ok(_) => {}
                Err(error) => return Ok(Err(error)),
            }
        }
        loop {
            raw.clear();
            fields.clear();
            match lines.next(&mut raw) {
                Ok(true) => {}
                Ok(false) => return Ok(Ok(())),
                Err(error) => return Ok(Err(error)),
            }
            if raw.is_empty() && self.copy.ignore_blank_lines {
                continue;
            }
            let line = lines.number();
            let flaw = match self.split(&mut raw, &mut lines, &mut fields) {
                Ok(flaw) => flaw.or_else(|| self.completed(&mut fields)),
                Err(error) => return Ok(Err(error)),
            };
            let record = CopyRecord {
                line,
                raw: &raw,
                fields: &fields,
                flaw,
            };
            if !visit(&record)? {
                return Ok(Ok(()));
            }
        }
    }

    fn split(
        &self,
        raw: &mut Vec<u8>,
        lines: &mut Lines,
        fields: &mut Fields,
    ) -> io::Result<Option<Flaw>> {
        let delimiter = self.copy.delimiter.as_bytes();
        let null = self.copy.null.as_bytes();
        match &self.copy.format {
            ObjectFormat::Csv { quote } => {
                let quote = quote.bytes().next().unwrap_or(b'"');
                let csv = Csv {
                    delimiter,
                    null,
                    quote,
                };
                csv.split(raw, lines, fields)
            }
            ObjectFormat::FixedWidth(widths) => Ok(fixed_width(raw, widths, null, fields)),
            ObjectFormat::Delimited { quotes, escape } => {
                let delimited = Delimited {
                    delimiter,
                    null,
                    quotes: *quotes,
                    escape: *escape,
                };
                delimited.split(raw, lines, fields)
            }
            ObjectFormat::Parquet { .. }
            | ObjectFormat::Orc { .. }
            | ObjectFormat::Json { .. }
            | ObjectFormat::JsonPaths(_)
            | ObjectFormat::JsonWhole => Ok(None),
        }
    }

    /// As many fields as there are columns, where an option or a habit allows it. FILLRECORD adds
    /// fields, and a line may end with a delimiter.
    fn completed(&self, fields: &mut Fields) -> Option<Flaw> {
        let columns = self.targets.len();
        let is_csv = matches!(self.copy.format, ObjectFormat::Csv { .. });
        if fields.len() == columns + 1 && !is_csv && fields.get(columns) == Some(b"") {
            fields.pop();
        }
        while self.copy.lenient && fields.len() > columns {
            fields.pop();
        }
        if fields.len() > columns {
            let last = columns.saturating_sub(1);
            return Some(Flaw::new(last, 1202, "Extra column(s) found"));
        }
        if fields.len() < columns && !self.copy.fill_record {
            let last = fields.len().saturating_sub(1);
            return Some(Flaw::new(last, 1214, "Delimiter not found"));
        }
        // A VARCHAR is an empty text; "the missing CHAR values would be loaded as NULL values" (AWS
        // page: `Data conversion parameters`, FILLRECORD).
        while let Some(column) = self.targets.get(fields.len()) {
            let is_varchar = column.kind == "VARCHAR" && !column.blank_padded;
            fields.end(self.copy.lenient || !is_varchar);
        }
        None
    }
}
