//! What could stand at a byte: `textDocument/completion`.
//!
//! A word is put where the cursor stands, and the text is read with it: whoever reads it says what the
//! word would be. Where that cannot be read, tokens tell.

mod spec;
mod sql;
mod tests;
mod yaml;

use gen_lsp_types::{CompletionItem, CompletionItemKind, MarkupContent, MarkupKind, TextEdit};

use super::keys::Schemas;
use super::model::{AskedPlace, Model, SqlFile};
use super::position::PositionEncoding;
use crate::source::{SourceFile, Span};

/// A word that nobody uses, for the place of the cursor.
const PROBE: &str = "sfcprobesfc";

/// What could stand at a byte. `files` lists the SQL files of the pipeline's folder.
#[must_use]
pub fn complete(
    model: &Model,
    schemas: &Schemas,
    asked: AskedPlace<'_>,
    encoding: PositionEncoding,
    files: &dyn Fn() -> Vec<String>,
) -> Vec<CompletionItem> {
    match asked {
        AskedPlace::Spec(offset) => {
            let items = spec::complete(model, &schemas.spec, offset, files);
            shown(items, &model.spec, encoding)
        }
        AskedPlace::Tests(file, offset) => {
            let items = tests::complete(model, &schemas.tests, file, offset);
            shown(items, file, encoding)
        }
        AskedPlace::Script(script, offset) => completion_of_text(model, script, offset, encoding),
    }
}

/// What could stand at a byte of a script.
#[must_use]
pub fn completion_of_text(
    model: &Model,
    script: &SqlFile,
    offset: usize,
    encoding: PositionEncoding,
) -> Vec<CompletionItem> {
    let items = sql::complete(model, script, offset);
    shown(items, &script.file, encoding)
}

/// Words that could stand at a place, and the place that they would take.
#[derive(Debug, Default)]
struct Proposed {
    place: Span,
    items: Vec<Item>,
}

/// One word that could stand somewhere.
#[derive(Debug)]
struct Item {
    label: String,
    kind: CompletionItemKind,
    /// A few words beside it.
    detail: Option<String>,
    /// More about it, in Markdown.
    documentation: Option<String>,
    /// What is written, where it is not the label.
    text: Option<String>,
    /// Items of a lower rank come first.
    rank: u8,
}

impl Item {
    fn new(label: impl Into<String>, kind: CompletionItemKind, rank: u8) -> Self {
        Self {
            label: label.into(),
            kind,
            detail: None,
            documentation: None,
            text: None,
            rank,
        }
    }

    fn detail(mut self, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        self.detail = (!detail.is_empty()).then_some(detail);
        self
    }

    fn documentation(mut self, documentation: Option<String>) -> Self {
        self.documentation = documentation;
        self
    }

    fn text(mut self, text: impl Into<String>) -> Self {
        self.text = Some(text.into());
        self
    }
}

fn shown(proposed: Proposed, file: &SourceFile, encoding: PositionEncoding) -> Vec<CompletionItem> {
    let range = encoding.range(file, proposed.place);
    let items = proposed.items.into_iter().enumerate();
    items
        .map(|(number, item)| CompletionItem {
            kind: Some(item.kind),
            detail: item.detail,
            documentation: item.documentation.map(|value| {
                MarkupContent {
                    kind: MarkupKind::Markdown,
                    value,
                }
                .into()
            }),
            // Within a rank, the order is the order here: columns stand as the table has them.
            sort_text: Some(format!("{}{number:05}", item.rank)),
            filter_text: Some(item.label.clone()),
            text_edit: Some(
                TextEdit {
                    range,
                    new_text: item.text.unwrap_or_else(|| item.label.clone()),
                }
                .into(),
            ),
            label: item.label,
            ..CompletionItem::default()
        })
        .collect()
}

/// The word around a byte, of the characters that belong to words.
fn word(text: &str, offset: usize, belongs: fn(char) -> bool) -> Span {
    let before = text.get(..offset).unwrap_or_default();
    let after = text.get(offset..).unwrap_or_default();
    let start = before.trim_end_matches(belongs).len();
    let end = offset + (after.len() - after.trim_start_matches(belongs).len());
    Span::new(start.min(offset), end)
}
