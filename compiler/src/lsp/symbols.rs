//! The outline of a file: `textDocument/documentSymbol`.

use gen_lsp_types::{DocumentSymbol, SymbolKind};

use super::model::{Model, SqlFile, span};
use super::position::PositionEncoding;
use crate::source::Span;

/// Steps and parameters of the spec.
#[must_use]
pub fn spec_symbols(model: &Model, encoding: PositionEncoding) -> Vec<DocumentSymbol> {
    let Some(document) = &model.document else {
        return Vec::new();
    };
    let one = |group: &str, name: &String, detail: Option<String>, kind: SymbolKind| {
        let key = document.key_at(&[group, name]);
        let value = document.root().get(group).and_then(|group| group.get(name));
        let end = value.map_or(key.end, |value| value.span().end.max(key.end));
        symbol(
            name.clone(),
            detail,
            kind,
            encoding.range(&document.file, Span::new(key.start, end)),
            encoding.range(&document.file, key),
        )
    };
    let parameters = document.spec.parameters.keys();
    let parameters = parameters.map(|name| one("parameters", name, None, SymbolKind::Variable));
    let steps = document.spec.steps.iter().map(|(name, step)| {
        let detail = step.sql.clone().or_else(|| step.rsql.clone());
        one("steps", name, detail, SymbolKind::Function)
    });
    parameters.chain(steps).collect()
}

/// The statements of a script.
#[must_use]
pub fn script_symbols(script: &SqlFile, encoding: PositionEncoding) -> Vec<DocumentSymbol> {
    let text = script.file.text();
    let statements = script.parsed.statements.iter();
    statements
        .map(|statement| {
            let range = encoding.range(&script.file, span(statement.span));
            let written = statement.span.of(text);
            symbol(first_words(written), None, SymbolKind::Event, range, range)
        })
        .collect()
}

/// The beginning of a statement on one line.
fn first_words(written: &str) -> String {
    const MOST: usize = 60;
    let mut words = String::new();
    for word in written.split_whitespace() {
        if words.len() + word.len() >= MOST {
            words.push_str(" …");
            break;
        }
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(word);
    }
    words
}

fn symbol(
    name: String,
    detail: Option<String>,
    kind: SymbolKind,
    range: gen_lsp_types::Range,
    selection_range: gen_lsp_types::Range,
) -> DocumentSymbol {
    DocumentSymbol::new(name, detail, kind, None, None, range, selection_range, None)
}
