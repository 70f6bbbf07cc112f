//! The buckets of a test: folders that are gone with it, or, where it only reads, the pipeline's own.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use local::folder::Within;
use tempfile::TempDir;

use super::objects::beginning_with;
use crate::commands::laptop::folders::Folders;
use crate::compile::Compiled;
use crate::source::is_folder_name;
use crate::testing::{Case, TestSubject};

/// Buckets of one test.
pub(super) struct TestBuckets {
    pub folders: BTreeMap<String, Within>,
    /// What is gone with the test.
    _temporary: Option<TempDir>,
}

/// The buckets that a test sees: those of which it gives objects hold nothing else. What a step writes
/// goes into a copy, which has no object that the test expects: it shows what was written, not what was there.
pub(super) fn of(compiled: &Compiled, folders: &Folders, case: &Case) -> io::Result<TestBuckets> {
    let mut all = folders.buckets.clone();
    let mut written = written(compiled, case);
    // What was there before the test fulfils no expectation of it.
    for expected in &case.expected_objects {
        if all.contains_key(&expected.bucket) && !written.contains(&expected.bucket) {
            written.push(expected.bucket.clone());
        }
    }
    let copied = written
        .iter()
        .filter(|bucket| !case.objects.iter().any(|(given, _, _)| given == *bucket));
    let copied: Vec<&String> = copied.collect();
    if case.objects.is_empty() && copied.is_empty() {
        return Ok(TestBuckets {
            folders: all,
            _temporary: None,
        });
    }
    let temporary = tempfile::Builder::new().prefix("sfc-test-").tempdir()?;
    let root = temporary.path().canonicalize()?;
    for (bucket, key, bytes) in &case.objects {
        let path = root.join(bucket).join(key);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(path, bytes)?;
        all.insert(bucket.clone(), Within::new(root.clone(), bucket));
    }
    for bucket in copied {
        let folder = root.join(bucket);
        fs::create_dir_all(&folder)?;
        if let Some(within) = all.get(bucket) {
            let from = within.bound.join(&within.inside);
            if from.is_dir() {
                copy(&from, &folder)?;
            }
        }
        for expected in &case.expected_objects {
            if expected.bucket == *bucket {
                for (_, path) in beginning_with(&folder, &expected.prefix)? {
                    fs::remove_file(path)?;
                }
            }
        }
        all.insert(bucket.clone(), Within::new(root.clone(), bucket));
    }
    Ok(TestBuckets {
        folders: all,
        _temporary: Some(temporary),
    })
}

/// Buckets that what runs may write to.
fn written(compiled: &Compiled, case: &Case) -> Vec<String> {
    let steps = compiled.pipeline.steps.iter().enumerate();
    let runs = steps.filter(|(index, _)| match case.subject {
        TestSubject::Step(step) => step == *index,
        TestSubject::Pipeline => true,
        TestSubject::Unknown(_) => false,
    });
    let mut buckets: Vec<String> = Vec::new();
    for sql in runs.filter_map(|(_, step)| step.sql()) {
        let files = sql.lineage.writes.iter().filter(|table| table.files);
        for name in files.filter_map(|table| table.name.strip_prefix("s3://")) {
            let bucket = name.split('/').next().unwrap_or_default().to_owned();
            if is_folder_name(&bucket) && !bucket.contains("{{") && !buckets.contains(&bucket) {
                buckets.push(bucket);
            }
        }
    }
    buckets
}

/// Copies a folder's files and folders; links are left out.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        let target = to.join(entry.file_name());
        if kind.is_dir() {
            fs::create_dir_all(&target)?;
            copy(&entry.path(), &target)?;
        } else if kind.is_file() {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
