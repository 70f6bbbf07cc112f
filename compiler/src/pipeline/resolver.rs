//! What all rules of the phase `resolve` share.

use crate::diagnostic::{Diagnostic, Diagnostics, Nearest};
use crate::pipeline_yaml::Document;

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

    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// All that was reported.
    pub fn into_diagnostics(self) -> Diagnostics {
        self.diagnostics
    }
}
