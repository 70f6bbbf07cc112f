//! What a word would be in a YAML file of which there is a schema.

use gen_lsp_types::CompletionItemKind;

use super::super::keys::SchemaKeys;
use super::{Item, PROBE, Proposed, word};
use crate::pipeline_yaml::{Spot, spot_in};
use crate::source::Span;

/// What could stand at a byte of a text. `items` are those for a spot; it is told whether nothing but blanks
/// and dashes stands in front of it on its line.
pub(super) fn proposed(
    text: &str,
    offset: usize,
    items: impl FnOnce(&Spot, bool) -> Vec<Item>,
) -> Proposed {
    if !text.is_char_boundary(offset) {
        return Proposed::default();
    }
    let place = word(text, offset, |character| {
        character.is_alphanumeric() || matches!(character, '_' | '-' | '.' | '/')
    });
    match probe(text, place) {
        Some((spot, begins_line)) => Proposed {
            place,
            items: items(&spot, begins_line),
        },
        None => Proposed::default(),
    }
}

/// What a word at a place would be: a value if the text can be read so, else a key. The second part says
/// whether nothing but blanks and dashes stands in front of it on its line.
fn probe(text: &str, place: Span) -> Option<(Spot, bool)> {
    let head = text.get(..place.start)?;
    let tail = text.get(place.end..)?;
    let line = head.rsplit('\n').next().unwrap_or_default();
    let begins_line = line.chars().all(|one| one.is_whitespace() || one == '-');
    let rest_of_line = tail.split('\n').next().unwrap_or_default();
    // What follows may be as unfinished as this, and brackets may be open.
    let closed = format!("{rest_of_line}{}", closing(line));
    for tail in [tail, rest_of_line, &closed] {
        for probe in [PROBE.to_owned(), format!("{PROBE}:")] {
            let spot = spot_in(format!("{head}{probe}{tail}\n"), place.start);
            if let Some(spot) = spot {
                return Some((spot, begins_line));
            }
        }
    }
    None
}

/// The brackets that a line leaves open, closed.
fn closing(line: &str) -> String {
    let mut open = Vec::new();
    for mark in line.chars() {
        match mark {
            '[' => open.push(']'),
            '{' => open.push('}'),
            ']' | '}' => drop(open.pop()),
            _ => {}
        }
    }
    open.into_iter().rev().collect()
}

/// Keys that the schema has below these, without those that stand there.
pub(super) fn keys_below(keys: &SchemaKeys, outer: &[&str], siblings: &[String]) -> Vec<Item> {
    let below = keys.below(outer).into_iter();
    below
        .filter(|key| !siblings.iter().any(|sibling| sibling == key.name))
        .map(|key| {
            let text = match key.nests {
                true => format!("{}:", key.name),
                false => format!("{}: ", key.name),
            };
            let description = key.description.map(|text| text.replace('\n', " "));
            Item::new(key.name, CompletionItemKind::Property, 0)
                .text(text)
                .documentation(description)
        })
        .collect()
}

/// Words that the schema has for the value of these keys.
pub(super) fn words(keys: &SchemaKeys, path: &[&str]) -> Vec<Item> {
    let words = keys.values(path).into_iter();
    words
        .map(|(value, description)| {
            Item::new(value, CompletionItemKind::EnumMember, 0)
                .documentation(description.map(|text| text.replace('\n', " ")))
        })
        .collect()
}
