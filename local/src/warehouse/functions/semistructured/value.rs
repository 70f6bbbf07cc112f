//! A SUPER value: read from its text, which is JSON, and written without blanks.
//!
//! Numbers keep the digits that they were written with: `2.50` stays `2.50`.

use std::fmt::Write as _;

/// Deepest nesting of arrays and objects (AWS page: `Limitations` of the SUPER data type).
const MAX_DEPTH: usize = 1000;

/// A SUPER value as a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum SuperValue {
    Null,
    Boolean(bool),
    /// The number as it was written.
    Number(String),
    Text(String),
    Array(Vec<SuperValue>),
    /// Names and values in the order of the text.
    Object(Vec<(String, SuperValue)>),
}

impl SuperValue {
    /// Reads a value; none if the text is no JSON.
    pub(super) fn read(text: &str) -> Option<Self> {
        let mut reader = Reader { rest: text };
        let value = reader.value(0)?;
        reader.blanks();
        reader.rest.is_empty().then_some(value)
    }

    /// The value as JSON without blanks.
    pub(super) fn write(&self) -> String {
        let mut text = String::new();
        self.write_into(&mut text);
        text
    }

    fn write_into(&self, out: &mut String) {
        match self {
            Self::Null => out.push_str("null"),
            Self::Boolean(true) => out.push_str("true"),
            Self::Boolean(false) => out.push_str("false"),
            Self::Number(digits) => out.push_str(digits),
            Self::Text(text) => write_text(text, out),
            Self::Array(items) => {
                out.push('[');
                for (number, item) in items.iter().enumerate() {
                    if number > 0 {
                        out.push(',');
                    }
                    item.write_into(out);
                }
                out.push(']');
            }
            Self::Object(fields) => {
                out.push('{');
                for (number, (name, value)) in fields.iter().enumerate() {
                    if number > 0 {
                        out.push(',');
                    }
                    write_text(name, out);
                    out.push(':');
                    value.write_into(out);
                }
                out.push('}');
            }
        }
    }

    /// The name of an attribute that an object in it has twice.
    pub(super) fn repeated_name(&self) -> Option<&str> {
        match self {
            Self::Array(items) => items.iter().find_map(Self::repeated_name),
            Self::Object(fields) => {
                let mut names = std::collections::HashSet::with_capacity(fields.len());
                let repeated = fields.iter().find(|(name, _)| !names.insert(name.as_str()));
                repeated
                    .map(|(name, _)| name.as_str())
                    .or_else(|| fields.iter().find_map(|(_, value)| value.repeated_name()))
            }
            _ => None,
        }
    }

    /// With other names of attributes.
    pub(super) fn renamed(self, rename: &dyn Fn(&str) -> String) -> Self {
        match self {
            Self::Array(items) => {
                Self::Array(items.into_iter().map(|one| one.renamed(rename)).collect())
            }
            Self::Object(fields) => {
                let fields = fields.into_iter();
                Self::Object(
                    fields
                        .map(|(name, value)| (rename(&name), value.renamed(rename)))
                        .collect(),
                )
            }
            scalar => scalar,
        }
    }

    /// The value behind a step; none where there is nothing, or only `null`.
    pub(super) fn step(self, step: &ValueStep) -> Option<Self> {
        let found = match (self, step) {
            (Self::Object(fields), ValueStep::Name(name)) => {
                fields.into_iter().find(|(key, _)| key == name)?.1
            }
            (Self::Array(items), ValueStep::Index(index)) => items.into_iter().nth(*index)?,
            _ => return None,
        };
        (found != Self::Null).then_some(found)
    }
}

/// A step into a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ValueStep {
    Name(String),
    Index(usize),
}

/// Reads a path as the writer of statements writes it: an array of names and numbers, `["a",0]`.
pub(super) fn path(text: &str) -> Option<Vec<ValueStep>> {
    let SuperValue::Array(items) = SuperValue::read(text)? else {
        return None;
    };
    let step = |item| match item {
        SuperValue::Text(name) => Some(ValueStep::Name(name)),
        SuperValue::Number(digits) => digits.parse().ok().map(ValueStep::Index),
        _ => None,
    };
    items.into_iter().map(step).collect()
}

/// A text in double quotes.
fn write_text(text: &str, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            control if (control as u32) < 0x20 => {
                // Writing to a text cannot fail.
                let _ = write!(out, "\\u{:04x}", control as u32);
            }
            other => out.push(other),
        }
    }
    out.push('"');
}

struct Reader<'t> {
    rest: &'t str,
}

impl<'t> Reader<'t> {
    fn blanks(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
    }

    fn eat(&mut self, what: &str) -> Option<()> {
        self.rest = self.rest.strip_prefix(what)?;
        Some(())
    }

    fn value(&mut self, depth: usize) -> Option<SuperValue> {
        if depth > MAX_DEPTH {
            return None;
        }
        self.blanks();
        match self.rest.as_bytes().first()? {
            b'n' => self.eat("null").map(|()| SuperValue::Null),
            b't' => self.eat("true").map(|()| SuperValue::Boolean(true)),
            b'f' => self.eat("false").map(|()| SuperValue::Boolean(false)),
            b'"' => self.text().map(SuperValue::Text),
            b'[' => self.array(depth),
            b'{' => self.object(depth),
            _ => self
                .number()
                .map(|digits| SuperValue::Number(digits.to_owned())),
        }
    }

    fn array(&mut self, depth: usize) -> Option<SuperValue> {
        self.eat("[")?;
        let mut items = Vec::new();
        self.blanks();
        if self.eat("]").is_some() {
            return Some(SuperValue::Array(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            self.blanks();
            if self.eat("]").is_some() {
                return Some(SuperValue::Array(items));
            }
            self.eat(",")?;
        }
    }

    fn object(&mut self, depth: usize) -> Option<SuperValue> {
        self.eat("{")?;
        let mut fields = Vec::new();
        self.blanks();
        if self.eat("}").is_some() {
            return Some(SuperValue::Object(fields));
        }
        loop {
            self.blanks();
            let name = self.text()?;
            self.blanks();
            self.eat(":")?;
            fields.push((name, self.value(depth + 1)?));
            self.blanks();
            if self.eat("}").is_some() {
                return Some(SuperValue::Object(fields));
            }
            self.eat(",")?;
        }
    }

    fn number(&mut self) -> Option<&'t str> {
        let whole = self.rest;
        let _ = self.eat("-");
        let digits = |reader: &mut Self| {
            let rest = reader.rest.trim_start_matches(|c: char| c.is_ascii_digit());
            let count = reader.rest.len() - rest.len();
            reader.rest = rest;
            count
        };
        let leading_zero = self.rest.starts_with('0');
        let before = digits(self);
        if before == 0 || leading_zero && before > 1 {
            return None;
        }
        if self.eat(".").is_some() && digits(self) == 0 {
            return None;
        }
        if self.eat("e").or_else(|| self.eat("E")).is_some() {
            let _ = self.eat("+").or_else(|| self.eat("-"));
            if digits(self) == 0 {
                return None;
            }
        }
        whole.get(..whole.len() - self.rest.len())
    }

    fn text(&mut self) -> Option<String> {
        self.eat("\"")?;
        let mut text = String::new();
        loop {
            let end = self.rest.find(['"', '\\'])?;
            let plain = self.rest.get(..end)?;
            if plain.chars().any(|c| (c as u32) < 0x20) {
                return None;
            }
            text.push_str(plain);
            self.rest = self.rest.get(end..)?;
            if self.eat("\"").is_some() {
                return Some(text);
            }
            self.eat("\\")?;
            text.push(self.escaped()?);
        }
    }

    /// The character that stands behind a backslash.
    fn escaped(&mut self) -> Option<char> {
        let letter = self.rest.chars().next()?;
        self.rest = self.rest.get(letter.len_utf8()..)?;
        Some(match letter {
            '"' | '\\' | '/' => letter,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => {
                let first = self.hexadecimal()?;
                if !(0xd800..0xdc00).contains(&first) {
                    return char::from_u32(first);
                }
                self.eat("\\u")?;
                let second = self.hexadecimal()?;
                let low = second.checked_sub(0xdc00).filter(|low| *low < 0x400)?;
                return char::from_u32(0x10000 + ((first - 0xd800) << 10) + low);
            }
            _ => return None,
        })
    }

    fn hexadecimal(&mut self) -> Option<u32> {
        let digits = self.rest.get(..4)?;
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        self.rest = self.rest.get(4..)?;
        u32::from_str_radix(digits, 16).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_written_as_it_was_read_without_blanks() {
        for (text, written) in [
            (" [1, 2.50,\t-0.0, 1e5 ] ", "[1,2.50,-0.0,1e5]"),
            (
                r#"{"a" : {"b": [ ]}, "c":"\u00e4\n\"\ud83d\ude00"}"#,
                "{\"a\":{\"b\":[]},\"c\":\"ä\\n\\\"😀\"}",
            ),
            ("null", "null"),
            ("\"x\"", "\"x\""),
        ] {
            assert_eq!(SuperValue::read(text).unwrap().write(), written);
        }
    }

    #[test]
    fn what_is_no_json_is_not_read() {
        for text in [
            "",
            "[1,]",
            "{\"a\":1,}",
            "{a:1}",
            "[1",
            "01",
            "1.",
            "-",
            "nul",
            "'a'",
            "\"\\x\"",
            "1 2",
            "\"\\ud83d\"",
            "\"a\nb\"",
            "NaN",
        ] {
            assert_eq!(SuperValue::read(text), None, "{text}");
        }
        let deep = "[".repeat(5000);
        assert_eq!(SuperValue::read(&deep), None);
    }

    #[test]
    fn steps_lead_to_values() {
        let value = || SuperValue::read(r#"{"a":[10,{"b":null}],"a.b":1}"#).unwrap();
        let at = |path_text: &str| {
            path(path_text)
                .unwrap()
                .iter()
                .try_fold(value(), |value, step| value.step(step))
                .map(|value| value.write())
        };
        assert_eq!(at(r#"["a",0]"#).as_deref(), Some("10"));
        assert_eq!(at(r#"["a.b"]"#).as_deref(), Some("1"));
        assert_eq!(at(r#"["a",1,"b"]"#), None);
        assert_eq!(at(r#"["a",7]"#), None);
        assert_eq!(at(r#"["a","b"]"#), None);
        assert_eq!(value().repeated_name(), None);
    }
}
