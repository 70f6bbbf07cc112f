//! Folders that stand in for buckets.

use std::path::{Path, PathBuf};

use super::failure::Failure;
use super::scope::Scope;
use crate::dialect::{Location, quote_text};

/// An object: its key and the file that holds it.
#[derive(Debug, Clone)]
pub(super) struct Object {
    pub(super) key: String,
    pub(super) path: PathBuf,
    pub(super) size: u64,
}

/// The folder that stands in for a bucket.
pub(super) fn folder<'a>(scope: &Scope<'a>, bucket: &str) -> Result<&'a Path, Failure> {
    scope
        .shared
        .options
        .buckets
        .get(bucket)
        .map(PathBuf::as_path)
        .ok_or_else(|| {
            Failure::Refused(format!(
                "the bucket `{bucket}` is not mapped to a folder on this machine"
            ))
        })
}

/// The objects whose keys begin with a location's, in the order of their keys.
pub(super) fn objects(scope: &Scope<'_>, location: &Location) -> Result<Vec<Object>, Failure> {
    let folder = folder(scope, &location.bucket)?;
    let mut found = Vec::new();
    let start = location.key.rsplit_once('/').map_or("", |(start, _)| start);
    collect(folder, start, &location.key, &mut found)?;
    found.sort_by(|a, b| a.key.cmp(&b.key));
    Ok(found)
}

/// Adds the objects under `prefix` whose keys begin with `start_of_key`.
fn collect(
    folder: &Path,
    prefix: &str,
    start_of_key: &str,
    found: &mut Vec<Object>,
) -> Result<(), Failure> {
    let entries = match std::fs::read_dir(folder.join(prefix)) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::NotADirectory => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    for entry in entries {
        let entry = entry?;
        let Some(name) = entry.file_name().to_str().map(str::to_owned) else {
            continue;
        };
        let key = if prefix.is_empty() {
            name
        } else {
            format!("{prefix}/{name}")
        };
        let metadata = std::fs::metadata(entry.path())?;
        if metadata.is_dir() {
            // Only what can hold keys that begin so is looked into.
            let inside = format!("{key}/");
            if inside.starts_with(start_of_key) || start_of_key.starts_with(&inside) {
                collect(folder, &key, start_of_key, found)?;
            }
        } else if key.starts_with(start_of_key) {
            found.push(Object {
                key,
                path: entry.path(),
                size: metadata.len(),
            });
        }
    }
    Ok(())
}

/// A path as the engine reads it: not as a pattern.
pub(super) fn quote_path(path: &Path) -> Result<String, Failure> {
    let text = path
        .to_str()
        .ok_or_else(|| Failure::Refused(format!("`{}` is not UTF-8", path.display())))?;
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '*' | '?' | '[' => {
                escaped.push('[');
                escaped.push(c);
                escaped.push(']');
            }
            other => escaped.push(other),
        }
    }
    Ok(quote_text(&escaped))
}
