//! Diagnostics for people: the lines of the file, with the text underlined.

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use super::{Diagnostic, Diagnostics, Gravity, Label};
use crate::source::SourceFile;
use std::sync::Arc;

/// Most diagnostics shown in full; the rest are counted. JSON has more of them.
const SHOWN: usize = 200;

/// Lines between two places of one file from which on they are shown as two excerpts.
const APART: usize = 12;

/// Longest excerpt of one line, in bytes: a spec in JSON may be one line of megabytes.
const LINE: usize = 20_000;

/// All of them, with a closing line that counts them; empty if there are none.
pub fn render(diagnostics: &Diagnostics, colours: bool) -> String {
    let renderer = if colours {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let mut text = String::new();
    for diagnostic in diagnostics.iter().take(SHOWN) {
        text.push_str(&one(&renderer, diagnostic));
        text.push_str("\n\n");
    }
    let kept = diagnostics.iter().len();
    let more = kept.saturating_sub(SHOWN) + diagnostics.omitted();
    if more > 0 {
        let shown = match diagnostics.omitted() {
            0 => "all of them".to_owned(),
            _ => format!("the first {kept}"),
        };
        text.push_str(&format!(
            "… and {more} more; `--format json` shows {shown}\n\n"
        ));
    }
    text.push_str(&count(diagnostics));
    text
}

/// "2 errors, 1 warning" on a line of its own; empty if there is nothing to count.
fn count(diagnostics: &Diagnostics) -> String {
    let one = |number: usize, word: &str| match number {
        0 => None,
        1 => Some(format!("1 {word}")),
        _ => Some(format!("{number} {word}s")),
    };
    let parts: Vec<String> = [
        one(diagnostics.errors(), "error"),
        one(diagnostics.warnings(), "warning"),
    ]
    .into_iter()
    .flatten()
    .collect();
    if parts.is_empty() {
        return String::new();
    }
    format!("{}\n", parts.join(", "))
}

fn one(renderer: &Renderer, diagnostic: &Diagnostic) -> String {
    let level = match diagnostic.severity {
        Gravity::Error => Level::ERROR,
        Gravity::Warning => Level::WARNING,
    };
    let mut group = Group::with_title(
        level
            .primary_title(diagnostic.message.as_str())
            .id(diagnostic.code.as_str()),
    );
    for excerpt in excerpts(&diagnostic.labels) {
        group = match excerpt {
            Excerpt::File(path) => group.element(Origin::path(path)),
            Excerpt::Lines(snippet) => group.element(snippet),
        };
    }
    for note in &diagnostic.notes {
        group = group.element(Level::NOTE.message(note.as_str()));
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    renderer.render(&[group])
}

enum Excerpt<'a> {
    File(&'a str),
    Lines(Snippet<'a, annotate_snippets::Annotation<'a>>),
}

/// One excerpt for labels that lie near each other, in the order of the first of each.
fn excerpts(labels: &[Label]) -> Vec<Excerpt<'_>> {
    struct Near<'a> {
        file: &'a Arc<SourceFile>,
        first: usize,
        last: usize,
        labels: Vec<&'a Label>,
    }
    let mut whole = Vec::new();
    let mut near: Vec<Near<'_>> = Vec::new();
    for label in labels {
        let Some(span) = label.span else {
            whole.push(Excerpt::File(label.file.path()));
            continue;
        };
        let first = label.file.line(span.start);
        let last = label.file.line(span.end.saturating_sub(1).max(span.start));
        let known = near.iter_mut().find(|known| {
            Arc::ptr_eq(known.file, &label.file)
                && first <= known.last + APART
                && last + APART >= known.first
        });
        match known {
            Some(known) => {
                known.first = known.first.min(first);
                known.last = known.last.max(last);
                known.labels.push(label);
            }
            None => near.push(Near {
                file: &label.file,
                first,
                last,
                labels: vec![label],
            }),
        }
    }
    let lines = near
        .into_iter()
        .map(|near| Excerpt::Lines(excerpt(near.file, near.first, near.last, &near.labels)));
    whole.into_iter().chain(lines).collect()
}

fn excerpt<'a>(
    file: &'a SourceFile,
    first: usize,
    last: usize,
    labels: &[&'a Label],
) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    let text = file.text();
    let mut start = file.line_start(first);
    let mut end = file.line_start(last + 1);
    let spans = labels.iter().filter_map(|label| label.span);
    // A line too long to show is cut around the first place.
    if end - start > LINE
        && let Some(place) = spans.clone().min()
    {
        start = boundary(text, start.max(place.start.saturating_sub(LINE / 4)));
        end = boundary(text, end.min(place.start + LINE / 2));
    }
    let shown = text.get(start..end).unwrap_or_default();
    let annotations = labels.iter().filter_map(|label| {
        let span = label.span?;
        let clamp = |offset: usize| boundary(text, offset.clamp(start, end)) - start;
        let kind = if label.primary {
            AnnotationKind::Primary
        } else {
            AnnotationKind::Context
        };
        let annotation = kind.span(clamp(span.start)..clamp(span.end));
        Some(if label.text.is_empty() {
            annotation
        } else {
            annotation.label(label.text.as_str())
        })
    });
    Snippet::source(shown)
        .path(file.path())
        .line_start(first)
        .annotations(annotations)
}

/// The last boundary between characters that is not behind `offset`.
fn boundary(text: &str, offset: usize) -> usize {
    let mut at = offset.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
