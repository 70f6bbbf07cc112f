//! JSON in its own text: where a value ends, the members of an object, a value by a path. Numbers keep
//! the digits that they are written with.

/// A value's text, and the place behind it.
fn value(text: &[u8], start: usize) -> Option<(&[u8], usize)> {
    let mut at = start;
    let mut depth = 0_usize;
    loop {
        match text.get(at)? {
            b'"' => at = string_end(text, at)?,
            b'{' | b'[' => {
                depth += 1;
                at += 1;
            }
            b'}' | b']' => {
                depth = depth.checked_sub(1)?;
                at += 1;
            }
            _ if depth > 0 => {
                at += 1;
                continue;
            }
            _ => {
                let rest = text.get(at..)?;
                let length = rest.iter().position(|byte| {
                    byte.is_ascii_whitespace() || matches!(byte, b',' | b'}' | b']' | b'{' | b'[')
                });
                let length = length.unwrap_or(rest.len());
                if length == 0 {
                    return None;
                }
                at += length;
            }
        }
        if depth == 0 {
            return Some((text.get(start..at)?, at));
        }
    }
}

/// The place behind a string that begins at `start`.
fn string_end(text: &[u8], start: usize) -> Option<usize> {
    let mut at = start + 1;
    loop {
        match text.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

/// The place of what is no blank.
fn behind_blanks(text: &[u8], start: usize) -> usize {
    let rest = text.get(start..).unwrap_or_default();
    let blanks = rest.iter().take_while(|byte| byte.is_ascii_whitespace());
    start + blanks.count()
}

/// The next document of a text that has one behind the other.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum JsonDocument<'a> {
    /// Its text, and the place behind it.
    Whole(&'a [u8], usize),
    /// What begins here is none: its first line, and the place behind that.
    Broken(&'a [u8], usize),
    End,
}

/// Reads the document that begins at `start` or behind blanks.
pub(super) fn document(text: &[u8], start: usize) -> JsonDocument<'_> {
    let start = behind_blanks(text, start);
    if start >= text.len() {
        return JsonDocument::End;
    }
    if let Some((raw, end)) = value(text, start)
        && serde_json::from_slice::<serde::de::IgnoredAny>(raw).is_ok()
    {
        return JsonDocument::Whole(raw, end);
    }
    let rest = text.get(start..).unwrap_or_default();
    let line = rest.iter().position(|byte| *byte == b'\n');
    let line = line.unwrap_or(rest.len());
    JsonDocument::Broken(rest.get(..line).unwrap_or_default(), start + line)
}

/// The members of an object: names as they are meant, values as they are written. `None`: it is no
/// object.
pub(super) fn members(object: &[u8]) -> Option<Vec<(String, &[u8])>> {
    let mut at = behind_blanks(object, 0);
    if object.get(at) != Some(&b'{') {
        return None;
    }
    at += 1;
    let mut all = Vec::new();
    loop {
        at = behind_blanks(object, at);
        match object.get(at)? {
            b'}' => return Some(all),
            b',' => at += 1,
            _ => {
                let end = string_end(object, at)?;
                let name = serde_json::from_slice(object.get(at..end)?).ok()?;
                let colon = behind_blanks(object, end);
                let (value, behind) = value(object, behind_blanks(object, colon + 1))?;
                all.push((name, value));
                at = behind;
            }
        }
    }
}

/// The element of an array.
fn element(array: &[u8], number: usize) -> Option<&[u8]> {
    let mut at = behind_blanks(array, 0);
    if array.get(at) != Some(&b'[') {
        return None;
    }
    at += 1;
    let mut seen = 0;
    loop {
        at = behind_blanks(array, at);
        match array.get(at)? {
            b']' => return None,
            b',' => at += 1,
            _ => {
                let (value, behind) = value(array, at)?;
                if seen == number {
                    return Some(value);
                }
                seen += 1;
                at = behind;
            }
        }
    }
}

/// A step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum JsonPathStep {
    Member(String),
    Element(usize),
}

/// `$['a'].b[0]`, in steps; nothing where it is no path.
pub(super) fn path(path: &str) -> Option<Vec<JsonPathStep>> {
    let mut rest = path.trim().strip_prefix('$')?;
    let mut steps = Vec::new();
    while !rest.is_empty() {
        if let Some(inside) = rest.strip_prefix('[') {
            rest = match inside.chars().next()? {
                quote @ ('\'' | '"') => {
                    let (name, behind) = inside.get(1..)?.split_once(quote)?;
                    steps.push(JsonPathStep::Member(name.to_owned()));
                    behind.strip_prefix(']')?
                }
                _ => {
                    let (number, behind) = inside.split_once(']')?;
                    steps.push(JsonPathStep::Element(number.parse().ok()?));
                    behind
                }
            };
        } else {
            let name = rest.strip_prefix('.')?;
            let end = name.find(['.', '[']).unwrap_or(name.len());
            let (name, behind) = name.split_at_checked(end)?;
            if name.is_empty() {
                return None;
            }
            steps.push(JsonPathStep::Member(name.to_owned()));
            rest = behind;
        }
    }
    Some(steps)
}

/// A path asks for an element of what is no array, or behind its end.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NoElement;

/// The value that a path leads to; none where a member is not there.
///
/// # Errors
/// An element is not there (AWS page: `Data format parameters`, JSONPath expressions).
pub(super) fn at<'a>(
    document: &'a [u8],
    path: &[JsonPathStep],
) -> Result<Option<&'a [u8]>, NoElement> {
    let mut found = document;
    for step in path {
        found = match step {
            JsonPathStep::Element(number) => element(found, *number).ok_or(NoElement)?,
            JsonPathStep::Member(name) => {
                let members = members(found).unwrap_or_default();
                match members.into_iter().find(|(known, _)| known == name) {
                    Some((_, value)) => value,
                    None => return Ok(None),
                }
            }
        };
    }
    Ok(Some(found))
}

/// A value without the blanks between its parts.
pub(super) fn compact(value: &[u8]) -> Vec<u8> {
    let mut written = Vec::with_capacity(value.len());
    let mut at = 0;
    while let Some(byte) = value.get(at) {
        if *byte == b'"' {
            let end = string_end(value, at).unwrap_or(value.len());
            written.extend_from_slice(value.get(at..end).unwrap_or_default());
            at = end;
        } else {
            if !byte.is_ascii_whitespace() {
                written.push(*byte);
            }
            at += 1;
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use super::{JsonDocument, NoElement, at, compact, document, members, path};

    fn text(bytes: &[u8]) -> &str {
        std::str::from_utf8(bytes).unwrap()
    }

    #[test]
    fn documents_one_behind_the_other() {
        let all = b" {\"a\": \"}\\\"\"} {\"b\":[1,{}]}\n{broken\n[1] 2 \"x\"";
        let mut found = Vec::new();
        let mut place = 0;
        loop {
            match document(all, place) {
                JsonDocument::Whole(raw, end) => {
                    found.push(text(raw).to_owned());
                    place = end;
                }
                JsonDocument::Broken(raw, end) => {
                    found.push(format!("broken: {}", text(raw)));
                    place = end;
                }
                JsonDocument::End => break,
            }
        }
        assert_eq!(
            found,
            [
                "{\"a\": \"}\\\"\"}",
                "{\"b\":[1,{}]}",
                "broken: {broken",
                "[1]",
                "2",
                "\"x\""
            ]
        );
    }

    #[test]
    fn paths_in_both_notations() {
        let document = br#"{"a b":{"c":[10, {"d": 1.50}]}, "e\"": null}"#;
        for (written, expected) in [
            ("$['a b'].c[0]", Ok(Some("10"))),
            ("$[\"a b\"]['c'][1].d", Ok(Some("1.50"))),
            ("$['e\"']", Ok(Some("null"))),
            ("$.missing", Ok(None)),
            ("$.missing[0]", Ok(None)),
            ("$['a b'].c[2]", Err(NoElement)),
            ("$['a b'][0]", Err(NoElement)),
        ] {
            let path = path(written).unwrap();
            let found = at(document, &path).map(|value| value.map(text));
            assert_eq!(found, expected, "{written}");
        }
        for wrong in ["a", "$.", "$[x]", "$['a"] {
            assert_eq!(path(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn members_and_blanks() {
        let object = br#" { "a" : [1, 2] , "b":{} } "#;
        let found: Vec<_> = members(object).unwrap();
        assert_eq!(found.len(), 2);
        assert_eq!(text(&compact(found[0].1)), "[1,2]");
        assert_eq!(members(b"[1]"), None);
        assert_eq!(text(&compact(br#"{ "a b" : "\" " }"#)), r#"{"a b":"\" "}"#);
    }
}
