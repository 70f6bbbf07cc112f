//! UNLOAD: the rows of a query into objects. Parquet is written by the engine, text here.

mod manifest;
mod objects;
mod text;

use std::collections::BTreeSet;
use std::ops::Bound;
use std::path::{Path, PathBuf};

use duckdb::params_from_iter;

use super::bucket;
use super::failure::StatementFailure;
use super::path::quote_path;
use super::scope::StatementScope;
use super::scratch::Room;
use crate::folder::Folder;
use crate::warehouse::dialect::{EngineSql, Packing, Unload, UnloadFormat, quote_name, quote_text};
use manifest::Placed;
use objects::{UnloadedObjects, WrittenObject};
use text::QueryColumn;

/// Name of the file, or of the folder, that the engine writes where there are no partitions.
const PART: &str = "part";

/// What a folder is called whose partition's value is NULL, as Hive calls it.
pub(super) const NO_VALUE: &str = "__HIVE_DEFAULT_PARTITION__";

/// Unloads; the number of rows that were written.
pub(super) fn run(scope: &StatementScope<'_>, unload: &Unload) -> Result<u64, StatementFailure> {
    let folder = bucket::folder(scope, &unload.to.bucket)?;
    let there = bucket::objects(scope, &unload.to)?;
    if !unload.clean_path && !unload.allow_overwrite && !there.is_empty() {
        return Err(StatementFailure::Engine(
            "Specified unload destination on S3 is not empty. Consider using a different bucket / prefix, manually removing the target files in S3, or using the ALLOWOVERWRITE option."
                .to_owned(),
        ));
    }
    let columns = scope.describe(&unload.query)?;
    refuse(unload, &columns)?;
    let kept = kept(unload, &columns)?;
    // Written elsewhere and moved to their place: nobody reads half an object.
    let room = scope.shared.scratch.room()?;
    let written = write(scope, unload, &columns, &kept, &room)?;
    if unload.clean_path {
        let cleaned = Cleaned::by(unload, &written);
        for object in &there {
            if cleaned.has(&object.location.key) {
                object.folder.remove(object.path())?;
            }
        }
    }
    let rows = written.iter().map(|object| object.rows).sum();
    let name = |number: usize| {
        if unload.parallel {
            format!("{number:04}_part_00")
        } else {
            format!("{number:03}")
        }
    };
    let placed = place(unload, &room, folder, &written, &name)?;
    if unload.manifest {
        manifest::write(unload, folder, &placed, &kept)?;
    }
    Ok(rows)
}

/// What CLEANPATH removes: with PARTITION BY, only what lies in partitions that get new objects (AWS
/// page: `UNLOAD`).
enum Cleaned {
    /// All that lies at the target.
    Target,
    /// What lies in these folders.
    Partitions(BTreeSet<String>),
}

impl Cleaned {
    fn by(unload: &Unload, written: &[WrittenObject]) -> Self {
        if unload.partition_by.is_empty() {
            return Self::Target;
        }
        let folders = written
            .iter()
            .map(|object| format!("{}{}", unload.to.key, object.inside));
        Self::Partitions(folders.collect())
    }

    /// Whether an object of this key, which lies at the target, is removed.
    fn has(&self, key: &str) -> bool {
        match self {
            Self::Target => true,
            Self::Partitions(folders) => {
                // No folder lies in another one, so only the last one in front of the key may hold it.
                let before: (Bound<&str>, Bound<&str>) = (Bound::Unbounded, Bound::Included(key));
                let last = folders.range::<str, _>(before).next_back();
                last.is_some_and(|folder| key.starts_with(folder.as_str()))
            }
        }
    }
}

/// Writes objects beside those that are there, under names of the caller's. It gives the number of
/// rows, and the folders below the target that have rows now. Without a row there is no object.
pub(super) fn append(
    scope: &StatementScope<'_>,
    unload: &Unload,
    name: &dyn Fn(usize) -> String,
) -> Result<(u64, BTreeSet<String>), StatementFailure> {
    let folder = bucket::folder(scope, &unload.to.bucket)?;
    let columns = scope.describe(&unload.query)?;
    let kept = kept(unload, &columns)?;
    let room = scope.shared.scratch.room()?;
    let mut written = write(scope, unload, &columns, &kept, &room)?;
    written.retain(|object| object.rows > 0);
    place(unload, &room, folder, &written, name)?;
    let rows = written.iter().map(|object| object.rows).sum();
    let folders = written.into_iter().map(|object| object.inside).collect();
    Ok((rows, folders))
}

fn write(
    scope: &StatementScope<'_>,
    unload: &Unload,
    columns: &[QueryColumn],
    kept: &[&QueryColumn],
    room: &Room,
) -> Result<Vec<WrittenObject>, StatementFailure> {
    if unload.format == UnloadFormat::Parquet {
        parquet(scope, unload, columns, room)
    } else {
        lines(scope, unload, columns, kept, room)
    }
}

/// Refuses columns that the format, or the folder of a partition, cannot have (AWS page: `UNLOAD`).
fn refuse(unload: &Unload, columns: &[QueryColumn]) -> Result<(), StatementFailure> {
    let is_text = matches!(
        unload.format,
        UnloadFormat::Csv | UnloadFormat::Delimited { .. }
    );
    for (at, (name, kind)) in columns.iter().enumerate() {
        if kind == "BLOB" && !is_text {
            return Err(StatementFailure::Engine(format!(
                "UNLOAD writes the VARBYTE column \"{name}\" as text or CSV only: convert it with TO_HEX"
            )));
        }
        if kind.starts_with("INTERVAL") && !is_text {
            return Err(StatementFailure::Refused(format!(
                "the embedded warehouse does not support UNLOAD of the INTERVAL column \"{name}\" \
                 into this format: cast it to VARCHAR, or write text or CSV"
            )));
        }
        let mut before = columns.iter().take(at);
        let is_twice = before.any(|(other, _)| other.eq_ignore_ascii_case(name));
        let is_told_apart = is_text || matches!(unload.format, UnloadFormat::FixedWidth(_));
        if is_twice && (!is_told_apart || !unload.partition_by.is_empty()) {
            return Err(StatementFailure::Engine(format!(
                "UNLOAD needs a name of its own for each column here, and \"{name}\" stands twice: \
                 rename one with AS"
            )));
        }
        let is_partition = unload
            .partition_by
            .iter()
            .any(|partition| name.eq_ignore_ascii_case(partition));
        if is_partition && !is_partition_type(kind) {
            return Err(StatementFailure::Engine(format!(
                "UNLOAD cannot partition by column \"{name}\": a partition is of type SMALLINT, \
                 INTEGER, BIGINT, DECIMAL, REAL, BOOLEAN, CHAR, VARCHAR, DATE or TIMESTAMP"
            )));
        }
    }
    Ok(())
}

/// Whether values of a type name folders (AWS page: `UNLOAD`, usage notes of PARTITION BY).
fn is_partition_type(kind: &str) -> bool {
    !matches!(
        kind,
        "DOUBLE" | "TIME" | "TIME WITH TIME ZONE" | "TIMESTAMP WITH TIME ZONE" | "JSON" | "BLOB"
    )
}

/// The columns under other names, where two of them share one; nothing where none do.
fn told_apart(columns: &[QueryColumn]) -> Option<Vec<QueryColumn>> {
    let mut seen = BTreeSet::new();
    let is_twice = columns
        .iter()
        .any(|(name, _)| !seen.insert(name.to_lowercase()));
    is_twice.then(|| {
        let numbered = columns.iter().enumerate();
        numbered
            .map(|(at, (name, kind))| (format!("{name} ({})", at + 1), kind.clone()))
            .collect()
    })
}

/// The columns that are in the objects: not those of the partitions, unless INCLUDE says so.
fn kept<'a>(
    unload: &Unload,
    columns: &'a [QueryColumn],
) -> Result<Vec<&'a QueryColumn>, StatementFailure> {
    for partition in &unload.partition_by {
        if !columns
            .iter()
            .any(|(name, _)| name.eq_ignore_ascii_case(partition))
        {
            return Err(StatementFailure::Engine(format!(
                "partition column \"{partition}\" is not in the query"
            )));
        }
    }
    let is_kept = |(name, _): &&QueryColumn| {
        unload.include_partitions
            || !unload
                .partition_by
                .iter()
                .any(|partition| name.eq_ignore_ascii_case(partition))
    };
    let kept: Vec<&QueryColumn> = columns.iter().filter(is_kept).collect();
    if kept.is_empty() {
        return Err(StatementFailure::Engine(
            "UNLOAD needs a column that is no partition's".to_owned(),
        ));
    }
    Ok(kept)
}

/// Writes the rows as text: with a delimiter, as CSV, or as JSON.
fn lines(
    scope: &StatementScope<'_>,
    unload: &Unload,
    columns: &[QueryColumn],
    kept: &[&QueryColumn],
    room: &Room,
) -> Result<Vec<WrittenObject>, StatementFailure> {
    let header = if unload.header && unload.format != UnloadFormat::Json {
        let header = format!("select {}", text::header(unload, kept));
        let found = scope.texts::<1>(&header, &[])?;
        found.into_iter().next().and_then(|[header]| header)
    } else {
        None
    };
    let inside = inside(unload, columns);
    let order = if unload.partition_by.is_empty() {
        ""
    } else {
        " order by 1"
    };
    let apart = told_apart(columns);
    let (values, source): (Vec<&QueryColumn>, String) = match &apart {
        None => (kept.to_vec(), "query".to_owned()),
        Some(apart) => {
            let names: Vec<String> = apart.iter().map(|(name, _)| quote_name(name)).collect();
            (
                apart.iter().collect(),
                format!("query ({})", names.join(", ")),
            )
        }
    };
    let query = EngineSql {
        text: format!(
            "select {inside}, {} from ({}) as {source}{order}",
            text::row(unload, &values)?,
            unload.query.text
        ),
        parameters: unload.query.parameters.clone(),
    };
    let mut objects = UnloadedObjects::new(&room.folder, unload.packing, unload.largest, header);
    let mut prepared = scope.connection.prepare(&query.text)?;
    let mut rows = prepared.query(params_from_iter(scope.values(&query)?))?;
    while let Some(row) = rows.next()? {
        let (inside, line): (String, String) = (row.get(0)?, row.get(1)?);
        objects.row(&inside, &line)?;
    }
    Ok(objects.finish(unload.partition_by.is_empty())?)
}

/// The folder of a row's partition, as an expression: `a=1/b=2/`.
fn inside(unload: &Unload, columns: &[QueryColumn]) -> String {
    let parts = unload.partition_by.iter().filter_map(|partition| {
        let (name, kind) = columns
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(partition))?;
        Some(format!(
            "{} || coalesce(replace(replace({}, '%', '%25'), '/', '%2F'), '{NO_VALUE}') || '/'",
            quote_text(&format!("{name}=")),
            text::text(name, kind)
        ))
    });
    let parts: Vec<String> = parts.collect();
    if parts.is_empty() {
        "''".to_owned()
    } else {
        parts.join(" || ")
    }
}

/// Lets the engine write into a folder that is empty.
fn parquet(
    scope: &StatementScope<'_>,
    unload: &Unload,
    columns: &[QueryColumn],
    room: &Room,
) -> Result<Vec<WrittenObject>, StatementFailure> {
    let list: Vec<String> = columns
        .iter()
        .map(|(name, kind)| {
            let name = quote_name(name);
            match kind.as_str() {
                "HUGEINT" => format!("{name}::bigint as {name}"),
                _ => name,
            }
        })
        .collect();
    let mut options = vec!["format parquet".to_owned()];
    if !unload.partition_by.is_empty() {
        let names: Vec<String> = unload
            .partition_by
            .iter()
            .map(|name| quote_name(name))
            .collect();
        options.push(format!("partition_by ({})", names.join(", ")));
        options.push("overwrite_or_ignore true".to_owned());
        options.push(format!(
            "write_partition_columns {}",
            unload.include_partitions
        ));
    }
    let target = if unload.partition_by.is_empty() {
        room.path().join(PART)
    } else {
        room.path().to_path_buf()
    };
    let path = target
        .to_str()
        .ok_or_else(|| StatementFailure::Refused(format!("`{}` is not UTF-8", target.display())))?;
    let rows = scope.change(&EngineSql {
        text: format!(
            "copy (select {} from ({}) as query) to {} ({})",
            list.join(", "),
            unload.query.text,
            quote_text(path),
            options.join(", ")
        ),
        parameters: unload.query.parameters.clone(),
    })?;
    let mut written = found(room)?;
    count(scope, room, &mut written, rows)?;
    Ok(written)
}

/// What the engine wrote, folder by folder.
fn found(room: &Room) -> Result<Vec<WrittenObject>, StatementFailure> {
    let mut written = Vec::new();
    let mut stack: Vec<(PathBuf, String)> = vec![(PathBuf::from("."), String::new())];
    while let Some((directory, inside)) = stack.pop() {
        for entry in room.folder.read_dir(&directory)? {
            let entry = entry?;
            let file = directory.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                let name = entry.file_name().to_string_lossy().into_owned();
                stack.push((file, format!("{inside}{name}/")));
            } else {
                written.push(WrittenObject {
                    inside: inside.clone(),
                    file,
                    rows: 0,
                });
            }
        }
    }
    written.sort_by(|a, b| (&a.inside, &a.file).cmp(&(&b.inside, &b.file)));
    Ok(written)
}

/// Counts the rows of each file.
fn count(
    scope: &StatementScope<'_>,
    room: &Room,
    written: &mut [WrittenObject],
    rows: u64,
) -> Result<(), StatementFailure> {
    if let [only] = written {
        only.rows = rows;
        return Ok(());
    }
    for object in written {
        let path = quote_path(&room.path().join(&object.file))?;
        let counted = scope.texts::<1>(
            &format!("select sum(num_rows)::bigint::varchar from parquet_file_metadata({path})"),
            &[],
        )?;
        let counted = counted.into_iter().next().and_then(|[rows]| rows);
        object.rows = counted.and_then(|rows| rows.parse().ok()).unwrap_or(0);
    }
    Ok(())
}

/// Moves what was written to where it belongs, under Redshift's names.
fn place(
    unload: &Unload,
    room: &Room,
    folder: &Folder,
    written: &[WrittenObject],
    name: &dyn Fn(usize) -> String,
) -> Result<Vec<Placed>, StatementFailure> {
    let mut placed = Vec::with_capacity(written.len());
    let mut number = 0_usize;
    let mut before: Option<&str> = None;
    for object in written {
        number = if before == Some(&object.inside) {
            number + 1
        } else {
            0
        };
        before = Some(&object.inside);
        let name = name(number);
        let bytes = room.folder.metadata(&object.file)?.len();
        let key = format!("{}{}{name}{}", unload.to.key, object.inside, ending(unload));
        folder.take(Path::new(&key), &room.folder, &object.file)?;
        placed.push(Placed {
            key,
            bytes,
            // "If the HEADER option is specified, the row count includes the header line" (AWS page:
            // `UNLOAD`, MANIFEST).
            rows: object.rows + u64::from(unload.header),
        });
    }
    placed.sort();
    Ok(placed)
}

fn ending(unload: &Unload) -> String {
    let packed = match unload.packing {
        Packing::Gzip => ".gz",
        Packing::Zstd => ".zst",
        Packing::Bzip2 => ".bz2",
        Packing::Plain | Packing::Lzop => "",
    };
    match (&unload.extension, &unload.format) {
        (Some(extension), _) => format!(".{extension}"),
        (None, UnloadFormat::Parquet) => ".parquet".to_owned(),
        (None, UnloadFormat::Json) => format!(".json{packed}"),
        (None, _) => packed.to_owned(),
    }
}
