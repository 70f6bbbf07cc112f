//! OBJECT_TRANSFORM (AWS page: `OBJECT_TRANSFORM function`).
//!
//! In: `object_transform(o keep '"a"."b"' set '"c"', 1)`. Out: a call with the object, the paths that are kept, the
//! paths that are set, and the values in a list. Kept and set paths are each a list of lists of names.

use redshift_sql::tree::{Call, CallForm, Expression, ExpressionKind};

use super::Refusal;
use super::calls::own;
use super::fragment::TokenTree;
use super::semistructured::array;
use super::writer::Writer;

impl Writer<'_> {
    /// A call of OBJECT_TRANSFORM.
    pub(super) fn transformed(self, call: &Call) -> Result<Vec<TokenTree>, Refusal> {
        let (CallForm::ObjectTransform { kept }, [object, rest @ ..]) =
            (call.form, call.arguments.as_slice())
        else {
            return Err(Refusal::syntax(
                "OBJECT_TRANSFORM takes an object: `object_transform(o keep '\"a\"' set '\"b\"', 1)`",
            ));
        };
        let (kept, set) = rest.split_at_checked(kept).unwrap_or((rest, &[]));
        let paths = paths(kept.iter())?;
        let set_paths = self::paths(set.iter().step_by(2))?;
        let values: Result<Vec<_>, _> = set
            .iter()
            .skip(1)
            .step_by(2)
            .map(|value| self.as_super(value))
            .collect();
        Ok(own(
            "object_transform",
            vec![
                self.as_super(object)?,
                vec![TokenTree::text(paths)],
                vec![TokenTree::text(set_paths)],
                array(values?),
            ],
        ))
    }
}

/// Paths as a text of JSON.
fn paths<'e>(all: impl Iterator<Item = &'e Expression>) -> Result<String, Refusal> {
    let paths: Result<Vec<Vec<String>>, Refusal> = all.map(path).collect();
    Ok(serde_json::Value::from(
        paths?
            .into_iter()
            .map(serde_json::Value::from)
            .collect::<Vec<_>>(),
    )
    .to_string())
}

fn path(expression: &Expression) -> Result<Vec<String>, Refusal> {
    let text = match &expression.bare().kind {
        ExpressionKind::Text(text) => Some(text),
        _ => None,
    };
    text.and_then(|text| names(text)).ok_or_else(|| {
        Refusal::Value(
            "a path of OBJECT_TRANSFORM is a text with names in double quotes and dots between them: \
             '\"a\".\"b\"'"
                .to_owned(),
        )
    })
}

/// The names of a path: `"a"."b"`. A quote within a name stands twice.
fn names(path: &str) -> Option<Vec<String>> {
    let mut names = Vec::new();
    let mut rest = path.trim();
    loop {
        rest = rest.strip_prefix('"')?;
        let mut name = String::new();
        loop {
            let (part, behind) = rest.split_once('"')?;
            name.push_str(part);
            match behind.strip_prefix('"') {
                Some(behind) => {
                    name.push('"');
                    rest = behind;
                }
                None => {
                    rest = behind;
                    break;
                }
            }
        }
        names.push(name);
        if rest.is_empty() {
            return Some(names);
        }
        rest = rest.strip_prefix('.')?;
    }
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn a_path_is_names_with_dots_between() {
        for (path, expected) in [
            (r#""a""#, Some(vec!["a"])),
            (r#""a"."b.c"."d""#, Some(vec!["a", "b.c", "d"])),
            (r#""a""b""#, Some(vec![r#"a"b"#])),
            ("a.b", None),
            (r#""a"."#, None),
            ("", None),
        ] {
            let expected =
                expected.map(|names| names.into_iter().map(str::to_owned).collect::<Vec<_>>());
            assert_eq!(names(path), expected, "{path}");
        }
    }
}
