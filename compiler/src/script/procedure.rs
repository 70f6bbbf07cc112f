//! Stored procedures, as far as they commit: which are made, and which are called.

use super::tokens::{Kind, Token, read};
use super::words::{begin_with, solid};
use crate::source::Span;

/// A procedure that a statement makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Procedure {
    /// Its name in lower case, with its schema unless that is `public`.
    pub name: String,
    /// Place of its first TRUNCATE.
    pub truncate: Option<Span>,
    /// Whether its body has more than one statement.
    pub several: bool,
    /// Names of the procedures that it calls.
    pub calls: Vec<String>,
}

/// A procedure that a statement calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Its name, as [`Procedure::name`] has it.
    pub name: String,
    /// Place of CALL and the name.
    pub span: Span,
}

/// The procedure that this statement makes, if its body stands between dollar signs.
pub(super) fn made(text: &str, tokens: &[Token]) -> Option<Procedure> {
    let tokens = solid(tokens);
    let beginnings: [&[&str]; 2] = [
        &["create", "procedure"],
        &["create", "or", "replace", "procedure"],
    ];
    let words = beginnings.iter().find(|words| begin_with(&tokens, words))?;
    let (name, _) = name(tokens.get(words.len()..)?)?;
    let body = tokens.iter().find(|token| token.kind == Kind::Body)?.span;
    let source = text.get(body.start..body.end)?;
    let tag = source.get(1..)?.find('$')? + 2;
    let inside = source.get(tag..source.len().checked_sub(tag)?)?;
    let inner = read(inside).ok()?;
    let inner = solid(&inner);
    let place = |token: &Token| token.span.shifted(body.start + tag);
    let mut procedure = Procedure {
        name,
        truncate: None,
        several: inner
            .iter()
            .filter(|token| token.kind == Kind::SemiColon)
            .count()
            > 2,
        calls: Vec::new(),
    };
    for (at, token) in inner.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|before| inner.get(before));
        let begins = before.is_none_or(|before| {
            before.kind == Kind::SemiColon
                || ["begin", "then", "else", "loop"]
                    .iter()
                    .any(|word| before.is(word))
        });
        // TRUNCATE may be dynamic, COMMIT may not (AWS page: `Managing transactions`).
        let dynamic = token.is_literal()
            && before.is_some_and(|before| before.is("execute"))
            && inside
                .get(token.span.start..token.span.end)
                .is_some_and(|text| text.to_lowercase().contains("truncate"));
        if (begins && token.is("truncate")) || dynamic {
            procedure.truncate.get_or_insert(place(token));
        }
        if begins
            && token.is("call")
            && let Some((called, _)) = self::name(inner.get(at + 1..).unwrap_or_default())
        {
            procedure.calls.push(called);
        }
    }
    Some(procedure)
}

/// The procedure that this statement calls.
pub(super) fn called(tokens: &[Token]) -> Option<Call> {
    let tokens = solid(tokens);
    let call = *tokens.first().filter(|token| token.is("call"))?;
    let (name, end) = name(tokens.get(1..)?)?;
    Some(Call {
        name,
        span: Span::new(call.span.start, end),
    })
}

/// The name that tokens begin with, and where it ends.
fn name(tokens: &[&Token]) -> Option<(String, usize)> {
    let part = |token: &Token| match &token.kind {
        Kind::Word(word) | Kind::Quoted(word) => Some(word.to_lowercase()),
        _ => None,
    };
    let mut parts = vec![part(tokens.first()?)?];
    let mut end = tokens.first()?.span.end;
    let mut rest = tokens.get(1..)?;
    while let [dot, next, ..] = rest
        && dot.kind == Kind::Period
        && let Some(next_part) = part(next)
    {
        parts.push(next_part);
        end = next.span.end;
        rest = rest.get(2..)?;
    }
    if parts.len() == 2 && parts.first().is_some_and(|schema| schema == "public") {
        parts.remove(0);
    }
    Some((parts.join("."), end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn procedures_that_truncate() {
        let made = |body: &str| {
            let sql = format!(
                "create or replace procedure Public.P(a int) as $x$ {body} $x$ language plpgsql"
            );
            let procedure = super::made(&sql, &read(&sql).unwrap()).unwrap();
            assert_eq!(procedure.name, "p");
            let place = procedure
                .truncate
                .map(|span| sql[span.start..span.end].to_owned());
            (place, procedure.several, procedure.calls)
        };
        assert_eq!(
            made("begin truncate t; end;"),
            (Some("truncate".into()), false, vec![])
        );
        assert_eq!(
            made("begin -- truncate\n insert into t select 1; if a then TRUNCATE t; end if; end"),
            (Some("TRUNCATE".into()), true, vec![])
        );
        assert_eq!(
            made("begin execute 'truncate ' || t; end;"),
            (Some("'truncate '".into()), false, vec![])
        );
        assert_eq!(
            made("begin call s.q(1); end;"),
            (None, false, vec!["s.q".into()])
        );
    }
}
