//! The engine's messages in Redshift's words: no name of the engine, of its types or of its functions
//! reaches a user.
//!
//! One kind of message a file. What none of them knows is said as a refusal of the warehouse.

mod names;
mod shapes;
mod values;

use std::sync::LazyLock;

use fancy_regex::{Captures, Regex};
use redshift_sql::types::Type;

use crate::warehouse::dialect::type_of_engine;

/// A message of the engine, and the words for it. In the words `{1}` stands for a part of the message as
/// it is. `{1:type}` stands for the name of a type, `{1:types}` for a list of such names.
struct Rule {
    pattern: &'static str,
    words: &'static str,
}

const fn rule(pattern: &'static str, words: &'static str) -> Rule {
    Rule { pattern, words }
}

/// The rules with their patterns read, in the order in which they are asked.
static RULES: LazyLock<Vec<(Regex, &'static str)>> = LazyLock::new(|| {
    [names::RULES, values::RULES, shapes::RULES]
        .into_iter()
        .flatten()
        .filter_map(|rule| Some((Regex::new(rule.pattern).ok()?, rule.words)))
        .collect()
});

/// Words that only the engine uses: a message with one of them is not for a user.
static LEAKS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)duckdb|sfc_database|candidate|macro|pragma|\bbinder\b|catalog error|_LITERAL|strftime|strptime|\bu?(huge|tiny|u?big|usmall|u)int\b|\bu?int(8|16|32|64|128)\b|\bBLOB\b|\bSTRUCT\b|\bLIST\b|\[\]|explicit type cast|TRY_CAST|unimplemented|internal error|lambda|json_(?:extract|object|array)|extension|regexp_matches|list_|len\(|redshift_",
    )
    .ok()
});

/// The engine's message in Redshift's words.
pub(super) fn redshift_words(message: &str) -> String {
    let first = first_paragraph(message);
    for (pattern, words) in RULES.iter() {
        if let Ok(Some(found)) = pattern.captures(first.as_str()) {
            return filled(words, &found);
        }
    }
    let rest = without_source(without_kind(&first));
    let leaks = LEAKS
        .as_ref()
        .is_some_and(|leaks| leaks.is_match(rest).unwrap_or(true));
    if leaks {
        "the embedded warehouse does not support the statement as it is written: simplify it, or \
         split it into several"
            .to_owned()
    } else {
        rest.to_owned()
    }
}

/// The words with the parts of the message.
fn filled(words: &str, found: &Captures<'_, str>) -> String {
    let mut text = String::new();
    let mut rest = words;
    while let Some((before, behind)) = rest.split_once('{') {
        text.push_str(before);
        let Some((place, behind)) = behind.split_once('}') else {
            break;
        };
        let (number, how) = place.split_once(':').unwrap_or((place, ""));
        let part = number
            .parse()
            .ok()
            .and_then(|number| found.get(number))
            .map_or("", |part| part.as_str());
        match how {
            "type" => text.push_str(&type_name(part)),
            "types" => {
                let kinds: Vec<String> =
                    kinds_of(part).iter().map(|kind| type_name(kind)).collect();
                text.push_str(&kinds.join(", "));
            }
            _ => text.push_str(part),
        }
        rest = behind;
    }
    text.push_str(rest);
    text
}

/// A list of the engine's types: a comma in brackets belongs to a type.
fn kinds_of(list: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    let mut kinds: Vec<&str> = list
        .split(|letter: char| {
            match letter {
                '(' => depth += 1,
                ')' => depth = depth.saturating_sub(1),
                _ => {}
            }
            letter == ',' && depth == 0
        })
        .map(str::trim)
        .collect();
    kinds.retain(|kind| !kind.is_empty());
    kinds
}

/// Redshift's name of a type of the engine, as its own messages write it: without a length.
fn type_name(kind: &str) -> String {
    let known = match kind {
        "STRING_LITERAL" | "NULL" | "\"NULL\"" => return "unknown".to_owned(),
        "INTEGER_LITERAL" | "INT32" | "INT" => "INTEGER",
        "INT8" | "INT16" | "UINT8" => "SMALLINT",
        "INT64" | "UINT32" | "UINT64" | "UBIGINT" | "UINTEGER" => "BIGINT",
        "INT128" | "UINT128" | "UHUGEINT" => "HUGEINT",
        "BOOL" => "BOOLEAN",
        "INTERVAL" => return "interval".to_owned(),
        "DECIMAL" => return Type::Decimal(38, 0).name().to_owned(),
        other => other,
    };
    type_of_engine(known).name().to_owned()
}

/// Up to the hints and the extract of the statement, which is not the one its author wrote.
fn first_paragraph(message: &str) -> String {
    let mut lines = Vec::new();
    for line in message.lines() {
        if line.trim().is_empty() || line.starts_with("LINE ") || line.starts_with("Did you mean") {
            break;
        }
        lines.push(line.trim());
    }
    lines.join(" ")
}

/// Without `Binder Error: ` and the like in front.
fn without_kind(message: &str) -> &str {
    match message.split_once(" Error: ") {
        Some((kind, rest)) if kind.split(' ').count() <= 3 => rest.trim_end_matches('!'),
        _ => message,
    }
}

/// Without the column that a value was read from, which may have a name of the dialect's.
fn without_source(message: &str) -> &str {
    message
        .split_once(" when casting from source column")
        .map_or(message, |(before, _)| before)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_is_a_regular_expression() {
        let written = names::RULES.len() + values::RULES.len() + shapes::RULES.len();
        assert_eq!(RULES.len(), written);
        assert!(LEAKS.is_some());
    }

    #[test]
    fn every_part_that_the_words_name_is_one_of_the_pattern() {
        for (pattern, words) in RULES.iter() {
            let groups = pattern.captures_len();
            for place in words.split('{').skip(1) {
                let number: usize = place[..1].parse().expect(words);
                assert!(number < groups, "{words}");
            }
        }
    }

    #[test]
    fn types_have_redshifts_names() {
        assert_eq!(type_name("DECIMAL(10,2)"), "numeric");
        assert_eq!(type_name("INT32"), "integer");
        assert_eq!(type_name("BLOB"), "varbyte");
        assert_eq!(type_name("VARCHAR"), "character varying");
        assert_eq!(
            kinds_of("DECIMAL(10,2), VARCHAR"),
            ["DECIMAL(10,2)", "VARCHAR"]
        );
    }

    #[test]
    fn what_nobody_knows_shows_nothing_of_the_engine() {
        let said = redshift_words("Binder Error: foo(HUGEINT) has 3 Candidate functions");
        assert!(said.contains("does not support"), "{said}");
        let said = redshift_words("IO Error: Could not write file \"/a/b.duckdb\": File too large");
        assert_eq!(said, "the disk takes nothing more: File too large");
        let said = redshift_words("Binder Error: something is wrong!\n\nLINE 1: select");
        assert_eq!(said, "something is wrong");
    }
}
