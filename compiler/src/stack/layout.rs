//! How a template is written. What fits into a line stands in one, so that a template can be read and
//! still be sent with the call.

use serde_json::Value;

/// Longest line that holds a whole object or list, in bytes.
const WIDTH: usize = 110;

/// `value` as JSON, with a line break at its end.
pub fn json(value: &Value) -> String {
    let mut text = String::new();
    write(value, 0, 0, &mut text);
    text.push('\n');
    text
}

/// `before` is what stands in front of the value in its line.
fn write(value: &Value, depth: usize, before: usize, text: &mut String) {
    let line = value.to_string();
    if before + line.len() <= WIDTH {
        text.push_str(&line);
        return;
    }
    match value {
        Value::Object(fields) => {
            let items = fields.iter().map(|(key, value)| {
                let mut key = Value::from(key.as_str()).to_string();
                key.push_str(": ");
                (key, value)
            });
            lines(('{', '}'), items, depth, text);
        }
        Value::Array(items) => {
            let items = items.iter().map(|item| (String::new(), item));
            lines(('[', ']'), items, depth, text);
        }
        _ => text.push_str(&line),
    }
}

fn lines<'a>(
    (open, close): (char, char),
    items: impl Iterator<Item = (String, &'a Value)>,
    depth: usize,
    text: &mut String,
) {
    text.push(open);
    let mut separator = "";
    for (key, value) in items {
        text.push_str(separator);
        new_line(depth + 1, text);
        text.push_str(&key);
        write(value, depth + 1, depth + 1 + key.len(), text);
        separator = ",";
    }
    new_line(depth, text);
    text.push(close);
}

fn new_line(depth: usize, text: &mut String) {
    text.push('\n');
    text.extend(std::iter::repeat_n(' ', depth));
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_fits_stands_in_a_line_and_all_of_it_is_the_same_document() {
        let long = "x".repeat(WIDTH);
        let document = json!({ "short": { "a": [1, 2, {}] }, "long": [long, "\"\n"], "none": [] });
        let text = super::json(&document);
        assert_eq!(
            text,
            format!(
                "{{\n \"short\": {{\"a\":[1,2,{{}}]}},\n \"long\": [\n  \"{long}\",\n  \"\\\"\\n\"\n ],\n \"none\": []\n}}\n"
            )
        );
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), document);
    }
}
