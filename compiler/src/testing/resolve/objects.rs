//! The objects that a test expects behind what ran.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use super::super::case::{ExpectedContent, ExpectedObject};
use super::super::file::{ExpectedObjects, ExpectedRows};
use super::super::given;
use super::Resolver;
use crate::diagnostic::Code;
use crate::source;

impl Resolver<'_, '_> {
    /// The objects that are expected; those with a mistake are left out.
    pub(super) fn expected_objects(&mut self) -> Vec<ExpectedObject> {
        let test = self.test;
        let mut all = Vec::new();
        for (address, written) in &test.expect.objects {
            let place = self.at(&["expect", "objects", address]);
            let span = place.key().unwrap_or_default();
            let named = address
                .strip_prefix("s3://")
                .and_then(|rest| rest.split_once('/'))
                .filter(|(bucket, prefix)| {
                    source::is_folder_name(bucket) && source::relative(prefix).is_ok()
                });
            let Some((bucket, prefix)) = named else {
                self.error(
                    Code::TestValue,
                    format!("`{address}` is no address of objects"),
                    span,
                    "write `s3://bucket/key`, or how the keys of several begin: `s3://bucket/prefix/`",
                );
                continue;
            };
            if let Some(content) = self.content(address, written) {
                all.push(ExpectedObject {
                    bucket: bucket.to_owned(),
                    prefix: prefix.to_owned(),
                    span,
                    content,
                });
            }
        }
        all
    }

    fn content(&mut self, address: &str, written: &ExpectedObjects) -> Option<ExpectedContent> {
        let keys = ["expect", "objects", address];
        let span = self.at(&keys).key().unwrap_or_default();
        let no_types = IndexMap::new();
        let (rows, copy, types) = match written {
            ExpectedObjects::Text(text) => return Some(ExpectedContent::Text(text.clone())),
            ExpectedObjects::All(rows) => (ExpectedRows::All(rows.clone()), None, &no_types),
            ExpectedObjects::Compared(compared) if compared.absent => {
                if compared.is_read() {
                    self.error(
                        Code::TestValue,
                        format!("`{address}` cannot be absent and have rows"),
                        span,
                        "keep `absent: true` alone, or remove it",
                    );
                    return None;
                }
                return Some(ExpectedContent::Absent);
            }
            ExpectedObjects::Compared(compared) => (
                ExpectedRows::Compared(compared.rows()),
                compared.copy.clone(),
                &compared.types,
            ),
        };
        let expected = self.expected(&keys, address, &rows);
        if expected.rows.is_none() && expected.count.is_none() {
            return None;
        }
        if !types.is_empty() {
            let columns: Vec<String> = types.keys().map(|name| name.to_lowercase()).collect();
            let names: Vec<&str> = columns.iter().map(String::as_str).collect();
            let mut told: BTreeSet<String> = BTreeSet::new();
            for (name, place) in expected.rows.iter().flatten().flat_map(|row| &row.names) {
                if !columns.contains(name) && told.insert(name.clone()) {
                    self.no_column(address, name, *place, &names);
                }
            }
        }
        let known = expected.rows.as_deref().unwrap_or_default();
        let Some(columns) = given::told(known, types) else {
            self.error(
                Code::TestTypes,
                format!("nobody knows the columns of `{address}`"),
                span,
                "give `types: { column: type }`, in the order in which the objects have them",
            );
            return None;
        };
        Some(ExpectedContent::Rows {
            expected: Box::new(expected),
            columns,
            copy,
        })
    }
}
