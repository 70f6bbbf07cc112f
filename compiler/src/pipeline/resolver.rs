//! What all rules of the phase `resolve` share.

use crate::diagnostic::{Diagnostic, Diagnostics, Nearest};
use crate::pipeline_yaml::{Document, Step};

/// What all parts of this phase share.
pub(super) struct Resolver<'a> {
    pub document: &'a Document,
    pub nearest: Nearest,
    diagnostics: Diagnostics,
}

impl<'a> Resolver<'a> {
    pub fn new(document: &'a Document) -> Self {
        Self {
            document,
            nearest: Nearest::default(),
            diagnostics: Diagnostics::new(),
        }
    }

    /// The step at a place of the spec, by its name.
    #[expect(
        clippy::expect_used,
        reason = "places of steps are counted over the spec that is resolved"
    )]
    pub fn step(&self, place: usize) -> (&'a str, &'a Step) {
        let step = self.document.spec.steps.get_index(place);
        let (name, step) = step.expect("this spec has no step at a place that was counted in it");
        (name.as_str(), step)
    }

    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// All that was reported.
    pub fn into_diagnostics(self) -> Diagnostics {
        self.diagnostics
    }
}
