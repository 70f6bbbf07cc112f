//! The engine's types in Redshift's.

use redshift_sql::types::{MAX_VARBYTE, MAX_VARCHAR, Type};

/// Redshift's type of a column that the engine calls so. What only Redshift knows, such as the length of
/// a text, is as large as it can be.
///
/// `DECIMAL(18,2)` is `numeric(18,2)`, `VARCHAR` is `character varying(65535)`.
pub(crate) fn type_of_engine(kind: &str) -> Type {
    if let Some((precision, scale)) = kind
        .strip_prefix("DECIMAL(")
        .and_then(|rest| rest.strip_suffix(')'))
        .and_then(|inside| inside.split_once(','))
        .and_then(|(precision, scale)| Some((precision.parse().ok()?, scale.parse().ok()?)))
    {
        return Type::Decimal(precision, scale);
    }
    match kind {
        "BOOLEAN" => Type::Boolean,
        "TINYINT" | "SMALLINT" => Type::SmallInt,
        "INTEGER" => Type::Integer,
        "BIGINT" => Type::BigInt,
        "HUGEINT" => Type::Decimal(38, 0),
        "FLOAT" | "REAL" => Type::Real,
        "DOUBLE" => Type::Double,
        "VARCHAR" => Type::VarChar(MAX_VARCHAR),
        "DATE" => Type::Date,
        "TIME" => Type::Time,
        "TIME WITH TIME ZONE" | "TIMETZ" => Type::TimeTz,
        "TIMESTAMP" => Type::Timestamp,
        "TIMESTAMP WITH TIME ZONE" | "TIMESTAMPTZ" => Type::TimestampTz,
        "BLOB" => Type::VarByte(MAX_VARBYTE),
        "JSON" => Type::Super,
        "UBIGINT[]" => Type::HllSketch,
        _ => Type::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_have_their_digits() {
        assert_eq!(type_of_engine("DECIMAL(18,2)"), Type::Decimal(18, 2));
        assert_eq!(type_of_engine("DECIMAL(x,2)"), Type::Unknown);
        assert_eq!(type_of_engine("INTEGER[]"), Type::Unknown);
    }
}
