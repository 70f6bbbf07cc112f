//! CREATE EXTERNAL TABLE AS and INSERT into an external table: the rows become objects at its location
//! (AWS pages: `CREATE EXTERNAL TABLE`, usage notes; `INSERT (external table)`).

use std::collections::BTreeSet;

use jiff::Timestamp;
use redshift_sql::tree::TableAttributes;
use redshift_sql::types::Type;

use super::super::declared::{self, ExistingRelation, NewRelation};
use super::super::failure::StatementFailure;
use super::super::scope::StatementScope;
use super::super::{bucket, columns, insert, unload};
use super::outside_of_transactions;
use crate::warehouse::dialect::{
    BucketLocation, DeclaredColumn, DeclaredRelation, DefinedColumn, EngineSql, External,
    ExternalAs, ExternalFormat, ExternalPartition, Inserted, Packing, Unload, UnloadFormat,
    definitions, external_column, pseudocolumns, quote_name,
};

/// A column of the query as a column of the table.
struct Target {
    /// Where it stands in the query, from 0.
    at: usize,
    column: DefinedColumn,
    declared: DeclaredColumn,
}

/// Creates the table and writes its objects; the number of rows.
pub(in super::super) fn create_as(
    scope: &StatementScope<'_>,
    made: &ExternalAs,
) -> Result<u64, StatementFailure> {
    if made.if_not_exists && declared::find(scope, &made.name)?.is_some() {
        return Ok(0);
    }
    outside_of_transactions(scope, "CREATE EXTERNAL TABLE")?;
    let folder = folder(&made.external)?;
    if !bucket::objects(scope, &folder)?.is_empty() {
        return Err(StatementFailure::Engine(
            "Specified unload destination on S3 is not empty. Consider using a different bucket / \
             prefix, or manually removing the target files in S3."
                .to_owned(),
        ));
    }
    let described = scope.describe(&made.query)?;
    let targets = targets(scope, made, &described)?;
    let own = targets.iter().map(|target| target.column.clone());
    let columns: Vec<DefinedColumn> = own.chain(pseudocolumns()).collect();
    scope.run(format!(
        "create table {} ({})",
        made.name,
        definitions(&columns)
    ))?;
    let names: Vec<String> = (0..described.len()).map(|at| format!("c{at}")).collect();
    let list = targets.iter().map(|target| {
        format!(
            "c{}::{} as {}",
            target.at,
            target.column.kind,
            quote_name(&target.column.name)
        )
    });
    let query = EngineSql {
        text: format!(
            "select {} from ({}) as source({})",
            list.collect::<Vec<_>>().join(", "),
            made.query.text,
            names.join(", ")
        ),
        parameters: made.query.parameters.clone(),
    };
    let mut external = made.external.clone();
    let rows = write(scope, &mut external, folder, query)?;
    counted(&mut external, rows)?;
    let declaration = DeclaredRelation {
        columns: targets.into_iter().map(|target| target.declared).collect(),
        external: Some(Box::new(external)),
        ..DeclaredRelation::default()
    };
    let table = NewRelation {
        name: &made.name,
        temporary: false,
        attributes: &TableAttributes::default(),
    };
    declared::table(scope, &table, None, &declaration)?;
    Ok(rows)
}

/// The columns of the table: those by which objects are parted stand behind the others, in the order of
/// PARTITIONED BY.
fn targets(
    scope: &StatementScope<'_>,
    made: &ExternalAs,
    described: &[(String, String)],
) -> Result<Vec<Target>, StatementFailure> {
    let types =
        declared::types_of(scope, &made.tree).filter(|types| types.len() == described.len());
    let kind = |at: usize, engine: &str| {
        let bound = types.as_ref().and_then(|types| types.get(at)).copied();
        bound
            .filter(|kind| *kind != Type::Unknown)
            .unwrap_or_else(|| declared::engine_type(engine))
    };
    let target = |at: usize, name: &str, kind: Type| -> Result<Target, StatementFailure> {
        let (column, declared) = external_column(name, kind)?;
        Ok(Target {
            at,
            column,
            declared,
        })
    };
    let mut seen = BTreeSet::new();
    let mut targets = Vec::with_capacity(described.len());
    for (at, (name, engine)) in described.iter().enumerate() {
        if !seen.insert(name.to_lowercase()) {
            return Err(StatementFailure::Engine(format!(
                "column \"{name}\" duplicated"
            )));
        }
        let is_parted = made
            .parted
            .iter()
            .any(|(parted, _)| parted.eq_ignore_ascii_case(name));
        if !is_parted {
            targets.push(target(at, name, kind(at, engine))?);
        }
    }
    if targets.is_empty() {
        return Err(StatementFailure::Engine(
            "an external table needs a column that is not in PARTITIONED BY".to_owned(),
        ));
    }
    for (parted, given) in &made.parted {
        let mut all = described.iter().enumerate();
        let found = all.find(|(_, (name, _))| name.eq_ignore_ascii_case(parted));
        let Some((at, (name, engine))) = found else {
            return Err(StatementFailure::Engine(format!(
                "partition column \"{parted}\" is not in the query"
            )));
        };
        targets.push(target(at, name, given.unwrap_or_else(|| kind(at, engine)))?);
    }
    Ok(targets)
}

/// Inserts the rows of a query; their number.
pub(in super::super) fn insert(
    scope: &StatementScope<'_>,
    table: &ExistingRelation,
    listed: &[String],
    source: &Inserted,
) -> Result<u64, StatementFailure> {
    let name = format!("\"{}\".\"{}\"", table.schema, table.name);
    let refused = |why: &str| {
        Err(StatementFailure::Refused(format!(
            "INSERT into external table {name} {why}"
        )))
    };
    let Some(external) = &table.declaration.external else {
        return refused("finds no such table");
    };
    outside_of_transactions(scope, "INSERT into an external table")?;
    let Inserted::Query { query, .. } = source else {
        return refused("takes a query only: write `insert into … select …`");
    };
    if !listed.is_empty() {
        return refused(
            "takes no list of columns: select all of them, those of PARTITIONED BY last",
        );
    }
    if !matches!(
        external.format,
        ExternalFormat::Text { .. } | ExternalFormat::Parquet
    ) {
        return refused(
            "takes text with a delimiter or Parquet: UNLOAD to the location in the format of its objects",
        );
    }
    if external.header > 0 {
        return refused(
            "would lose rows: the objects that it writes have no header, and the table has \
             'skip.header.line.count'",
        );
    }
    let existing = columns::of(scope, &table.qualified_in_schema())?;
    let given = scope.describe(query)?.len();
    if given != existing.len() {
        return Err(StatementFailure::Engine(format!(
            "external table {name} has {} columns, and {given} are given",
            existing.len()
        )));
    }
    // The values become what the columns take in a table of the same columns.
    let own: Vec<DefinedColumn> = existing
        .iter()
        .map(|column| column.definition(false, false))
        .collect();
    let staged = quote_name(&format!("external rows {}", stamp()));
    scope.run(format!(
        "create temp table {staged} ({})",
        definitions(&own)
    ))?;
    insert::insert(scope, &staged, &[], source)?;
    let mut external = external.as_ref().clone();
    let location = BucketLocation::parse(&external.location)?;
    if bucket::objects(scope, &location)?
        .iter()
        .any(|object| super::read::is_at(object, &location))
    {
        return refused("finds a manifest at its location: set the location to a folder");
    }
    let folder = folder(&external)?;
    let query = EngineSql::plain(format!("select * from {staged}"));
    let rows = write(scope, &mut external, folder, query)?;
    scope.run(format!("drop table {staged}"))?;
    if let Some(before) = external.property("numRows") {
        counted(&mut external, rows + before.trim().parse().unwrap_or(0))?;
    }
    let mut changed = table.clone();
    changed.declaration.external = Some(Box::new(external));
    changed.keep(scope)?;
    Ok(rows)
}

/// Writes the rows of a query, and keeps the partitions that are new.
fn write(
    scope: &StatementScope<'_>,
    external: &mut External,
    folder: BucketLocation,
    query: EngineSql,
) -> Result<u64, StatementFailure> {
    let (format, delimiter) = match &external.format {
        ExternalFormat::Text { delimiter } => (
            UnloadFormat::Delimited {
                quotes: false,
                escape: false,
            },
            delimiter.clone(),
        ),
        _ => (UnloadFormat::Parquet, String::new()),
    };
    let unload = Unload {
        query,
        extension: extension(&format, external.packing),
        format,
        delimiter,
        header: false,
        null: external.null.clone(),
        packing: external.packing.unwrap_or(Packing::Plain),
        allow_overwrite: true,
        clean_path: false,
        parallel: true,
        largest: external.largest(),
        manifest: false,
        verbose: false,
        partition_by: external.partitioned_by.clone(),
        include_partitions: false,
        to: folder,
    };
    // `<date>_<time>_<microseconds>_<query_id>_<slice-number>_part_<part-number>.<format>`
    let start = format!("{}_{}", stamp(), scope.session.numbers.process());
    let name = |number: usize| format!("{start}_{number:04}_part_00");
    // What lies in the bucket stays there: nothing of this may run again.
    scope.commits.happened.set(true);
    let (rows, folders) = unload::append(scope, &unload, &name)?;
    external.seen = None;
    if external.partitioned_by.is_empty() {
        return Ok(rows);
    }
    for inside in folders {
        let location = format!("s3://{}/{}{inside}", unload.to.bucket, unload.to.key);
        register(external, values(&inside), location)?;
    }
    Ok(rows)
}

/// Keeps a partition that has rows now.
fn register(
    external: &mut External,
    values: Vec<String>,
    location: String,
) -> Result<(), StatementFailure> {
    let mut known = external.partitions.iter();
    match known.find(|known| known.values == values) {
        None => {
            external
                .partitions
                .push(ExternalPartition { values, location });
            Ok(())
        }
        Some(known) if known.location.trim_end_matches('/') == location.trim_end_matches('/') => {
            Ok(())
        }
        Some(known) => Err(StatementFailure::Refused(format!(
            "INSERT writes partition ({}) to {location}, and the table reads it from {}: set its \
             location first",
            values.join(", "),
            known.location
        ))),
    }
}

/// The values in a folder of partitions: of `a=1/b=x%2Fy/` they are `1` and `x/y`.
fn values(inside: &str) -> Vec<String> {
    let parts = inside.split('/').filter_map(|part| part.split_once('='));
    parts.map(|(_, value)| decoded(value)).collect()
}

/// A text whose signs may be written as `%2F`.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('%') {
        bytes.extend_from_slice(before.as_bytes());
        let code = behind
            .get(..2)
            .and_then(|code| u8::from_str_radix(code, 16).ok());
        match code {
            Some(code) => {
                bytes.push(code);
                rest = behind.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(b'%');
                rest = behind;
            }
        }
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The end of an object's name.
fn extension(format: &UnloadFormat, packing: Option<Packing>) -> Option<String> {
    match (format, packing) {
        (UnloadFormat::Parquet, _) => None,
        (_, Some(Packing::Gzip)) => Some("txt.gz".to_owned()),
        (_, Some(Packing::Bzip2)) => Some("txt.bz2".to_owned()),
        _ => Some("txt".to_owned()),
    }
}

/// The folder that a table's objects are in: `s3://bucket/folder` is `s3://bucket/folder/`.
fn folder(external: &External) -> Result<BucketLocation, StatementFailure> {
    let mut location = BucketLocation::parse(&external.location)?;
    if !location.key.is_empty() && !location.key.ends_with('/') {
        location.key.push('/');
    }
    Ok(location)
}

/// "Automatically updates the numRows table property".
fn counted(external: &mut External, rows: u64) -> Result<(), StatementFailure> {
    let property = ("numRows".to_owned(), rows.to_string());
    Ok(external.set_properties(&[property])?)
}

fn stamp() -> String {
    Timestamp::now().strftime("%Y%m%d_%H%M%S_%6f").to_string()
}

#[cfg(test)]
mod tests {
    use super::values;

    #[test]
    fn folders_of_partitions_have_values() {
        assert_eq!(values("a=1/b=x%2Fy/"), ["1", "x/y"]);
        assert_eq!(values("a=50%25/b=%/"), ["50%", "%"]);
        assert_eq!(values("a=/"), [""]);
    }
}
