//! Types of sums, products and the like (AWS page: `Computations with numeric values`).

use super::{MAX_VARCHAR, Type};
use crate::tree::Operator;

/// Most digits of a computed decimal (AWS page: `Computations with numeric values`).
const MAX_PRECISION: i32 = 38;

/// The type of `left operator right`; none where Redshift has no such operator.
///
/// `numeric(8,2) / numeric(8,2)` is `numeric(17,9)`, `integer / integer` is `integer`,
/// `date - date` is `integer`, `date * integer` is nothing.
pub fn arithmetic(operator: Operator, left: Type, right: Type) -> Option<Type> {
    if matches!(left, Type::Unknown | Type::Super) || matches!(right, Type::Unknown | Type::Super) {
        return Some(if left == Type::Super || right == Type::Super {
            Type::Super
        } else {
            unknown_with(operator, left, right)
        });
    }
    if left == Type::Null || right == Type::Null {
        return Some(if left == Type::Null { right } else { left });
    }
    if left.is_numeric() && right.is_numeric() {
        return Some(numbers(operator, left, right));
    }
    if operator == Operator::Add && left.is_text() && right.is_text() {
        return Some(joined(left, right));
    }
    // A literal becomes what stands beside it.
    if left == Type::Literal && right == Type::Literal {
        return Some(Type::Unknown);
    }
    if left == Type::Literal {
        return if right.is_date() || right.is_interval() {
            Some(Type::Unknown)
        } else {
            arithmetic(operator, right, right)
        };
    }
    if right == Type::Literal {
        return if left.is_date() || left.is_interval() {
            Some(Type::Unknown)
        } else {
            arithmetic(operator, left, left)
        };
    }
    // Texts are converted where they are numbers; which, only the rows tell.
    if left.is_text() && right.is_numeric() || left.is_numeric() && right.is_text() {
        return Some(Type::Unknown);
    }
    // Two binary values with `+` between them are joined (AWS page: `VARBYTE operators`).
    match (operator, left, right) {
        (Operator::Add, Type::VarByte(one), Type::VarByte(other)) => {
            Some(Type::VarByte(one.saturating_add(other)))
        }
        _ => times(operator, left, right),
    }
}

/// Two texts with `+` between them are joined, as `||` joins them.
fn joined(left: Type, right: Type) -> Type {
    let length = |kind| match kind {
        Type::Char(length) | Type::VarChar(length) => length,
        // Only who wrote a literal knows how long it is.
        _ => MAX_VARCHAR,
    };
    Type::VarChar(length(left).saturating_add(length(right)).min(MAX_VARCHAR))
}

fn unknown_with(operator: Operator, left: Type, right: Type) -> Type {
    match (operator, left, right) {
        (_, Type::Double, _) | (_, _, Type::Double) => Type::Double,
        _ => Type::Unknown,
    }
}

/// Dates, times of day and intervals (AWS pages: `Datetime types`, `Interval types and literals`).
fn times(operator: Operator, left: Type, right: Type) -> Option<Type> {
    use Type::{Date, IntervalMonths, IntervalSeconds, Time, TimeTz, Timestamp, TimestampTz};
    match operator {
        Operator::Add => match (left, right) {
            (Date, number) | (number, Date) if number.is_integer() => Some(Date),
            (time @ (Timestamp | TimestampTz), number)
            | (number, time @ (Timestamp | TimestampTz))
                if number.is_numeric() =>
            {
                Some(time)
            }
            (Date, interval) | (interval, Date) if interval.is_interval() => Some(Timestamp),
            (Date, Time) | (Time, Date) => Some(Timestamp),
            (Date, TimeTz) | (TimeTz, Date) => Some(TimestampTz),
            (time, interval) if interval.is_interval() && (time.is_date() || time.is_time()) => {
                Some(time)
            }
            (interval, time) if interval.is_interval() && (time.is_date() || time.is_time()) => {
                Some(time)
            }
            (IntervalMonths, IntervalMonths) => Some(IntervalMonths),
            (IntervalSeconds, IntervalSeconds) => Some(IntervalSeconds),
            _ => None,
        },
        Operator::Subtract => match (left, right) {
            (Date, Date) => Some(Type::Integer),
            (Date, number) if number.is_integer() => Some(Date),
            (time @ (Timestamp | TimestampTz), number) if number.is_numeric() => Some(time),
            (Date, interval) if interval.is_interval() => Some(Timestamp),
            (one, other) if one.is_date() && other.is_date() => Some(IntervalSeconds),
            (one, other) if one.is_time() && other.is_time() => Some(IntervalSeconds),
            (time, interval) if interval.is_interval() && (time.is_date() || time.is_time()) => {
                Some(time)
            }
            (IntervalMonths, IntervalMonths) => Some(IntervalMonths),
            (IntervalSeconds, IntervalSeconds) => Some(IntervalSeconds),
            _ => None,
        },
        Operator::Multiply => match (left, right) {
            (interval, number) | (number, interval)
                if interval.is_interval() && number.is_numeric() =>
            {
                Some(interval)
            }
            _ => None,
        },
        Operator::Divide if left.is_interval() && right.is_numeric() => Some(left),
        _ => None,
    }
}

/// The type of an operation on two numbers.
fn numbers(operator: Operator, left: Type, right: Type) -> Type {
    let approximate = |kind: Type| matches!(kind, Type::Real | Type::Double);
    if operator == Operator::Power {
        return Type::Double;
    }
    if approximate(left) || approximate(right) {
        return if left == Type::Real && right == Type::Real {
            Type::Real
        } else {
            Type::Double
        };
    }
    if left.is_integer() && right.is_integer() {
        return larger(left, right);
    }
    match (left.as_decimal(), right.as_decimal()) {
        (Some(left), Some(right)) => decimals(operator, left, right),
        _ => Type::Unknown,
    }
}

/// The larger of two types of whole numbers.
fn larger(left: Type, right: Type) -> Type {
    if left == Type::BigInt || right == Type::BigInt {
        Type::BigInt
    } else if left == Type::Integer || right == Type::Integer {
        Type::Integer
    } else {
        Type::SmallInt
    }
}

/// The table of the page: precision and scale of a computed decimal.
fn decimals(operator: Operator, (p1, s1): (u8, u8), (p2, s2): (u8, u8)) -> Type {
    let (p1, s1, p2, s2) = (i32::from(p1), i32::from(s1), i32::from(p2), i32::from(s2));
    let (precision, scale) = match operator {
        Operator::Add | Operator::Subtract => {
            let scale = s1.max(s2);
            ((p1 - s1).max(p2 - s2) + 1 + scale, scale)
        }
        Operator::Multiply => (p1 + p2 + 1, s1 + s2),
        Operator::Divide => {
            let scale = (s1 + p2 - s2 + 1).max(4);
            (p1 - s1 + s2 + scale, scale)
        }
        Operator::Modulo => (p1.min(p2) + s1.max(s2), s1.max(s2)),
        _ => return Type::Unknown,
    };
    bounded(precision, scale)
}

/// A decimal that is too long loses digits behind the point. A quotient keeps at least four of
/// them, any other result at least what the page calls the smaller scale.
fn bounded(precision: i32, scale: i32) -> Type {
    let (precision, scale) = if precision > MAX_PRECISION {
        let excess = precision - MAX_PRECISION;
        (MAX_PRECISION, (scale - excess).max(scale.min(4)))
    } else {
        (precision, scale)
    };
    let digits = |value: i32| u8::try_from(value.clamp(0, MAX_PRECISION)).unwrap_or(38);
    Type::Decimal(digits(precision), digits(scale))
}

/// The type of SUM (AWS page: `SUM function`).
///
/// Of `integer` it is `bigint`, of `numeric(8,2)` it is `numeric(38,2)`.
pub fn aggregate_sum(of: Type) -> Type {
    match of {
        Type::SmallInt | Type::Integer => Type::BigInt,
        Type::BigInt => Type::Decimal(38, 0),
        Type::Decimal(_, scale) => Type::Decimal(38, scale),
        Type::Real | Type::Double => Type::Double,
        other => other,
    }
}

/// The type of AVG (AWS page: `AVG function`).
///
/// Of `integer` it is `bigint`, of `numeric(8,2)` it is `numeric(38,2)`.
pub fn aggregate_average(of: Type) -> Type {
    match of {
        Type::SmallInt | Type::Integer | Type::BigInt => Type::BigInt,
        Type::Decimal(_, scale) => Type::Decimal(38, scale),
        Type::Real | Type::Double => Type::Double,
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_the_page() {
        let (short, long) = (Type::Decimal(8, 2), Type::Decimal(30, 5));
        assert_eq!(
            arithmetic(Operator::Divide, short, short),
            Some(Type::Decimal(17, 9))
        );
        assert_eq!(
            arithmetic(Operator::Add, short, short),
            Some(Type::Decimal(9, 2))
        );
        assert_eq!(
            arithmetic(Operator::Multiply, short, short),
            Some(Type::Decimal(17, 4))
        );
        assert_eq!(
            arithmetic(Operator::Divide, Type::Integer, Type::Integer),
            Some(Type::Integer)
        );
        assert_eq!(
            arithmetic(Operator::Multiply, Type::Integer, short),
            Some(Type::Decimal(19, 2))
        );
        let product = arithmetic(Operator::Multiply, long, long);
        assert!(matches!(product, Some(Type::Decimal(38, _))), "{product:?}");
    }

    #[test]
    fn dates_count_days() {
        assert_eq!(
            arithmetic(Operator::Subtract, Type::Date, Type::Date),
            Some(Type::Integer)
        );
        assert_eq!(
            arithmetic(Operator::Add, Type::Date, Type::Integer),
            Some(Type::Date)
        );
        assert_eq!(
            arithmetic(Operator::Multiply, Type::Date, Type::Integer),
            None
        );
        assert_eq!(arithmetic(Operator::Add, Type::Date, Type::Date), None);
        assert_eq!(
            arithmetic(Operator::Add, Type::Boolean, Type::Integer),
            None
        );
    }
}
