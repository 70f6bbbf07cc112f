//! One value as a person reads it in a terminal.

use runtime_lambda::ports::{Field, ResultColumn};

use crate::terminal;

/// How NULL is shown. A text that says so is quoted.
pub const NULL: &str = "NULL";

/// A value, without anything that a terminal would obey.
#[derive(Debug, Clone, PartialEq)]
pub struct ShownCell {
    /// The text as a terminal shows it: no control characters.
    pub text: String,
    /// Columns that it takes.
    pub width: usize,
    /// Whether it is SQL's NULL.
    pub is_null: bool,
}

impl ShownCell {
    /// A value of a result.
    #[must_use]
    pub fn of(field: &Field) -> Self {
        let text = match field {
            Field::IsNull(_) => NULL.to_owned(),
            Field::BooleanValue(value) => value.to_string(),
            Field::LongValue(value) => value.to_string(),
            Field::DoubleValue(value) => value.to_string(),
            Field::StringValue(text) if is_ambiguous(text) => {
                format!("'{}'", terminal::visible(&text.replace('\'', "''")))
            }
            Field::StringValue(text) => terminal::visible(text),
        };
        Self {
            width: terminal::width(&text),
            is_null: matches!(field, Field::IsNull(_)),
            text,
        }
    }

    /// A cell that holds a column's name.
    #[must_use]
    pub fn name(text: &str) -> Self {
        let text = terminal::visible(text);
        Self {
            width: terminal::width(&text),
            is_null: false,
            text,
        }
    }
}

/// Whether a text would look like nothing, like NULL, or like a text in quotes.
fn is_ambiguous(text: &str) -> bool {
    text.trim().is_empty() || text == NULL || (text.starts_with('\'') && text.ends_with('\''))
}

/// Whether values of a column stand to the right, so that their digits are in line. Such a value is
/// never cut: the rest of a number is another number.
#[must_use]
pub fn is_number(column: &ResultColumn) -> bool {
    matches!(
        column.type_name.as_str(),
        "int2" | "int4" | "int8" | "float4" | "float8" | "numeric" | "oid"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn null_an_empty_text_and_a_text_that_says_null_are_told_apart() {
        let text = |text: &str| ShownCell::of(&Field::StringValue(text.to_owned())).text;
        assert_eq!(ShownCell::of(&Field::IsNull(true)).text, "NULL");
        assert_eq!(text("NULL"), "'NULL'");
        assert_eq!(text(""), "''");
        assert_eq!(text("  "), "'  '");
        assert_eq!(text("''"), "''''''");
        assert_eq!(text("it's"), "it's");
        assert_eq!(text("null"), "null");
    }
}
