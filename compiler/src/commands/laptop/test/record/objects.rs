//! The objects that a step reads, cut to their first lines.

use indexmap::IndexMap;
use local::folder::Folder;
use redshift_sql::lineage::How;
use runtime_lambda::parameters::fill;
use runtime_lambda::ports::{Field, ResultColumn};

use crate::commands::laptop::folders::Folders;
use crate::pipeline::StepSql;
use crate::testing::FoundRows;

/// Lines of an object that a test keeps: one with the names of columns, and a few rows.
const LINES: usize = 6;

/// Largest object that is looked at, in bytes.
const LARGEST: usize = 4 * 1024 * 1024;

/// An object of a bucket, cut to its first lines.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct CutObject {
    /// Address of the object: `s3://bucket/key`.
    pub address: String,
    /// The first lines, as a test's file has them.
    pub text: String,
    /// The table that it is loaded into.
    pub table: Option<String>,
    /// Its rows, if its first line names their columns.
    pub rows: Option<FoundRows>,
}

/// The objects that a step reads. A test that gives one object of a bucket gives all. Of a bucket
/// in which something is read that cannot be cut, there are none.
pub(super) fn of_step(
    sql: &StepSql,
    parameters: &IndexMap<String, String>,
    folders: &Folders,
) -> Vec<CutObject> {
    let mut all: Vec<(String, Option<CutObject>)> = Vec::new();
    for read in sql.lineage.reads.iter().filter(|read| read.files) {
        let address = fill(&read.name, parameters).ok();
        let address = address.unwrap_or_else(|| read.name.clone());
        let Some((bucket, key)) = address
            .strip_prefix("s3://")
            .and_then(|rest| rest.split_once('/'))
        else {
            continue;
        };
        let bytes = folders
            .buckets
            .get(bucket)
            .and_then(|within| Folder::open(within.clone()).ok())
            .and_then(|folder| folder.read(key.as_ref()).ok());
        let cut = bytes.and_then(|bytes| cut(&address, &bytes));
        let cut = cut.map(|cut| CutObject {
            table: loaded_into(sql, &read.name),
            ..cut
        });
        all.push((bucket.to_owned(), cut));
    }
    let whole: Vec<String> = all
        .iter()
        .filter(|(_, cut)| cut.is_none())
        .map(|(bucket, _)| bucket.clone())
        .collect();
    all.into_iter()
        .filter(|(bucket, _)| !whole.contains(bucket))
        .filter_map(|(_, cut)| cut)
        .collect()
}

/// The table that a step loads files into.
fn loaded_into(sql: &StepSql, files: &str) -> Option<String> {
    let mut writes = sql.lineage.columns.writes.iter();
    let write = writes.find(|write| {
        let mut from = write.from.iter();
        write.how == How::Copy && from.any(|from| from.name() == files)
    })?;
    Some(write.dataset.name().to_owned())
}

/// The beginning of a text of lines; none of anything else.
fn cut(address: &str, bytes: &[u8]) -> Option<CutObject> {
    let text = std::str::from_utf8(bytes)
        .ok()
        .filter(|text| text.len() <= LARGEST && !text.contains(['\0', '\r', '\t']))?;
    // A document over several lines has no rows of its own.
    if text.trim_start().starts_with('[') {
        return None;
    }
    let lines: Vec<&str> = text.lines().take(LINES).collect();
    let text = format!("{}\n", lines.join("\n"));
    Some(CutObject {
        address: address.to_owned(),
        table: None,
        rows: rows(&text),
        text,
    })
}

/// The rows of CSV whose first line names the columns.
fn rows(text: &str) -> Option<FoundRows> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let names = reader.headers().ok()?.clone();
    let is_name = |name: &str| {
        name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
            && name
                .chars()
                .all(|one| one.is_ascii_alphanumeric() || one == '_')
    };
    if !names.iter().all(is_name) {
        return None;
    }
    let columns = names.iter().map(|name| ResultColumn {
        name: name.to_owned(),
        type_name: "varchar".to_owned(),
    });
    let records: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>().ok()?;
    let field = |value: &str| match value {
        "" => Field::IsNull(true),
        value => Field::StringValue(value.to_owned()),
    };
    Some(FoundRows {
        columns: columns.collect(),
        rows: records
            .iter()
            .map(|record| record.iter().map(field).collect())
            .collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_cut_and_a_first_line_of_names_gives_rows() {
        let text = "id,name\n1,a\n2,\n3,c\n4,d\n5,e\n6,f\n";
        let short = cut("s3://b/k", text.as_bytes()).unwrap();
        assert!(short.text.ends_with("5,e\n"), "{short:?}");
        let rows = short.rows.unwrap();
        assert_eq!((rows.columns[0].name.as_str(), rows.rows.len()), ("id", 5));
        assert_eq!(rows.rows[1][1], Field::IsNull(true));
        assert!(cut("s3://b/k", b"1,a\n2,b\n").unwrap().rows.is_none());
        assert_eq!(cut("s3://b/k", b"[\n{}\n]"), None);
        assert_eq!(cut("s3://b/k", b"PAR1\0\xff"), None);
    }
}
