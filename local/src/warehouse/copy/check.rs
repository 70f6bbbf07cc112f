//! The records that do not fit their columns, and what is wrong with them.

use std::collections::BTreeMap;

use super::super::bucket::BucketObject;
use super::super::columns::Existing;
use super::super::failure::StatementFailure;
use super::super::scope::StatementScope;
use super::flaw;
use super::record::Flaw;
use super::records::CopyRecords;
use super::staged::{NUMBER, Staged, StagedRecord};
use super::value;
use crate::warehouse::dialect::quote_name;

/// An error of a load: a row of `stl_load_errors`.
#[derive(Debug, Clone)]
pub(super) struct LoadError {
    /// The number of the record.
    pub(super) number: u64,
    /// The object that the record is in, `s3://bucket/key`.
    pub(super) file: String,
    pub(super) line: u64,
    pub(super) column: String,
    pub(super) kind: &'static str,
    pub(super) length: String,
    pub(super) raw_line: String,
    pub(super) raw_value: Option<String>,
    pub(super) flaw: Flaw,
    /// The fields up to this one, as JSON: name, value, type and length of each.
    pub(super) fields: String,
}

impl LoadError {
    /// The place and the reason in one sentence.
    pub(super) fn sentence(&self) -> String {
        let value = match &self.raw_value {
            Some(value) => format!(": `{}`", shortened(value, 100)),
            None => String::new(),
        };
        format!(
            "{}, line {}, column {}: {} ({}){value}",
            self.file, self.line, self.column, self.flaw.reason, self.flaw.code
        )
    }
}

/// The first letters of a text.
pub(super) fn shortened(text: &str, most: usize) -> &str {
    match text.char_indices().nth(most) {
        Some((end, _)) => text.get(..end).unwrap_or(text),
        None => text,
    }
}

/// Looks for the first errors, in the order of the records.
pub(super) fn errors(
    scope: &StatementScope<'_>,
    records: &CopyRecords<'_>,
    objects: &[BucketObject<'_>],
    staged: &Staged,
    most: usize,
) -> Result<Vec<LoadError>, StatementFailure> {
    let mut flaws: BTreeMap<u64, Option<Flaw>> = staged
        .flaws
        .iter()
        .map(|(number, flaw)| (*number, Some(flaw.clone())))
        .collect();
    let refused = refused(scope, records, staged, most)?;
    flaws.extend(refused.keys().map(|number| (*number, None)));
    let wanted: Vec<u64> = flaws.keys().copied().take(most).collect();
    let found = Staged::find(records, objects, &wanted)?;
    let errors = found.into_iter().zip(&wanted).map(|(found, number)| {
        let known = flaws.remove(number).flatten();
        let flaw = known.unwrap_or_else(|| {
            let column = refused.get(number).copied().unwrap_or_default();
            let value = found.values.get(column).and_then(Option::as_deref);
            match records.targets.get(column) {
                Some(target) => flaw::of(column, target, value),
                None => Flaw::new(column, 1200, "Unknown parse error"),
            }
        });
        error(*number, found, flaw, records.targets)
    });
    Ok(errors.collect())
}

fn error(number: u64, found: StagedRecord, flaw: Flaw, targets: &[&Existing]) -> LoadError {
    let target = targets.get(flaw.column);
    let (kind, length) = target
        .map(|target| flaw::type_of(target))
        .unwrap_or_default();
    let before = targets.iter().zip(&found.values).take(flaw.column + 1);
    let before: Vec<serde_json::Value> = before
        .map(|(target, value)| {
            let (kind, length) = flaw::type_of(target);
            serde_json::json!({"n": target.name, "v": value, "t": kind, "l": length})
        })
        .collect();
    LoadError {
        number,
        file: found.uri,
        line: found.line,
        column: target.map(|target| target.name.clone()).unwrap_or_default(),
        kind,
        length,
        raw_value: found.values.get(flaw.column).cloned().flatten(),
        raw_line: found.raw,
        flaw,
        fields: serde_json::Value::from(before).to_string(),
    }
}

/// Records with a value that the engine refuses: the number of the first such column of each.
fn refused(
    scope: &StatementScope<'_>,
    records: &CopyRecords<'_>,
    staged: &Staged,
    most: usize,
) -> Result<BTreeMap<u64, usize>, StatementFailure> {
    let mut tried = Vec::new();
    let mut cases = Vec::new();
    for (number, column) in records.targets.iter().enumerate() {
        let value = value::of(column, records.copy, &quote_name(&column.name));
        tried.push(format!("try({{'v': {value}}}) as v{number}"));
        let mut wrong = format!("v{number} is null");
        if !column.nullable {
            wrong.push_str(&format!(" or v{number}.v is null"));
        }
        if let Some(limit) = column.limit.filter(|_| column.kind == "VARCHAR") {
            wrong.push_str(&format!(" or strlen(v{number}.v) > {limit}"));
        }
        cases.push(format!("when {wrong} then {number}"));
    }
    if cases.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows = scope.texts::<2>(
        &format!(
            "select number::varchar, wrong::varchar from (
                 select number, case {} end as wrong from (
                     select {} as number, {} from {}))
             where wrong is not null order by number limit {most}",
            cases.join(" "),
            quote_name(NUMBER),
            tried.join(", "),
            staged.table(records)?
        ),
        &[],
    )?;
    let number = |text: Option<String>| text.and_then(|text| text.parse().ok()).unwrap_or(0);
    Ok(rows
        .into_iter()
        .map(|[record, column]| {
            let column = usize::try_from(number(column)).unwrap_or_default();
            (number(record), column)
        })
        .collect())
}
