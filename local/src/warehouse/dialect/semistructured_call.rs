//! Calls with SUPER values: those that make one, those whose meaning a SUPER value changes. Here is
//! also what a function reads where it takes a scalar (AWS page: `Querying semistructured data`,
//! "Dynamic typing").

use redshift_sql::functions::{self as table, Accepts};
use redshift_sql::tree::{Call, CallForm, DataType, Expression};
use redshift_sql::types::Type;

use super::arithmetic::cast;
use super::calls::{call, case, own};
use super::fragment::TokenTree;
use super::semistructured::{
    SuperReading, array, as_type, key, object, scalar, sorted, to_super, whole,
};
use super::writer::Writer;
use super::{Refusal, as_text, clock, number};

impl Writer<'_> {
    /// A call that is written otherwise because of SUPER values; none of any other.
    pub(super) fn call_with_super(
        self,
        name: &str,
        written: &Call,
        rest: &[TokenTree],
    ) -> Result<Option<Vec<TokenTree>>, Refusal> {
        let arguments = written.arguments.as_slice();
        match name {
            "array" => return self.all_as_super(arguments).map(array).map(Some),
            "object" if arguments.len().is_multiple_of(2) => {
                return self.object(arguments).map(Some);
            }
            "object" => {
                return Err(Refusal::Value(
                    "`object` takes names and values in pairs: `object('a', 1, 'b', 2)`".to_owned(),
                ));
            }
            "object_transform" => return self.transformed(written).map(Some),
            "array_contains" | "array_position" | "array_positions" => {
                let mut all = self.all_as_super(arguments.get(..2).unwrap_or_default())?;
                for option in arguments.iter().skip(2) {
                    all.push(self.expression(option)?);
                }
                return Ok(Some(own(name, all)));
            }
            "size" => {
                return Err(Refusal::Unsupported(
                    "SIZE of a SUPER value, which is Redshift's own form in memory: use JSON_SIZE"
                        .to_owned(),
                ));
            }
            _ => {}
        }
        if !arguments.iter().any(|argument| self.is_super(argument)) {
            return Ok(None);
        }
        let behind = |mut nodes: Vec<TokenTree>| {
            nodes.extend(rest.iter().cloned());
            nodes
        };
        Ok(Some(match (name, arguments) {
            ("coalesce" | "nvl", all) => call("coalesce", self.all_as_super(all)?),
            ("nvl2", [tested, set, unset]) if self.is_super(set) || self.is_super(unset) => {
                let mut when = vec![
                    TokenTree::word("when"),
                    TokenTree::Round(self.expression(tested)?),
                ];
                when.extend(["is", "not", "null", "then"].map(TokenTree::word));
                let otherwise = vec![TokenTree::word("else")];
                case([when, self.as_super(set)?, otherwise, self.as_super(unset)?])
            }
            ("nullif", [one, other]) => {
                let mut when = vec![TokenTree::word("when")];
                when.extend(self.key_of(one)?);
                when.push(TokenTree::symbol("="));
                when.extend(self.key_of(other)?);
                when.extend(["then", "null", "else"].map(TokenTree::word));
                case([when, self.expression(one)?])
            }
            ("decode", [tested, pairs @ ..]) => self.decode_super(tested, pairs)?,
            ("min" | "max", [value]) => {
                let function = if name == "max" { "arg_max" } else { "arg_min" };
                let nodes = self.expression(value)?;
                behind(call(function, vec![nodes.clone(), sorted(nodes)]))
            }
            ("count", [value]) if written.distinct => {
                let mut inner = vec![TokenTree::word("distinct")];
                inner.extend(key(self.expression(value)?));
                behind(vec![TokenTree::word("count"), TokenTree::Round(inner)])
            }
            ("sum", [value]) if !written.distinct => {
                let number = cast(self.expression(value)?, "varchar");
                let number = call("redshift_super_summand", vec![number]);
                let number = cast(number, "decimal(38,10)");
                own("super_of_decimal", vec![behind(call("sum", vec![number]))])
            }
            ("abs" | "ceil" | "ceiling" | "floor" | "round" | "trunc", [value, digits @ ..])
                if self.is_super(value) =>
            {
                let digits = match digits.first() {
                    Some(digits) => cast(self.expression(digits)?, "varchar"),
                    None => vec![TokenTree::text("0")],
                };
                let name = if name == "ceiling" { "ceil" } else { name };
                let value = self.expression(value)?;
                whole(value, name, digits)
            }
            ("greatest" | "least", _) => {
                return Err(Refusal::Unsupported(format!(
                    "{} of a SUPER value: cast it, such as `…::decimal(18,2)`",
                    name.to_uppercase()
                )));
            }
            _ => return Ok(None),
        }))
    }

    fn object(self, arguments: &[Expression]) -> Result<Vec<TokenTree>, Refusal> {
        let mut all = Vec::with_capacity(arguments.len());
        for (number, argument) in arguments.iter().enumerate() {
            all.push(if number % 2 == 0 {
                self.expression(argument)?
            } else {
                self.as_super(argument)?
            });
        }
        Ok(object(all))
    }

    /// DECODE, whose searches are equal to NULL where both are.
    fn decode_super(
        self,
        tested: &Expression,
        pairs: &[Expression],
    ) -> Result<Vec<TokenTree>, Refusal> {
        let otherwise = pairs.len() % 2;
        let (pairs, otherwise) = pairs.split_at(pairs.len() - otherwise);
        let results = pairs.iter().skip(1).step_by(2).chain(otherwise);
        let as_super = results.clone().any(|result| self.is_super(result));
        let result = |result: &Expression| {
            if as_super {
                self.as_super(result)
            } else {
                self.expression(result)
            }
        };
        let mut parts = Vec::new();
        for pair in pairs.chunks_exact(2) {
            let [search, found] = pair else {
                continue;
            };
            let mut when = vec![TokenTree::word("when")];
            when.extend(self.key_of(tested)?);
            when.extend(["is", "not", "distinct", "from"].map(TokenTree::word));
            when.extend(self.key_of(search)?);
            when.push(TokenTree::word("then"));
            when.extend(result(found)?);
            parts.push(when);
        }
        if let [last] = otherwise {
            let mut nodes = vec![TokenTree::word("else")];
            nodes.extend(result(last)?);
            parts.push(nodes);
        }
        Ok(case(parts))
    }

    /// Makes of SUPER values what a function takes in their place.
    pub(super) fn scalars_of_super(
        self,
        written: &Call,
        all: &mut [Vec<TokenTree>],
    ) -> Result<(), Refusal> {
        let name = written.name.name().map(|name| name.text.as_str());
        let name = name.unwrap_or_default();
        for (at, (argument, nodes)) in written.arguments.iter().zip(all.iter_mut()).enumerate() {
            if !self.is_super(argument) {
                // What a function takes as a SUPER value may be a scalar.
                if accepted(name, written, at) == Some(Accepts::Super) {
                    *nodes = to_super(std::mem::take(nodes), self.type_of(argument))?;
                }
                continue;
            }
            let Some(accepts) = accepted(name, written, at) else {
                continue;
            };
            if accepts == Accepts::Text && OF_JSON.contains(&name) {
                return Err(Refusal::Unsupported(format!(
                    "{} of a SUPER value, which takes a text: write json_serialize(…) around it",
                    name.to_uppercase()
                )));
            }
            *nodes = read_as(std::mem::take(nodes), accepts, name)?;
        }
        Ok(())
    }
}

/// What a function takes at a place, by its first way to be called that has so many arguments.
fn accepted(name: &str, written: &Call, at: usize) -> Option<Accepts> {
    if matches!(written.form, CallForm::Extract) {
        return (at == 1).then_some(Accepts::Moment);
    }
    let signatures = table::find(name)?.signatures();
    let fitting = signatures
        .iter()
        .filter(|signature| signature.takes_number(written.arguments.len()));
    let mut all = fitting.filter_map(|signature| {
        let parameter = signature
            .parameters
            .get(at)
            .or(signature.parameters.last())?;
        Some(parameter.accepts)
    });
    let first = all.next()?;
    Some(all.fold(first, |first, other| match other {
        Accepts::Super | Accepts::Any => other,
        _ => first,
    }))
}

fn read_as(nodes: Vec<TokenTree>, accepts: Accepts, name: &str) -> Result<Vec<TokenTree>, Refusal> {
    Ok(match accepts {
        Accepts::Any if TEXTS.contains(&name) => scalar(nodes, SuperReading::Text),
        Accepts::Any | Accepts::Super => nodes,
        Accepts::Text | Accepts::Bytes | Accepts::DatePart => scalar(nodes, SuperReading::Text),
        Accepts::Integer => as_type(nodes, &DataType::BigInt)?,
        Accepts::Boolean => as_type(nodes, &DataType::Boolean)?,
        Accepts::Date => as_type(nodes, &DataType::Date)?,
        Accepts::Moment | Accepts::Timestamp => as_type(nodes, &DataType::Timestamp)?,
        Accepts::TimestampTz => as_type(nodes, &DataType::TimestampTz)?,
        Accepts::Time => as_type(nodes, &DataType::Time)?,
        other => {
            let to = if other == Accepts::Number {
                "decimal(18,2)"
            } else {
                "varchar"
            };
            return Err(Refusal::Unsupported(format!(
                "{} of a SUPER value: cast it, such as `…::{to}`",
                name.to_uppercase()
            )));
        }
    })
}

/// Functions that take the text of JSON, not its value.
const OF_JSON: &[&str] = &[
    "is_valid_json",
    "is_valid_json_array",
    "json_array_length",
    "json_extract_array_element_text",
    "json_extract_path_text",
];

/// Functions that take any value for the text of it.
const TEXTS: &[&str] = &["concat", "md5", "quote_literal", "to_hex"];

/// A value for a column of a table.
pub(super) fn assigned(
    nodes: Vec<TokenTree>,
    value: Type,
    column: Type,
) -> Result<Vec<TokenTree>, Refusal> {
    match (value, column) {
        (value, Type::Super) => to_super(nodes, value),
        (Type::Super, Type::Char(_) | Type::VarChar(_)) => Ok(scalar(nodes, SuperReading::Text)),
        (Type::Super, Type::SmallInt) => as_type(nodes, &DataType::SmallInt),
        (Type::Super, Type::Integer) => as_type(nodes, &DataType::Integer),
        (Type::Super, Type::BigInt) => as_type(nodes, &DataType::BigInt),
        (Type::Super, Type::Decimal(precision, scale)) => {
            as_type(nodes, &DataType::Decimal { precision, scale })
        }
        (Type::Super, Type::Real) => as_type(nodes, &DataType::Real),
        (Type::Super, Type::Double) => as_type(nodes, &DataType::Double),
        (Type::Super, Type::Boolean) => as_type(nodes, &DataType::Boolean),
        (Type::Super, Type::Date) => as_type(nodes, &DataType::Date),
        (Type::Super, Type::Timestamp) => as_type(nodes, &DataType::Timestamp),
        (Type::Super, Type::TimestampTz) => as_type(nodes, &DataType::TimestampTz),
        (value, Type::Char(_) | Type::VarChar(_)) => {
            Ok(as_text::exact(value, &nodes).unwrap_or(nodes))
        }
        (value, column) if value.is_text() && number::engine_name(column).is_some() => {
            Ok(number::read(nodes.clone(), column).unwrap_or(nodes))
        }
        (value, Type::TimeTz) => Ok(clock::of(&nodes, value, &DataType::TimeTz).unwrap_or(nodes)),
        (value, Type::Time) => Ok(clock::of(&nodes, value, &DataType::Time).unwrap_or(nodes)),
        _ => Ok(nodes),
    }
}
