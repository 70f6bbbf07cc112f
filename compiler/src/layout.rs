//! SQL files in one layout, and what is said about what stays as it is. Pure: texts in, texts out.
//!
//! [`redshift_sql::format`] does the work; here its answer becomes diagnostics with places.

use std::sync::Arc;

use redshift_sql::token::TokenKind;
use redshift_sql::{MistakeKind, Span as Place};

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::source::{SourceFile, Span};

/// A script in the one layout.
#[derive(Debug)]
pub struct FormattedScript {
    /// Its text; as it was where nothing may be changed.
    pub text: String,
    /// Warnings: statements that stay as they are because they cannot be read.
    pub diagnostics: Diagnostics,
}

/// Lays a file out.
///
/// Statements that cannot be read stay byte for byte, and a warning tells where and why.
#[must_use]
pub fn lay_out(file: &Arc<SourceFile>) -> FormattedScript {
    let text = file.text();
    let formatted = redshift_sql::format::format(text);
    let mut diagnostics = Diagnostics::new();
    if formatted.unsafe_layout {
        diagnostics.push(
            Diagnostic::warning(
                Code::LayoutLeft,
                "this file stays as it is, because its layout would have changed what it means",
            )
            .in_file(file)
            .help("this is a mistake of sfc: please report it together with the file"),
        );
    }
    if !formatted.left.is_empty() {
        for mistake in redshift_sql::parse(text).mistakes {
            let subject = match mistake.kind {
                MistakeKind::Unclosed => "this file stays as it is",
                _ => "this statement stays as it is",
            };
            let sentence = format!("{subject}: {}", mistake.sentence);
            let warning = Diagnostic::warning(Code::LayoutLeft, sentence);
            let help = mistake.help.as_deref();
            let help = help.unwrap_or("correct it, and lay the file out again");
            diagnostics.push(warning.at(file, span(mistake.span), "").help(help));
        }
    }
    FormattedScript {
        text: formatted.text,
        diagnostics,
    }
}

/// Whether a text holds commands of RSQL: words behind a backslash, outside of literals and comments.
#[must_use]
pub fn is_rsql(text: &str) -> bool {
    let mut behind = None;
    let lexed = redshift_sql::lexer::lex(text);
    lexed.tokens.iter().any(|token| {
        let gap = Place::new(behind.unwrap_or(0), token.span.start).of(text);
        let begins_line = behind.is_none() || gap.contains('\n');
        behind = Some(token.span.end);
        token.kind == TokenKind::Unknown && token.span.of(text) == "\\" && begins_line
    })
}

/// The part of a text that differs from another one, in whole lines, and what stands there in the other.
#[must_use]
pub fn change<'t>(before: &str, after: &'t str) -> Option<(Span, &'t str)> {
    if before == after {
        return None;
    }
    let same = |old: &mut dyn Iterator<Item = &str>, new: &mut dyn Iterator<Item = &'t str>| {
        let pairs = old.zip(new);
        let same = pairs.take_while(|(old, new)| old == new);
        same.map(|(old, _)| old.len()).sum::<usize>()
    };
    let start = same(
        &mut before.split_inclusive('\n'),
        &mut after.split_inclusive('\n'),
    );
    let (old, new) = (before.get(start..)?, after.get(start..)?);
    let end = same(
        &mut old.split_inclusive('\n').rev(),
        &mut new.split_inclusive('\n').rev(),
    );
    let span = Span::new(start, before.len() - end);
    Some((span, after.get(start..after.len() - end)?))
}

fn span(place: Place) -> Span {
    Span::new(place.start as usize, place.end as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_the_lines_between_those_that_stay() {
        let made = |before: &str, after: &'static str| {
            change(before, after).map(|(span, text)| (span.start, span.end, text))
        };
        assert_eq!(made("a\nb\n", "a\nb\n"), None);
        assert_eq!(made("a\nb\nc\n", "a\nB\nc\n"), Some((2, 4, "B\n")));
        assert_eq!(made("a\na\n", "a\n"), Some((2, 4, "")));
        assert_eq!(made("a\n", "a\na\n"), Some((2, 2, "a\n")));
        assert_eq!(made("a", "a\n"), Some((0, 1, "a\n")));
        assert_eq!(made("", "a\n"), Some((0, 0, "a\n")));
    }

    #[test]
    fn commands_of_rsql() {
        assert!(is_rsql("select 1;\n  \\if :x\nselect 2;\n"));
        assert!(is_rsql("\u{feff}\\set x 1\n"));
        assert!(!is_rsql("select '\n\\if';\n-- \n-- \\if\n"));
    }

    #[test]
    fn what_stays_is_said_with_its_place() {
        let file = SourceFile::new("a.sql", "SELECT 1;\nselct  2;\nselect  3;".into());
        let layout = lay_out(&file);
        assert_eq!(layout.text, "select 1;\nselct  2;\nselect 3;\n");
        let warnings: Vec<&Diagnostic> = layout.diagnostics.iter().collect();
        let [warning] = warnings[..] else {
            panic!("{warnings:?}")
        };
        let place = warning.primary().and_then(|label| label.span);
        assert_eq!(place, Some(Span::new(10, 15)));
        assert!(
            warning
                .message
                .starts_with("this statement stays as it is: ")
        );
    }
}
