//! A text, cut into its statements.

use std::sync::Arc;

use redshift_sql::token::{Token, TokenKind};

use crate::diagnostic::{Code, Diagnostic};
use crate::source::{SourceFile, Span};

/// One statement of a text.
#[derive(Debug, Clone)]
pub struct StatementOfText {
    /// Where it stands in the text.
    pub span: Span,
    /// What is sent: the statement without its semicolon.
    pub text: String,
    /// Its tokens; their places count in the text that it stands in.
    pub tokens: Vec<Token>,
    /// Its first words, as the warehouse would name it: `CREATE TABLE`, `INSERT`.
    pub verb: String,
    /// Names of the parameters that it mentions, each once.
    pub parameters: Vec<String>,
    /// Whether it may change what the catalog says.
    pub changes_catalog: bool,
}

/// The statements of a text, in order. One that does not parse is one, too: the warehouse says why.
///
/// # Errors
/// Something in the text has no end.
pub fn statements(source: &Arc<SourceFile>) -> Result<Vec<StatementOfText>, Diagnostic> {
    let script = redshift_sql::parse(source.text());
    if script.unread.is_some()
        && let Some(mistake) = script.mistakes.last()
    {
        let diagnostic = Diagnostic::error(Code::StatementFailed, mistake.sentence.clone()).at(
            source,
            mistake.span.into(),
            "",
        );
        return Err(match &mistake.help {
            Some(help) => diagnostic.help(help.clone()),
            None => diagnostic.help("close it; nothing was run"),
        });
    }
    let statements = script.statements.iter().map(|statement| {
        let within = |token: &&Token| {
            token.kind != TokenKind::End
                && token.span.start >= statement.span.start
                && token.span.end <= statement.span.end
        };
        let tokens: Vec<Token> = script.tokens.iter().filter(within).copied().collect();
        let verb = verb(source.text(), &tokens);
        StatementOfText {
            span: statement.span.into(),
            text: statement.span.of(source.text()).to_owned(),
            parameters: parameters(source.text(), &tokens),
            changes_catalog: changes_catalog(source.text(), &tokens, &verb),
            verb,
            tokens,
        }
    });
    Ok(statements.collect())
}

/// Whether what somebody has typed can be run: nothing in it is open, and a semicolon ends it.
#[must_use]
pub fn is_complete(text: &str) -> bool {
    let lexed = redshift_sql::lexer::lex(text);
    if lexed.mistake.is_some() {
        return false;
    }
    let mut tokens = lexed.tokens.iter().rev();
    let last = tokens.find(|token| token.kind != TokenKind::End);
    // Comments alone are nothing to wait for.
    last.is_none_or(|token| token.kind == TokenKind::Semicolon)
}

fn verb(source: &str, tokens: &[Token]) -> String {
    const PASSED_OVER: [&str; 8] = [
        "OR",
        "REPLACE",
        "TEMP",
        "TEMPORARY",
        "LOCAL",
        "EXTERNAL",
        "MATERIALIZED",
        "UNIQUE",
    ];
    let words = tokens.iter().map_while(|token| match token.kind {
        TokenKind::Word(_) => Some(token.span.of(source).to_uppercase()),
        _ => None,
    });
    let mut words = words.filter(|word| !PASSED_OVER.contains(&word.as_str()));
    let Some(first) = words.next() else {
        return "OK".to_owned();
    };
    match first.as_str() {
        "CREATE" | "DROP" | "ALTER" | "REFRESH" => match words.next() {
            Some(object) => format!("{first} {object}"),
            None => first,
        },
        _ => first,
    }
}

fn changes_catalog(source: &str, tokens: &[Token], verb: &str) -> bool {
    match verb.split(' ').next().unwrap_or_default() {
        "CREATE" | "DROP" | "ALTER" | "CALL" | "ROLLBACK" => true,
        "SELECT" | "WITH" => tokens
            .iter()
            .any(|token| token.span.of(source).eq_ignore_ascii_case("into")),
        _ => false,
    }
}

fn parameters(source: &str, tokens: &[Token]) -> Vec<String> {
    let mut names = Vec::new();
    for token in tokens {
        if token.kind == TokenKind::Parameter {
            let name = token.span.of(source).trim_start_matches(':').to_owned();
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    names
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests may stop")]

    use super::*;

    fn verbs(text: &str) -> Vec<String> {
        let source = SourceFile::new("sql", text.as_bytes().to_vec());
        let found = statements(&source).unwrap();
        found.into_iter().map(|statement| statement.verb).collect()
    }

    #[test]
    fn statements_are_named_as_the_warehouse_names_them() {
        assert_eq!(
            verbs(
                "create or replace procedure p() as $$ begin a; end; $$ language plpgsql; insert into t values (1);; selct 1; create temp table t (a int); with a as (select 1) select * from a"
            ),
            [
                "CREATE PROCEDURE",
                "INSERT",
                "SELCT",
                "CREATE TABLE",
                "WITH"
            ]
        );
    }

    #[test]
    fn a_text_is_complete_with_its_last_semicolon() {
        for text in [
            "select 1;",
            "select ';';  -- done",
            "-- nothing",
            "",
            "select 1; selct;",
        ] {
            assert!(is_complete(text), "{text}");
        }
        for text in [
            "select 1",
            "select ';",
            "select $$ ;",
            "select 1; select 2",
            "/* ;",
        ] {
            assert!(!is_complete(text), "{text}");
        }
    }

    #[test]
    fn what_has_no_end_runs_nothing() {
        let source = SourceFile::new("sql", b"select 1; select 'a".to_vec());
        let mistake = statements(&source).unwrap_err();
        assert_eq!(
            mistake
                .primary()
                .and_then(|label| label.span)
                .unwrap()
                .start,
            17
        );
    }
}
