//! SHOW EXTERNAL TABLE (AWS page of this name).

use std::fmt::Write as _;

use redshift_sql::types::Type;

use super::{full, shown};
use crate::warehouse::declared::ExistingRelation;
use crate::warehouse::dialect::{DeclaredColumn, External, ExternalFormat, quote_text};
use crate::warehouse::failure::StatementFailure;

/// The statement that makes the table, and with PARTITION those that add its partitions.
pub(super) fn table(
    relation: &ExistingRelation,
    partitions: bool,
) -> Result<String, StatementFailure> {
    let Some(external) = &relation.declaration.external else {
        return Err(StatementFailure::Engine(format!(
            "\"{}\" is not an external table",
            relation.name
        )));
    };
    let name = full(relation);
    let columns = &relation.declaration.columns;
    let (parted, own): (Vec<&DeclaredColumn>, Vec<&DeclaredColumn>) = columns
        .iter()
        .partition(|column| external.partitioned_by.contains(&column.name));
    let own: Vec<String> = own.into_iter().map(column).collect();
    let parted: Vec<String> = parted.into_iter().map(column).collect();
    let mut text = format!(
        "CREATE EXTERNAL TABLE {name} (\n    {}\n)",
        own.join(",\n    ")
    );
    if !parted.is_empty() {
        let _ = write!(text, "\nPARTITIONED BY ({})", parted.join(", "));
    }
    let _ = write!(text, "\nROW FORMAT SERDE {}", quote_text(&external.serde));
    let properties = serde_properties(external);
    if !properties.is_empty() {
        let _ = write!(text, "\nWITH SERDEPROPERTIES ({})", properties.join(", "));
    }
    let _ = write!(
        text,
        "\nSTORED AS INPUTFORMAT {} OUTPUTFORMAT {}\nLOCATION {}",
        quote_text(&external.input_format),
        quote_text(&external.output_format),
        quote_text(&external.location)
    );
    let properties: Vec<String> = external
        .properties()
        .iter()
        .map(|(name, value)| property(name, value))
        .collect();
    if !properties.is_empty() {
        let _ = write!(text, "\nTABLE PROPERTIES ({})", properties.join(", "));
    }
    text.push(';');
    for partition in external.partitions.iter().filter(|_| partitions) {
        let values = external.partitioned_by.iter().zip(&partition.values);
        let values: Vec<String> = values
            .map(|(column, value)| format!("{}={}", shown(column), quote_text(value)))
            .collect();
        let _ = write!(
            text,
            "\nALTER TABLE {name} ADD IF NOT EXISTS PARTITION ({}) LOCATION {};",
            values.join(", "),
            quote_text(&partition.location)
        );
    }
    Ok(text)
}

fn column(column: &DeclaredColumn) -> String {
    let kind = match column.known_type() {
        Some(Type::Integer) => "int".to_owned(),
        Some(Type::Real) => "float4".to_owned(),
        Some(Type::Double) => "float8".to_owned(),
        Some(Type::Timestamp) => "timestamp".to_owned(),
        Some(Type::Decimal(precision, scale)) => format!("decimal({precision},{scale})"),
        Some(Type::Char(bytes)) => format!("char({bytes})"),
        Some(Type::VarChar(bytes)) => format!("varchar({bytes})"),
        _ => column.kind.clone(),
    };
    format!("{} {kind}", shown(&column.name))
}

/// What the SerDe was told of the format.
fn serde_properties(external: &External) -> Vec<String> {
    match &external.format {
        ExternalFormat::Text { delimiter } => vec![property("field.delim", &escaped(delimiter))],
        ExternalFormat::Csv { delimiter, quote } => vec![
            property("separatorChar", &escaped(delimiter)),
            property("quoteChar", quote),
        ],
        ExternalFormat::Json => external
            .keys
            .iter()
            .map(|(column, key)| property(&format!("mapping.{column}"), key))
            .collect(),
        ExternalFormat::Avro | ExternalFormat::Orc | ExternalFormat::Parquet => Vec::new(),
    }
}

fn property(name: &str, value: &str) -> String {
    format!("{}={}", quote_text(name), quote_text(value))
}

/// A delimiter that can be read: `\t`, `\001`.
fn escaped(delimiter: &str) -> String {
    let mut text = String::new();
    for character in delimiter.chars() {
        match character {
            '\t' => text.push_str("\\t"),
            '\\' => text.push_str("\\\\"),
            control if control.is_ascii_control() => {
                let _ = write!(text, "\\{:03o}", u32::from(control));
            }
            other => text.push(other),
        }
    }
    text
}
