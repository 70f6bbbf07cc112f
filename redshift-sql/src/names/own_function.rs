//! Functions in SQL of somebody's own, and which of those that share a name a call means (AWS page:
//! `CREATE FUNCTION`, "Overloading function names").
//!
//! In: `f(int)` and `f(varchar)`, called with a literal in quotes. Out: `f(varchar)`.

use smol_str::SmolStr;

use crate::types::Type;

/// A function of somebody's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnFunction {
    /// What its catalog knows it by.
    pub key: SmolStr,
    /// The types that it takes.
    pub arguments: Vec<Type>,
    /// The type that it gives.
    pub returns: Type,
    /// Whether AWS computes it (AWS page: `CREATE EXTERNAL FUNCTION`).
    pub is_external: bool,
}

/// Which function a call means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FunctionChoice<'a> {
    /// This one takes the arguments best.
    Only(&'a OwnFunction),
    /// Several take the arguments equally well.
    Several,
    /// None takes the arguments.
    None,
}

/// The function that arguments of these types mean.
///
/// Of `f(integer)` and `f(date)`, a `smallint` means the first.
pub fn choose<'a>(functions: &'a [OwnFunction], given: &[Type]) -> FunctionChoice<'a> {
    let mut best = FunctionChoice::None;
    let mut most = 0;
    for function in functions {
        let Some(likeness) = likeness(&function.arguments, given) else {
            continue;
        };
        if matches!(best, FunctionChoice::None) || likeness > most {
            most = likeness;
            best = FunctionChoice::Only(function);
        } else if likeness == most {
            best = FunctionChoice::Several;
        }
    }
    best
}

/// How well arguments suit; nothing where one of them does not at all.
fn likeness(taken: &[Type], given: &[Type]) -> Option<u32> {
    if taken.len() != given.len() {
        return None;
    }
    let each = taken
        .iter()
        .zip(given)
        .map(|(taken, given)| suits(*taken, *given));
    each.sum()
}

/// How well a value of one type suits an argument of another (AWS page:
/// `Type compatibility and conversion`). It is 10 for the same type, 1 for what is only converted.
fn suits(taken: Type, given: Type) -> Option<u32> {
    let number = |kind: Type| -> Option<u32> {
        Some(match kind {
            Type::SmallInt => 0,
            Type::Integer => 1,
            Type::BigInt => 2,
            Type::Decimal(..) => 3,
            Type::Real => 4,
            Type::Double => 5,
            _ => return None,
        })
    };
    let text = |kind: Type| matches!(kind, Type::Char(_) | Type::VarChar(_));
    if std::mem::discriminant(&taken) == std::mem::discriminant(&given) {
        return Some(10);
    }
    match (taken, given) {
        // A literal in quotes, NULL, and what nobody knows may be anything, a text first.
        (Type::VarChar(_), Type::Literal | Type::Null | Type::Unknown) => Some(2),
        (_, Type::Literal | Type::Null | Type::Unknown) | (Type::Unknown, _) => Some(1),
        (taken, given) if text(taken) && text(given) => Some(9),
        (Type::Timestamp, Type::Date) | (Type::TimestampTz, Type::Timestamp) => Some(8),
        (Type::TimestampTz, Type::Date) => Some(7),
        (Type::Date, Type::Timestamp | Type::TimestampTz)
        | (Type::Timestamp, Type::TimestampTz) => Some(1),
        (Type::Super, _) => Some(1),
        (taken, given) => match (number(taken)?, number(given)?) {
            // The next wider type suits best.
            (taken, given) if taken > given => Some(9 - (taken - given)),
            _ => Some(1),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn function(key: &str, arguments: &[Type]) -> OwnFunction {
        OwnFunction {
            key: SmolStr::new(key),
            arguments: arguments.to_vec(),
            is_external: false,
            returns: Type::Integer,
        }
    }

    #[test]
    fn types_choose_among_those_that_share_a_name() {
        let all = [
            function("int", &[Type::Integer]),
            function("double", &[Type::Double]),
            function("text", &[Type::VarChar(256)]),
            function("two", &[Type::Integer, Type::Integer]),
        ];
        for (given, expected) in [
            (vec![Type::Integer], Some("int")),
            (vec![Type::SmallInt], Some("int")),
            (vec![Type::Decimal(8, 2)], Some("double")),
            (vec![Type::Literal], Some("text")),
            (vec![Type::Char(3)], Some("text")),
            (vec![Type::Integer, Type::BigInt], Some("two")),
            (vec![Type::Boolean], None),
            (vec![], None),
        ] {
            let found = match choose(&all, &given) {
                FunctionChoice::Only(function) => Some(function.key.as_str()),
                _ => None,
            };
            assert_eq!(found, expected, "{given:?}");
        }
        let same = [function("a", &[Type::Date]), function("b", &[Type::Time])];
        assert_eq!(choose(&same, &[Type::Null]), FunctionChoice::Several);
    }
}
