//! UNLOAD: the rows of a query into objects, written by the engine itself.

use std::path::{Path, PathBuf};

use super::bucket;
use super::failure::Failure;
use super::scope::Scope;
use super::scratch::Room;
use crate::dialect::{Location, Sql, Unload, UnloadFormat, quote_name, quote_text};
use crate::folder::Folder;

/// Name of the file that the engine writes where there are no partitions.
const PART: &str = "part";

/// Unloads; the number of rows that were written.
pub(super) fn run(scope: &Scope<'_>, unload: &Unload) -> Result<u64, Failure> {
    let folder = bucket::folder(scope, &unload.to.bucket)?;
    let there = bucket::objects(scope, &unload.to)?;
    if unload.clean_path {
        for object in &there {
            object.folder.remove(object.path())?;
        }
    } else if !there.is_empty() && !unload.allow_overwrite {
        return Err(Failure::Engine(
            "Specified unload destination on S3 is not empty. Consider using a different bucket / prefix, manually removing the target files in S3, or using the ALLOWOVERWRITE option."
                .to_owned(),
        ));
    }
    // Written elsewhere and moved to their place: nobody reads half an object.
    let room = scope.shared.scratch.room()?;
    let rows = write(scope, unload, room.path())?;
    let objects = place(unload, &room, folder)?;
    if unload.manifest {
        write_manifest(&unload.to, folder, &objects)?;
    }
    Ok(rows)
}

/// Lets the engine write into a folder that is empty.
fn write(scope: &Scope<'_>, unload: &Unload, scratch: &Path) -> Result<u64, Failure> {
    let described = scope.describe(&unload.query)?;
    for column in &unload.partition_by {
        if !described
            .iter()
            .any(|(name, _)| name.eq_ignore_ascii_case(column))
        {
            return Err(Failure::Engine(format!(
                "partition column \"{column}\" is not in the query"
            )));
        }
    }
    let as_text = matches!(
        unload.format,
        UnloadFormat::Csv | UnloadFormat::Delimited { .. }
    );
    let list: Vec<String> = described
        .iter()
        .map(|(name, kind)| written(name, kind, as_text))
        .collect();
    let mut options = match unload.format {
        UnloadFormat::Parquet => vec!["format parquet".to_owned()],
        UnloadFormat::Json => vec!["format json".to_owned()],
        UnloadFormat::Csv => text_options(unload, "\"", ""),
        UnloadFormat::Delimited { quotes: true } => text_options(unload, "\"", ", force_quote *"),
        UnloadFormat::Delimited { quotes: false } => text_options(unload, "", ""),
    };
    if !unload.compression.is_empty() && unload.format != UnloadFormat::Parquet {
        options.push(format!("compression {}", quote_text(unload.compression)));
    }
    let target = if unload.partition_by.is_empty() {
        scratch.join(PART)
    } else {
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
        scratch.to_path_buf()
    };
    let path = target
        .to_str()
        .ok_or_else(|| Failure::Refused(format!("`{}` is not UTF-8", target.display())))?;
    scope.change(&Sql {
        text: format!(
            "copy (select {} from ({}) as query) to {} ({})",
            list.join(", "),
            unload.query.text,
            quote_text(path),
            options.join(", ")
        ),
        parameters: unload.query.parameters.clone(),
    })
}

fn text_options(unload: &Unload, quote: &str, more: &str) -> Vec<String> {
    vec![
        "format csv".to_owned(),
        format!("header {}", unload.header),
        format!("delimiter {}", quote_text(&unload.delimiter)),
        format!("quote {}", quote_text(quote)),
        format!("escape {}", quote_text(quote)),
        format!("nullstr {}{more}", quote_text(&unload.null)),
    ]
}

/// A column as Redshift writes it: in text, truth is one letter and whole floats have no fraction.
fn written(name: &str, kind: &str, as_text: bool) -> String {
    let name = quote_name(name);
    match kind {
        "HUGEINT" => format!("{name}::bigint as {name}"),
        "BOOLEAN" if as_text => {
            format!("case when {name} then 't' when not {name} then 'f' end as {name}")
        }
        "DOUBLE" | "FLOAT" if as_text => format!(
            "case when {name} = trunc({name}) and abs({name}) < 1e15 then {name}::bigint::varchar \
             else {name}::varchar end as {name}"
        ),
        _ => name,
    }
}

/// An object that was written: its key and its bytes.
type Written = (String, u64);

/// Moves what was written to where it belongs, under Redshift's names.
fn place(unload: &Unload, room: &Room, folder: &Folder) -> Result<Vec<Written>, Failure> {
    let mut objects = Vec::new();
    let mut give = |written: &Path, key: String| -> Result<(), Failure> {
        let size = room.folder.metadata(written)?.len();
        folder.take(Path::new(&key), &room.folder, written)?;
        objects.push((key, size));
        Ok(())
    };
    if unload.partition_by.is_empty() {
        let name = if unload.parallel {
            "0000_part_00"
        } else {
            "000"
        };
        let written = Path::new(PART);
        if !room.folder.exists(written) {
            room.folder.write(written, b"")?;
        }
        let key = format!("{}{name}{}", unload.to.key, ending(unload));
        give(written, key)?;
        return Ok(objects);
    }
    let mut stack: Vec<(PathBuf, String)> = vec![(PathBuf::from("."), String::new())];
    while let Some((directory, inside)) = stack.pop() {
        let mut files = Vec::new();
        for entry in room.folder.read_dir(&directory)? {
            let entry = entry?;
            let path = directory.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                let name = entry.file_name().to_string_lossy().into_owned();
                stack.push((path, format!("{inside}{name}/")));
            } else {
                files.push(path);
            }
        }
        files.sort();
        for (number, file) in files.iter().enumerate() {
            let key = format!(
                "{}{inside}0000_part_{number:02}{}",
                unload.to.key,
                ending(unload)
            );
            give(file, key)?;
        }
    }
    objects.sort();
    Ok(objects)
}

fn ending(unload: &Unload) -> String {
    let compressed = match unload.compression {
        "gzip" => ".gz",
        "zstd" => ".zst",
        _ => "",
    };
    match (&unload.extension, unload.format) {
        (Some(extension), _) => format!(".{extension}"),
        (None, UnloadFormat::Parquet) => ".parquet".to_owned(),
        (None, UnloadFormat::Json) => format!(".json{compressed}"),
        (None, _) => compressed.to_owned(),
    }
}

fn write_manifest(to: &Location, folder: &Folder, objects: &[Written]) -> Result<(), Failure> {
    let entries: Vec<serde_json::Value> = objects
        .iter()
        .map(|(key, size)| {
            serde_json::json!({
                "url": format!("s3://{}/{key}", to.bucket),
                "meta": { "content_length": size },
            })
        })
        .collect();
    let text = serde_json::json!({ "entries": entries }).to_string();
    let key = format!("{}manifest", to.key);
    Ok(folder.write(Path::new(&key), text.as_bytes())?)
}
