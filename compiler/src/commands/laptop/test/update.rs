//! `sfc test --update`: what was found, written into the files of the tests.

use std::sync::Arc;

use super::verdict::{TestEnd, TestVerdict};
use crate::diagnostic::Diagnostics;
use crate::printer::Printer;
use crate::source::SourceFile;
use crate::testing::{Case, Edit, apply};

/// Writes the files of tests that failed because rows differ. Whether any was written.
///
/// # Errors
/// A file cannot be written.
pub(super) fn files(
    cases: &[Case],
    verdicts: &[TestVerdict],
    printer: &Printer,
) -> Result<bool, Diagnostics> {
    let mut changed: Vec<(&Arc<SourceFile>, Vec<Edit>)> = Vec::new();
    for (case, verdict) in cases.iter().zip(verdicts) {
        let TestEnd::Failed(failures) = &verdict.end else {
            continue;
        };
        let edits = failures.iter().filter_map(|failure| failure.edits.clone());
        let edits: Vec<Edit> = edits.flatten().collect();
        if edits.is_empty() {
            continue;
        }
        match changed.last_mut() {
            Some((file, all)) if Arc::ptr_eq(file, &case.file) => all.extend(edits),
            _ => changed.push((&case.file, edits)),
        }
    }
    let is_changed = !changed.is_empty();
    for (file, edits) in changed {
        let text = apply(file.text(), edits);
        std::fs::write(file.path(), text).map_err(|error| {
            std::iter::once(super::unwritable(file.path(), &error)).collect::<Diagnostics>()
        })?;
        printer.note(&format!("updated {}", file.path()));
    }
    Ok(is_changed)
}
