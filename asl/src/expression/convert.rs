//! Between the JSON values of a state and those of the JSONata engine, which
//! cannot leave their thread.

use indexmap::IndexMap;
use jsonata_core::value::JValue;
use serde_json::{Map, Number, Value};

use super::wanted::WantedParts;

/// Whole numbers up to here are exact as floating point.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Copies the wanted parts. A part below an array cannot be told from the
/// outside, so arrays are copied whole.
pub fn to_jsonata(value: &Value, wanted: &WantedParts) -> JValue {
    match value {
        Value::Object(fields) if !wanted.whole => {
            let mut copied = IndexMap::with_capacity(wanted.fields.len());
            for (name, part) in &wanted.fields {
                if let Some(field) = fields.get(name) {
                    copied.insert(name.clone(), to_jsonata(field, part));
                }
            }
            JValue::object(copied)
        }
        _ => whole(value),
    }
}

/// Copies all of a value, where an expression mentions it whole.
pub fn whole(value: &Value) -> JValue {
    match value {
        Value::Null => JValue::Null,
        Value::Bool(truth) => JValue::Bool(*truth),
        Value::Number(number) => JValue::Number(number.as_f64().unwrap_or(f64::NAN)),
        Value::String(text) => JValue::string(text.as_str()),
        Value::Array(items) => JValue::array(items.iter().map(whole).collect()),
        Value::Object(fields) => JValue::object(
            fields
                .iter()
                .map(|(name, field)| (name.clone(), whole(field)))
                .collect(),
        ),
    }
}

/// The JSON form of a result.
///
/// # Errors
/// `false` when there is no value, `true` when it is or holds a function.
pub fn from_jsonata(value: &JValue) -> Result<Value, bool> {
    Ok(match value {
        JValue::Null => Value::Null,
        JValue::Bool(truth) => Value::Bool(*truth),
        JValue::Number(number) => number_from(*number).ok_or(true)?,
        JValue::String(text) => Value::String(text.to_string()),
        JValue::Array(items) => Value::Array(
            items
                .iter()
                .filter(|item| !item.is_undefined())
                .map(from_jsonata)
                .collect::<Result<_, _>>()?,
        ),
        JValue::Object(fields) => {
            let mut converted = Map::with_capacity(fields.len());
            for (name, field) in fields.iter() {
                if !field.is_undefined() {
                    converted.insert(name.clone(), from_jsonata(field)?);
                }
            }
            Value::Object(converted)
        }
        JValue::Undefined => return Err(false),
        _ => return Err(true),
    })
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a whole number within the exact range fits i64"
)]
fn number_from(number: f64) -> Option<Value> {
    if number.fract() == 0.0 && number.abs() <= EXACT {
        return Some(Value::Number(Number::from(number as i64)));
    }
    Number::from_f64(number).map(Value::Number)
}
