//! Columns of external tables (AWS page: `CREATE EXTERNAL TABLE`, "data_type").

use redshift_sql::types::Type;

use super::super::Refusal;
use super::super::declaration::DeclaredColumn;
use super::super::statement::DefinedColumn;
use super::super::types::TextLimit;

/// A column of a type, as a CREATE EXTERNAL TABLE would define it.
pub(crate) fn column(name: &str, kind: Type) -> Result<(DefinedColumn, DeclaredColumn), Refusal> {
    let length = |bytes, blank_padded| {
        let length = TextLimit {
            bytes,
            blank_padded,
            explicit: true,
        };
        format!(" {}", length.check(name))
    };
    let (engine, rest) = match kind {
        Type::SmallInt => ("smallint".to_owned(), String::new()),
        Type::Integer => ("integer".to_owned(), String::new()),
        Type::BigInt => ("bigint".to_owned(), String::new()),
        Type::Decimal(precision, scale) => (format!("decimal({precision},{scale})"), String::new()),
        Type::Real => ("real".to_owned(), String::new()),
        Type::Double => ("double".to_owned(), String::new()),
        Type::Boolean => ("boolean".to_owned(), String::new()),
        Type::Date => ("date".to_owned(), String::new()),
        Type::Timestamp => ("timestamp".to_owned(), String::new()),
        Type::VarByte(_) => ("blob".to_owned(), String::new()),
        Type::Char(bytes) => ("varchar".to_owned(), length(bytes, true)),
        Type::VarChar(bytes) => ("varchar".to_owned(), length(bytes, false)),
        other => return Err(no_type(name, other)),
    };
    let declared = DeclaredColumn {
        name: name.to_owned(),
        kind: kind.to_string(),
        ..DeclaredColumn::default()
    };
    let column = DefinedColumn {
        name: name.to_owned(),
        kind: engine,
        rest,
    };
    Ok((column, declared))
}

/// Refuses a type that no external table has.
pub(super) fn check(name: &str, kind: Type) -> Result<(), Refusal> {
    match kind {
        Type::Unknown => Ok(()),
        known => column(name, known).map(drop),
    }
}

fn no_type(name: &str, kind: Type) -> Refusal {
    let instead = match kind {
        Type::TimestampTz => "cast it to `timestamp`",
        Type::Super => "write it as a text with `json_serialize`",
        _ => "cast it to `varchar`",
    };
    Refusal::Value(format!(
        "Unsupported data type \"{kind}\" at column \"{name}\" for external table creation: {instead}"
    ))
}
