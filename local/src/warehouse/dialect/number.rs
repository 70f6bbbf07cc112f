//! Numbers that are written, and texts that are cast to numbers (AWS page: `Numeric types`).
//!
//! In: `9223372036854775808`, `v::integer` of a text. Out: `cast(9223372036854775808 as decimal(19,0))`,
//! `redshift.text_integer(…)`: the engine has whole numbers of 128 bits, and rounds `'1.5'`.

use redshift_sql::tree::{CastForm, DataType};
use redshift_sql::types::Type;

use super::Refusal;
use super::arithmetic::cast;
use super::calls::own;
use super::fragment::TokenTree;

/// A number as it is written. One that BIGINT has no room for is a DECIMAL, of 38 digits at most.
pub(super) fn literal(digits: &str) -> Result<Vec<TokenTree>, Refusal> {
    let written = vec![TokenTree::number(digits)];
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return match digits.parse::<f64>() {
            Ok(number) if number.is_infinite() => Err(Refusal::Value(format!(
                "the number {digits} is out of range for type double precision"
            ))),
            _ => Ok(written),
        };
    }
    let significant = digits.trim_start_matches('0');
    match significant.len() {
        _ if significant.is_empty() || significant.parse::<i64>().is_ok() => Ok(written),
        length @ ..=38 => Ok(cast(written, &format!("decimal({length},0)"))),
        _ => Err(Refusal::Value(format!(
            "the number {digits} is out of range for type numeric: it has more than 38 digits"
        ))),
    }
}

/// What is wrong with a literal that is cast to a number, where the engine would take it.
pub(super) fn wrong(text: &str, kind: &DataType) -> Option<String> {
    let trimmed = text.trim();
    match kind {
        DataType::SmallInt | DataType::Integer | DataType::BigInt => {
            let digits = trimmed.strip_prefix(['+', '-']).unwrap_or(trimmed);
            let is_whole = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
            (!is_whole).then(|| format!("invalid input syntax for integer: \"{text}\""))
        }
        DataType::Real | DataType::Double | DataType::Decimal { .. } => {
            let name = Type::of(kind).name();
            if trimmed.contains('_') {
                return Some(format!("invalid input syntax for type {name}: \"{text}\""));
            }
            let is_infinite = match kind {
                DataType::Real => trimmed.parse::<f32>().is_ok_and(f32::is_infinite),
                DataType::Double => trimmed.parse::<f64>().is_ok_and(f64::is_infinite),
                _ => false,
            };
            let is_named = trimmed.to_ascii_lowercase().contains("inf");
            (is_infinite && !is_named)
                .then(|| format!("\"{text}\" is out of range for type {name}"))
        }
        _ => None,
    }
}

/// A text that is no literal, in the place of which a number is read; nothing where the engine reads it as Redshift does.
pub(super) fn of_text(
    text: &[TokenTree],
    kind: &DataType,
    form: CastForm,
) -> Option<Vec<TokenTree>> {
    let function = match (kind, form) {
        // It makes a text of what is wrong that no cast takes: TRY_CAST understands that alone.
        (DataType::SmallInt | DataType::Integer | DataType::BigInt, CastForm::TryCast) => {
            "loaded_integer"
        }
        (DataType::SmallInt | DataType::Integer | DataType::BigInt, _) => "text_integer",
        (_, CastForm::TryCast) => return None,
        (DataType::Double, _) => "text_double",
        (DataType::Real, _) => "text_real",
        _ => return None,
    };
    Some(own(function, vec![cast(text.to_vec(), "varchar")]))
}

/// The engine's name of a type of numbers; nothing of a DECIMAL and of other types.
pub(super) fn engine_name(kind: Type) -> Option<&'static str> {
    match kind {
        Type::SmallInt => Some("smallint"),
        Type::Integer => Some("integer"),
        Type::BigInt => Some("bigint"),
        Type::Real => Some("real"),
        Type::Double => Some("double"),
        _ => None,
    }
}

/// A text as a number of the type that stands beside it, or of its column; nothing where that is none.
pub(super) fn read(text: Vec<TokenTree>, beside: Type) -> Option<Vec<TokenTree>> {
    let function = match beside {
        Type::Real => "text_real",
        Type::Double => "text_double",
        _ => "text_integer",
    };
    let name = engine_name(beside)?;
    Some(cast(own(function, vec![cast(text, "varchar")]), name))
}

/// Bits of a whole number.
pub(super) fn bits(kind: Type) -> Option<u8> {
    match kind {
        Type::SmallInt => Some(16),
        Type::Integer => Some(32),
        Type::BigInt => Some(64),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use redshift_sql::tree::DataType;

    use super::{literal, wrong};

    #[test]
    fn a_number_has_room_or_is_refused() {
        for number in [
            "7",
            "9223372036854775807",
            "0000000000000000000000007",
            "1e300",
            "1.5",
        ] {
            assert_eq!(literal(number).unwrap().len(), 1, "{number}");
        }
        assert!(literal("9223372036854775808").unwrap().len() > 1);
        assert!(literal(&"9".repeat(38)).is_ok());
        for number in ["1e400".to_owned(), "9".repeat(39)] {
            assert!(literal(&number).is_err(), "{number}");
        }
    }

    #[test]
    fn texts_that_are_no_numbers() {
        for (text, kind) in [
            ("1.5", DataType::Integer),
            ("1e3", DataType::BigInt),
            ("1_000", DataType::Integer),
            ("0x10", DataType::SmallInt),
            ("", DataType::Integer),
            ("1_000", DataType::Double),
            ("1e400", DataType::Double),
            ("1e39", DataType::Real),
        ] {
            assert!(wrong(text, &kind).is_some(), "{text}");
        }
        for (text, kind) in [
            (" 12 ", DataType::Integer),
            ("+5", DataType::BigInt),
            ("1e39", DataType::Double),
            ("-Infinity", DataType::Double),
            ("nan", DataType::Real),
            ("1_000", DataType::Text),
        ] {
            assert_eq!(wrong(text, &kind), None, "{text}");
        }
    }
}
