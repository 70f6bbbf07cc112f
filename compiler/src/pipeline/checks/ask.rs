//! What is written under `expect` about tables, check by check.

use runtime_lambda::plan::{Asks, Check, Range, Severity, Statement};

use super::table::{self, CheckedTable};
use super::{KnownForChecks, Written, write};
use crate::diagnostic::{Code, Diagnostic};
use crate::pipeline::duration_words;
use crate::pipeline::limits;
use crate::pipeline::resolver::Resolver;
use crate::pipeline_yaml::{
    self, Accepted, CheckedColumn, Expectation, FreshEnough, OfLastRun, Reference, RowCount,
    UniqueKey,
};
use crate::source::Span;

/// Values that a sentence names.
const NAMED_VALUES: usize = 6;

/// What is written of a severity, with its default.
pub(super) fn severity(written: Option<pipeline_yaml::Severity>) -> Severity {
    match written {
        Some(pipeline_yaml::Severity::Info) => Severity::Info,
        Some(pipeline_yaml::Severity::Warning) => Severity::Warning,
        None | Some(pipeline_yaml::Severity::Critical) => Severity::Critical,
    }
}

/// The checks of a step's tables.
pub(super) fn of_tables(
    resolver: &mut Resolver<'_>,
    step: &str,
    expect: &Expectation,
    known: &KnownForChecks<'_>,
) -> Vec<Written> {
    let mut asker = Asker {
        resolver,
        known,
        written: Vec::new(),
    };
    let outer = ["steps", step, "expect"];
    let own = expect.of_table();
    if own != pipeline_yaml::TableChecks::default()
        && let Some(table) = asker.own_table(&outer, expect)
    {
        asker.checks(&outer, &table, &own);
    } else if own == pipeline_yaml::TableChecks::default() && expect.table.is_some() {
        asker.wrong(
            &[&outer[..], &["table"]].concat(),
            "`table` is named, and nothing is expected of it",
            "add a check, such as `not_null: id`, or remove `table`",
        );
    }
    for (name, checks) in &expect.tables {
        let keys = [&outer[..], &["tables", name]].concat();
        if *checks == pipeline_yaml::TableChecks::default() {
            asker.wrong(
                &keys,
                "nothing is expected of this table",
                "add a check, such as `not_null: id`",
            );
        }
        let span = asker.resolver.document.key_at(&keys);
        match CheckedTable::of(name) {
            Some(table) => {
                table::known(asker.resolver, known.tables, span, &table);
                asker.checks(&keys, &table, checks);
            }
            None => table::no_name(asker.resolver, span, name, "a table"),
        }
    }
    asker.written
}

struct Asker<'r, 'd, 'k> {
    resolver: &'r mut Resolver<'d>,
    known: &'k KnownForChecks<'k>,
    written: Vec<Written>,
}

impl Asker<'_, '_, '_> {
    /// The table that the checks in front of `tables` are of.
    fn own_table(&mut self, outer: &[&str], expect: &Expectation) -> Option<CheckedTable> {
        let document = self.resolver.document;
        if let Some(name) = &expect.table {
            let span = document.at(&[outer, &["table"]].concat());
            let table = CheckedTable::of(name);
            match &table {
                Some(table) => table::known(self.resolver, self.known.tables, span, table),
                None => table::no_name(self.resolver, span, name, "a table"),
            }
            return table;
        }
        let lineage = self.known.lineage;
        let is_temporary = |name: &str| lineage.temporary.iter().any(|table| table.name == name);
        let written: Vec<&str> = lineage
            .writes
            .iter()
            .filter(|write| !write.files && !write.removed && !is_temporary(&write.name))
            .map(|write| write.name.as_str())
            .collect();
        let only = match written.as_slice() {
            [only] => CheckedTable::of(only),
            _ => None,
        };
        if only.is_none() {
            let step = outer.get(1).copied().unwrap_or_default();
            let (sentence, help) = match written.as_slice() {
                [] => (
                    format!(
                        "step `{step}` writes no table that is known, so nobody can tell which one these checks are of"
                    ),
                    "say `table: NAME`".to_owned(),
                ),
                written => (
                    format!(
                        "step `{step}` writes {} tables, so nobody can tell which one these checks are of",
                        written.len()
                    ),
                    format!(
                        "say `table: {}`, or write the checks under `tables: {{ {}: … }}`",
                        written.first().unwrap_or(&"NAME"),
                        written.first().unwrap_or(&"NAME")
                    ),
                ),
            };
            self.resolver.push(
                Diagnostic::error(Code::CheckTable, sentence)
                    .at(&document.file, document.key_at(outer), "")
                    .help(help),
            );
        }
        only
    }

    fn wrong(&mut self, keys: &[&str], sentence: &str, help: &str) {
        let document = self.resolver.document;
        self.resolver.push(
            Diagnostic::error(Code::CheckValue, sentence)
                .at(&document.file, document.at(keys), "")
                .help(help),
        );
    }

    fn add(
        &mut self,
        span: Span,
        severity: Option<pipeline_yaml::Severity>,
        expected: String,
        sql: String,
    ) {
        self.push(span, severity, expected, sql, Asks::NoRow);
    }

    fn push(
        &mut self,
        span: Span,
        level: Option<pipeline_yaml::Severity>,
        expected: String,
        sql: String,
        asks: Asks,
    ) {
        self.written.push(Written {
            check: Check {
                expected,
                severity: severity(level),
                asks,
            },
            query: Statement {
                sql,
                ..Statement::default()
            },
            span,
            of_file: false,
        });
    }

    fn has(&mut self, span: Span, table: &CheckedTable, column: &str) -> bool {
        table::column(self.resolver, self.known.tables, span, table, column)
    }

    fn checks(&mut self, keys: &[&str], table: &CheckedTable, checks: &pipeline_yaml::TableChecks) {
        self.unique(keys, table, checks);
        self.not_null(keys, table, checks);
        self.accepted_values(keys, table, checks);
        self.relationships(keys, table, checks);
        self.freshness(keys, table, checks);
        if let Some(count) = &checks.row_count {
            self.row_count(&[keys, &["row_count"]].concat(), table, count);
        }
    }

    fn unique(&mut self, keys: &[&str], table: &CheckedTable, checks: &pipeline_yaml::TableChecks) {
        let all = checks
            .unique
            .iter()
            .flat_map(pipeline_yaml::UniqueKeys::all);
        for (index, key) in all.enumerate() {
            let (columns, severity) = match key {
                UniqueKey::Column(column) => (std::slice::from_ref(column), None),
                UniqueKey::Together(columns) => (columns.as_slice(), None),
                UniqueKey::With(with) => (with.columns.as_slice(), with.severity),
            };
            let index = index.to_string();
            let keys = [keys, &["unique", &index]].concat();
            let span = self.resolver.document.at(&keys);
            if columns.is_empty() {
                self.wrong(&keys, "this key has no column", "name a column");
                continue;
            }
            if !columns.iter().all(|column| self.has(span, table, column)) {
                continue;
            }
            let named: Vec<String> = columns.iter().map(|column| format!("`{column}`")).collect();
            let together = if columns.len() > 1 { " together" } else { "" };
            let expected = format!(
                "{} of `{}` to be unique{together}",
                named.join(" and "),
                table.name
            );
            self.add(span, severity, expected, write::unique(&table.sql, columns));
        }
    }

    fn not_null(
        &mut self,
        keys: &[&str],
        table: &CheckedTable,
        checks: &pipeline_yaml::TableChecks,
    ) {
        let all = checks
            .not_null
            .iter()
            .flat_map(pipeline_yaml::CheckedColumns::all);
        for (index, column) in all.enumerate() {
            let (column, severity) = match column {
                CheckedColumn::Name(column) => (column, None),
                CheckedColumn::With(with) => (&with.column, with.severity),
            };
            let index = index.to_string();
            let span = self
                .resolver
                .document
                .at(&[keys, &["not_null", &index]].concat());
            if self.has(span, table, column) {
                let expected = format!("`{column}` of `{}` never to be NULL", table.name);
                self.add(
                    span,
                    severity,
                    expected,
                    write::not_null(&table.sql, column),
                );
            }
        }
    }

    fn accepted_values(
        &mut self,
        keys: &[&str],
        table: &CheckedTable,
        checks: &pipeline_yaml::TableChecks,
    ) {
        for (column, accepted) in &checks.accepted_values {
            let (values, severity) = match accepted {
                Accepted::Values(values) => (values, None),
                Accepted::With(with) => (&with.values, with.severity),
            };
            let keys = [keys, &["accepted_values", column]].concat();
            let span = self.resolver.document.key_at(&keys);
            if values.is_empty() {
                let help = "list the values, such as `[open, paid]`";
                self.wrong(&keys, "no value is accepted here", help);
                continue;
            }
            if !self.has(span, table, column) {
                continue;
            }
            let mut named: Vec<String> =
                values.iter().take(NAMED_VALUES).map(write::value).collect();
            if values.len() > NAMED_VALUES {
                named.push("…".to_owned());
            }
            let expected = format!(
                "`{column}` of `{}` to be one of {}",
                table.name,
                named.join(", ")
            );
            let sql = write::accepted_values(&table.sql, column, values);
            self.add(span, severity, expected, sql);
        }
    }

    fn relationships(
        &mut self,
        keys: &[&str],
        table: &CheckedTable,
        checks: &pipeline_yaml::TableChecks,
    ) {
        for (column, reference) in &checks.relationships {
            let (to, severity) = match reference {
                Reference::To(to) => (to, None),
                Reference::With(with) => (&with.to, with.severity),
            };
            let keys = [keys, &["relationships", column]].concat();
            let span = self.resolver.document.key_at(&keys);
            let there = self.resolver.document.at(&keys);
            let Some((other, key)) = CheckedTable::with_column(to) else {
                let example = "a table and its column, such as `customers.id`";
                table::no_name(self.resolver, there, to, example);
                continue;
            };
            table::known(self.resolver, self.known.tables, there, &other);
            let has = self.has(span, table, column);
            if self.has(there, &other, &key) && has {
                let expected = format!(
                    "each `{column}` of `{}` to stand in `{key}` of `{}`",
                    table.name, other.name
                );
                let sql = write::relationships(&table.sql, column, &other.sql, &key);
                self.add(span, severity, expected, sql);
            }
        }
    }

    fn freshness(
        &mut self,
        keys: &[&str],
        table: &CheckedTable,
        checks: &pipeline_yaml::TableChecks,
    ) {
        for (column, fresh) in &checks.freshness {
            let keys = [keys, &["freshness", column]].concat();
            let span = self.resolver.document.key_at(&keys);
            let (seconds, severity) = match fresh {
                FreshEnough::Within(within) => (limits::age(self.resolver, within, &keys), None),
                FreshEnough::With(with) => {
                    let keys = [&keys[..], &["within"]].concat();
                    (
                        limits::age(self.resolver, &with.within, &keys),
                        with.severity,
                    )
                }
            };
            let has = self.has(span, table, column);
            if let Some(seconds) = seconds.filter(|_| has) {
                let expected = format!(
                    "the newest `{column}` of `{}` to be at most {} old",
                    table.name,
                    duration_words(seconds)
                );
                let sql = write::freshness(&table.sql, column, seconds);
                self.add(span, severity, expected, sql);
            }
        }
    }

    fn row_count(&mut self, keys: &[&str], table: &CheckedTable, count: &RowCount) {
        #[expect(clippy::cast_precision_loss, reason = "no table has 2^53 rows")]
        let (rows, of_last_run, severity) = match count {
            RowCount::Exactly(rows) => {
                let rows = Some(*rows as f64);
                let exactly = Range {
                    min: rows,
                    max: rows,
                };
                (exactly, Range::default(), None)
            }
            RowCount::Within(within) => {
                let rows = Range {
                    min: within.min.map(|min| min as f64),
                    max: within.max.map(|max| max as f64),
                };
                let keys = [keys, &["of_last_run"]].concat();
                let shares = match &within.of_last_run {
                    None => Range::default(),
                    Some(OfLastRun::AtLeast(share)) => Range {
                        min: self.share(&keys, share),
                        max: None,
                    },
                    Some(OfLastRun::Within(shares)) => {
                        let mut share = |name: &str, written: &Option<String>| {
                            let keys = [&keys[..], &[name]].concat();
                            self.share(&keys, written.as_ref()?)
                        };
                        Range {
                            min: share("min", &shares.min),
                            max: share("max", &shares.max),
                        }
                    }
                };
                let is_said = within.of_last_run.is_some() && shares.is_open();
                if rows.is_open() && shares.is_open() && !is_said {
                    let help = "give `min`, `max` or `of_last_run`";
                    self.wrong(&keys, "any number of rows is as expected here", help);
                }
                (rows, shares, within.severity)
            }
        };
        for range in [rows, of_last_run] {
            if let (Some(min), Some(max)) = (range.min, range.max)
                && min > max
            {
                let help = "swap `min` and `max`";
                self.wrong(keys, "no number is at least `min` and at most `max`", help);
            }
        }
        let span = self.resolver.document.key_at(keys);
        let expected = format!("the right number of rows in `{}`", table.name);
        let asks = Asks::Count { rows, of_last_run };
        let sql = write::row_count(&table.sql);
        self.push(span, severity, expected, sql, asks);
    }

    /// A share such as `50%`, as a number.
    fn share(&mut self, keys: &[&str], written: &str) -> Option<f64> {
        let number = written.trim().strip_suffix('%').map(str::trim_end);
        let number = number.and_then(|number| number.parse::<f64>().ok());
        let share = number
            .filter(|percent| percent.is_finite() && *percent >= 0.0)
            .map(|percent| percent / 100.0);
        if share.is_none() {
            let sentence = format!("`{written}` is no share of the last run's rows");
            self.wrong(keys, &sentence, "write a percentage, such as `50%`");
        }
        share
    }
}
