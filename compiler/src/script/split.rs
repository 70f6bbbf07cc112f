//! A script to its statements.

use super::tokens::{Kind, Token, Unreadable, read};
use crate::source::Span;

/// The tokens of one statement: from its first comment or word to its last word.
pub(super) struct Piece<'a> {
    pub tokens: &'a [Token],
    pub span: Span,
}

/// The places of a script's statements, in order.
///
/// What lies between them is white space, semicolons and comments only. A comment in front of a
/// statement belongs to it, unless it ends the line of the statement before; one behind it does not.
pub fn split(text: &str) -> Result<Vec<Span>, Unreadable> {
    let tokens = read(text)?;
    Ok(pieces(&tokens).map(|piece| piece.span).collect())
}

pub(super) fn pieces(tokens: &[Token]) -> impl Iterator<Item = Piece<'_>> {
    tokens
        .split(|token| token.kind == Kind::SemiColon)
        .enumerate()
        .filter_map(|(index, tokens)| piece(tokens, index > 0))
}

fn piece(tokens: &[Token], follows_another: bool) -> Option<Piece<'_>> {
    let last = tokens.iter().rposition(|token| !token.is_blank())?;
    let mut rest_of_line = follows_another;
    let first = tokens.iter().position(|token| {
        let starts = !token.is_blank() || (token.is_comment() && !rest_of_line);
        rest_of_line &= !ends_line(token);
        starts
    })?;
    let tokens = tokens.get(first..=last)?;
    let span = Span::new(tokens.first()?.span.start, tokens.last()?.span.end);
    Some(Piece { tokens, span })
}

/// Whether a new line starts in or behind a blank token.
fn ends_line(token: &Token) -> bool {
    matches!(
        token.kind,
        Kind::Blank {
            ends_line: true,
            ..
        }
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statements(text: &str) -> Vec<&str> {
        let spans = split(text).unwrap();
        spans
            .iter()
            .map(|span| &text[span.start..span.end])
            .collect()
    }

    #[test]
    fn splits_at_semicolons_outside_of_everything() {
        assert_eq!(
            statements("select ';' ; /* ; */ select 2 -- ;\n ;; \n-- end"),
            ["select ';'", "select 2"]
        );
        assert_eq!(
            statements("create procedure p() as $$ begin a; b; end; $$ language plpgsql; call p()"),
            [
                "create procedure p() as $$ begin a; b; end; $$ language plpgsql",
                "call p()"
            ]
        );
        assert_eq!(
            statements("select 'it''s \\' ; still'; select 'ä€';"),
            ["select 'it''s \\' ; still'", "select 'ä€'"]
        );
    }

    #[test]
    fn a_comment_belongs_to_the_statement_below_it() {
        assert_eq!(
            statements("-- one\nselect 1; -- about one\n-- two\nselect 2 -- end\n;"),
            ["-- one\nselect 1", "-- two\nselect 2"]
        );
    }

    #[test]
    fn what_has_no_end_is_shown_where_it_starts() {
        let problem = split("select 1;\nselect 'open").unwrap_err();
        assert_eq!(problem.span, Span::new(17, 22));
        assert!(problem.message.contains("no end"));
        assert!(split("select /* open").is_err());
        assert!(split("select $$ open").is_err());
    }
}
