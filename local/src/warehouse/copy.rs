//! COPY: objects into a table.
//!
//! Records are read here and written down for the engine, which makes values of their fields. The
//! engine itself reads large objects that need nothing of this. Where it finds an error, they are
//! read once more to say where.

mod avro;
mod check;
mod documents;
mod fast;
mod fields;
mod flaw;
mod json;
mod lines;
pub(super) mod log;
mod lzop;
pub(super) mod manifest;
mod orc;
mod parquet;
mod record;
mod records;
mod source;
mod staged;
mod value;

use std::time::SystemTime;

use super::bucket::{self, BucketObject};
use super::columns::{self, Existing};
use super::failure::StatementFailure;
use super::insert;
use super::scope::StatementScope;
use super::scratch::Room;
use super::settings;
use crate::warehouse::dialect::{Copy, ObjectFormat, quote_name};
use check::LoadError;
use log::{Load, ReadObject};
use records::CopyRecords;
use staged::{ReplacedText, Staged};

/// Loads; the number of rows that were loaded.
pub(super) fn run(scope: &StatementScope<'_>, copy: &Copy) -> Result<u64, StatementFailure> {
    let began = SystemTime::now();
    let existing = columns::of(scope, &copy.table)?;
    let targets = targets(scope, copy, &existing)?;
    let objects = objects(scope, copy)?;
    let loading = Loading {
        scope,
        copy,
        targets: &targets,
        objects: &objects,
        began,
    };
    if objects.is_empty() {
        loading.end(0, None, &[], &[])?;
        return Ok(0);
    }
    let mut room = scope.shared.scratch.room()?;
    if let ObjectFormat::Parquet { nested } = copy.format {
        return parquet::load(&loading, &mut room, nested);
    }
    let records = CopyRecords::new(scope, copy, &targets)?;
    if fast::fits(&records, &objects)? {
        return fast::load(&loading, &records, &mut room);
    }
    loading.staged(&records, &room)
}

/// The rows of an object as a query, with further values behind those of its columns.
pub(super) fn selected(
    scope: &StatementScope<'_>,
    copy: &Copy,
    targets: &[&Existing],
    object: &BucketObject<'_>,
    room: &Room,
    further: &str,
) -> Result<String, StatementFailure> {
    let records = CopyRecords::new(scope, copy, targets)?;
    let objects = std::slice::from_ref(object);
    let staged = Staged::write(&records, objects, room, 1)?;
    if !staged.flaws.is_empty() {
        let errors = check::errors(scope, &records, objects, &staged, 1)?;
        let first = errors.first().map(LoadError::sentence);
        return Err(StatementFailure::Engine(first.unwrap_or_default()));
    }
    let values = targets
        .iter()
        .map(|column| value::of(column, copy, &quote_name(&column.name)));
    let values: Vec<String> = values.collect();
    Ok(format!(
        "select {}{further} from {}",
        values.join(", "),
        staged.table(&records)?
    ))
}

/// What one COPY reads, and into which columns.
struct Loading<'a> {
    scope: &'a StatementScope<'a>,
    copy: &'a Copy,
    targets: &'a [&'a Existing],
    /// Those that have a byte.
    objects: &'a [BucketObject<'a>],
    began: SystemTime,
}

impl Loading<'_> {
    /// Loads what is read here.
    fn staged(&self, records: &CopyRecords<'_>, room: &Room) -> Result<u64, StatementFailure> {
        let most = self.most();
        let staged = Staged::write(records, self.objects, room, most)?;
        let is_looked_at = self.copy.max_error > 0 || self.copy.no_load || !staged.flaws.is_empty();
        let errors = if is_looked_at {
            check::errors(self.scope, records, self.objects, &staged, most)?
        } else {
            Vec::new()
        };
        if errors.len() >= most {
            return Err(self.failed(&errors));
        }
        if self.copy.no_load {
            return Ok(0);
        }
        let values = self.values(|column| quote_name(&column.name));
        let left_out: Vec<u64> = errors.iter().map(|error| error.number).collect();
        let query = format!(
            "select {values} from {}{}",
            staged.table(records)?,
            Staged::without(&left_out)
        );
        match self.insert(&query) {
            Ok(loaded) => {
                self.end(loaded, Some(staged.seen), &errors, &staged.replaced)?;
                Ok(loaded)
            }
            Err(StatementFailure::Engine(message)) => {
                Err(self.explained(records, &staged, &message))
            }
            Err(other) => Err(other),
        }
    }

    /// How many errors make the load fail: "the error_count number of errors or greater" (AWS page:
    /// `Data load operations`, MAXERROR).
    fn most(&self) -> usize {
        usize::try_from(self.copy.max_error.max(1)).unwrap_or(usize::MAX)
    }

    /// The values of the columns, each made of the text of a field.
    fn values(&self, text: impl Fn(&Existing) -> String) -> String {
        let values = self.targets.iter();
        let values = values.map(|column| value::of(column, self.copy, &text(column)));
        values.collect::<Vec<_>>().join(", ")
    }

    fn insert(&self, query: &str) -> Result<u64, StatementFailure> {
        let names = self.targets.iter();
        let names: Vec<String> = names.map(|column| quote_name(&column.name)).collect();
        self.scope.run(format!(
            "insert into {} ({}) {query}",
            self.copy.table,
            names.join(", ")
        ))
    }

    /// Why the engine refused records that are written down. Its transaction has ended by that, so
    /// another connection looks.
    fn explained(
        &self,
        records: &CopyRecords<'_>,
        staged: &Staged,
        message: &str,
    ) -> StatementFailure {
        let look = || -> Result<Vec<LoadError>, StatementFailure> {
            let connection = settings::session(&self.scope.shared.root.lock())?;
            let scope = StatementScope {
                connection: &connection,
                ..*self.scope
            };
            check::errors(&scope, records, self.objects, staged, 1)
        };
        match look() {
            Ok(errors) if !errors.is_empty() => self.failed(&errors),
            Err(StatementFailure::Cancelled) => StatementFailure::Cancelled,
            _ => self.unexplained(message),
        }
    }

    /// The load failed for what is no error of a record.
    fn unexplained(&self, message: &str) -> StatementFailure {
        let reader = ["CSV", "csv", "Parquet", "parquet", "JSON", "read_"];
        let why = if reader.iter().any(|word| message.contains(word)) {
            "an object is not written in the format that COPY names"
        } else {
            message
        };
        StatementFailure::Engine(format!("Load into table '{}' failed: {why}", self.table()))
    }

    /// The load failed for errors of records.
    fn failed(&self, errors: &[LoadError]) -> StatementFailure {
        let load = self.load(0, None, errors);
        load.failed(self.scope);
        let first = errors.first().map(LoadError::sentence);
        let first = first.unwrap_or_default();
        let place = if self.copy.max_error > 0 {
            format!(
                "{} errors, and MAXERROR is {}; the first is in {first}",
                errors.len(),
                self.copy.max_error
            )
        } else {
            first
        };
        StatementFailure::Engine(format!(
            "Load into table '{}' failed. Check 'stl_load_errors' system table for details. {place}",
            self.table()
        ))
    }

    /// Keeps that the load has ended well.
    fn end(
        &self,
        rows: u64,
        lines: Option<u64>,
        errors: &[LoadError],
        replaced: &[ReplacedText],
    ) -> Result<(), StatementFailure> {
        let load = Load {
            replaced,
            ..self.load(rows, lines, errors)
        };
        load.succeeded(self.scope)
    }

    fn load<'a>(&'a self, rows: u64, lines: Option<u64>, errors: &'a [LoadError]) -> Load<'a> {
        let alone = self.objects.len() == 1;
        let read = self.objects.iter().map(|object| ReadObject {
            uri: object.uri(),
            bytes: object.size,
            lines: lines.filter(|_| alone),
        });
        Load {
            copy: self.copy,
            began: self.began,
            rows,
            read: read.collect(),
            errors,
            replaced: &[],
        }
    }

    fn table(&self) -> String {
        columns::parts(&self.copy.table).1
    }
}

/// The columns that are loaded, in the order of the fields.
fn targets<'a>(
    scope: &StatementScope<'_>,
    copy: &Copy,
    existing: &'a [Existing],
) -> Result<Vec<&'a Existing>, StatementFailure> {
    if copy.columns.is_empty() {
        return Ok(existing
            .iter()
            .filter(|column| copy.explicit_ids || !column.is_identity())
            .collect());
    }
    let targets = copy.columns.iter().map(|name| {
        let column = existing.iter().find(|column| column.name == *name);
        column.ok_or_else(|| {
            StatementFailure::Engine(format!(
                "column \"{name}\" of relation \"{}\" does not exist",
                columns::parts(&copy.table).1
            ))
        })
    });
    let targets: Vec<&Existing> = targets.collect::<Result<_, _>>()?;
    let mut named = copy.columns.iter().enumerate();
    if let Some((_, name)) =
        named.find(|(at, name)| copy.columns.iter().take(*at).any(|other| other == *name))
    {
        return Err(StatementFailure::Engine(format!(
            "column \"{name}\" specified more than once"
        )));
    }
    // A column that is numbered by default takes values without an option (AWS page: `Column Mapping
    // Options`).
    let identity = targets.iter().copied().find(|column| column.is_identity());
    match (identity, copy.explicit_ids) {
        (Some(column), false) => {
            let given = targets.iter().copied();
            match insert::check_identities(scope, &copy.table, given) {
                Ok(()) => Ok(targets),
                Err(StatementFailure::Engine(why)) => Err(StatementFailure::Engine(format!(
                    "{why}: \"{}\" needs EXPLICIT_IDS",
                    column.name
                ))),
                Err(other) => Err(other),
            }
        }
        (None, true) if existing.iter().any(Existing::is_identity) => {
            Err(StatementFailure::Engine(
                "EXPLICIT_IDS needs the identity column in the list of columns".to_owned(),
            ))
        }
        _ => Ok(targets),
    }
}

/// The objects to be read, those without a byte left out.
fn objects<'a>(
    scope: &StatementScope<'a>,
    copy: &Copy,
) -> Result<Vec<BucketObject<'a>>, StatementFailure> {
    let found = if copy.manifest {
        let is_columnar = matches!(
            copy.format,
            ObjectFormat::Parquet { .. } | ObjectFormat::Orc { .. }
        );
        manifest::objects(scope, &copy.from, is_columnar)?
    } else {
        bucket::objects(scope, &copy.from)?
    };
    // "COPY will terminate if no files are found" (AWS page: `Using a manifest to specify data files`).
    if found.is_empty() && copy.manifest {
        return Err(StatementFailure::Engine(format!(
            "No object that the manifest '{}' lists exists",
            copy.from.key
        )));
    }
    if found.is_empty() {
        return Err(StatementFailure::Engine(format!(
            "The specified S3 prefix '{}' does not exist",
            copy.from.key
        )));
    }
    Ok(found.into_iter().filter(|object| object.size > 0).collect())
}
