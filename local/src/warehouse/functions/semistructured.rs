//! Functions of SUPER values, which are texts of JSON to the engine: reading, steps, elements, comparison,
//! casts and arithmetic (AWS page: `Querying semistructured data`).
//!
//! | function | gives |
//! |---|---|
//! | `redshift_super_parse(text)` | JSON_PARSE |
//! | `redshift_super_valid(text)` | whether it is JSON |
//! | `redshift_super_path(super, path)` | the value behind `["a",0]`; NULL where there is none |
//! | `redshift_super_elements(super)` | the elements of an array, as a list |
//! | `redshift_super_values(super)`, `redshift_super_names(super)` | those of an object |
//! | `redshift_super_key(super)`, `redshift_super_sorted(super)` | texts that are equal, or ordered, as the values are |
//! | `redshift_super_compare(super, super)` | -1, 0 or 1; NULL between two types |
//! | `redshift_super_scalar(super, kind)` | what a cast reads; NULL where a cast is not possible |
//! | `redshift_super_whole(super, function, digits)` | ABS, CEIL, FLOOR, ROUND, TRUNC |
//! | `redshift_super_operator(super, operator, super)` | `+ - * / % \|\|` |
//! | `redshift_super_summand(super)` | a number as SUM adds it up; NULL of what is none |
//! | `redshift_super_type(super)` | JSON_TYPEOF |
//! | `redshift_super_array(function, …)` | functions of arrays |
//! | `redshift_object_transform(super, kept, set, values)` | OBJECT_TRANSFORM |

mod array;
mod number;
mod order;
mod transform;
mod value;

use std::error::Error;
use std::marker::PhantomData;
use std::sync::Arc;

use duckdb::Connection;
use duckdb::arrow::array::{
    Array, ArrayRef, BooleanArray, Int32Array, ListBuilder, RecordBatch, StringArray, StringBuilder,
};
use duckdb::arrow::datatypes::{DataType, Field};
use duckdb::vscalar::{ArrowFunctionSignature, VArrowScalar};

use self::number::Number;
use self::order::{Use, key, letter};
use self::value::{SuperValue, ValueStep, path};
use super::arguments::texts;

pub(super) fn register(connection: &Connection) -> duckdb::Result<()> {
    connection.register_scalar_function::<Texts<Parse>>("redshift_super_parse")?;
    connection.register_scalar_function::<Texts<Key>>("redshift_super_key")?;
    connection.register_scalar_function::<Texts<Sorted>>("redshift_super_sorted")?;
    connection.register_scalar_function::<Texts<Kind>>("redshift_super_type")?;
    connection.register_scalar_function::<Texts<Summand>>("redshift_super_summand")?;
    connection.register_scalar_function::<Texts<LowerNames>>("redshift_super_lower_names")?;
    connection.register_scalar_function::<Texts<UpperNames>>("redshift_super_upper_names")?;
    connection.register_scalar_function::<array::OfArrays>("redshift_super_array")?;
    connection.register_scalar_function::<transform::Transform>("redshift_object_transform")?;
    connection.register_scalar_function::<Valid>("redshift_super_valid")?;
    connection.register_scalar_function::<Path>("redshift_super_path")?;
    connection.register_scalar_function::<Lists<Elements>>("redshift_super_elements")?;
    connection.register_scalar_function::<Lists<Values>>("redshift_super_values")?;
    connection.register_scalar_function::<Lists<Names>>("redshift_super_names")?;
    connection.register_scalar_function::<Compare>("redshift_super_compare")?;
    connection.register_scalar_function::<Scalar>("redshift_super_scalar")?;
    connection.register_scalar_function::<Whole>("redshift_super_whole")?;
    connection.register_scalar_function::<Operator>("redshift_super_operator")
}

/// A SUPER value as Redshift shows it: a file may have brought blanks between the parts of its JSON.
pub(crate) fn without_blanks(text: &str) -> String {
    let written = text
        .contains([' ', '\t', '\n', '\r'])
        .then(|| SuperValue::read(text))
        .flatten();
    written.map_or_else(|| text.to_owned(), |value| value.write())
}

type Invoked = Result<Arc<dyn Array>, Box<dyn Error>>;

fn signature(texts: usize, returns: DataType) -> Vec<ArrowFunctionSignature> {
    vec![ArrowFunctionSignature::exact(
        vec![DataType::Utf8; texts],
        returns,
    )]
}

/// A function of one text that gives a text.
trait OfText {
    fn value(text: &str) -> Result<Option<String>, String>;
}

struct Texts<F>(PhantomData<F>);

impl<F: OfText> VArrowScalar for Texts<F> {
    type State = ();

    fn invoke((): &(), input: RecordBatch) -> Invoked {
        let values = texts(&input, 0)?.iter();
        let values = values.map(|text| text.map_or(Ok(None), F::value));
        let values: StringArray = values.collect::<Result<_, String>>()?;
        Ok(Arc::new(values) as ArrayRef)
    }

    fn signatures() -> Vec<ArrowFunctionSignature> {
        signature(1, DataType::Utf8)
    }
}

/// A text of JSON without blanks (AWS page: `JSON_PARSE function`). The same attribute may not stand twice
/// in an object (AWS page: `SUPER configurations`, "Parsing options for SUPER").
struct Parse;

impl OfText for Parse {
    fn value(text: &str) -> Result<Option<String>, String> {
        let value = SuperValue::read(text).ok_or_else(|| invalid(text))?;
        match value.repeated_name() {
            Some(name) => Err(format!(
                "JSON_PARSE: the attribute \"{name}\" stands twice in one object"
            )),
            None => Ok(Some(value.write())),
        }
    }
}

/// What Redshift says of a text that is no JSON.
fn invalid(text: &str) -> String {
    const SHOWN: usize = 200;
    let shown: String = text.chars().take(SHOWN).collect();
    format!("JSON parsing error: {shown}")
}

struct Key;

impl OfText for Key {
    fn value(text: &str) -> Result<Option<String>, String> {
        Ok(SuperValue::read(text).and_then(|value| key(&value, Use::Compare)))
    }
}

struct Sorted;

impl OfText for Sorted {
    fn value(text: &str) -> Result<Option<String>, String> {
        Ok(SuperValue::read(text).and_then(|value| key(&value, Use::Sort)))
    }
}

/// The type of a value (AWS page: `JSON_TYPEOF function`).
struct Kind;

impl OfText for Kind {
    fn value(text: &str) -> Result<Option<String>, String> {
        let kind = SuperValue::read(text).map(|value| match value {
            SuperValue::Null => "null",
            SuperValue::Boolean(_) => "boolean",
            SuperValue::Number(_) => "number",
            SuperValue::Text(_) => "string",
            SuperValue::Array(_) => "array",
            SuperValue::Object(_) => "object",
        });
        Ok(kind.map(str::to_owned))
    }
}

/// A number that SUM adds up; a text is none.
struct Summand;

impl OfText for Summand {
    fn value(text: &str) -> Result<Option<String>, String> {
        match SuperValue::read(text) {
            Some(SuperValue::Number(digits)) => {
                Number::read(&digits).map(Number::summand).transpose()
            }
            _ => Ok(None),
        }
    }
}

/// LOWER_ATTRIBUTE_NAMES, at every depth (AWS page of that name).
struct LowerNames;

impl OfText for LowerNames {
    fn value(text: &str) -> Result<Option<String>, String> {
        let value = SuperValue::read(text).map(|value| value.renamed(&str::to_lowercase));
        Ok(value.map(|value| value.write()))
    }
}

/// UPPER_ATTRIBUTE_NAMES, at every depth (AWS page of that name).
struct UpperNames;

impl OfText for UpperNames {
    fn value(text: &str) -> Result<Option<String>, String> {
        let value = SuperValue::read(text).map(|value| value.renamed(&str::to_uppercase));
        Ok(value.map(|value| value.write()))
    }
}

struct Valid;

impl VArrowScalar for Valid {
    type State = ();

    fn invoke((): &(), input: RecordBatch) -> Invoked {
        let values = texts(&input, 0)?.iter();
        let valid = values.map(|text| text.map(|text| SuperValue::read(text).is_some()));
        Ok(Arc::new(valid.collect::<BooleanArray>()) as ArrayRef)
    }

    fn signatures() -> Vec<ArrowFunctionSignature> {
        signature(1, DataType::Boolean)
    }
}

struct Path;

impl VArrowScalar for Path {
    type State = ();

    fn invoke((): &(), input: RecordBatch) -> Invoked {
        let mut last: Option<(&str, Vec<ValueStep>)> = None;
        let rows = texts(&input, 0)?.iter().zip(texts(&input, 1)?);
        let mut found = StringBuilder::new();
        for (value, steps) in rows {
            let (Some(value), Some(steps)) = (value, steps) else {
                found.append_null();
                continue;
            };
            if last.as_ref().is_none_or(|(text, _)| *text != steps) {
                last = path(steps).map(|read| (steps, read));
            }
            let end = last.as_ref().and_then(|(_, steps)| {
                let start = SuperValue::read(value)?;
                steps.iter().try_fold(start, SuperValue::step)
            });
            found.append_option(end.map(|value| value.write()));
        }
        Ok(Arc::new(found.finish()) as ArrayRef)
    }

    fn signatures() -> Vec<ArrowFunctionSignature> {
        signature(2, DataType::Utf8)
    }
}

/// A function of a value that gives a list; `null` in it is NULL.
trait OfValue {
    fn items(value: SuperValue) -> Vec<Option<String>>;
}

struct Lists<F>(PhantomData<F>);

impl<F: OfValue> VArrowScalar for Lists<F> {
    type State = ();

    fn invoke((): &(), input: RecordBatch) -> Invoked {
        let mut lists = ListBuilder::new(StringBuilder::new());
        for text in texts(&input, 0)?.iter() {
            // What is no array has no elements.
            let items = text
                .and_then(SuperValue::read)
                .map(F::items)
                .unwrap_or_default();
            for item in items {
                lists.values().append_option(item);
            }
            lists.append(true);
        }
        Ok(Arc::new(lists.finish()) as ArrayRef)
    }

    fn signatures() -> Vec<ArrowFunctionSignature> {
        let item = Field::new("item", DataType::Utf8, true);
        signature(1, DataType::List(Arc::new(item)))
    }
}

fn written(value: &SuperValue) -> Option<String> {
    (*value != SuperValue::Null).then(|| value.write())
}

struct Elements;

impl OfValue for Elements {
    fn items(value: SuperValue) -> Vec<Option<String>> {
        match value {
            SuperValue::Array(items) => items.iter().map(written).collect(),
            _ => Vec::new(),
        }
    }
}

struct Values;

impl OfValue for Values {
    fn items(value: SuperValue) -> Vec<Option<String>> {
        match value {
            SuperValue::Object(fields) => fields.iter().map(|(_, value)| written(value)).collect(),
            _ => Vec::new(),
        }
    }
}

struct Names;

impl OfValue for Names {
    fn items(value: SuperValue) -> Vec<Option<String>> {
        match value {
            SuperValue::Object(fields) => fields.into_iter().map(|(name, _)| Some(name)).collect(),
            _ => Vec::new(),
        }
    }
}

/// The order of two values of one type.
struct Compare;

impl VArrowScalar for Compare {
    type State = ();

    fn invoke((): &(), input: RecordBatch) -> Invoked {
        let rows = texts(&input, 0)?.iter().zip(texts(&input, 1)?);
        let orders = rows.map(|(one, other)| {
            let (one, other) = (SuperValue::read(one?)?, SuperValue::read(other?)?);
            if letter(&one) != letter(&other) {
                return None;
            }
            let order = key(&one, Use::Compare)?.cmp(&key(&other, Use::Compare)?);
            Some(order as i32)
        });
        Ok(Arc::new(orders.collect::<Int32Array>()) as ArrayRef)
    }

    fn signatures() -> Vec<ArrowFunctionSignature> {
        signature(2, DataType::Int32)
    }
}

/// What a cast to a type reads: `text`, `integer`, `number`, `boolean` or `moment`. What cannot be cast is NULL
/// (AWS page: `Querying semistructured data`, "Lax semantics").
struct Scalar;

impl VArrowScalar for Scalar {
    type State = ();

    fn invoke((): &(), input: RecordBatch) -> Invoked {
        let rows = texts(&input, 0)?.iter().zip(texts(&input, 1)?);
        let scalars = rows.map(|(value, kind)| scalar(SuperValue::read(value?)?, kind?));
        Ok(Arc::new(scalars.collect::<StringArray>()) as ArrayRef)
    }

    fn signatures() -> Vec<ArrowFunctionSignature> {
        signature(2, DataType::Utf8)
    }
}

fn scalar(value: SuperValue, kind: &str) -> Option<String> {
    match (value, kind) {
        (SuperValue::Text(text), "integer") => {
            let text = text.trim();
            text.parse::<i64>().ok().map(|whole| whole.to_string())
        }
        (SuperValue::Number(digits), "integer") => Number::read(&digits)?
            .rounded()
            .map(|whole| whole.to_string()),
        (SuperValue::Number(digits), "boolean") => {
            // A number with digits behind the point is no truth value (AWS page: `Limitations`).
            let number = Number::read(&digits).filter(|number| number.is_whole())?;
            Some((number.rounded()? != 0).to_string())
        }
        (SuperValue::Number(digits), "text" | "number") => Some(digits),
        (SuperValue::Boolean(value), "text" | "boolean") => Some(value.to_string()),
        (SuperValue::Boolean(value), "integer") => Some(u8::from(value).to_string()),
        (SuperValue::Text(text), _) => Some(text),
        _ => None,
    }
}

/// ABS, CEIL, FLOOR, ROUND or TRUNC of a value, to so many digits behind the point. NULL of what is
/// no number (AWS page: `Operators and functions` of semistructured data, "Arithmetic functions").
struct Whole;

impl VArrowScalar for Whole {
    type State = ();

    fn invoke((): &(), input: RecordBatch) -> Invoked {
        let rows = texts(&input, 0)?
            .iter()
            .zip(texts(&input, 1)?)
            .zip(texts(&input, 2)?);
        let found = rows.map(|((value, function), digits)| {
            let SuperValue::Number(number) = SuperValue::read(value?)? else {
                return None;
            };
            let way = function?.parse().ok()?;
            let number = Number::read(&number)?.whole(way, digits?.parse().ok()?)?;
            Some(number.write())
        });
        Ok(Arc::new(found.collect::<StringArray>()) as ArrayRef)
    }

    fn signatures() -> Vec<ArrowFunctionSignature> {
        signature(3, DataType::Utf8)
    }
}

/// An operator between two values; NULL where the types do not fit.
struct Operator;

impl VArrowScalar for Operator {
    type State = ();

    fn invoke((): &(), input: RecordBatch) -> Invoked {
        let rows = texts(&input, 0)?
            .iter()
            .zip(texts(&input, 1)?)
            .zip(texts(&input, 2)?);
        let results = rows.map(|((one, operator), other)| match (one, operator, other) {
            (Some(one), Some(operator), Some(other)) => operated(one, operator, other),
            _ => Ok(None),
        });
        let results: StringArray = results.collect::<Result<_, String>>()?;
        Ok(Arc::new(results) as ArrayRef)
    }

    fn signatures() -> Vec<ArrowFunctionSignature> {
        signature(3, DataType::Utf8)
    }
}

fn operated(one: &str, operator: &str, other: &str) -> Result<Option<String>, String> {
    Ok(
        match (SuperValue::read(one), SuperValue::read(other), operator) {
            (Some(SuperValue::Text(one)), Some(SuperValue::Text(other)), "||" | "+") => {
                Some(SuperValue::Text(one + &other).write())
            }
            (Some(SuperValue::Number(one)), Some(SuperValue::Number(other)), operator) => {
                match (Number::read(&one), Number::read(&other)) {
                    (Some(one), Some(other)) => one.combined(operator, other)?.map(Number::write),
                    _ => None,
                }
            }
            _ => None,
        },
    )
}

#[cfg(test)]
mod tests {
    use super::{SuperValue, operated, scalar};

    #[test]
    fn casts_that_are_not_possible_give_nothing() {
        let cast = |text: &str, kind| scalar(SuperValue::read(text).unwrap(), kind);
        for (text, kind, expected) in [
            ("5", "boolean", Some("true")),
            ("5.0", "boolean", None),
            ("2.5", "integer", Some("3")),
            ("\"12\"", "integer", Some("12")),
            ("\"Good\"", "integer", None),
            ("[1]", "text", None),
            ("\"a\"", "text", Some("a")),
            ("1.50", "text", Some("1.50")),
            ("true", "integer", Some("1")),
            ("20080101", "moment", None),
            ("null", "text", None),
        ] {
            assert_eq!(cast(text, kind).as_deref(), expected, "{text} {kind}");
        }
    }

    #[test]
    fn operators_between_types_give_nothing() {
        assert_eq!(operated("1", "+", "\"a\""), Ok(None));
        assert_eq!(operated("[1]", "+", "1"), Ok(None));
        assert_eq!(
            operated("\"a\"", "||", "\"b\"").unwrap().as_deref(),
            Some("\"ab\"")
        );
        assert!(operated("1", "/", "0").is_err());
    }
}
