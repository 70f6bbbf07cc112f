//! What is wrong with a value that does not become one of its column's type, as Redshift says it (AWS
//! pages: `Load error reference`, `STL_LOAD_ERRORS`, `Multibyte character load errors`).

use super::super::columns::Existing;
use super::record::Flaw;

/// Names a type as `stl_load_errors` does, with the length of a text.
pub(super) fn type_of(column: &Existing) -> (&'static str, String) {
    let name = match column.kind.as_str() {
        "VARCHAR" if column.blank_padded => "char",
        "VARCHAR" => "varchar",
        "SMALLINT" => "int2",
        "INTEGER" => "int4",
        "BIGINT" => "int8",
        "FLOAT" => "float4",
        "DOUBLE" => "float8",
        "BOOLEAN" => "bool",
        "DATE" => "date",
        "TIMESTAMP" => "timestamp",
        "TIMESTAMP WITH TIME ZONE" => "timestamptz",
        "TIME" => "time",
        "TIME WITH TIME ZONE" => "timetz",
        "JSON" => "super",
        "BLOB" => "varbyte",
        kind if kind.starts_with("DECIMAL") => "numeric",
        _ => "interval",
    };
    let length = match (name, column.limit) {
        ("char" | "varchar", Some(limit)) => limit.to_string(),
        ("numeric", _) => column
            .kind
            .trim_start_matches("DECIMAL(")
            .trim_end_matches(')')
            .to_owned(),
        _ => String::new(),
    };
    (name, length)
}

/// Says what is wrong with a value that the engine refused.
pub(super) fn of(number: usize, column: &Existing, value: Option<&str>) -> Flaw {
    let trimmed = value.map(str::trim).unwrap_or_default();
    let is_text = column.kind == "VARCHAR";
    if value.is_none() || trimmed.is_empty() && !is_text {
        return Flaw::new(number, 1213, "Missing data for not-null field");
    }
    let flaw = |code, reason: &str| Flaw::new(number, code, reason);
    match type_of(column).0 {
        "char" => match trimmed.chars().find(|character| !character.is_ascii()) {
            Some(character) => {
                let mut bytes = [0; 4];
                let bytes = character.encode_utf8(&mut bytes).bytes();
                let bytes: Vec<String> = bytes.map(|byte| format!("{byte:x}")).collect();
                let reason = "Multibyte character not supported for CHAR (Hint: Try using VARCHAR). \
                              Invalid char:";
                Flaw::new(number, 1220, format!("{reason} {}", bytes.join(" ")))
            }
            None => flaw(1204, "Char length exceeds DDL length"),
        },
        // An option made NULL of a text that is there.
        "varchar" if !exceeds(column, value.unwrap_or_default()) => {
            flaw(1213, "Missing data for not-null field")
        }
        "varchar" => flaw(1204, "String length exceeds DDL length"),
        "int2" => digit(number, trimmed, "Short", ""),
        "int4" => digit(number, trimmed, "Integer", ""),
        "int8" => digit(number, trimmed, "Long", ""),
        "numeric" => digit(number, trimmed, "Decimal", ".eE"),
        "float4" | "float8" => Flaw {
            code: 1208,
            ..digit(number, trimmed, "Double", ".eE")
        },
        "bool" => flaw(1210, "Unknown boolean format"),
        "date" if trimmed.chars().count() < 10 => {
            flaw(1205, "Invalid Date Format - length must be 10 or more")
        }
        "date" => flaw(1205, "Invalid Date Format"),
        "timestamp" | "timestamptz" => flaw(
            1206,
            "Invalid timestamp format or value [YYYY-MM-DD HH24:MI:SS]",
        ),
        "time" | "timetz" => flaw(1206, "Invalid time format or value [HH24:MI:SS]"),
        "super" => flaw(1224, "Invalid JSON format"),
        _ => flaw(1223, "Invalid data"),
    }
}

fn exceeds(column: &Existing, value: &str) -> bool {
    column
        .limit
        .is_some_and(|limit| value.len() > limit as usize)
}

/// The first character that cannot stand in a number; without one, the number is too large.
fn digit(number: usize, value: &str, kind: &str, others: &str) -> Flaw {
    let wrong = value.chars().enumerate().find(|(at, character)| {
        let is_sign = *at == 0 && matches!(character, '+' | '-');
        !is_sign && !character.is_ascii_digit() && !others.contains(*character)
    });
    match wrong {
        Some((position, character)) => Flaw {
            position,
            ..Flaw::new(
                number,
                1207,
                format!("Invalid digit, Value '{character}', Pos {position}, Type: {kind}"),
            )
        },
        None if others.is_empty() => Flaw::new(
            number,
            1222,
            format!("Integer value overflow, Type: {kind}"),
        ),
        None => Flaw::new(number, 1204, format!("Numeric data overflow, Type: {kind}")),
    }
}
