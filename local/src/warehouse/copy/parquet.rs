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
        // The columns at the end that an object does not have are NULL (AWS page: `Data conversion
        // parameters`, FILLRECORD).
        let missing = loading.targets.len().saturating_sub(columns.len());
        let is_filled = loading.copy.fill_record && missing > 0;
        if !is_filled && columns.len() != loading.targets.len() {
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
        let mut values: Vec<String> = columns
            .iter()
            .zip(loading.targets)
            .map(|((name, kind), target)| value(loading, target, name, kind, nested))
            .collect::<Result<_, _>>()?;
        values.extend((0..missing).map(|_| "null".to_owned()));
        list.push(format!(
            "select {} from read_parquet({path}, hive_partitioning = false)",
            values.join(", ")
        ));
    }
    match loading.insert(&list.join(" union all ")) {
        Ok(loaded) => {
            loading.end(loaded, Some(loaded), &[], &[])?;
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
    if !fits(kind, &target.kind) {
        return Err(failed(
            loading,
            &format!(
                "column {name} of Parquet has a type that is not compatible with the column {} of \
                 the table",
                target.name
            ),
        ));
    }
    // Bytes that no logical type names are a text.
    let is_text = target.kind == "VARCHAR";
    let quoted = match kind {
        "BLOB" if is_text => format!("decode({quoted})"),
        _ => quoted,
    };
    Ok(match target.limit {
        Some(limit) if is_text && matches!(kind, "VARCHAR" | "BLOB") => {
            format!("redshift.loaded_text({quoted}, {limit})")
        }
        _ => quoted,
    })
}

/// Whether a column of the object may be loaded into one of the table: COPY of columns converts no
/// text, and no number into a number of another kind.
fn fits(from: &str, into: &str) -> bool {
    match (class(from), class(into)) {
        (Some(from), Some(into)) => from == into,
        _ => true,
    }
}

/// Which types are loaded into each other; nothing for those that nobody knows.
fn class(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "BOOLEAN" => "boolean",
        "TINYINT" | "SMALLINT" | "INTEGER" | "BIGINT" | "UTINYINT" | "USMALLINT" | "UINTEGER"
        | "UBIGINT" => "integer",
        "FLOAT" | "DOUBLE" => "float",
        "VARCHAR" => "text",
        "DATE" => "day",
        kind if kind.starts_with("DECIMAL") => "decimal",
        kind if kind.starts_with("TIMESTAMP") => "moment",
        kind if kind.starts_with("TIME") => "time",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn types_of_one_class_fit() {
        for (from, into, expected) in [
            ("INTEGER", "BIGINT", true),
            ("BIGINT", "INTEGER", true),
            ("DECIMAL(9,2)", "DECIMAL(10,2)", true),
            ("TIMESTAMP WITH TIME ZONE", "TIMESTAMP", true),
            ("BLOB", "VARCHAR", true),
            ("INTEGER", "VARCHAR", false),
            ("VARCHAR", "INTEGER", false),
            ("VARCHAR", "DATE", false),
            ("DATE", "TIMESTAMP", false),
            ("DOUBLE", "DECIMAL(10,2)", false),
            ("INTEGER", "BOOLEAN", false),
        ] {
            assert_eq!(fits(from, into), expected, "{from} into {into}");
        }
    }
}
