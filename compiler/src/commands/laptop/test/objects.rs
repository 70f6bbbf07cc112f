//! What a test finds in its buckets behind what ran: texts, and rows that COPY reads.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::verdict::{BrokenTest, TestFailure};
use super::warehouse::OwnWarehouse;
use crate::testing::{Case, ExpectedContent, ExpectedObject, compare_text};

/// The table into which COPY reads objects; it is of the test's own session.
const TABLE: &str = "sfc_expected_objects";

/// What is not as expected of the objects, behind the first run or behind another one.
///
/// # Errors
/// A folder cannot be read, or the warehouse does not play along.
pub(super) async fn objects(
    own: &OwnWarehouse<'_>,
    case: &Case,
    is_again: bool,
) -> Result<Vec<TestFailure>, BrokenTest> {
    let mut failures = Vec::new();
    for expected in &case.expected_objects {
        failures.extend(of_one(own, case, expected, is_again).await?);
    }
    Ok(failures)
}

async fn of_one(
    own: &OwnWarehouse<'_>,
    case: &Case,
    wanted: &ExpectedObject,
    is_again: bool,
) -> Result<Option<TestFailure>, BrokenTest> {
    let address = format!("s3://{}/{}", wanted.bucket, wanted.prefix);
    let what = match is_again {
        true => format!("a second run changes `{address}`: it"),
        false => format!("`{address}`"),
    };
    let failure = |sentence: String| TestFailure::new(sentence, wanted.span, "");
    let Some(bucket) = own.buckets.get(&wanted.bucket) else {
        return Ok(Some(failure(format!(
            "`{address}` cannot be there: neither the pipeline nor the test has a bucket `{}`",
            wanted.bucket
        ))));
    };
    let found = beginning_with(&bucket.bound.join(&bucket.inside), &wanted.prefix)?;
    let names: Vec<&str> = found.iter().map(|(key, _)| key.as_str()).collect();
    if let ExpectedContent::Absent = &wanted.content {
        let is_there = !found.is_empty();
        return Ok(is_there.then(|| failure(format!("{what} is there")).note(names.join("\n"))));
    }
    if found.is_empty() {
        return Ok(Some(failure(format!("{what} is not there"))));
    }
    match &wanted.content {
        ExpectedContent::Absent => Ok(None),
        ExpectedContent::Text(expected) => {
            let mut bytes = Vec::new();
            for (_, path) in &found {
                bytes.extend(fs::read(path)?);
            }
            let text = String::from_utf8_lossy(&bytes);
            let mismatch = compare_text(expected, &text, wanted.span, &what);
            Ok(mismatch.map(TestFailure::from))
        }
        ExpectedContent::Rows {
            expected,
            columns,
            copy,
        } => {
            let Some(options) = copy.as_deref().or_else(|| options(&names)) else {
                return Ok(Some(
                    failure(format!("nobody knows how to read `{address}`")).note(format!(
                        "say it with the options of COPY, such as `copy: csv ignoreheader 1`\n{}",
                        names.join("\n")
                    )),
                ));
            };
            let quoted = address.replace('\'', "''");
            let statements = [
                format!("drop table if exists {TABLE}"),
                format!("create temp table {TABLE} ({columns})"),
                format!("copy {TABLE} from '{quoted}' iam_role default {options}"),
            ];
            let statements: Vec<&str> = statements.iter().map(String::as_str).collect();
            if let Some((_, error)) = own.all(&statements).await? {
                return Ok(Some(failure(format!("{what} cannot be read")).note(error)));
            }
            match own.tables(&[TABLE]).await?.into_iter().next() {
                Some(Ok(rows)) => Ok(TestFailure::of_rows(case, expected, &rows, &what)),
                Some(Err(error)) => Ok(Some(failure(format!("{what} cannot be read")).note(error))),
                None => Ok(None),
            }
        }
    }
}

/// The options of COPY that the names of objects tell, if all tell the same.
fn options(names: &[&str]) -> Option<&'static str> {
    const ENDS: [(&str, &str); 3] = [
        (".parquet", "format as parquet"),
        (".csv", "csv"),
        (".json", "json 'auto'"),
    ];
    ENDS.iter()
        .find(|(end, _)| names.iter().all(|name| name.ends_with(end)))
        .map(|(_, options)| *options)
}

/// The objects of a folder whose keys begin so, by their keys, in their order.
pub(super) fn beginning_with(folder: &Path, prefix: &str) -> io::Result<Vec<(String, PathBuf)>> {
    let mut found = Vec::new();
    let mut open = vec![(String::new(), folder.to_path_buf())];
    while let Some((above, folder)) = open.pop() {
        if !folder.is_dir() {
            continue;
        }
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let key = format!("{above}{}", entry.file_name().to_string_lossy());
            let kind = entry.file_type()?;
            if kind.is_dir() {
                open.push((format!("{key}/"), entry.path()));
            } else if kind.is_file() && key.starts_with(prefix) {
                found.push((key, entry.path()));
            }
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_of_names_tell_how_objects_are_read() {
        assert_eq!(options(&["a/0000_part_00"]), None);
        assert_eq!(options(&["a/x.csv", "a/y.csv"]), Some("csv"));
        assert_eq!(options(&["a/x.csv", "a/y.json"]), None);
        assert_eq!(options(&["a/x.parquet"]), Some("format as parquet"));
    }

    #[test]
    fn objects_are_found_by_how_their_keys_begin() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("out/m=1")).unwrap();
        for key in ["out/m=1/b", "out/m=1/a", "out/other", "outer"] {
            fs::write(folder.path().join(key), key).unwrap();
        }
        let keys = |prefix: &str| -> Vec<String> {
            let found = beginning_with(folder.path(), prefix).unwrap();
            found.into_iter().map(|(key, _)| key).collect()
        };
        assert_eq!(keys("out/m="), ["out/m=1/a", "out/m=1/b"]);
        assert_eq!(keys("out/other"), ["out/other"]);
        assert_eq!(keys("nothing/"), Vec::<String>::new());
        let none = folder.path().join("none");
        assert!(beginning_with(&none, "").unwrap().is_empty());
    }
}
