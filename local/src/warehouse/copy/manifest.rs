//! A manifest: the objects of a load, by name (AWS page: `Using a manifest to specify data files`).

use std::io::ErrorKind;
use std::path::Path;

use serde::Deserialize;

use super::super::bucket::{self, BucketObject};
use super::super::failure::StatementFailure;
use super::super::scope::StatementScope;
use crate::warehouse::dialect::BucketLocation;

#[derive(Debug, Deserialize)]
struct Manifest {
    entries: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
struct Entry {
    url: String,
    #[serde(default)]
    mandatory: bool,
    /// Whatever form it has: only columnar formats and external tables look into it.
    meta: Option<serde_json::Value>,
}

/// The objects that a manifest lists; those that are not there and not mandatory are left out. Parquet,
/// ORC and external tables need the length of each (`needs_length`).
pub(in super::super) fn objects<'a>(
    scope: &StatementScope<'a>,
    from: &BucketLocation,
    needs_length: bool,
) -> Result<Vec<BucketObject<'a>>, StatementFailure> {
    let folder = bucket::folder(scope, &from.bucket)?;
    let text = folder.read(Path::new(&from.key)).map_err(|error| {
        StatementFailure::Refused(format!(
            "the manifest `{}` cannot be read: {error}",
            from.key
        ))
    })?;
    let manifest: Manifest = serde_json::from_slice(&text).map_err(|_| {
        StatementFailure::Refused(format!(
            "the manifest `{}` is not one: it is no JSON with a list `entries`, each with a `url`",
            from.key
        ))
    })?;
    let mut all = Vec::new();
    for entry in manifest.entries {
        let length = entry
            .meta
            .as_ref()
            .and_then(|meta| meta.get("content_length")?.as_u64());
        if needs_length && length.is_none() {
            return Err(StatementFailure::Refused(format!(
                "the manifest `{}` has no `meta` with a `content_length` for `{}`, which columnar \
                 formats and external tables need: add it",
                from.key, entry.url
            )));
        }
        match bucket::object(scope, BucketLocation::parse(&entry.url)?) {
            Ok(object) => all.push(object),
            Err(StatementFailure::Io(error))
                if error.kind() == ErrorKind::NotFound && !entry.mandatory => {}
            Err(StatementFailure::Io(error)) if error.kind() == ErrorKind::NotFound => {
                return Err(StatementFailure::Engine(format!(
                    "the object `{}` does not exist, and the manifest `{}` says that it is mandatory",
                    entry.url, from.key
                )));
            }
            Err(StatementFailure::Io(error)) => {
                return Err(StatementFailure::Refused(format!(
                    "`{}` cannot be read: {error}",
                    entry.url
                )));
            }
            Err(failure) => return Err(failure),
        }
    }
    Ok(all)
}
