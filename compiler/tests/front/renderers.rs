//! One diagnostic, three renderers.

use insta::assert_snapshot;
use sfc::diagnostic::{Code, Diagnostic, Diagnostics, github, human, json};
use sfc::source::{SourceFile, Span};

use crate::folder::steps;

#[test]
fn json_and_github() {
    let folder = steps(
        "limits: { run: 1h }\nsteps:\n  a: { sql: a.sql, limit: 2h }\n  b: { sql: b.sql, after: c }\n",
    );
    let (_, diagnostics) = folder.compile();
    assert_snapshot!("json", json::render(&diagnostics));
    assert_snapshot!("github", github::render(&diagnostics));
}

#[test]
fn nothing_is_shown_of_nothing() {
    let none = Diagnostics::new();
    assert_eq!(human::render(&none, true), "");
    assert_eq!(github::render(&none), "");
}

#[test]
fn what_a_file_says_cannot_command_the_terminal_or_github() {
    let file = SourceFile::new("a,b:c%.yaml", b"na\x1b[31mme: 1\n".to_vec());
    let diagnostic = Diagnostic::error(Code::UnknownField, "no field `\x1b[31mx`\n::error::y").at(
        &file,
        Span::new(0, 4),
        "",
    );
    let diagnostics: Diagnostics = std::iter::once(diagnostic).collect();
    assert!(!human::render(&diagnostics, false).contains('\x1b'));
    assert_snapshot!(
        "github_escapes",
        github::render(&diagnostics).replace('\x1b', "<esc>")
    );
}

#[test]
fn colours_only_when_told_so() {
    let (_, diagnostics) = steps("steps: {}\n").compile();
    assert!(human::render(&diagnostics, true).contains("\x1b["));
    assert!(!human::render(&diagnostics, false).contains("\x1b["));
}

#[test]
fn thousands_are_counted_and_not_shown() {
    let mut text = "steps:\n".to_owned();
    for index in 0..3_000 {
        text.push_str(&format!("  s{index}: {{ sql: missing.sql, aftr: x }}\n"));
    }
    let shown = steps(&text).shown();
    assert!(
        shown.contains("… and 5800 more"),
        "{}",
        &shown[shown.len() - 200..]
    );
    assert!(shown.ends_with("6000 errors\n"));
}
