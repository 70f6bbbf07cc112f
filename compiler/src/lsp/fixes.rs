//! "Did you mean `x`?" as a change of the text: `textDocument/codeAction`.

use std::collections::HashMap;

use gen_lsp_types::{CodeAction, CodeActionKind, TextEdit, Uri, WorkspaceEdit};

use super::position::PositionEncoding;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::{SourceFile, Span};

/// Changes that the mistakes in a part of a file offer.
#[must_use]
pub fn fixes(
    diagnostics: &Diagnostics,
    file: &SourceFile,
    part: Span,
    uri: &Uri,
    encoding: PositionEncoding,
) -> Vec<CodeAction> {
    let own = diagnostics.iter().filter_map(|diagnostic| {
        let label = diagnostic.primary()?;
        let span = label.span?;
        let meets = span.start <= part.end && part.start <= span.end;
        (label.file.path() == file.path() && meets).then_some((diagnostic, span))
    });
    own.filter_map(|(diagnostic, span)| {
        let word = replacement(diagnostic, file.slice(span))?;
        let edit = TextEdit {
            range: encoding.range(file, span),
            new_text: word.to_owned(),
        };
        Some(CodeAction {
            title: format!("write `{word}`"),
            kind: Some(CodeActionKind::QuickFix),
            is_preferred: Some(true),
            edit: Some(WorkspaceEdit {
                changes: Some(HashMap::from([(uri.clone(), vec![edit])])),
                ..WorkspaceEdit::default()
            }),
            ..CodeAction::default()
        })
    })
    .collect()
}

/// The word that a diagnostic proposes instead of the one at its place.
fn replacement<'d>(diagnostic: &'d Diagnostic, written: &str) -> Option<&'d str> {
    let help = diagnostic.help.as_deref()?;
    let word = help.strip_prefix("did you mean `")?.strip_suffix("`?")?;
    let bare = written.trim_matches(['"', '\'']);
    // What is underlined must be the word itself, not a clause that holds it.
    let distance = strsim::damerau_levenshtein(&bare.to_lowercase(), &word.to_lowercase());
    let near = distance * 2 <= bare.chars().count().max(word.chars().count());
    (near && !word.contains('`')).then_some(word)
}
