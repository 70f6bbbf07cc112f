//! COPY of Parquet: columns by their order (AWS page: `COPY from columnar data formats`).

use super::super::columns::Existing;
use super::super::failure::StatementFailure;
use super::super::path::quote_path;
use super::super::scratch::Room;
use super::Loading;
use crate::warehouse::dialect::{EngineSql, quote_name};

/// Loads; the number of rows.
pub(super) fn load(
    loading: &Loading<'_>,
    room: &mut Room,
    nested: bool,
) -> Result<u64, StatementFailure> {
    let mut lent = Vec::with_capacity(loading.objects.len());
    for object in loading.objects {
        let path = room.lend(object.folder, object.path(), object.uri())?;
        lent.push(quote_path(&path)?);
    }
    let mut list = Vec::new();
    for (object, path) in loading.objects.iter().zip(&lent) {
        let columns = loading
            .scope
            .describe(&EngineSql::plain(format!(
                "select * from read_parquet({path}, hive_partitioning = false)"
            )))
            .map_err(|failure| match failure {
                StatementFailure::Cancelled => failure,
                _ => failed(loading, &format!("{} is no Parquet", object.uri())),
            })?;
        if columns.len() != loading.targets.len() {
            return Err(failed(
                loading,
                &format!(
                    "{} has {} columns, and {} are loaded",
                    object.uri(),
                    columns.len(),
                    loading.targets.len()
                ),
            ));
        }
        let values: Vec<String> = columns
            .iter()
            .zip(loading.targets)
            .map(|((name, kind), target)| value(loading, target, name, kind, nested))
            .collect::<Result<_, _>>()?;
        list.push(format!(
            "select {} from read_parquet({path}, hive_partitioning = false)",
            values.join(", ")
        ));
    }
    match loading.insert(&list.join(" union all ")) {
        Ok(loaded) => {
            loading.end(loaded, Some(loaded), &[])?;
            Ok(loaded)
        }
        Err(StatementFailure::Engine(message)) => Err(loading.unexplained(&message)),
        Err(other) => Err(other),
    }
}

fn failed(loading: &Loading<'_>, why: &str) -> StatementFailure {
    StatementFailure::Engine(format!(
        "Load into table '{}' failed: {why}",
        loading.table()
    ))
}

/// A column of the object as a value of a column of the table.
fn value(
    loading: &Loading<'_>,
    target: &Existing,
    name: &str,
    kind: &str,
    nested: bool,
) -> Result<String, StatementFailure> {
    let is_nested = kind.starts_with("STRUCT") || kind.starts_with("MAP") || kind.ends_with(']');
    let quoted = quote_name(name);
    if is_nested || target.kind == "JSON" {
        return if target.kind == "JSON" && nested {
            Ok(format!("to_json({quoted})"))
        } else {
            Err(failed(
                loading,
                &format!(
                    "column {name} is loaded into SUPER with the option SERIALIZETOJSON, and into \
                     nothing else"
                ),
            ))
        };
    }
    Ok(match target.limit {
        Some(limit) if target.kind == "VARCHAR" && kind == "VARCHAR" => {
            format!("redshift.loaded_text({quoted}, {limit})")
        }
        _ => quoted,
    })
}
