//! Values and types that do not fit.

use super::{Rule, rule};

pub(super) const RULES: &[Rule] = &[
    // AWS page: `Multi-byte character load errors`.
    rule(
        r"CHECK constraint failed.*bit_length\(",
        "Multibyte character not supported for CHAR (Hint: try using VARCHAR)",
    ),
    rule(
        r"CHECK constraint failed.*rtrim\(.*strlen\(.*<= (\d+)|CHECK constraint failed.*strlen\(.*rtrim\(.*<= (\d+)",
        "value too long for type character({1}{2})",
    ),
    rule(
        r"CHECK constraint failed.*strlen\(.*<= (\d+)",
        "value too long for type character varying({1})",
    ),
    rule(
        r"NOT NULL constraint failed: (?:\S*\.)?([^\s.]+)",
        "null value in column \"{1}\" violates not-null constraint",
    ),
    rule(
        r#"Could not convert string ['"](.*?)['"] to (?:INT|UINT|BIGINT|SMALLINT|HUGEINT)"#,
        "invalid input syntax for integer: \"{1}\"",
    ),
    rule(
        r#"Could not convert string ['"](.*?)['"] to (\w+)"#,
        "invalid input syntax for type {2:type}: \"{1}\"",
    ),
    rule(
        r#"invalid date field format: "(.*?)", expected"#,
        "invalid input syntax for type date: \"{1}\"",
    ),
    rule(
        r#"invalid timestamp field format: "(.*?)", expected"#,
        "invalid input syntax for type timestamp: \"{1}\"",
    ),
    rule(
        r#"(date|timestamp|time) field value out of range: "(.*?)"(?:, expected.*)?"#,
        "{1} field value out of range: \"{2}\"",
    ),
    rule(
        r#"Could not parse string "(.*?)" according to format"#,
        "value \"{1}\" does not match the format",
    ),
    rule(
        r"with value (\S+) can't be cast because the value is out of range for the destination type (\w+)",
        "value \"{1}\" is out of range for type {2:type}",
    ),
    rule(
        r#"Casting value "(.*?)" to type DECIMAL\((\d+),(\d+)\) failed"#,
        "Numeric data overflow (result precision): {1} does not fit numeric({2},{3})",
    ),
    rule(
        r"Could not cast value (\S+) to DECIMAL\((\d+),(\d+)\)",
        "Numeric data overflow (result precision): {1} does not fit numeric({2},{3})",
    ),
    rule(
        r"Overflow in \w+ of DECIMAL",
        "Numeric data overflow (result precision)",
    ),
    rule(
        r"Overflow in \w+ of (\w+) \((.*?)\)",
        "{1:type} out of range: {2}",
    ),
    rule(
        r"[Ll]eft-shift|Overflow in left shift",
        "the embedded warehouse does not support a shift of a number whose type it does not know: cast it, as in \
         `…::bigint << 2`",
    ),
    rule(
        r"Overflow in negation of",
        "the negated number is out of range for its type",
    ),
    rule(
        r"SUM is out of range|Overflow in SUM|sum.*out of range",
        "bigint out of range",
    ),
    rule(
        r#"Malformed JSON.*?Input: "(.*)"$"#,
        "JSON parsing error: {1}",
    ),
    rule(
        r"Failed to cast value to numerical: (.*?)(?: when casting.*)?$",
        "the SUPER value {1} is no number",
    ),
    rule(
        r"Unimplemented type for cast \((.+?) -> (.+?)\)",
        "cannot cast type {1:type} to {2:type}",
    ),
    rule(
        r"No function matches the given name and argument types 'quantile_(cont|disc)\((.*), (?:DECIMAL\(.*\)|[^,]*)\)'",
        "function percentile_{1} does not take {2:type}",
    ),
    rule(
        r"No function matches the given name and argument types 'i?like_escape\((.*), [^,]*\)'",
        "operator does not exist: LIKE over {1:types}",
    ),
    rule(
        r"No function matches the given name and argument types '([^\w\s'(]+)\((?!.*, )(.*?)\)'\.",
        "operator does not exist: {1} {2:type}",
    ),
    rule(
        r"No function matches the given name and argument types '([^\w\s'(]+)\(((?:[^,(]|\([^)]*\))*), (.*?)\)'\.",
        "operator does not exist: {2:type} {1} {3:type}",
    ),
    rule(
        r"No function matches the given name and argument types '(?:redshift_)?([a-z_0-9]+)\((.*?)\)'\.",
        "function {1}({2:types}) does not exist: cast the arguments",
    ),
    rule(
        r"Cannot mix values of type (.+?) and (.+?) in (\w+)",
        "{3} types {1:type} and {2:type} cannot be matched: cast one of them",
    ),
    rule(
        r"Cannot combine types of (.+?) and (.+?) - an explicit",
        "types {1:type} and {2:type} cannot be matched: cast one of them",
    ),
    rule(
        r"Cannot compare values of type (.+?) and (?:values of )?(?:type )?(.+?)(?: in .*)? - an explicit",
        "operator does not exist: {1:type} = {2:type}",
    ),
    rule(
        r"missing \)|missing \]|no argument for repetition|invalid escape|unexpected \)|bad repetition|invalid character class|invalid perl",
        "the pattern is no regular expression",
    ),
    rule(
        r"(?:ASIN|ACOS) is undefined outside",
        "input is out of range",
    ),
    rule(
        r"Invalid UTF8 Codepoint (-?\d+)",
        "requested character not valid: {1}",
    ),
    rule(
        r"Unknown TimeZone '(.*?)'",
        "time zone \"{1}\" not recognized",
    ),
    rule(
        r#"extract specifier "(.*?)" not recognized"#,
        "interval units \"{1}\" not recognized",
    ),
];
