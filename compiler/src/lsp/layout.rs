//! A script in the layout of `sfc fmt`: `textDocument/formatting`.

use std::sync::Arc;

use gen_lsp_types::TextEdit;

use super::position::PositionEncoding;
use crate::layout::{change, is_rsql, lay_out};
use crate::pipeline::MAX_SCRIPT_BYTES;
use crate::source::SourceFile;

/// The change that lays a file out: one for the lines from the first to the last that differ, none where
/// nothing does. RSQL scripts, and texts that are too long for a step, stay as they are.
#[must_use]
pub fn layout(file: &Arc<SourceFile>, encoding: PositionEncoding) -> Vec<TextEdit> {
    if file.text().len() as u64 > MAX_SCRIPT_BYTES || is_rsql(file.text()) {
        return Vec::new();
    }
    let laid_out = lay_out(file);
    let change = change(file.text(), &laid_out.text);
    let edits = change.into_iter().map(|(span, text)| TextEdit {
        range: encoding.range(file, span),
        new_text: text.to_owned(),
    });
    edits.collect()
}
