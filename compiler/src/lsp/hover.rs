//! What a name means: `textDocument/hover`.

mod spec;
mod sql;
mod tests;

pub(super) use sql::function_text;

use gen_lsp_types::{Hover, MarkupContent, MarkupKind};
use redshift_sql::types::Type;

use super::keys::Schemas;
use super::model::{AskedPlace, Model};
use super::position::PositionEncoding;
use crate::source::{SourceFile, Span};

/// What is known of the name at a byte.
#[must_use]
pub fn hover(
    model: &Model,
    schemas: &Schemas,
    asked: AskedPlace<'_>,
    encoding: PositionEncoding,
) -> Option<Hover> {
    let (file, (span, text)): (&SourceFile, (Span, String)) = match asked {
        AskedPlace::Spec(offset) => (&model.spec, spec::hover(model, &schemas.spec, offset)?),
        AskedPlace::Script(script, offset) => (&script.file, sql::hover(model, script, offset)?),
        AskedPlace::Tests(file, offset) => {
            (file, tests::hover(model, &schemas.tests, file, offset)?)
        }
    };
    Some(Hover {
        contents: MarkupContent {
            kind: MarkupKind::Markdown,
            value: text,
        }
        .into(),
        range: Some(encoding.range(file, span)),
    })
}

/// A type in words; nothing where nobody knows it.
pub(super) fn type_words(kind: Type) -> String {
    match kind {
        Type::Unknown => String::new(),
        kind => kind.to_string(),
    }
}

/// Names in backticks with commas between, the first twelve.
fn listed<'n>(names: impl Iterator<Item = &'n str>) -> String {
    const MOST: usize = 12;
    let names: Vec<&str> = names.collect();
    let shown = names.iter().take(MOST).map(|name| format!("`{name}`"));
    let shown: Vec<String> = shown.collect();
    let more = match names.len().checked_sub(MOST) {
        Some(more) if more > 0 => format!(" and {more} more"),
        _ => String::new(),
    };
    format!("{}{more}", shown.join(", "))
}
