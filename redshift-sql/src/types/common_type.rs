//! The type that several values have in common: of CASE, COALESCE, UNION and IN.

use super::Type;

/// The common type of two; none where they have none.
///
/// `integer` and `numeric(8,2)` have `numeric(12,2)`, `date` and `integer` have nothing.
pub fn common_type(one: Type, other: Type) -> Option<Type> {
    use Type::{
        Char, Date, Decimal, Double, Literal, Null, Real, Super, Timestamp, TimestampTz, Unknown,
        VarByte, VarChar,
    };
    if one == other {
        return Some(one);
    }
    match (one, other) {
        (Unknown, _) | (_, Unknown) => Some(Unknown),
        (Null, kind) | (kind, Null) => Some(kind),
        (Super, _) | (_, Super) => Some(Super),
        (Literal, kind) | (kind, Literal) => Some(kind),
        (Char(one), Char(other)) => Some(Char(one.max(other))),
        (VarChar(one) | Char(one), VarChar(other) | Char(other)) => Some(VarChar(one.max(other))),
        (VarByte(one), VarByte(other)) => Some(VarByte(one.max(other))),
        (Date, Timestamp) | (Timestamp, Date) => Some(Timestamp),
        (Date | Timestamp, TimestampTz) | (TimestampTz, Date | Timestamp) => Some(TimestampTz),
        (one, other) if one.is_integer() && other.is_integer() => {
            if one == Type::BigInt || other == Type::BigInt {
                Some(Type::BigInt)
            } else {
                Some(Type::Integer)
            }
        }
        (Real, Double) | (Double, Real) => Some(Double),
        (Real | Double, number) | (number, Real | Double) if number.is_numeric() => Some(Double),
        (one, other) if one.is_numeric() && other.is_numeric() => {
            let ((p1, s1), (p2, s2)) = (one.as_decimal()?, other.as_decimal()?);
            let scale = s1.max(s2);
            let whole = (p1 - s1.min(p1)).max(p2 - s2.min(p2));
            Some(Decimal((whole + scale).min(38), scale))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_widen_and_texts_take_the_longer_length() {
        let decimal = common_type(Type::Integer, Type::Decimal(8, 2));
        assert_eq!(decimal, Some(Type::Decimal(12, 2)));
        assert_eq!(
            common_type(Type::VarChar(3), Type::Char(9)),
            Some(Type::VarChar(9))
        );
        assert_eq!(
            common_type(Type::Date, Type::Timestamp),
            Some(Type::Timestamp)
        );
        assert_eq!(common_type(Type::Date, Type::Integer), None);
        assert_eq!(common_type(Type::Null, Type::Date), Some(Type::Date));
    }
}
