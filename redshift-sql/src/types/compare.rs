//! What may be compared with what, and what may be put into a column.
//!
//! Source: AWS page `Type compatibility and conversion`. Only what Redshift certainly refuses is
//! called wrong.

use super::Type;

/// Whether two values may be compared.
///
/// `integer` and `numeric` may, `date` and `integer` may not.
pub fn comparable(one: Type, other: Type) -> bool {
    if one.is_open() || other.is_open() {
        return true;
    }
    let group = |kind: Type| match kind {
        // A whole number is converted to a truth value.
        Type::Boolean => 0,
        kind if kind.is_numeric() => 1,
        kind if kind.is_text() => 2,
        kind if kind.is_date() => 3,
        kind if kind.is_time() => 4,
        kind if kind.is_interval() => 5,
        Type::VarByte(_) => 6,
        Type::Geometry | Type::Geography => 7,
        _ => 8,
    };
    let truth =
        one == Type::Boolean && other.is_integer() || one.is_integer() && other == Type::Boolean;
    let (one, other) = (group(one), group(other));
    // A text is converted to what stands beside it.
    one == other || one == 2 || other == 2 || truth
}

/// Whether a value fits a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assignable {
    /// It does, or only the rows tell.
    Yes,
    /// Redshift refuses it, whatever the rows hold.
    No,
}

/// Whether a value of a type may be put into a column of another.
///
/// An `integer` may be put into `numeric(8,2)`, a `date` may not be put into an `integer`.
pub fn assignable(value: Type, column: Type) -> Assignable {
    let fits = match (value, column) {
        (value, column) if value.is_open() || column.is_open() => true,
        (value, column) if value == column => true,
        (value, column) if value.is_numeric() && column.is_numeric() => true,
        // Whole numbers are true where they are not zero.
        (value, Type::Boolean) => value.is_integer() || value.is_text(),
        // A truth value becomes no text.
        (Type::Boolean, column) => column.is_integer(),
        (value, column) if value.is_text() => !matches!(column, Type::HllSketch),
        (value, column) if column.is_text() => !matches!(value, Type::HllSketch),
        (value, column) if value.is_date() && column.is_date() => true,
        (value, column) if value.is_time() && column.is_time() => true,
        (Type::Timestamp | Type::TimestampTz, Type::Time | Type::TimeTz) => true,
        (value, column) if value.is_interval() && column.is_interval() => true,
        (Type::VarByte(_), Type::VarByte(_) | Type::Geometry | Type::Geography) => true,
        (Type::Geometry | Type::Geography, Type::Geometry | Type::Geography | Type::VarByte(_)) => {
            true
        }
        _ => false,
    };
    if fits {
        Assignable::Yes
    } else {
        Assignable::No
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_no_number() {
        assert!(!comparable(Type::Date, Type::Integer));
        assert!(comparable(Type::Date, Type::Timestamp));
        assert!(comparable(Type::VarChar(10), Type::Integer));
        assert!(comparable(Type::Boolean, Type::Integer));
        assert!(!comparable(Type::Boolean, Type::Date));
        assert_eq!(assignable(Type::Date, Type::Integer), Assignable::No);
        assert_eq!(
            assignable(Type::Integer, Type::VarChar(10)),
            Assignable::Yes
        );
        assert_eq!(assignable(Type::Timestamp, Type::Date), Assignable::Yes);
    }
}
