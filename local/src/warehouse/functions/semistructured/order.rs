//! How SUPER values are compared and sorted (AWS page: `Querying semistructured data`, "Dynamic typing" and
//! "Order by").
//!
//! Values of one type compare as their types do. Numbers compare whatever their scale, texts
//! without the blanks at their end, arrays and objects by all that they hold. Values of two types
//! are not equal, and neither is smaller. ORDER BY alone has an order among types: boolean, number,
//! string, array, object.

use super::number::Number;
use super::value::SuperValue;

/// What a key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// `=`, DISTINCT, GROUP BY and `<`: texts by their bytes.
    Compare,
    /// ORDER BY: the page's example has "Amazon" in front of "AWS".
    Sort,
}

/// A text that equal values have in common; none of `null`.
pub(super) fn key(value: &SuperValue, usage: Use) -> Option<String> {
    let mut key = String::new();
    if *value == SuperValue::Null {
        return None;
    }
    write(value, usage, &mut key);
    Some(key)
}

/// The letter of a type; the letters stand in the order of the types.
pub(super) fn letter(value: &SuperValue) -> char {
    match value {
        SuperValue::Boolean(_) => 'b',
        SuperValue::Number(_) => 'n',
        SuperValue::Text(_) => 's',
        SuperValue::Array(_) => 't',
        SuperValue::Object(_) => 'u',
        SuperValue::Null => 'z',
    }
}

fn write(value: &SuperValue, usage: Use, key: &mut String) {
    key.push(letter(value));
    match value {
        SuperValue::Null => {}
        SuperValue::Boolean(value) => key.push(if *value { '1' } else { '0' }),
        SuperValue::Number(digits) => match Number::read(digits).and_then(Number::key) {
            Some(number) => key.push_str(&number),
            None => key.push_str(digits),
        },
        SuperValue::Text(text) => {
            let text = text.trim_end_matches(' ');
            if usage == Use::Sort {
                key.push_str(&text.to_lowercase());
                key.push('\u{1}');
            }
            key.push_str(text);
            key.push('\u{1}');
        }
        SuperValue::Array(items) => {
            for item in items {
                write(item, usage, key);
            }
            key.push('\u{2}');
        }
        SuperValue::Object(fields) => {
            // The order of attributes means nothing.
            let mut sorted: Vec<&(String, SuperValue)> = fields.iter().collect();
            sorted.sort_by(|one, other| one.0.cmp(&other.0));
            for (name, value) in sorted {
                key.push('k');
                key.push_str(name);
                key.push('\u{1}');
                write(value, usage, key);
            }
            key.push('\u{2}');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key_of(text: &str, usage: Use) -> Option<String> {
        key(&SuperValue::read(text).unwrap(), usage)
    }

    #[test]
    fn the_order_of_types_and_texts() {
        let sorted = [
            "false",
            "true",
            "-2.5",
            "1",
            "\"Amazon\"",
            "\"AWS\"",
            "\"b\"",
            "[]",
            "[1,\"abc\",null]",
            "[2]",
            "{\"a\":1}",
        ];
        for pair in sorted.windows(2) {
            let [one, other] = [pair[0], pair[1]].map(|text| key_of(text, Use::Sort));
            assert!(one < other, "{pair:?}");
        }
    }

    #[test]
    fn equal_values_have_one_key() {
        for (one, other) in [
            ("3", "3.00"),
            ("\"a\"", "\"a  \""),
            ("{\"a\":1,\"b\":[2.0]}", "{\"b\":[2],\"a\":1}"),
        ] {
            assert_eq!(key_of(one, Use::Compare), key_of(other, Use::Compare));
        }
        for (one, other) in [
            ("3", "\"3\""),
            ("[1,2]", "[12]"),
            ("[]", "{}"),
            ("true", "1"),
        ] {
            assert_ne!(key_of(one, Use::Compare), key_of(other, Use::Compare));
        }
        assert_eq!(key_of("null", Use::Compare), None);
    }
}
