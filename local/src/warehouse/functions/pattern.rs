//! Regular expressions with a position, an occurrence and parameters (AWS pages: `REGEXP_COUNT function`,
//! `REGEXP_INSTR function`, `REGEXP_REPLACE function`, `REGEXP_SUBSTR function`).

use std::error::Error;
use std::sync::Arc;

use duckdb::Connection;
use duckdb::arrow::array::{Array, ArrayRef, Int32Array, RecordBatch, StringArray};
use duckdb::arrow::datatypes::DataType;
use duckdb::vscalar::{ArrowFunctionSignature, VArrowScalar};
use fancy_regex::{Regex, RegexBuilder};

use super::arguments::{texts, whole_numbers};

pub(super) fn register(connection: &Connection) -> duckdb::Result<()> {
    connection.register_scalar_function::<Count>("redshift_regexp_count")?;
    connection.register_scalar_function::<Place>("redshift_regexp_instr")?;
    connection.register_scalar_function::<Part>("redshift_regexp_substr")?;
    connection.register_scalar_function::<Replace>("redshift_regexp_replace")
}

/// A pattern with its parameters: `c` and `i` for case, `e` for the first group, `p` for PCRE.
struct Pattern {
    regex: Regex,
    first_group: bool,
}

impl Pattern {
    fn new(pattern: &str, parameters: &str) -> Result<Self, String> {
        let mut ignores_case = false;
        let mut first_group = false;
        let mut perl = false;
        for parameter in parameters.chars() {
            match parameter {
                'c' => ignores_case = false,
                'i' => ignores_case = true,
                'e' => first_group = true,
                'p' => perl = true,
                other => {
                    return Err(format!(
                        "the parameter `{other}` of a regular expression is none of c, e, i and p"
                    ));
                }
            }
        }
        if !perl
            && ["(?=", "(?!", "(?<"]
                .iter()
                .any(|part| pattern.contains(part))
        {
            return Err(format!(
                "the pattern \"{pattern}\" looks around, which takes the parameter p"
            ));
        }
        let regex = RegexBuilder::new(pattern)
            .case_insensitive(ignores_case)
            .build()
            .map_err(|_| format!("the pattern \"{pattern}\" is no regular expression"))?;
        Ok(Self { regex, first_group })
    }

    /// What matches from a character on, which is counted from 1.
    fn matches(&self, text: &str, position: i32) -> Result<Vec<Match>, String> {
        let mut all = Vec::new();
        let Some(mut at) = byte_of(text, position)? else {
            return Ok(all);
        };
        while at <= text.len() {
            let found = self.regex.captures_from_pos(text, at);
            let found = found.map_err(|_| "the regular expression takes too long".to_owned())?;
            let Some(found) = found else { break };
            let groups: Match = (0..found.len())
                .map(|group| found.get(group).map(|part| (part.start(), part.end())))
                .collect();
            let Some(Some((start, end))) = groups.first().copied() else {
                break;
            };
            // Behind nothing goes on at the next character.
            let next = text.get(end..).and_then(|rest| rest.chars().next());
            at = if end > start {
                end
            } else {
                end + next.map_or(1, char::len_utf8)
            };
            all.push(groups);
        }
        Ok(all)
    }

    /// The place of the part that is asked for, in bytes.
    fn part(&self, found: &Match) -> Option<(usize, usize)> {
        let group = usize::from(self.first_group && found.len() > 1);
        found.get(group).copied().flatten()
    }
}

/// Places of a match and of its groups, in bytes.
type Match = Vec<Option<(usize, usize)>>;

/// Where the character begins that has a number, counted from 1; nothing behind the end.
fn byte_of(text: &str, position: i32) -> Result<Option<usize>, String> {
    let ahead = usize::try_from(position)
        .ok()
        .and_then(|position| position.checked_sub(1))
        .ok_or("the position of a regular expression is at least 1")?;
    Ok(text
        .char_indices()
        .map(|(byte, _)| byte)
        .chain([text.len()])
        .nth(ahead))
}

/// Patterns of the rows before: mostly it is one.
#[derive(Default)]
struct Known(Option<(String, String, Pattern)>);

impl Known {
    fn get(&mut self, pattern: &str, parameters: &str) -> Result<&Pattern, String> {
        let same = self
            .0
            .as_ref()
            .is_some_and(|(text, with, _)| text == pattern && with == parameters);
        if !same {
            let made = Pattern::new(pattern, parameters)?;
            self.0 = Some((pattern.to_owned(), parameters.to_owned(), made));
        }
        self.0
            .as_ref()
            .map(|(_, _, pattern)| pattern)
            .ok_or_else(|| "there is no pattern".to_owned())
    }
}

fn number(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// `redshift_regexp_count(text, pattern, position, parameters)`
struct Count;

impl VArrowScalar for Count {
    type State = ();

    fn invoke((): &(), input: RecordBatch) -> Result<Arc<dyn Array>, Box<dyn Error>> {
        let mut known = Known::default();
        let rows = texts(&input, 0)?
            .iter()
            .zip(texts(&input, 1)?)
            .zip(whole_numbers(&input, 2)?.iter().zip(texts(&input, 3)?));
        let counts = rows.map(|((text, pattern), with)| {
            let (Some(text), Some(pattern), (Some(position), Some(parameters))) =
                (text, pattern, with)
            else {
                return Ok(None);
            };
            let pattern = known.get(pattern, parameters)?;
            Ok(Some(number(pattern.matches(text, position)?.len())))
        });
        Ok(Arc::new(counts.collect::<Result<Int32Array, String>>()?) as ArrayRef)
    }

    fn signatures() -> Vec<ArrowFunctionSignature> {
        vec![ArrowFunctionSignature::exact(
            vec![
                DataType::Utf8,
                DataType::Utf8,
                DataType::Int32,
                DataType::Utf8,
            ],
            DataType::Int32,
        )]
    }
}

/// `redshift_regexp_instr(text, pattern, position, occurrence, option, parameters)`: where a match begins,
/// or with the option 1 what follows it, in characters counted from 1; 0 without a match.
struct Place;

impl VArrowScalar for Place {
    type State = ();

    fn invoke((): &(), input: RecordBatch) -> Result<Arc<dyn Array>, Box<dyn Error>> {
        let mut known = Known::default();
        let (from, which, option) = (
            whole_numbers(&input, 2)?,
            whole_numbers(&input, 3)?,
            whole_numbers(&input, 4)?,
        );
        let numbers = from.iter().zip(which).zip(option);
        let rows = texts(&input, 0)?
            .iter()
            .zip(texts(&input, 1)?)
            .zip(numbers.zip(texts(&input, 5)?));
        let places = rows.map(|((text, pattern), (numbers, parameters))| {
            let (Some(text), Some(pattern), Some(parameters)) = (text, pattern, parameters) else {
                return Ok(None);
            };
            let ((Some(position), Some(occurrence)), Some(option)) = numbers else {
                return Ok(None);
            };
            let pattern = known.get(pattern, parameters)?;
            let found = nth(pattern, text, position, occurrence)?;
            let place = found.map_or(0, |(start, end)| {
                let byte = if option == 0 { start } else { end };
                let before = text.get(..byte).unwrap_or_default();
                number(before.chars().count()) + 1
            });
            Ok(Some(place))
        });
        Ok(Arc::new(places.collect::<Result<Int32Array, String>>()?) as ArrayRef)
    }

    fn signatures() -> Vec<ArrowFunctionSignature> {
        vec![ArrowFunctionSignature::exact(
            vec![
                DataType::Utf8,
                DataType::Utf8,
                DataType::Int32,
                DataType::Int32,
                DataType::Int32,
                DataType::Utf8,
            ],
            DataType::Int32,
        )]
    }
}

/// The part of a match that is asked for, by its number counted from 1.
fn nth(
    pattern: &Pattern,
    text: &str,
    position: i32,
    occurrence: i32,
) -> Result<Option<(usize, usize)>, String> {
    let index = usize::try_from(occurrence)
        .ok()
        .and_then(|occurrence| occurrence.checked_sub(1))
        .ok_or("the occurrence of a regular expression is at least 1")?;
    let found = pattern.matches(text, position)?;
    Ok(found.get(index).and_then(|found| pattern.part(found)))
}

/// `redshift_regexp_substr(text, pattern, position, occurrence, parameters)`: empty without a match.
struct Part;

impl VArrowScalar for Part {
    type State = ();

    fn invoke((): &(), input: RecordBatch) -> Result<Arc<dyn Array>, Box<dyn Error>> {
        let mut known = Known::default();
        let numbers = whole_numbers(&input, 2)?
            .iter()
            .zip(whole_numbers(&input, 3)?);
        let rows = texts(&input, 0)?
            .iter()
            .zip(texts(&input, 1)?)
            .zip(numbers.zip(texts(&input, 4)?));
        let parts = rows.map(|((text, pattern), (numbers, parameters))| {
            let (Some(text), Some(pattern), Some(parameters)) = (text, pattern, parameters) else {
                return Ok(None);
            };
            let (Some(position), Some(occurrence)) = numbers else {
                return Ok(None);
            };
            let pattern = known.get(pattern, parameters)?;
            let found = nth(pattern, text, position, occurrence)?;
            let part = found.and_then(|(start, end)| text.get(start..end));
            Ok(Some(part.unwrap_or_default().to_owned()))
        });
        Ok(Arc::new(parts.collect::<Result<StringArray, String>>()?) as ArrayRef)
    }

    fn signatures() -> Vec<ArrowFunctionSignature> {
        vec![ArrowFunctionSignature::exact(
            vec![
                DataType::Utf8,
                DataType::Utf8,
                DataType::Int32,
                DataType::Int32,
                DataType::Utf8,
            ],
            DataType::Utf8,
        )]
    }
}

/// `redshift_regexp_replace(text, pattern, replacement, position, parameters)`: each match; `$1` is a group.
struct Replace;

impl VArrowScalar for Replace {
    type State = ();

    fn invoke((): &(), input: RecordBatch) -> Result<Arc<dyn Array>, Box<dyn Error>> {
        let mut known = Known::default();
        let by = texts(&input, 2)?.iter();
        let with = whole_numbers(&input, 3)?.iter().zip(texts(&input, 4)?);
        let rows = texts(&input, 0)?
            .iter()
            .zip(texts(&input, 1)?)
            .zip(by.zip(with));
        let replaced = rows.map(|((text, pattern), (by, with))| {
            let (Some(text), Some(pattern), Some(by), (Some(position), Some(parameters))) =
                (text, pattern, by, with)
            else {
                return Ok(None);
            };
            let pattern = known.get(pattern, parameters)?;
            let mut written = String::with_capacity(text.len());
            let mut behind = 0;
            for found in pattern.matches(text, position)? {
                let Some(Some((start, end))) = found.first().copied() else {
                    continue;
                };
                written.push_str(text.get(behind..start).unwrap_or_default());
                replacement(by, text, &found, &mut written);
                behind = end;
            }
            written.push_str(text.get(behind..).unwrap_or_default());
            Ok(Some(written))
        });
        Ok(Arc::new(replaced.collect::<Result<StringArray, String>>()?) as ArrayRef)
    }

    fn signatures() -> Vec<ArrowFunctionSignature> {
        vec![ArrowFunctionSignature::exact(
            vec![
                DataType::Utf8,
                DataType::Utf8,
                DataType::Utf8,
                DataType::Int32,
                DataType::Utf8,
            ],
            DataType::Utf8,
        )]
    }
}

/// A replacement: `$` and a digit stand for a group.
fn replacement(by: &str, text: &str, found: &Match, written: &mut String) {
    let mut characters = by.chars().peekable();
    while let Some(character) = characters.next() {
        let group = characters.peek().and_then(|next| next.to_digit(10));
        match (character, group) {
            ('$', Some(group)) => {
                characters.next();
                let place = found.get(group as usize).copied().flatten();
                let part = place.and_then(|(start, end)| text.get(start..end));
                written.push_str(part.unwrap_or_default());
            }
            _ => written.push(character),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Pattern, nth};

    fn part(text: &str, pattern: &str, position: i32, occurrence: i32, with: &str) -> String {
        let pattern = Pattern::new(pattern, with).unwrap();
        let found = nth(&pattern, text, position, occurrence).unwrap();
        found.map_or_else(String::new, |(start, end)| text[start..end].to_owned())
    }

    #[test]
    fn positions_occurrences_and_parameters_count() {
        assert_eq!(part("the fox", "FOX", 1, 1, "i"), "fox");
        assert_eq!(part("the fox", "FOX", 1, 1, "c"), "");
        let animals = "Here is a cat, here is a dog. Here is a mouse.";
        assert_eq!(part(animals, r"here is a (\w+)", 1, 2, "ie"), "dog");
        assert_eq!(part(animals, r"here is a (\w+)", 1, 4, "ie"), "");
        assert_eq!(part("aaa", "aa", 2, 1, "c"), "aa");
        assert_eq!(part("aaa", "aa", 1, 2, "c"), "");
        assert_eq!(part("é1é2", "[0-9]", 3, 1, "c"), "2");
        assert_eq!(part("ab", "x*", 3, 1, "c"), "");
        assert_eq!(
            part("pass1 plain A1", "(?=[^ ]*[A-Z])[^ ]+", 1, 1, "p"),
            "A1"
        );
        let refused = |pattern, with| Pattern::new(pattern, with).err().unwrap();
        assert!(refused("(?=a)b", "c").contains("parameter p"));
        assert!(refused("(", "c").contains("no regular expression"));
        assert!(refused("a", "x").contains("none of"));
        assert!(nth(&Pattern::new("a", "c").unwrap(), "a", 0, 1).is_err());
    }
}
