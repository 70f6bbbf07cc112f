//! Laws that hold for every text, whether it is SQL or not.
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use proptest::prelude::*;
use redshift_sql::names::{Binder, Catalog, DeclaredTables, NoCatalog};
use redshift_sql::token::TokenKind;
use redshift_sql::{Script, Span, lexer, parse, printer};

/// Scripts of the examples, each with its path.
fn scripts() -> &'static [(PathBuf, String)] {
    static SCRIPTS: OnceLock<Vec<(PathBuf, String)>> = OnceLock::new();
    SCRIPTS.get_or_init(|| {
        let mut found = Vec::new();
        collect(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs"),
            &mut found,
        );
        found.sort();
        assert!(found.len() > 40, "the examples' scripts are not found");
        found
    })
}

fn collect(folder: &Path, into: &mut Vec<(PathBuf, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "sql") {
            let text = std::fs::read_to_string(&path).unwrap();
            into.push((path, text));
        }
    }
}

fn is_place(span: Span, text: &str) -> bool {
    let (start, end) = (span.start as usize, span.end as usize);
    start <= end && text.is_char_boundary(start) && text.is_char_boundary(end)
}

/// Everything that holds for a text.
fn holds(text: &str) -> Script {
    let script = parse(text);
    nothing_is_lost(&script, text);
    places_are_places(&script, text);
    statements_are_in_order(&script);
    binding_ends(&script);
    script
}

fn nothing_is_lost(script: &Script, text: &str) {
    assert_eq!(printer::print(script, text), text);
    let unclosed = lexer::lex(text).mistake.is_some();
    let mut behind = 0;
    let mut comments = script.comments.iter().peekable();
    for token in &script.tokens {
        let mut at = behind;
        while let Some(comment) = comments.next_if(|comment| comment.end <= token.span.start) {
            assert_blank(Span::new(at, comment.start), text);
            at = comment.end;
        }
        // What is opened and never closed is in no token.
        if !(unclosed && token.kind == TokenKind::End) {
            assert_blank(Span::new(at, token.span.start), text);
        }
        behind = token.span.end;
    }
    assert_eq!(comments.next(), None, "a comment lies within a token");
    let end = script.tokens.last().unwrap();
    assert_eq!(end.kind, TokenKind::End);
    assert_eq!(behind as usize, text.len());
}

fn assert_blank(gap: Span, text: &str) {
    let gap = gap.of(text);
    let blank = |character: char| character.is_whitespace() || character == '\u{feff}';
    assert!(gap.chars().all(blank), "{gap:?} is in no token of {text:?}");
}

/// Places of the tokens, comments, statements and mistakes.
fn places_are_places(script: &Script, text: &str) {
    let tokens = script.tokens.iter().map(|token| token.span);
    let statements = script.statements.iter().map(|statement| statement.span);
    let mistakes = script.mistakes.iter().map(|mistake| mistake.span);
    for span in tokens
        .chain(statements)
        .chain(mistakes)
        .chain(script.comments.iter().copied())
    {
        assert!(is_place(span, text), "{span:?} is no place in {text:?}");
    }
}

/// Places of all nodes. The way that a tree prints for debugging shows every place in it.
fn nodes_are_within_their_text(script: &Script, text: &str) {
    for statement in &script.statements {
        let tree = format!("{statement:?}");
        let mut seen = 0;
        for written in tree.split("Span { start: ").skip(1) {
            let (start, rest) = written.split_once(", end: ").unwrap();
            let (end, _) = rest.split_once(' ').unwrap();
            let span = Span::new(start.parse().unwrap(), end.parse().unwrap());
            assert!(is_place(span, text), "{span:?} is no place in {text:?}");
            seen += 1;
        }
        assert!(seen > 0, "a statement has a place at least");
    }
}

fn statements_are_in_order(script: &Script) {
    let behind = script.statements.iter().skip(1);
    for (one, other) in script.statements.iter().zip(behind) {
        let (one, other) = (one.span, other.span);
        assert!(one.end <= other.start, "{one:?} and {other:?} overlap");
    }
    assert!(script.mistakes.is_sorted_by_key(|mistake| mistake.span));
}

/// Binding with a catalog that knows nothing, one that learns, and one that has all tables.
fn binding_ends(script: &Script) {
    let parameters = HashMap::new();
    let mut complete = DeclaredTables::new();
    complete.complete();
    let mut learning = DeclaredTables::new();
    for statement in &script.statements {
        for catalog in [&NoCatalog as &dyn Catalog, &learning, &complete] {
            let found = Binder::new(catalog, &parameters).statement(statement);
            for mistake in found.mistakes {
                let Span { start, end } = mistake.span;
                let within = statement.span.start <= start && end <= statement.span.end;
                assert!(within, "{mistake:?} lies outside of {:?}", statement.span);
            }
        }
        learning.learn(statement, &parameters);
        complete.learn(statement, &parameters);
    }
}

/// A place in a text at which it can be cut.
fn boundary(text: &str, wanted: usize) -> usize {
    let mut at = wanted.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Words, signs and quotes that soup is made of.
const PIECES: &[&str] = &[
    "select",
    "from",
    "where",
    "group by",
    "order by",
    "having",
    "qualify",
    "join",
    "left",
    "on",
    "using",
    "union all",
    "with",
    "recursive",
    "as",
    "insert into",
    "values",
    "update",
    "set",
    "delete",
    "merge into",
    "when matched then",
    "create",
    "table",
    "temp",
    "view",
    "materialized",
    "procedure",
    "function",
    "or replace",
    "language",
    "plpgsql",
    "declare",
    "begin",
    "end",
    "if",
    "then",
    "elsif",
    "else",
    "loop",
    "while",
    "for",
    "in",
    "exception",
    "raise",
    "info",
    "execute",
    "return",
    "call",
    "copy",
    "unload",
    "to",
    "iam_role",
    "default",
    "format",
    "csv",
    "json",
    "delimiter",
    "manifest",
    "grant",
    "revoke",
    "all",
    "alter",
    "add",
    "column",
    "rename",
    "drop",
    "if exists",
    "cascade",
    "truncate",
    "vacuum",
    "analyze",
    "explain",
    "show",
    "comment on",
    "case",
    "cast",
    "null",
    "not",
    "is",
    "like",
    "between",
    "and",
    "over",
    "partition by",
    "rows",
    "unbounded preceding",
    "within group",
    "interval",
    "date",
    "timestamp",
    "varchar",
    "int",
    "decimal",
    "super",
    "distkey",
    "sortkey",
    "encode",
    "identity",
    "pivot",
    "unpivot",
    "at",
    "connect by",
    "prior",
    "start",
    "transaction",
    "external",
    "schema",
    "model",
    "datashare",
    "count",
    "sum",
    "listagg",
    "nvl",
    "extract",
    "trim",
    "t",
    "a",
    "b",
    "x.y",
    "1",
    "0.5",
    "1e3",
    ".5",
    "'x'",
    "'",
    "''",
    "\"q\"",
    "\"",
    "$$",
    "$b$",
    "$1",
    ":p",
    "{{p}}",
    "{{",
    "}}",
    "{%",
    "%}",
    "${X}",
    "$(x)",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ";",
    ".",
    "..",
    ":",
    "::",
    ":=",
    "=>",
    "=",
    "<>",
    "<",
    ">",
    "<=",
    ">=",
    "+",
    "-",
    "*",
    "/",
    "%",
    "^",
    "||",
    "|",
    "&",
    "#",
    "~",
    "!~*",
    "<<",
    ">>",
    "|/",
    "||/",
    "@",
    "!",
    "->",
    "->>",
    "--",
    "\n",
    "/*",
    "*/",
    "\\",
    "é",
    "日本",
    "\u{feff}",
    "\u{a0}",
    "\0",
    "😀",
    "e'",
    "n'",
];

fn soup() -> impl Strategy<Value = String> {
    let piece = (
        prop::sample::select(PIECES),
        prop::sample::select(&["", " ", " "][..]),
    );
    prop::collection::vec(piece, 0..60).prop_map(|pieces| {
        pieces
            .iter()
            .flat_map(|(piece, gap)| [*piece, *gap])
            .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_prefix_of_a_script_is_read(
        (number, cut) in (0..scripts().len()).prop_flat_map(|number| (Just(number), 0..=scripts()[number].1.len())),
    ) {
        let text = &scripts()[number].1;
        let prefix = &text[..boundary(text, cut)];
        let script = holds(prefix);
        nodes_are_within_their_text(&script, prefix);
    }

    #[test]
    fn every_piece_of_a_script_is_read(
        (number, one, other) in (0..scripts().len()).prop_flat_map(|number| {
            let length = scripts()[number].1.len();
            (Just(number), 0..=length, 0..=length)
        }),
    ) {
        let text = &scripts()[number].1;
        holds(&text[boundary(text, one.min(other))..boundary(text, one.max(other))]);
    }

    #[test]
    fn soup_of_words_and_quotes_is_read(text in soup()) {
        let script = holds(&text);
        nodes_are_within_their_text(&script, &text);
    }

    #[test]
    fn a_script_with_soup_in_it_is_read(
        number in 0..scripts().len(),
        at in 0_usize..20_000,
        soup in soup(),
    ) {
        let text = &scripts()[number].1;
        let at = boundary(text, at);
        let text = format!("{}{soup}{}", &text[..at], &text[at..]);
        holds(&text);
    }

    #[test]
    fn any_text_is_read(text in "\\PC{0,200}") {
        holds(&text);
    }
}

#[test]
fn whole_scripts_of_the_examples_are_read() {
    for (_, text) in scripts() {
        let script = holds(text);
        nodes_are_within_their_text(&script, text);
    }
}
