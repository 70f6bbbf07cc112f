//! The rows that a test expects.

use std::collections::BTreeSet;

use super::super::case::{Expected, List, Matching};
use super::super::cells;
use super::super::file::{ExpectedRows, RowKey};
use super::Resolver;
use super::files::csv_rows;
use crate::diagnostic::Code;
use crate::pipeline_yaml::ValuePlace;

impl Resolver<'_, '_> {
    pub(super) fn expected(&mut self, keys: &[&str], name: &str, rows: &ExpectedRows) -> Expected {
        let place = self.at(keys);
        let span = place.key().unwrap_or_default();
        let mut expected = Expected {
            name: name.to_owned(),
            span,
            rows: None,
            matching: Matching::All,
            key: Vec::new(),
            tolerance: None,
            count: None,
            list: None,
        };
        let list = |place: ValuePlace<'_>| List {
            key: place.key().unwrap_or_default(),
            span: place.span(),
        };
        let ExpectedRows::Compared(compared) = rows else {
            expected.rows = Some(cells::rows(self.file, place));
            expected.list = Some(list(place));
            return expected;
        };
        let lists = [
            ("rows", Matching::All),
            ("subset", Matching::Subset),
            ("in_order", Matching::InOrder),
        ];
        let given: Vec<_> = lists
            .iter()
            .filter_map(|(field, matching)| Some((place.get(field)?, *matching)))
            .collect();
        if given.len() + usize::from(compared.csv.is_some()) > 1 {
            self.error(
                Code::TestValue,
                "the rows that are expected are given in several ways".to_owned(),
                span,
                "keep one of `rows`, `subset`, `in_order` and `csv`",
            );
        }
        if let Some((place, matching)) = given.first() {
            expected.rows = Some(cells::rows(self.file, *place));
            expected.list = Some(list(*place));
            expected.matching = *matching;
        }
        if let Some(path) = &compared.csv {
            let inner: Vec<&str> = keys.iter().copied().chain(["csv"]).collect();
            let bytes = self.read(path, &inner);
            let at = self.span(&inner);
            expected.rows = bytes.map(|bytes| csv_rows(&bytes, at));
        }
        let key = compared
            .key
            .as_ref()
            .map(RowKey::columns)
            .unwrap_or_default();
        expected.key = key.iter().map(|column| column.to_lowercase()).collect();
        expected.tolerance = compared.tolerance;
        expected.count = compared
            .count
            .map(|count| (count, place.get("count").map_or(span, ValuePlace::shown)));
        if expected.rows.is_none() && expected.count.is_none() && !self.found.has_errors() {
            self.error(
                Code::TestEmpty,
                "nothing is expected of these rows".to_owned(),
                span,
                "write `rows:` or `count:`",
            );
        }
        self.keys_tell_apart(&expected);
        expected
    }

    /// A key must tell the expected rows apart.
    pub(super) fn keys_tell_apart(&mut self, expected: &Expected) {
        if expected.key.is_empty() {
            return;
        }
        let mut seen: BTreeSet<Vec<String>> = BTreeSet::new();
        for row in expected.rows.iter().flatten() {
            let values: Vec<String> = expected
                .key
                .iter()
                .map(|column| row.value(column).shown())
                .collect();
            if let Some(column) = expected
                .key
                .iter()
                .find(|column| !row.cells.contains_key(*column))
            {
                self.error(
                    Code::TestValue,
                    format!("this row has no `{column}`, which is the key"),
                    row.span,
                    "give each row the columns of its key",
                );
                return;
            }
            if !seen.insert(values) {
                self.error(
                    Code::TestValue,
                    "two rows that are expected have the same key".to_owned(),
                    row.span,
                    "name more columns under `key:`",
                );
                return;
            }
        }
    }
}
