//! A script is cut into statements as Redshift cuts it: otherwise a statement that is commented out
//! runs, or one that is not does not.
use proptest::prelude::*;
use redshift_sql::lexer::lex;
use redshift_sql::parse;
use redshift_sql::token::TokenKind;

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

/// The tokens of a text, each as its kind and its text, without the end and semicolons.
fn words(text: &str) -> Vec<String> {
    let tokens = lex(text).tokens.into_iter();
    tokens
        .filter(|token| !matches!(token.kind, TokenKind::End | TokenKind::Semicolon))
        .map(|token| format!("{:?} {}", token.kind, token.span.of(text)))
        .collect()
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
        let sent = sent(text).unwrap();
        let runs = sent.iter().any(|statement| statement.starts_with("drop"));
        assert!(!runs, "{text:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5_000))]

    /// Whoever sends the statements one by one sends what stands in the script, and nothing else.
    #[test]
    fn statements_hold_all_tokens_and_are_one_statement_each(
        pieces in proptest::collection::vec(proptest::sample::select(PIECES), 0..16)
    ) {
        let text = pieces.concat();
        if let Some(sent) = sent(&text) {
            let alone: Vec<String> = sent.iter().flat_map(|statement| words(statement)).collect();
            prop_assert_eq!(alone, words(&text));
            for statement in sent {
                prop_assert_eq!(parse(statement).statements.len(), 1, "{:?}", statement);
            }
        }
    }
}
