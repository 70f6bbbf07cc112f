//! YAML files beside the spec that have a shape of their own: read and checked by the same means.

use std::sync::Arc;

use serde::de::DeserializeOwned;

use super::document::ValuePlace;
use super::load::refused;
use super::shape::{self, FileShape};
use super::yaml::{self, Tree};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, PhaseOutcome};
use crate::source::SourceFile;

/// A file that has its shape, together with the places of all that it says.
#[derive(Debug)]
pub struct Other<T> {
    /// What the file says, in its types.
    pub value: T,
    /// Text of the file, which places point into.
    pub file: Arc<SourceFile>,
    tree: Tree,
}

impl<T> Other<T> {
    /// The place of the whole file.
    pub fn root(&self) -> ValuePlace<'_> {
        self.tree.place()
    }
}

/// Reads a file of this shape. The value is there if no mistake was found.
pub fn load_other<T: DeserializeOwned>(
    file: &Arc<SourceFile>,
    shape: &FileShape,
) -> PhaseOutcome<Other<T>> {
    let mut diagnostics = Diagnostics::new();
    let value = read(file, shape, &mut diagnostics);
    diagnostics.sort();
    PhaseOutcome {
        value: value.filter(|_| !diagnostics.has_errors()),
        diagnostics,
    }
}

fn read<T: DeserializeOwned>(
    file: &Arc<SourceFile>,
    shape: &FileShape,
    diagnostics: &mut Diagnostics,
) -> Option<Other<T>> {
    if let Some(problem) = refused(file) {
        diagnostics.push(problem);
        return None;
    }
    let tree = yaml::parse(file, diagnostics);
    if tree.is_none() && diagnostics.has_errors() {
        return None;
    }
    let Some(tree) = tree.filter(|tree| tree.to_value().is_object()) else {
        let sentence = format!("{} is no mapping of fields", shape.called());
        diagnostics.push(Diagnostic::error(Code::SpecNotMapping, sentence).in_file(file));
        return None;
    };
    let value = tree.to_value();
    shape::check(shape, file, &tree, &value, diagnostics);
    if diagnostics.has_errors() {
        return None;
    }
    match T::deserialize(value) {
        Ok(value) => Some(Other {
            value,
            file: Arc::clone(file),
            tree,
        }),
        Err(error) => {
            let sentence = format!("{} cannot be read: {error}", shape.called());
            let problem = Diagnostic::error(Code::WrongType, sentence).in_file(file);
            diagnostics.push(problem.help("`sfc schema --tests` prints what it may say"));
            None
        }
    }
}
