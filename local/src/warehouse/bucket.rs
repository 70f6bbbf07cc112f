//! Folders that stand in for buckets.

use std::collections::BTreeMap;
use std::path::Path;

use super::failure::StatementFailure;
use super::scope::StatementScope;
use super::{OpenFailure, Options};
use crate::folder::Folder;
use crate::warehouse::dialect::BucketLocation;

/// A file that stands in for an object of S3.
#[derive(Debug, Clone)]
pub(super) struct BucketObject<'a> {
    pub(super) folder: &'a Folder,
    pub(super) location: BucketLocation,
    /// Length of the file in bytes.
    pub(super) size: u64,
}

impl BucketObject<'_> {
    /// Its address, `s3://bucket/key`, as messages show it.
    pub(super) fn uri(&self) -> String {
        format!("s3://{}/{}", self.location.bucket, self.location.key)
    }

    pub(super) fn path(&self) -> &Path {
        Path::new(&self.location.key)
    }
}

/// Opens the folders of all buckets.
pub(super) fn open(options: &Options) -> Result<BTreeMap<String, Folder>, OpenFailure> {
    options
        .buckets
        .iter()
        .map(|(bucket, within)| {
            let folder = Folder::open(within.clone()).map_err(|error| OpenFailure::Bucket {
                bucket: bucket.clone(),
                path: within.bound.display().to_string(),
                message: error.to_string(),
            })?;
            Ok((bucket.clone(), folder))
        })
        .collect()
}

/// The folder that stands in for a bucket.
pub(super) fn folder<'a>(
    scope: &StatementScope<'a>,
    bucket: &str,
) -> Result<&'a Folder, StatementFailure> {
    scope.shared.buckets.get(bucket).ok_or_else(|| {
        StatementFailure::Refused(format!(
            "the bucket `{bucket}` is not mapped to a folder on this machine"
        ))
    })
}

/// The object at a location.
pub(super) fn object<'a>(
    scope: &StatementScope<'a>,
    location: BucketLocation,
) -> Result<BucketObject<'a>, StatementFailure> {
    let folder = folder(scope, &location.bucket)?;
    let size = folder.metadata(Path::new(&location.key))?.len();
    Ok(BucketObject {
        folder,
        location,
        size,
    })
}

/// The objects whose keys begin with a location's, in the order of their keys.
pub(super) fn objects<'a>(
    scope: &StatementScope<'a>,
    location: &BucketLocation,
) -> Result<Vec<BucketObject<'a>>, StatementFailure> {
    let mut found = Vec::new();
    let search = Search {
        folder: folder(scope, &location.bucket)?,
        location,
    };
    let start = location.key.rsplit_once('/').map_or("", |(start, _)| start);
    search.collect(start, &mut found)?;
    found.sort_by(|a, b| a.location.key.cmp(&b.location.key));
    Ok(found)
}

/// What is looked for, and where.
struct Search<'a, 'b> {
    folder: &'a Folder,
    location: &'b BucketLocation,
}

impl<'a> Search<'a, '_> {
    /// Adds the objects under `prefix` whose keys begin with the location's.
    fn collect(
        &self,
        prefix: &str,
        found: &mut Vec<BucketObject<'a>>,
    ) -> Result<(), StatementFailure> {
        let start_of_key = &self.location.key;
        let names = match self.folder.names(Path::new(prefix)) {
            Ok(names) => names,
            Err(error)
                if matches!(
                    error.kind(),
                    std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory
                ) =>
            {
                return Ok(());
            }
            Err(error) => return Err(error.into()),
        };
        for name in names {
            let Some(name) = name.to_str() else {
                continue;
            };
            let key = if prefix.is_empty() {
                name.to_owned()
            } else {
                format!("{prefix}/{name}")
            };
            // Only what can hold keys that begin so is looked into.
            let inside = format!("{key}/");
            let deeper =
                inside.starts_with(start_of_key.as_str()) || start_of_key.starts_with(&inside);
            if !deeper && !key.starts_with(start_of_key.as_str()) {
                continue;
            }
            let metadata = self.folder.metadata(Path::new(&key))?;
            if metadata.is_dir() {
                self.collect(&key, found)?;
            } else if key.starts_with(start_of_key.as_str()) {
                found.push(BucketObject {
                    folder: self.folder,
                    location: BucketLocation {
                        bucket: self.location.bucket.clone(),
                        key,
                    },
                    size: metadata.len(),
                });
            }
        }
        Ok(())
    }
}
