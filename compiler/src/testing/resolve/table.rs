//! A given table: its columns, its rows, and where they come from.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use super::super::case::Expected;
use super::super::cells::{self, PlacedRow};
use super::super::declared::{Declarations, DeclaredTable};
use super::super::file::{self, GivenRows};
use super::super::given::{self, GIVEN_BUCKET, Setup};
use super::files::{csv_header, csv_rows};
use super::{Resolver, key};
use crate::diagnostic::{Code, Nearest};
use crate::source::Span;

impl Resolver<'_, '_> {
    /// What puts a table there.
    pub(super) fn table(
        &mut self,
        name: &str,
        written: &str,
        declared: &Declarations,
        setup: &mut Vec<Setup>,
        objects: &mut Vec<(String, String, Vec<u8>)>,
    ) {
        let place = self.at(&["given", written]);
        let span = place.key().unwrap_or_default();
        let table = declared.table(name);
        let empty = IndexMap::new();
        let Some(given) = self.test.given.get(written) else {
            return;
        };
        let (list, types) = match given {
            GivenRows::Rows(_) => (Some(place), &empty),
            GivenRows::Table(table) => (place.get("rows"), &table.types),
        };
        if let GivenRows::Table(table) = given {
            let ways = [
                table.rows.is_some(),
                table.csv.is_some(),
                table.parquet.is_some(),
                table.sql.is_some(),
            ];
            if ways.iter().filter(|way| **way).count() > 1 {
                self.error(
                    Code::TestValue,
                    format!("`{written}` has its rows from several places"),
                    span,
                    "keep one of `rows`, `csv`, `parquet` and `sql`",
                );
                return;
            }
        }
        let rows = list
            .map(|list| cells::rows(self.file, list))
            .unwrap_or_default();
        let put = |sql: String, span: Span| Setup {
            sql,
            span,
            table: name.to_owned(),
        };
        let csv = match given {
            GivenRows::Table(given) => match &given.csv {
                Some(path) => match self.read(path, &["given", written, "csv"]) {
                    Some(bytes) => Some(bytes),
                    None => return,
                },
                None => None,
            },
            GivenRows::Rows(_) => None,
        };
        let csv_rows = csv.as_deref().map(|bytes| csv_rows(bytes, span));
        if let GivenRows::Table(file::GivenTable {
            sql: Some(sql),
            types,
            ..
        }) = given
        {
            let made = table
                .filter(|_| types.is_empty())
                .and_then(|table| table.statements(&given::name(name)));
            let span = self.span(&["given", written, "sql"]);
            match made {
                Some(statements) => {
                    setup.extend(statements.into_iter().map(|sql| put(sql, span)));
                    setup.push(put(
                        format!("insert into {} {sql}", given::name(name)),
                        span,
                    ));
                }
                None => setup.push(put(
                    format!("create table {} as {sql}", given::name(name)),
                    span,
                )),
            }
            return;
        }
        let known = csv_rows.as_deref().unwrap_or(&rows);
        let statements = match table.filter(|_| types.is_empty()) {
            Some(table) => {
                self.columns(written, table, known);
                table.statements(&given::name(name))
            }
            None => None,
        };
        let declared_here = statements.is_some();
        let statements = statements.or_else(|| {
            let columns = given::told(known, types)?;
            Some(vec![format!(
                "create table {} ({columns})",
                given::name(name)
            )])
        });
        let Some(statements) = statements else {
            self.error(
                Code::TestTypes,
                format!("nobody knows the columns of `{written}`"),
                span,
                "give `types: { column: type }`, or declare the table in a file of `sources`",
            );
            return;
        };
        setup.extend(statements.into_iter().map(|sql| put(sql, span)));
        let table = table.filter(|_| declared_here);
        let identity = given::gives_identity(table, known);
        let object = format!("{name}.csv");
        if let GivenRows::Table(file::GivenTable {
            parquet: Some(path),
            ..
        }) = given
        {
            let Some(bytes) = self.read(path, &["given", written, "parquet"]) else {
                return;
            };
            let object = format!("{name}.parquet");
            let sql = format!(
                "copy {} from 's3://{GIVEN_BUCKET}/{object}' iam_role default format as parquet",
                given::name(name)
            );
            objects.push((GIVEN_BUCKET.to_owned(), object, bytes));
            setup.push(put(sql, self.span(&["given", written, "parquet"])));
        } else if let Some(bytes) = csv {
            let header = csv_header(&bytes);
            setup.push(put(
                given::copy_csv(name, &object, &header, identity, true),
                span,
            ));
            objects.push((GIVEN_BUCKET.to_owned(), object, bytes));
        } else if identity {
            let (columns, bytes) = given::csv(&rows);
            setup.push(put(
                given::copy_csv(name, &object, &columns, true, false),
                span,
            ));
            objects.push((GIVEN_BUCKET.to_owned(), object, bytes));
        } else if !rows.is_empty() {
            let inserts = given::inserts(name, table, &rows);
            setup.extend(inserts.into_iter().map(|(sql, span)| put(sql, span)));
        }
    }

    /// Columns that a declared table does not have.
    pub(super) fn columns(&mut self, written: &str, table: &DeclaredTable, rows: &[PlacedRow]) {
        if table.open {
            return;
        }
        let names = || table.columns.iter().map(|column| column.name.as_str());
        let mut told: BTreeSet<String> = BTreeSet::new();
        for (name, span) in rows.iter().flat_map(|row| &row.names) {
            if !names().any(|known| known == name) && told.insert(name.clone()) {
                self.no_column(written, name, *span, &names().collect::<Vec<_>>());
            }
        }
    }

    pub(super) fn no_column(&mut self, table: &str, name: &str, span: Span, columns: &[&str]) {
        let help = Nearest::default().suggest(name, columns.iter().copied());
        let help = help.unwrap_or_else(|| format!("its columns are {}", columns.join(", ")));
        self.error(
            Code::TestTypes,
            format!("`{table}` has no column `{name}`"),
            span,
            help,
        );
    }

    /// Columns of an expectation that the table cannot have.
    pub(super) fn known_columns(&mut self, expected: &Expected, declared: &Declarations) {
        let given = self
            .test
            .given
            .iter()
            .find(|(name, _)| key(name) == expected.name);
        if matches!(given, Some((_, GivenRows::Table(table))) if !table.types.is_empty()) {
            return;
        }
        if let (Some(table), Some(rows)) = (declared.table(&expected.name), &expected.rows) {
            self.columns(&expected.name, table, rows);
        }
    }
}
