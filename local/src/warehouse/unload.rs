//! UNLOAD: the rows of a query into objects, written by the engine itself.

use std::path::{Path, PathBuf};

use super::bucket;
use super::failure::Failure;
use super::scope::Scope;
use crate::dialect::{Location, Sql, Unload, UnloadFormat, quote_name, quote_text};

/// Unloads; the number of rows that were written.
pub(super) fn run(scope: &Scope<'_>, unload: &Unload) -> Result<u64, Failure> {
    let folder = bucket::folder(scope, &unload.to.bucket)?;
    let there = bucket::objects(scope, &unload.to)?;
    if unload.clean_path {
        for object in &there {
            std::fs::remove_file(&object.path)?;
        }
    } else if !there.is_empty() && !unload.allow_overwrite {
        return Err(Failure::Engine(
            "Specified unload destination on S3 is not empty. Consider using a different bucket / prefix, manually removing the target files in S3, or using the ALLOWOVERWRITE option."
                .to_owned(),
        ));
    }
    // Written beside their place and moved there: nobody reads half an object.
    std::fs::create_dir_all(folder)?;
    let scratch = tempfile::Builder::new()
        .prefix(".unload-")
        .tempdir_in(folder)?;
    let rows = write(scope, unload, scratch.path())?;
    let keys = place(unload, scratch.path(), folder)?;
    if unload.manifest {
        write_manifest(&unload.to, folder, &keys)?;
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
        scratch.join("part")
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

/// Moves what was written to where it belongs, under Redshift's names; the keys.
fn place(unload: &Unload, scratch: &Path, folder: &Path) -> Result<Vec<String>, Failure> {
    let mut keys = Vec::new();
    if unload.partition_by.is_empty() {
        let name = if unload.parallel {
            "0000_part_00"
        } else {
            "000"
        };
        let key = format!("{}{name}{}", unload.to.key, ending(unload));
        let written = scratch.join("part");
        if !written.exists() {
            std::fs::write(&written, b"")?;
        }
        rename(&written, &folder.join(&key))?;
        keys.push(key);
        return Ok(keys);
    }
    let mut stack: Vec<(PathBuf, String)> = vec![(scratch.to_path_buf(), String::new())];
    while let Some((directory, inside)) = stack.pop() {
        let mut files = Vec::new();
        for entry in std::fs::read_dir(&directory)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                let name = entry.file_name().to_string_lossy().into_owned();
                stack.push((entry.path(), format!("{inside}{name}/")));
            } else {
                files.push(entry.path());
            }
        }
        files.sort();
        for (number, file) in files.iter().enumerate() {
            let key = format!(
                "{}{inside}0000_part_{number:02}{}",
                unload.to.key,
                ending(unload)
            );
            rename(file, &folder.join(&key))?;
            keys.push(key);
        }
    }
    keys.sort();
    Ok(keys)
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

fn rename(from: &Path, to: &Path) -> Result<(), Failure> {
    if let Some(parent) = to.parent() {
        std::fs::create_dir_all(parent)?;
    }
    Ok(std::fs::rename(from, to)?)
}

fn write_manifest(to: &Location, folder: &Path, keys: &[String]) -> Result<(), Failure> {
    let entries: Vec<serde_json::Value> = keys
        .iter()
        .map(|key| {
            let size = std::fs::metadata(folder.join(key)).map_or(0, |metadata| metadata.len());
            serde_json::json!({
                "url": format!("s3://{}/{key}", to.bucket),
                "meta": { "content_length": size },
            })
        })
        .collect();
    let text = serde_json::json!({ "entries": entries }).to_string();
    Ok(std::fs::write(
        folder.join(format!("{}manifest", to.key)),
        text,
    )?)
}
