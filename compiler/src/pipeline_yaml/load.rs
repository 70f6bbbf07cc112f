//! The phase `spec`: bytes to a [`Document`], with every mistake in its shape.

use std::sync::Arc;

use serde::Deserialize as _;

use super::document::Document;
use super::{Spec, overlay, repair, shape, yaml};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, PhaseOutcome};
use crate::source::{SourceFile, Span};

/// Longest spec, in bytes.
pub const MAX_BYTES: u64 = 4 * 1024 * 1024;

/// Reads a spec.
///
/// Where its YAML can be read, a document comes back even if its shape is wrong. So the mistakes of
/// later phases are reported along with those of its shape; [`Document::complete`] says whether it
/// has any.
pub fn load(file: &Arc<SourceFile>) -> PhaseOutcome<Document> {
    let mut diagnostics = Diagnostics::new();
    let value = read(file, &mut diagnostics);
    diagnostics.sort();
    PhaseOutcome { value, diagnostics }
}

fn read(file: &Arc<SourceFile>, diagnostics: &mut Diagnostics) -> Option<Document> {
    if let Some(problem) = refused(file) {
        diagnostics.push(problem);
        return None;
    }
    let read = || match file.layers() {
        None => yaml::parse(file, diagnostics),
        Some((base, overlay, shift)) => overlay::merged(base, overlay, shift, diagnostics),
    };
    // The schema takes about as long to get ready as a long spec to be read.
    let (tree, ()) = rayon::join(read, shape::prepare);
    let Some(tree) = tree else {
        if diagnostics.is_empty() {
            diagnostics.push(no_mapping(file, "the spec is empty"));
        }
        return None;
    };
    let mut value = tree.to_value();
    if !value.is_object() {
        diagnostics.push(no_mapping(file, "the spec is no mapping of fields"));
        return None;
    }
    let faults = shape::check(shape::of_spec(), file, &tree, &value, diagnostics);
    let mended = repair::mend(&mut value, &faults);
    match Spec::deserialize(value) {
        Ok(spec) => Some(Document {
            spec,
            file: Arc::clone(file),
            complete: !diagnostics.has_errors(),
            tree,
            mended,
        }),
        Err(error) => {
            // The schema is made from the types, so whatever they refuse has been reported.
            if !diagnostics.has_errors() {
                diagnostics.push(
                    Diagnostic::error(
                        Code::Internal,
                        format!("the schema takes this spec, but it cannot be read: {error}"),
                    )
                    .in_file(file),
                );
            }
            None
        }
    }
}

/// What makes reading the YAML pointless.
pub(super) fn refused(file: &Arc<SourceFile>) -> Option<Diagnostic> {
    if file.size() as u64 > MAX_BYTES {
        // Nobody reads such a file to its end, so its whole length is not known.
        let sentence = format!("the spec has more than {MAX_BYTES} bytes");
        let problem = Diagnostic::error(Code::SpecTooLarge, sentence).in_file(file);
        return Some(problem.help("split the pipeline"));
    }
    if let Some(at) = file.first_invalid() {
        let problem = Diagnostic::error(Code::SpecNotUtf8, "the spec is not UTF-8")
            .at(file, Span::new(at, at), "the first bytes that are not")
            .help("save the file as UTF-8");
        return Some(problem);
    }
    // The parser reads far ahead in brackets, and keeps what it has read.
    let bracketed = |byte: &&u8| matches!(byte, b',' | b'[' | b']' | b'{' | b'}');
    let marks = file.text().as_bytes().iter().filter(bracketed).count();
    (marks > yaml::MAX_NODES).then(|| {
        let sentence = format!("this spec has more than {} values", yaml::MAX_NODES);
        Diagnostic::error(Code::YamlTooComplex, sentence)
            .in_file(file)
            .help("split the pipeline")
    })
}

fn no_mapping(file: &Arc<SourceFile>, sentence: &str) -> Diagnostic {
    Diagnostic::error(Code::SpecNotMapping, sentence)
        .in_file(file)
        .help("start with `name:`, `warehouse:` and `steps:`; `sfc init` writes an example")
}
