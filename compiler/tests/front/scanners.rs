//! The embedded warehouse's dialect cuts every text as Redshift's lexer does. Where they differ, a
//! statement that is commented out runs, or one that is not does not.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may stop"
)]

use local::scanners::words;
use proptest::prelude::*;
use redshift_sql::parse;

/// What opens and closes something, and what may stand beside it.
const PIECES: &[&str] = &[
    "select",
    "drop table t",
    "a",
    "1",
    "e",
    "E'",
    "n'",
    "x'",
    "u&'",
    "b'",
    "'",
    "''",
    "\\",
    "\\'",
    "\"",
    "\"\"",
    "--",
    "-",
    "/*",
    "*/",
    "/",
    "*",
    "$$",
    "$",
    "$a$",
    "$1",
    "$1$",
    "a$b$",
    "#",
    "#t",
    "||",
    "|",
    "~",
    "@",
    "?",
    "<",
    ">",
    "!",
    "=",
    "&",
    "^",
    "%",
    "+",
    ";",
    ";",
    "\n",
    "\n",
    "\r",
    "\r\n",
    " ",
    "\t",
    "(",
    ")",
    "[",
    "]",
    // What stands in two braces is put in before the dialect reads it.
    "{",
    "}",
    ":",
    "::",
    ":p",
    ",",
    ".",
    "..",
    "`",
    "ä",
    "€",
    // Behind a word it would belong to the word, which `sfc validate` refuses then.
    " \u{a0}",
    "\u{feff}",
    "1e",
    "1.",
];

/// The tokens of each statement, empty ones left out.
fn statements(text: &str) -> Option<Vec<Vec<String>>> {
    let words = words(text).ok()?;
    let statements = words.split(|word| word == "Symbol ;");
    Some(
        statements
            .filter(|statement| !statement.is_empty())
            .map(<[String]>::to_vec)
            .collect(),
    )
}

/// The statements that are sent; none where something has no end.
fn sent(text: &str) -> Option<Vec<&str>> {
    let parsed = parse(text);
    let statements = parsed.statements.iter();
    parsed
        .unread
        .is_none()
        .then(|| statements.map(|one| one.span.of(text)).collect())
}

fn agree(text: &str) {
    let sent = sent(text);
    let Some(expected) = statements(text) else {
        assert!(sent.is_none(), "only the lexer finds an end: {text:?}");
        return;
    };
    let sent = sent.unwrap_or_else(|| panic!("only the dialect finds an end: {text:?}"));
    let sent: Vec<Vec<String>> = sent.iter().map(|one| words(one).unwrap()).collect();
    assert_eq!(sent, expected, "{text:?}");
}

#[test]
fn what_is_commented_out_is_nobodys_statement() {
    for text in [
        "select 1; /* off: /* why */ drop table t; */ select 2;",
        "select 'a'||/* ; drop table t; */'b';",
        "select 'it\\'s'; -- drop table t; '",
        "select [a /* ] ; drop table t; */ from b;",
        "select 1 #'; drop table t; '",
        "select 1 #-- ; drop table t;\n;",
        "select a@-- ; drop table t;\n;",
        "select `a /* ` ; drop table t; */ 1;",
        "select 1 -- one\r; select 2",
        "select a$b$ ; select $b$ ; $b$",
        "select :p$a$ ; /* ; drop table t; */ select $a$ ; drop table t; $a$",
    ] {
        agree(text);
        let runs = sent(text).unwrap();
        let runs = runs.iter().any(|statement| statement.starts_with("drop"));
        assert!(!runs, "{text:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn the_scanners_agree(pieces in proptest::collection::vec(proptest::sample::select(PIECES), 0..16)) {
        agree(&pieces.concat());
    }
}
