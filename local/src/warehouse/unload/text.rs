//! What a row of a result is in an object of text: the engine makes one text of it (AWS page: `UNLOAD`).

use super::super::failure::StatementFailure;
use crate::warehouse::dialect::{Unload, UnloadFormat, quote_name, quote_text};

/// A column of the query: its name and its type in the engine's words.
pub(super) type QueryColumn = (String, String);

/// The text of a row, as an expression over the columns of the query.
pub(super) fn row(unload: &Unload, columns: &[&QueryColumn]) -> Result<String, StatementFailure> {
    Ok(match &unload.format {
        UnloadFormat::Json => {
            let members: Vec<String> = columns
                .iter()
                .map(|(name, kind)| {
                    let member = serde_json::Value::from(name.as_str()).to_string();
                    format!(
                        "{} || coalesce({}, 'null')",
                        quote_text(&format!("{member}:")),
                        in_json(name, kind)
                    )
                })
                .collect();
            format!("'{{' || {} || '}}'", members.join(" || ',' || "))
        }
        UnloadFormat::FixedWidth(widths) => {
            if widths.len() != columns.len() {
                return Err(StatementFailure::Engine(format!(
                    "FIXEDWIDTH describes {} columns, and {} are unloaded",
                    widths.len(),
                    columns.len()
                )));
            }
            let fields = columns.iter().zip(widths).map(|((name, kind), width)| {
                // Where it is too long, "an empty field is output for non-character columns" (AWS
                // page: `UNLOAD`, NULL AS).
                let is_too_long = unload.null.chars().count() > *width as usize;
                let null = if is_too_long && kind != "VARCHAR" {
                    ""
                } else {
                    unload.null.as_str()
                };
                let text = format!("coalesce({}, {})", text(name, kind), quote_text(null));
                let too_long = format!(
                    "FIXEDWIDTH cuts nothing: a value of column {name} has more than {width} characters"
                );
                format!(
                    "case when length({text}) > {width} then error({}) else rpad({text}, {width}, ' ') end",
                    quote_text(&too_long)
                )
            });
            fields.collect::<Vec<_>>().join(" || ")
        }
        UnloadFormat::Csv | UnloadFormat::Delimited { .. } | UnloadFormat::Parquet => {
            let delimiter = format!(" || {} || ", quote_text(&unload.delimiter));
            let fields = columns
                .iter()
                .map(|(name, kind)| field(unload, &text(name, kind), kind));
            fields.collect::<Vec<_>>().join(&delimiter)
        }
    })
}

/// The first line of an object, as an expression.
pub(super) fn header(unload: &Unload, columns: &[&QueryColumn]) -> String {
    let delimiter = format!(" || {} || ", quote_text(&unload.delimiter));
    let fields = columns
        .iter()
        .map(|(name, _)| field(unload, &quote_text(name), "VARCHAR"));
    fields.collect::<Vec<_>>().join(&delimiter)
}

/// A field with its quotes and escapes.
fn field(unload: &Unload, text: &str, kind: &str) -> String {
    let null = quote_text(&unload.null);
    let (quotes, escape) = match &unload.format {
        UnloadFormat::Delimited { quotes, escape } => (*quotes, *escape),
        _ => {
            let special = [unload.delimiter.as_str(), "\"", "\n", "\r"]
                .map(|special| format!("contains({text}, {})", quote_text(special)));
            return format!(
                "case when {text} is null then {null} when {text} = '' or {} then '\"' || \
                 replace({text}, '\"', '\"\"') || '\"' else {text} end",
                special.join(" or ")
            );
        }
    };
    let mut written = text.to_owned();
    // "For CHAR and VARCHAR columns" (ESCAPE).
    if escape && kind == "VARCHAR" {
        let mut special = vec!["\\", "\n", "\r"];
        if quotes {
            special.extend(["\"", "'"]);
        }
        special.push(&unload.delimiter);
        for special in special {
            written = format!(
                "replace({written}, {}, {})",
                quote_text(special),
                quote_text(&format!("\\{special}"))
            );
        }
    }
    if quotes {
        written = format!("'\"' || {written} || '\"'");
    }
    format!("coalesce({written}, {null})")
}

/// A value as text: truth is one letter, and a number of floating point has its significant digits.
pub(super) fn text(name: &str, kind: &str) -> String {
    let name = quote_name(name);
    match kind {
        "BOOLEAN" => format!("case when {name} then 't' when not {name} then 'f' end"),
        "DOUBLE" => format!("redshift.double_text({name})"),
        "FLOAT" => format!("redshift.real_text({name})"),
        "INTERVAL" => format!("redshift.interval_text({name})"),
        "BLOB" => format!("lower(hex({name}))"),
        "VARCHAR" => name,
        _ => format!("{name}::varchar"),
    }
}

/// A value as JSON has it, none for NULL. Numbers keep their digits, which a JSON value of the engine
/// would lose. "Boolean values are unloaded as t or f" (AWS page: `UNLOAD`).
fn in_json(name: &str, kind: &str) -> String {
    let text = text(name, kind);
    let is_number = matches!(
        kind,
        "TINYINT" | "SMALLINT" | "INTEGER" | "BIGINT" | "HUGEINT" | "DOUBLE" | "FLOAT"
    ) || kind.starts_with("DECIMAL");
    if is_number || kind == "JSON" {
        text
    } else {
        format!("to_json({text})::varchar")
    }
}
