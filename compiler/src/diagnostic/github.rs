//! Diagnostics as GitHub's workflow commands, which it shows beside the lines of a pull request.

use std::fmt::Write as _;

use super::{Diagnostic, Diagnostics};

/// One `::error …::…` or `::warning …::…` a line.
pub fn render(diagnostics: &Diagnostics) -> String {
    let mut text = String::new();
    for diagnostic in diagnostics {
        one(&mut text, diagnostic);
    }
    let omitted = diagnostics.omitted();
    if omitted > 0 {
        let _ = writeln!(text, "::notice ::{omitted} more are not shown");
    }
    text
}

fn one(text: &mut String, diagnostic: &Diagnostic) {
    let mut properties = String::new();
    if let Some(label) = diagnostic.primary() {
        let _ = write!(properties, "file={},", property(label.file.path()));
        if let Some(span) = label.span {
            let start = label.file.position(span.start);
            let end = label.file.position(span.end);
            let _ = write!(properties, "line={},endLine={},", start.line, end.line);
            // GitHub takes columns only for a place within one line.
            if start.line == end.line {
                let last = end.column.saturating_sub(1).max(start.column);
                let _ = write!(properties, "col={},endColumn={last},", start.column);
            }
        }
    }
    let mut message = diagnostic.message.clone();
    // An annotation stands at one place only.
    for label in diagnostic.others() {
        let _ = write!(message, "\n{}", label.in_words());
    }
    for note in &diagnostic.notes {
        let _ = write!(message, "\nnote: {note}");
    }
    if let Some(help) = &diagnostic.help {
        let _ = write!(message, "\nhelp: {help}");
    }
    let _ = writeln!(
        text,
        "::{} {properties}title={}::{}",
        diagnostic.severity.word(),
        diagnostic.code,
        data(&message),
    );
}

fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
