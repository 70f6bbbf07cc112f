//! Scripts of RSQL: what they are cut into, and what holds for every text.
use proptest::prelude::*;
use redshift_sql::rsql::{ArgumentPart, CommandKind, PieceKind, VariableForm, mistakes, read};
use redshift_sql::token::{Token, TokenKind};
use redshift_sql::{Span, parse};

/// The pieces of a script as they are written, each with a sign for what it is.
fn pieces(text: &str) -> Vec<String> {
    read(text)
        .pieces
        .iter()
        .map(|piece| {
            let sign = match &piece.kind {
                PieceKind::Sql(_) => "",
                PieceKind::End => "end ",
                PieceKind::Command(_) => "command ",
            };
            format!("{sign}{}", piece.span.of(text))
        })
        .collect()
}

fn arguments(text: &str) -> Vec<String> {
    let script = read(text);
    let command = script.commands().next().unwrap();
    let shown = |part: &ArgumentPart| match part {
        ArgumentPart::Text(text) => text.clone(),
        ArgumentPart::Variable(variable) => format!("<{}>", variable.span.of(text)),
    };
    let arguments = command.arguments.iter();
    arguments
        .map(|argument| argument.parts.iter().map(shown).collect())
        .collect()
}

#[test]
fn quotes_comments_and_bodies_hide_semicolons_and_backslashes() {
    let sql = "select ';\\exit', \"a;b\" -- it's; \\exit\n/* ; /* \\exit */ ; */ , $$ ; \\exit $$";
    assert_eq!(pieces(&format!("{sql};")), [sql, "end ;"]);
    assert_eq!(
        pieces("select 'it\\'s ; \\exit', a$b$ ; select 1 -- c\r;"),
        [
            "select 'it\\'s ; \\exit', a$b$ ",
            "end ;",
            " select 1 -- c\r",
            "end ;"
        ]
    );
}

#[test]
fn commands_end_with_their_line_at_the_next_one_or_with_two_backslashes() {
    assert_eq!(
        pieces(
            "select 1 \\gset n_\n\\IF :n_a = 1\n\\echo a \\\\ select 2;\\if :x \\echo 'a\\q' \\endif\n"
        ),
        [
            "select 1 ",
            "command \\gset n_",
            "\n",
            "command \\IF :n_a = 1",
            "\n",
            "command \\echo a \\\\",
            " select 2",
            "end ;",
            "command \\if :x ",
            "command \\echo 'a\\q' ",
            "command \\endif",
            "\n",
        ]
    );
    // A command of the system is not looked into.
    assert_eq!(
        pieces("\\! echo a \\\\ b\n;"),
        ["command \\! echo a \\\\ b", "\n", "end ;"]
    );
}

#[test]
fn commands_have_kinds_in_any_case() {
    let kinds = |text: &str| -> Vec<CommandKind> {
        read(text).commands().map(|command| command.kind).collect()
    };
    assert_eq!(
        kinds("\\IF a\n\\elif b\n\\ElseIf c\n\\else\n\\endif\n\\q\n\\quit\n\\exit 3"),
        [
            CommandKind::If,
            CommandKind::ElseIf,
            CommandKind::ElseIf,
            CommandKind::Else,
            CommandKind::EndIf,
            CommandKind::Exit,
            CommandKind::Exit,
            CommandKind::Exit,
        ]
    );
    assert_eq!(
        kinds("\\d+ t\n\\dt\n\\ecoh\n\\! ls\n\\logon x\n\\include_relative f"),
        [
            CommandKind::Other,
            CommandKind::Other,
            CommandKind::Unknown,
            CommandKind::Shell,
            CommandKind::Connect,
            CommandKind::Include,
        ]
    );
}

#[test]
fn arguments_are_split_and_keep_their_variables() {
    assert_eq!(
        arguments("\\echo a 'b  c' \"d\"e :n 'it''s :n' '' x:'n'y 'it\\'s\\n' \"q\"\"r\""),
        [
            "a", "b  c", "de", "<:n>", "it's :n", "", "x<:'n'>y", "it's\n", "q\"r"
        ]
    );
    assert_eq!(
        arguments("\\set n :{?m} ::x :=y 1:2"),
        ["n", "<:{?m}>", ":<:x>", ":=y", "1<:2>"]
    );
    assert_eq!(arguments("\\set tab '\\x41\\101\\t'"), ["tab", "AA\t"]);
}

#[test]
fn variables_have_their_forms_and_places() {
    let text = "select :who, :'who', :\"who\", :{?who}, x::who, ':who', a[1:n] -- :who\n;";
    let script = read(text);
    let PieceKind::Sql(sql) = &script.pieces[0].kind else {
        unreachable!("it begins with SQL")
    };
    let found: Vec<(&str, &str, VariableForm)> = sql
        .variables
        .iter()
        .map(|variable| {
            (
                variable.span.of(text),
                variable.name.as_str(),
                variable.form,
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            (":who", "who", VariableForm::Plain),
            (":'who'", "who", VariableForm::Literal),
            (":\"who\"", "who", VariableForm::Name),
            (":{?who}", "who", VariableForm::IsSet),
            (":n", "n", VariableForm::Plain),
        ]
    );
}

#[test]
fn what_is_not_closed_goes_to_the_end() {
    let text = "\\echo a\nselect 1; select 'it; \\exit\n";
    let script = read(text);
    assert_eq!(
        script.mistake.as_ref().unwrap().span.of(text),
        "'it; \\exit"
    );
    assert_eq!(pieces(text).last().unwrap(), " select 'it; \\exit\n");
}

fn wrong(text: &str) -> Vec<(String, String)> {
    mistakes(&read(text), text)
        .into_iter()
        .map(|mistake| (mistake.span.of(text).to_owned(), mistake.sentence))
        .collect()
}

#[test]
fn blocks_and_labels_that_do_not_fit_are_found() {
    for (text, place, sentence) in [
        (
            "select 1;\n\\if :n = 1\n",
            "\\if :n = 1",
            "this `\\if` has no `\\endif`",
        ),
        ("\\endif\n", "\\endif", "this `\\endif` has no `\\if`"),
        ("\\else\n", "\\else", "this `\\else` has no `\\if`"),
        (
            "\\if a\n\\else\n\\elseif b\n\\endif",
            "\\elseif b",
            "this `\\elseif` stands behind the `\\else` of its `\\if`",
        ),
        (
            "\\goto end\n\\label ende\n",
            "\\goto end",
            "no label `end` stands behind this `\\goto`",
        ),
        (
            "\\label top\n\\goto top\n",
            "\\goto top",
            "no label `top` stands behind this `\\goto`",
        ),
        ("\\goto\n", "\\goto", "`\\goto` does not say where to"),
        ("\\ecoh hello\n", "\\ecoh", "RSQL has no command `\\ecoh`"),
        (
            "select 'it\n",
            "'it",
            "this string literal has no end (`'`)",
        ),
    ] {
        assert_eq!(
            wrong(text),
            [(place.to_owned(), sentence.to_owned())],
            "{text}"
        );
    }
    for text in [
        "\\if a\n\\if b\n\\endif\n\\elseif c\n\\else\n\\endif\n",
        "\\goto end\nselect 1;\n\\label end\n",
        "\\goto :where\n",
        // The other script may have it.
        "\\if :n = 1\n\\goto end\n\\i other.sql\n",
        "\\dt+\n\\dconfig\n\\frobnicate\n",
        "select '\\if'; -- \\endif\n",
    ] {
        assert_eq!(wrong(text), [], "{text}");
    }
}

/// What opens and closes something, and what may stand beside it.
const PIECES: &[&str] = &[
    "select",
    "drop table t",
    "a",
    "1",
    "'",
    "''",
    "\\",
    "\\\\",
    "\\if ",
    "\\set x ",
    "\\!",
    "\\echo ",
    "\"",
    "--",
    "/*",
    "*/",
    "$$",
    "$a$",
    "$1",
    "a$b$",
    "||",
    ";",
    ";",
    "\n",
    "\r\n",
    " ",
    "(",
    ")",
    "{{",
    "}}",
    ":",
    "::",
    ":p",
    ":'p'",
    ":\"p\"",
    ":{?p}",
    ":'p",
    ",",
    ".",
    "ä",
    "€",
    "\u{a0}",
    "\u{feff}",
    "e'",
    "1e",
];

fn text() -> impl Strategy<Value = String> {
    proptest::collection::vec(proptest::sample::select(PIECES), 0..24)
        .prop_map(|pieces| pieces.concat())
}

/// A text in which no command stands.
fn without_commands() -> impl Strategy<Value = String> {
    let pieces = PIECES.iter().copied();
    let pieces: Vec<&str> = pieces.filter(|one| !one.starts_with('\\')).collect();
    proptest::collection::vec(proptest::sample::select(pieces), 0..24)
        .prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn pieces_are_the_script(text in text()) {
        let script = read(&text);
        let mut behind = text.len() - text.trim_start_matches('\u{feff}').len();
        for piece in &script.pieces {
            prop_assert_eq!(piece.span.start as usize, behind);
            prop_assert!(piece.span.end > piece.span.start);
            behind = piece.span.end as usize;
            let inside = |span: Span| {
                span.start >= piece.span.start
                    && span.end <= piece.span.end
                    && text.get(span.start as usize..span.end as usize).is_some()
            };
            match &piece.kind {
                PieceKind::Sql(sql) => {
                    prop_assert!(sql.tokens.iter().all(|token| inside(token.span)));
                    for variable in &sql.variables {
                        prop_assert!(variable.span.of(&text).contains(variable.name.as_str()));
                    }
                }
                PieceKind::End => prop_assert_eq!(piece.span.of(&text), ";"),
                PieceKind::Command(command) => {
                    prop_assert!(inside(command.span) && inside(command.rest));
                    prop_assert!(command.arguments.iter().all(|argument| inside(argument.span)));
                    prop_assert!(!command.span.of(&text).contains('\n'));
                }
            }
        }
        prop_assert_eq!(behind, text.len());
        for mistake in mistakes(&script, &text) {
            prop_assert!(text.get(mistake.span.start as usize..mistake.span.end as usize).is_some());
        }
    }

    /// A script without commands has the statements of its tree.
    #[test]
    fn statements_are_those_of_the_tree(text in without_commands()) {
        let script = read(&text);
        prop_assert!(script.commands().next().is_none());
        // In `a:b$$` RSQL puts a variable in front of a body. To SQL alone it is a name behind a colon,
        // in which a dollar sign and a blank of another alphabet may stand.
        let tokens = script.pieces.iter().flat_map(|piece| match &piece.kind {
            PieceKind::Sql(sql) => sql.tokens.as_slice(),
            _ => &[],
        });
        let mut variables = tokens.filter(|token| token.kind == TokenKind::Parameter);
        let goes_on = |one: &Token| text[one.span.end as usize..].starts_with(['$', '\u{a0}', '\u{feff}']);
        if variables.any(goes_on) {
            return Ok(());
        }
        let mut statements = vec![None::<Span>];
        for piece in &script.pieces {
            match &piece.kind {
                PieceKind::End => statements.push(None),
                PieceKind::Sql(sql) => {
                    if let (Some(first), Some(last)) = (sql.tokens.first(), sql.tokens.last()) {
                        let span = first.span.to(last.span);
                        *statements.last_mut().unwrap() = Some(span);
                    }
                }
                PieceKind::Command(_) => {}
            }
        }
        let statements: Vec<Span> = statements.into_iter().flatten().collect();
        let parsed = parse(&text);
        prop_assert_eq!(script.mistake.is_some(), parsed.unread.is_some());
        if parsed.unread.is_some() {
            return Ok(());
        }
        let expected: Vec<Span> = parsed.statements.iter().map(|one| one.span).collect();
        prop_assert_eq!(statements, expected);
    }
}
