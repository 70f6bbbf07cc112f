//! What a `Choice` compares, so that it can be asked about each of its ways.

use std::sync::Arc;

use asl::definition::Choice;
use asl::test_state::Visit;
use serde_json::{Map, Value, json};

/// A text that no condition of ours compares with.
const OTHER: &str = "none of them";

/// A comparison of one field of the input, or of one variable, with a text.
#[derive(Debug, PartialEq)]
struct Comparison<'a> {
    variable: bool,
    name: &'a str,
    text: &'a str,
}

/// Visits that differ from this one in what the choice compares, each with a word about it.
pub fn variants(choice: &Choice, visit: &Visit) -> Vec<(String, Visit)> {
    let conditions = choice
        .choices
        .iter()
        .filter_map(|rule| rule.condition.as_ref().and_then(Value::as_str));
    let conditions: Vec<&str> = conditions.collect();
    let mut variants = Vec::new();
    for name in conditions.iter().copied().flat_map(existing) {
        let mut visit = visit.clone();
        let Some(fields) = Arc::make_mut(&mut visit.input).as_object_mut() else {
            continue;
        };
        if fields.shift_remove(name).is_some() {
            variants.push((format!("without {name}"), visit));
        } else {
            fields.insert(name.to_owned(), json!(OTHER));
            variants.push((format!("with {name}"), visit));
        }
    }
    for comparison in conditions.into_iter().flat_map(comparisons) {
        for text in [comparison.text, OTHER] {
            let Some(visit) = with(visit, &comparison, text) else {
                continue;
            };
            variants.push((format!("with {} = '{text}'", comparison.name), visit));
        }
    }
    variants
}

fn with(visit: &Visit, comparison: &Comparison<'_>, text: &str) -> Option<Visit> {
    let mut visit = visit.clone();
    let set = |fields: &mut Map<String, Value>| {
        fields.insert(comparison.name.to_owned(), json!(text));
    };
    if comparison.variable {
        set(Arc::make_mut(&mut visit.variables));
    } else {
        set(Arc::make_mut(&mut visit.input).as_object_mut()?);
    }
    Some(visit)
}

/// `$exists($states.input.NAME)`, wherever it stands.
fn existing(condition: &str) -> Vec<&str> {
    let parts = condition.split("$exists($states.input.").skip(1);
    parts
        .filter_map(|part| part.split_once(')'))
        .map(|(name, _)| name)
        .filter(|name| is_name(name))
        .collect()
}

fn is_name(text: &str) -> bool {
    let is_of_one = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    !text.is_empty() && text.chars().all(is_of_one)
}

/// `$states.input.NAME = 'TEXT'` and `$NAME = 'TEXT'`, wherever they stand.
fn comparisons(condition: &str) -> Vec<Comparison<'_>> {
    let mut found = Vec::new();
    let mut rest = condition;
    while let Some((before, after)) = rest.split_once(" = '") {
        let Some((text, behind)) = after.split_once('\'') else {
            break;
        };
        let path = before
            .rsplit([' ', '(', '[', ','])
            .next()
            .unwrap_or_default();
        let field = path.strip_prefix("$states.input.");
        let name = field.or_else(|| path.strip_prefix('$')).unwrap_or_default();
        if is_name(name) {
            found.push(Comparison {
                variable: field.is_none(),
                name,
                text,
            });
        }
        rest = behind;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comparisons_are_found_wherever_they_stand() {
        let of = |condition| {
            comparisons(condition)
                .into_iter()
                .map(|found| (found.variable, found.name, found.text))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            of("{% $states.input.next = 'run' %}"),
            [(false, "next", "run")]
        );
        assert_eq!(
            of("{% $states.input.state = 'READY' and ($status = 'x') %}"),
            [(false, "state", "READY"), (true, "status", "x")]
        );
        assert_eq!(
            of("{% $states.input.a.b = 'deep' or $states.input.n < 3 %}"),
            []
        );
        assert_eq!(
            existing("{% $exists($states.input.execution) %}"),
            ["execution"]
        );
        assert_eq!(existing("{% $exists($states.input.a.b) %}"), [""; 0]);
        assert_eq!(of("{% $broken = 'without an end %}"), []);
    }
}
