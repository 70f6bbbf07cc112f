//! Values as a file of tests has them.

use runtime_lambda::ports::Field;

use super::cells::TestValue;

/// A value of a column of this type as YAML.
pub(super) fn value(kind: &str, field: &Field) -> String {
    match TestValue::of(field) {
        TestValue::Null => "null".to_owned(),
        TestValue::Boolean(boolean) => boolean.to_string(),
        TestValue::Number(number) => number,
        TestValue::Text(text) => match kind {
            "numeric" | "int2" | "int4" | "int8" | "float4" | "float8"
                if text.parse::<f64>().is_ok_and(f64::is_finite) =>
            {
                text
            }
            "date" | "super" => text,
            _ => written(&text),
        },
        TestValue::Json(json) => json.to_string(),
    }
}

/// A text as YAML: in quotes, unless everybody reads it as that text without.
pub(super) fn written(text: &str) -> String {
    let plain = text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && !text.ends_with(' ')
        && text.chars().all(|character| {
            character.is_ascii_alphanumeric() || matches!(character, '_' | ' ' | '.' | '-' | '/')
        });
    let words = ["true", "false", "null", "yes", "no", "on", "off"];
    if plain && !words.contains(&text.to_lowercase().as_str()) {
        text.to_owned()
    } else {
        serde_json::Value::from(text).to_string()
    }
}
