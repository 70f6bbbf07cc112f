//! The rows of an external table, from its objects.

use std::time::SystemTime;

use super::super::bucket::{self, BucketObject};
use super::super::columns::{self, Existing};
use super::super::copy;
use super::super::declared::ExistingRelation;
use super::super::failure::StatementFailure;
use super::super::path::quote_path;
use super::super::scope::StatementScope;
use super::super::unload;
use crate::warehouse::dialect::{
    BucketLocation, Copy, External, ExternalFormat, ObjectFormat, Packing, pseudocolumns,
    quote_name, quote_text,
};

/// Objects and the values of the columns that they are parted by.
type Part<'a> = (Vec<String>, Vec<BucketObject<'a>>);

/// Reads them, unless they are those that were read last.
pub(super) fn read(
    scope: &StatementScope<'_>,
    table: &ExistingRelation,
) -> Result<(), StatementFailure> {
    let Some(external) = &table.declaration.external else {
        return Ok(());
    };
    let parts = parts(scope, external)?;
    let seen = seen(external, &parts)?;
    if external.seen.as_ref() == Some(&seen) {
        return Ok(());
    }
    let name = table.qualified();
    let relation = format!("{}.{}", quote_name(&table.schema), quote_name(&table.name));
    let existing = columns::of(scope, &relation)?;
    let (own, parted) =
        existing.split_at(existing.len().saturating_sub(external.partitioned_by.len()));
    let own: Vec<&Existing> = own.iter().collect();
    // A table of an older version has none.
    for column in pseudocolumns() {
        scope.run(format!(
            "alter table {name} add column if not exists {} {}",
            quote_name(&column.name),
            column.kind
        ))?;
    }
    scope.run(format!("delete from {name}"))?;
    for (values, objects) in &parts {
        let constants: Vec<String> = parted
            .iter()
            .zip(values)
            .map(|(column, value)| match value.as_str() {
                unload::NO_VALUE => format!("null::{}", column.kind),
                value => format!("{}::{}", quote_text(value), column.kind),
            })
            .collect();
        for object in objects {
            let mut constants = constants.clone();
            constants.extend(pseudo(object));
            one(scope, external, &name, &own, &constants, object).map_err(
                |failure| match failure {
                    StatementFailure::Engine(message) => StatementFailure::Engine(format!(
                        "{} cannot be read as external table {}.{}: {message}",
                        object.uri(),
                        table.schema,
                        table.name
                    )),
                    other => other,
                },
            )?;
        }
    }
    let mut kept = table.clone();
    if let Some(external) = &mut kept.declaration.external {
        external.seen = Some(seen);
    }
    kept.keep(scope)
}

/// The values of the pseudocolumns.
fn pseudo(object: &BucketObject<'_>) -> Vec<String> {
    vec![quote_text(&object.uri()), object.size.to_string()]
}

/// The objects of each part, those that Spectrum passes over left out.
fn parts<'a>(
    scope: &StatementScope<'a>,
    external: &External,
) -> Result<Vec<Part<'a>>, StatementFailure> {
    let places: Vec<(Vec<String>, &str)> = if external.partitioned_by.is_empty() {
        vec![(Vec::new(), &external.location)]
    } else {
        let parts = external.partitions.iter();
        parts
            .map(|part| (part.values.clone(), part.location.as_str()))
            .collect()
    };
    let mut parts = Vec::with_capacity(places.len());
    for (values, place) in places {
        let location = BucketLocation::parse(place)?;
        let objects = bucket::objects(scope, &location)?;
        if objects.iter().any(|object| is_at(object, &location)) {
            parts.push((values, of_manifest(scope, &location)?));
            continue;
        }
        let inside = |object: &BucketObject<'_>| {
            let rest = object.location.key.strip_prefix(&location.key);
            let rest = rest.unwrap_or_default();
            let is_below =
                location.key.is_empty() || location.key.ends_with('/') || rest.starts_with('/');
            let name = object.location.key.rsplit('/').next().unwrap_or_default();
            is_below
                && object.size > 0
                && !name.starts_with(['.', '_', '#'])
                && !name.ends_with('~')
        };
        parts.push((values, objects.into_iter().filter(inside).collect()));
    }
    Ok(parts)
}

/// Whether a location is the name of an object: then that is a manifest, and no folder.
pub(super) fn is_at(object: &BucketObject<'_>, location: &BucketLocation) -> bool {
    object.location.key == location.key
}

/// The objects that a manifest lists (AWS page: `CREATE EXTERNAL TABLE`, LOCATION).
fn of_manifest<'a>(
    scope: &StatementScope<'a>,
    location: &BucketLocation,
) -> Result<Vec<BucketObject<'a>>, StatementFailure> {
    let listed = copy::manifest::objects(scope, location, true);
    let listed = listed.map_err(|failure| match failure {
        StatementFailure::Refused(why) => StatementFailure::Engine(format!(
            "the location s3://{}/{} is an object and no folder, so it has to be a manifest: {why}",
            location.bucket, location.key
        )),
        other => other,
    })?;
    Ok(listed
        .into_iter()
        .filter(|object| object.size > 0)
        .collect())
}

/// What the rows depend on: names, sizes and times of the objects.
fn seen(external: &External, parts: &[Part<'_>]) -> Result<String, StatementFailure> {
    let mut seen = format!(
        "4 {:?} {:?} {} {:?} {:?} {:?} {}",
        external.format,
        external.keys,
        external.header,
        external.null,
        external.packing,
        external.replacement,
        external.maps_by_name()
    );
    for (values, objects) in parts {
        seen.push_str(&format!("|{values:?}"));
        for object in objects {
            let changed = object
                .folder
                .metadata(object.path())?
                .modified()?
                .into_std();
            let changed = changed.duration_since(SystemTime::UNIX_EPOCH);
            let changed = changed.map_or(0, |changed| changed.as_nanos());
            seen.push_str(&format!("|{} {} {changed}", object.uri(), object.size));
        }
    }
    Ok(seen)
}

/// Reads the rows of one object, with the values of its partition.
fn one(
    scope: &StatementScope<'_>,
    external: &External,
    table: &str,
    columns: &[&Existing],
    constants: &[String],
    object: &BucketObject<'_>,
) -> Result<(), StatementFailure> {
    let mut room = scope.shared.scratch.room()?;
    let constants: String = constants.iter().map(|value| format!(", {value}")).collect();
    let query = if external.format == ExternalFormat::Parquet {
        let path = room.lend(object.folder, object.path(), object.uri())?;
        let path = quote_path(&path)?;
        let described = scope
            .texts::<1>(
                &format!(
                    "select column_name from (describe select * from read_parquet({path}, \
                     hive_partitioning = false))"
                ),
                &[],
            )
            .map_err(|_| StatementFailure::Engine("it is no Parquet".to_owned()))?;
        let there: Vec<String> = described.into_iter().filter_map(|[name]| name).collect();
        let values: Vec<String> = columns
            .iter()
            .map(|column| {
                let found = there
                    .iter()
                    .find(|name| name.eq_ignore_ascii_case(&column.name));
                match found {
                    Some(name) => format!("{}::{}", quote_name(name), column.kind),
                    None => "null".to_owned(),
                }
            })
            .collect();
        format!(
            "select {}{constants} from read_parquet({path}, hive_partitioning = false)",
            values.join(", ")
        )
    } else {
        let copy = as_copy(external, table, object)?;
        // The fields of JSON may have other names than their columns.
        let called: Vec<Existing> = columns
            .iter()
            .map(|column| {
                let mut called = (*column).clone();
                if let Some(key) = external.keys.get(&column.name) {
                    called.name.clone_from(key);
                }
                called
            })
            .collect();
        let called: Vec<&Existing> = called.iter().collect();
        copy::selected(scope, &copy, &called, object, &room, &constants)?
    };
    scope.run(format!("insert into {table} {query}"))?;
    Ok(())
}

/// How COPY would read an object of text.
fn as_copy(
    external: &External,
    table: &str,
    object: &BucketObject<'_>,
) -> Result<Copy, StatementFailure> {
    let mut copy = Copy::new(table.to_owned(), Vec::new(), object.location.clone());
    copy.lenient = true;
    copy.fill_record = true;
    copy.invalid_as = external.replacement.or(Some('?'));
    copy.ignore_header = external.header;
    copy.null.clone_from(&external.null);
    copy.packing = match external.packing {
        Some(packing) => packing,
        None => packing(object)?,
    };
    match &external.format {
        ExternalFormat::Text { delimiter } => copy.delimiter.clone_from(delimiter),
        ExternalFormat::Csv { delimiter, quote } => {
            copy.delimiter.clone_from(delimiter);
            copy.format = ObjectFormat::Csv {
                quote: quote.clone(),
            };
        }
        ExternalFormat::Json => copy.format = ObjectFormat::Json { exact: false },
        ExternalFormat::Avro => {
            copy.format = ObjectFormat::Json { exact: false };
            copy.avro = true;
            copy.packing = Packing::Plain;
        }
        ExternalFormat::Orc => {
            copy.format = ObjectFormat::Orc {
                by_name: external.maps_by_name(),
            };
            copy.packing = Packing::Plain;
        }
        ExternalFormat::Parquet => {}
    }
    Ok(copy)
}

/// How an object is packed, by the end of its name.
fn packing(object: &BucketObject<'_>) -> Result<Packing, StatementFailure> {
    let key = object.location.key.to_lowercase();
    match key.rsplit('.').next().unwrap_or_default() {
        "gz" => Ok(Packing::Gzip),
        "bz2" => Ok(Packing::Bzip2),
        "snappy" | "lzo" | "lz4" | "deflate" => Err(StatementFailure::Refused(format!(
            "the embedded warehouse does not support the compression of {}: pack it with gzip or \
             bzip2",
            object.uri()
        ))),
        _ => Ok(Packing::Plain),
    }
}
