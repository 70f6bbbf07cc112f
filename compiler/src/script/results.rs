//! Statements that return rows, and those whose effect ends with the session.

use super::tokens::{Kind, Token};
use super::words::{Keywords, beginning, keywords, solid};

/// The words for which a statement returns rows.
pub(super) fn returns(tokens: &[Token]) -> Option<Keywords> {
    let tokens = solid(tokens);
    let first = *tokens.first()?;
    if first.kind == Kind::LParen {
        let select = tokens.iter().find(|token| token.kind != Kind::LParen)?;
        return (select.is("select") || select.is("with"))
            .then(|| keywords(&[select]))
            .flatten();
    }
    if let Some(found) = beginning(&tokens, &[&["show"], &["explain"], &["values"], &["fetch"]]) {
        return Some(found);
    }
    if !(first.is("select") || first.is("with")) {
        return None;
    }
    // Outside of all parentheses stands what the statement itself does.
    let mut depth = 0_usize;
    let elsewhere = ["into", "insert", "update", "delete", "merge"];
    for (at, token) in tokens.iter().enumerate() {
        match token.kind {
            Kind::LParen => depth += 1,
            Kind::RParen => depth = depth.saturating_sub(1),
            _ if depth > 0 => {}
            _ => {
                let verb = elsewhere.iter().any(|word| token.is(word));
                let path = tokens
                    .get(at.wrapping_sub(1))
                    .is_some_and(|before| before.kind == Kind::Period || before.is("as"));
                if verb && !path {
                    return None;
                }
            }
        }
    }
    keywords(&[first])
}

/// The words of a statement that only changes its session (AWS pages: `SET`, `RESET`, `PREPARE`,
/// `DECLARE`).
pub(super) fn of_session(tokens: &[Token]) -> Option<Keywords> {
    beginning(
        &solid(tokens),
        &[
            &["set"],
            &["reset"],
            &["prepare"],
            &["deallocate"],
            &["declare"],
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::script::tokens::read;

    #[test]
    fn queries_return_rows() {
        for sql in [
            "select 1",
            "with a as (select 1) select * from a",
            "((select 1) union (select 2))",
            "show tables",
            "explain select 1",
            "select x.into as delete from t",
        ] {
            assert!(returns(&read(sql).unwrap()).is_some(), "{sql}");
        }
        for sql in [
            "select 1 as a into t",
            "with a as (select 1) insert into t select * from a",
            "insert into t select 1",
            "create table t as select 1",
            "call p()",
        ] {
            assert_eq!(returns(&read(sql).unwrap()), None, "{sql}");
        }
    }
}
