//! What is wrong with somebody's input, where, and what to do about it.
//!
//! One type for every phase; [`human`], [`json`] and [`github`] show it. Phases collect all that
//! they find: a warning travels beside the result, errors travel together.

mod codes;
pub mod github;
pub mod human;
pub mod json;
mod nearest;
pub mod run_errors;

use std::sync::Arc;

use strum::IntoStaticStr;

pub use codes::Code;
pub use nearest::Nearest;

use crate::source::{Position, SourceFile, Span};

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum Gravity {
    /// Nothing is written, deployed or run.
    Error,
    /// The pipeline works, but perhaps not as its author thinks.
    Warning,
}

impl Gravity {
    /// The word that all renderers use.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// A place in a file, and what is to be said about it.
#[derive(Debug, Clone)]
pub struct Label {
    /// The file that the label is in.
    pub file: Arc<SourceFile>,
    /// The part to underline; absent: the file as a whole.
    pub span: Option<Span>,
    /// Words beside the underlined text; may be empty.
    pub text: String,
    /// Whether this is the place itself, not one that explains it.
    pub primary: bool,
}

/// Longest line of a file that a place is shown with in words, in characters.
const LINE: usize = 400;

impl Label {
    /// Line and column of what is underlined; none of a file as a whole.
    pub fn position(&self) -> Option<Position> {
        self.span.map(|span| self.file.position(span.start))
    }

    /// The line that the underlined text begins on, the beginning of a very long one; none of a file as a
    /// whole.
    pub fn source(&self) -> Option<String> {
        let line = self.position()?.line;
        let all = Span::new(self.file.line_start(line), self.file.line_start(line + 1));
        let all = self.file.slice(all).trim_end();
        let mut shown: String = all.chars().take(LINE).collect();
        if shown.len() < all.len() {
            shown.push('…');
        }
        Some(shown)
    }

    /// The place for those who see no underlined text: `sql/load.sql:12:8: this writes it last`, and the
    /// line below.
    pub fn in_words(&self) -> String {
        let mut words = self.file.path().to_owned();
        if let Some(position) = self.position() {
            words.push_str(&format!(":{}:{}", position.line, position.column));
        }
        if !self.text.is_empty() {
            words.push_str(": ");
            words.push_str(&self.text);
        }
        if let Some(source) = self.source() {
            words.push_str("\n    ");
            words.push_str(source.trim_start());
        }
        words
    }
}

/// One mistake or one doubt.
#[derive(Debug, Clone)]
pub struct Diagnostic {
    /// Its code, which has a page of its own.
    pub code: Code,
    /// How bad it is.
    pub severity: Gravity,
    /// One sentence in lower case, without a full stop.
    pub message: String,
    /// Where; the first primary one counts as its position.
    pub labels: Vec<Label>,
    /// What to do, as one sentence; none where nothing helps.
    pub help: Option<String>,
    /// What else is good to know.
    pub notes: Vec<String>,
}

impl Diagnostic {
    /// An error with this code, without a place so far.
    pub fn error(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Gravity::Error,
            message: message.into(),
            labels: Vec::new(),
            help: None,
            notes: Vec::new(),
        }
    }

    /// A warning with this code, without a place so far.
    pub fn warning(code: Code, message: impl Into<String>) -> Self {
        Self {
            severity: Gravity::Warning,
            ..Self::error(code, message)
        }
    }

    /// Adds the place that is wrong.
    #[must_use]
    pub fn at(self, file: &Arc<SourceFile>, span: Span, text: impl Into<String>) -> Self {
        self.label(file, Some(span), text, true)
    }

    /// Adds a file that is wrong as a whole.
    #[must_use]
    pub fn in_file(self, file: &Arc<SourceFile>) -> Self {
        self.label(file, None, "", true)
    }

    /// Adds a place that explains the first.
    #[must_use]
    pub fn also(self, file: &Arc<SourceFile>, span: Span, text: impl Into<String>) -> Self {
        self.label(file, Some(span), text, false)
    }

    fn label(
        mut self,
        file: &Arc<SourceFile>,
        span: Option<Span>,
        text: impl Into<String>,
        primary: bool,
    ) -> Self {
        let (file, span) = file.place(span);
        self.labels.push(Label {
            file,
            span,
            text: text.into(),
            primary,
        });
        self
    }

    /// Sets what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds what else is good to know.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// The first primary label.
    pub fn primary(&self) -> Option<&Label> {
        self.labels.iter().find(|label| label.primary)
    }

    /// All labels but [`Self::primary`].
    pub fn others(&self) -> impl Iterator<Item = &Label> {
        let first = self.labels.iter().position(|label| label.primary);
        let labels = self.labels.iter().enumerate();
        let others = labels.filter(move |(index, _)| Some(*index) != first);
        others.map(|(_, label)| label)
    }
}

/// Most errors, and most warnings, that are kept: nobody reads more, and a file of some megabytes has
/// hundreds of thousands.
const MOST: usize = 10_000;

/// What a phase found: the first 10,000 of each severity, so that no error is lost behind warnings, and
/// how many there are in all.
#[derive(Debug, Clone, Default)]
pub struct Diagnostics {
    all: Vec<Diagnostic>,
    errors: usize,
    warnings: usize,
}

impl Diagnostics {
    /// A collection in which nothing is found yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one diagnostic, or counts it where there are too many.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        let number = match diagnostic.severity {
            Gravity::Error => &mut self.errors,
            Gravity::Warning => &mut self.warnings,
        };
        *number += 1;
        if *number <= MOST {
            self.all.push(diagnostic);
        }
    }

    /// Adds those of another phase.
    pub fn append(&mut self, other: Self) {
        self.take(other, Some);
    }

    /// Those that `judge` lets pass, as it changes them. Of those that are not kept, only the numbers
    /// go on.
    #[must_use]
    pub fn judged(self, judge: impl Fn(Diagnostic) -> Option<Diagnostic>) -> Self {
        let mut judged = Self::new();
        judged.take(self, judge);
        judged
    }

    fn take(&mut self, other: Self, judge: impl Fn(Diagnostic) -> Option<Diagnostic>) {
        let is_error = |diagnostic: &&Diagnostic| diagnostic.severity == Gravity::Error;
        let kept = other.all.iter().filter(is_error).count();
        let errors = other.errors - kept;
        let warnings = other.warnings - (other.all.len() - kept);
        for diagnostic in other.all.into_iter().filter_map(judge) {
            self.push(diagnostic);
        }
        self.errors += errors;
        self.warnings += warnings;
    }

    /// Whether an error is among them.
    pub fn has_errors(&self) -> bool {
        self.errors > 0
    }

    /// Number of errors, those that are not kept among them.
    pub fn errors(&self) -> usize {
        self.errors
    }

    /// Number of warnings, those that are not kept among them.
    pub fn warnings(&self) -> usize {
        self.warnings
    }

    /// Number of those that are not kept.
    pub fn omitted(&self) -> usize {
        (self.errors + self.warnings).saturating_sub(self.all.len())
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// One after the other.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.all.iter()
    }

    /// Puts them in the order in which a reader meets them: file after file as first mentioned,
    /// from the top of each to its end.
    pub fn sort(&mut self) {
        let mut files: std::collections::HashMap<*const SourceFile, usize> =
            std::collections::HashMap::new();
        for label in self.all.iter().filter_map(Diagnostic::primary) {
            let next = files.len();
            files.entry(Arc::as_ptr(&label.file)).or_insert(next);
        }
        self.all.sort_by_key(|diagnostic| {
            diagnostic.primary().map_or((usize::MAX, None), |label| {
                let file = files.get(&Arc::as_ptr(&label.file)).copied();
                (file.unwrap_or(usize::MAX), label.span)
            })
        });
    }
}

impl FromIterator<Diagnostic> for Diagnostics {
    fn from_iter<T: IntoIterator<Item = Diagnostic>>(iter: T) -> Self {
        let mut diagnostics = Self::new();
        for diagnostic in iter {
            diagnostics.push(diagnostic);
        }
        diagnostics
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.all.into_iter()
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.all.iter()
    }
}

/// What a phase hands on: its result, if there is one to work with, and what it found.
#[derive(Debug, Clone)]
pub struct PhaseOutcome<T> {
    /// The value of the phase; none where errors left nothing to go on with.
    pub value: Option<T>,
    /// What was found on the way.
    pub diagnostics: Diagnostics,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(severity: Gravity, number: usize) -> Diagnostics {
        let one = Diagnostic {
            severity,
            ..Diagnostic::error(Code::SqlSyntax, "wrong")
        };
        std::iter::repeat_n(one, number).collect()
    }

    #[test]
    fn no_error_is_lost_behind_warnings_and_all_are_counted() {
        let mut all = found(Gravity::Warning, MOST + 5);
        all.append(found(Gravity::Error, MOST + 2));
        all.append(found(Gravity::Error, MOST + 1));
        assert_eq!((all.warnings(), all.errors()), (MOST + 5, 2 * MOST + 3));
        assert_eq!(all.iter().len(), 2 * MOST);
        assert_eq!(all.omitted(), MOST + 8);
        let judged = all.judged(|one| Some(one).filter(|one| one.severity == Gravity::Error));
        assert_eq!((judged.warnings(), judged.errors()), (5, 2 * MOST + 3));
        assert_eq!(judged.iter().len(), MOST);
    }
}
