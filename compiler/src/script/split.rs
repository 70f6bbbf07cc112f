//! A script to its statements, each with the comments about it.

use redshift_sql::token::Token;
use redshift_sql::tree;

use crate::source::Span;

/// One statement: from its first comment or word to its last word.
pub(super) struct StatementPiece<'a> {
    pub tree: &'a tree::Statement,
    pub tokens: &'a [Token],
    pub span: Span,
}

/// The statements of a script, in order.
///
/// What lies between them is white space, semicolons and comments only. A comment in front of a
/// statement belongs to it, unless it ends the line of the statement before; one behind it does not.
pub(super) fn pieces<'a>(
    text: &'a str,
    parsed: &'a redshift_sql::Script,
) -> impl Iterator<Item = StatementPiece<'a>> {
    parsed.statements.iter().map(move |tree| {
        let tokens = parsed.tokens.as_slice();
        let first = tokens.partition_point(|token| token.span.start < tree.span.start);
        let behind = tokens.partition_point(|token| token.span.start < tree.span.end);
        // In front of a statement stands the semicolon of another one, or nothing.
        let semicolon = first.checked_sub(1).and_then(|at| tokens.get(at));
        let semicolon = semicolon.map(|semicolon| semicolon.span.end);
        let start = comment(text, parsed, semicolon, tree.span.start).unwrap_or(tree.span.start);
        StatementPiece {
            tree,
            tokens: tokens.get(first..behind).unwrap_or_default(),
            span: redshift_sql::Span::new(start, tree.span.end).into(),
        }
    })
}

/// Where the first comment begins that belongs to the statement at a place.
fn comment(
    text: &str,
    parsed: &redshift_sql::Script,
    semicolon: Option<u32>,
    statement: u32,
) -> Option<u32> {
    let from = match semicolon {
        None => 0,
        Some(semicolon) => {
            let gap = redshift_sql::Span::new(semicolon, statement).of(text);
            let line = u32::try_from(gap.find(['\n', '\r'])?).ok()?;
            semicolon + line
        }
    };
    let comments = parsed.comments.as_slice();
    let first = comments.partition_point(|comment| comment.start < from);
    let comment = comments.get(first)?;
    (comment.start < statement).then_some(comment.start)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statements(text: &str) -> Vec<&str> {
        let parsed = redshift_sql::parse(text);
        pieces(text, &parsed)
            .map(|piece| &text[piece.span.start..piece.span.end])
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
        assert_eq!(
            statements("/* a */ select 1; /* b\n b */ /* c */ select 2; /* d */ select 3"),
            ["/* a */ select 1", "/* c */ select 2", "select 3"]
        );
        assert_eq!(
            statements("select 1; -- b\r/* c */ selct 2 /* d */ 3 -- e"),
            ["select 1", "/* c */ selct 2 /* d */ 3"]
        );
    }
}
