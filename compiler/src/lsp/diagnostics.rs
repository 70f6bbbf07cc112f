//! Mistakes as an editor shows them: `textDocument/publishDiagnostics`.

use std::collections::BTreeMap;
use std::sync::Arc;

use gen_lsp_types::{
    CodeDescription, Diagnostic as Shown, DiagnosticRelatedInformation, DiagnosticSeverity,
    Location, Range, Uri,
};

use super::position::PositionEncoding;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Gravity, Label};
use crate::pipeline::{self, MAX_SCRIPT_BYTES};
use crate::source::SourceFile;

/// Name under which the editor lists the mistakes.
const SOURCE: &str = "sfc";

/// Mistakes by the path of their file, in the order in which they were found. `uri` gives the address
/// of a path; `page` that of the page about a code, where there is one.
#[must_use]
pub fn shown(
    diagnostics: &Diagnostics,
    encoding: PositionEncoding,
    uri: &dyn Fn(&str) -> Uri,
    page: &dyn Fn(Code) -> Option<Uri>,
) -> BTreeMap<String, Vec<Shown>> {
    let mut files: BTreeMap<String, Vec<Shown>> = BTreeMap::new();
    for diagnostic in diagnostics {
        let Some(label) = diagnostic.primary() else {
            continue;
        };
        let shown = one(diagnostic, label, encoding, uri, page);
        files
            .entry(label.file.path().to_owned())
            .or_default()
            .push(shown);
    }
    files
}

fn one(
    diagnostic: &Diagnostic,
    place: &Label,
    encoding: PositionEncoding,
    uri: &dyn Fn(&str) -> Uri,
    page: &dyn Fn(Code) -> Option<Uri>,
) -> Shown {
    let others = diagnostic
        .labels
        .iter()
        .filter(|label| !std::ptr::eq(*label, place));
    let related: Vec<DiagnosticRelatedInformation> = others
        .map(|label| DiagnosticRelatedInformation {
            location: Location {
                uri: uri(label.file.path()),
                range: range(label, encoding),
            },
            message: if label.text.is_empty() {
                "see here".to_owned()
            } else {
                label.text.clone()
            },
        })
        .collect();
    Shown {
        range: range(place, encoding),
        severity: Some(match diagnostic.severity {
            Gravity::Error => DiagnosticSeverity::Error,
            Gravity::Warning => DiagnosticSeverity::Warning,
        }),
        code: Some(diagnostic.code.as_str().to_owned().into()),
        code_description: page(diagnostic.code).map(|href| CodeDescription { href }),
        source: Some(SOURCE.to_owned()),
        message: message(diagnostic, place).into(),
        related_information: (!related.is_empty()).then_some(related),
        ..Shown::default()
    }
}

/// The sentence, what stands beside the place, the help and the notes, a line each.
fn message(diagnostic: &Diagnostic, place: &Label) -> String {
    let mut lines = vec![diagnostic.message.clone()];
    if !place.text.is_empty() {
        lines.push(place.text.clone());
    }
    let help = diagnostic.help.iter();
    lines.extend(help.map(|help| format!("help: {help}")));
    let notes = diagnostic.notes.iter();
    lines.extend(notes.map(|note| format!("note: {note}")));
    lines.join("\n")
}

/// The range of a label; a file as a whole is shown at its beginning.
fn range(label: &Label, encoding: PositionEncoding) -> Range {
    label
        .span
        .map_or_else(Range::default, |span| encoding.range(&label.file, span))
}

/// What is wrong with a SQL file that belongs to no step: its grammar alone.
#[must_use]
pub fn loose(file: &Arc<SourceFile>) -> Diagnostics {
    if file.text().len() as u64 > MAX_SCRIPT_BYTES {
        let sentence = format!(
            "this file has {} bytes; {MAX_SCRIPT_BYTES} are the most",
            file.text().len()
        );
        let diagnostic = Diagnostic::error(Code::ScriptTooLarge, sentence).in_file(file);
        return std::iter::once(diagnostic).collect();
    }
    let script = redshift_sql::parse(file.text());
    let mistakes = script.mistakes.iter();
    mistakes
        .map(|mistake| pipeline::sql_diagnostic(file, mistake))
        .collect()
}
