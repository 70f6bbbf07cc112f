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
}

/// The objects that a manifest lists; those that are not there and not mandatory are left out.
pub(in super::super) fn objects<'a>(
    scope: &StatementScope<'a>,
    from: &BucketLocation,
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
        match bucket::object(scope, BucketLocation::parse(&entry.url)?) {
            Ok(object) => all.push(object),
            Err(StatementFailure::Io(error))
                if error.kind() == ErrorKind::NotFound && !entry.mandatory => {}
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
