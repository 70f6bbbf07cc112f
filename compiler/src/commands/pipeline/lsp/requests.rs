//! Requests of an editor and their answers.

use gen_lsp_types::{
    CodeActionKind, CodeActionParams, DocumentFormattingParams, DocumentSymbolParams, Location,
    Position, TextDocumentPositionParams, Uri,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::documents::OpenDocument;
use super::known::EditorWork;
use super::workspace::{DocumentRole, of_environment, of_tests, sql_files};
use crate::lsp::{self, AskedPlace, Model, PositionEncoding, SqlFile};
use crate::source::Span;

/// The answer to a request; none to one of a kind that is not known. An error says what is wrong with
/// its parameters.
pub(super) fn answer(
    known: &EditorWork,
    method: &str,
    params: &Value,
) -> Option<Result<Value, String>> {
    Some(match method {
        "textDocument/hover" => position(known, params, hover),
        "textDocument/definition" => position(known, params, definition),
        "textDocument/completion" => position(known, params, completion),
        "textDocument/documentSymbol" => symbols(known, params),
        "textDocument/codeAction" => fixes(known, params),
        "textDocument/formatting" => formatting(known, params),
        _ => return None,
    })
}

/// A place in a document that the editor asks about.
struct Place<'s> {
    known: &'s EditorWork,
    document: &'s OpenDocument,
    offset: usize,
}

fn position(
    known: &EditorWork,
    params: &Value,
    answer: fn(&Place<'_>) -> Value,
) -> Result<Value, String> {
    let TextDocumentPositionParams {
        text_document,
        position,
    } = parameters(params)?;
    Ok(match known.documents.get(&text_document.uri) {
        Some(document) => answer(&Place {
            known,
            document,
            offset: offset(document, position, known.encoding),
        }),
        None => Value::Null,
    })
}

fn offset(document: &OpenDocument, position: Position, encoding: PositionEncoding) -> usize {
    encoding.offset(&document.file, position)
}

impl Place<'_> {
    /// Hands the place on in the words of [`crate::lsp`]; none of a document that is nothing of sfc's.
    fn ask<T>(&self, answer: impl FnOnce(&Model, AskedPlace<'_>) -> T) -> Option<T> {
        let role = self
            .known
            .workspace
            .role(self.document, &self.known.documents);
        match role {
            DocumentRole::Spec(model) => Some(answer(model, AskedPlace::Spec(self.offset))),
            DocumentRole::Script(model, script) => {
                Some(answer(model, AskedPlace::Script(script, self.offset)))
            }
            DocumentRole::Loose(model) => {
                let script = SqlFile::new("", std::sync::Arc::clone(&self.document.file));
                let nothing = Model::nothing();
                let asked = AskedPlace::Script(&script, self.offset);
                Some(answer(model.unwrap_or(&nothing), asked))
            }
            DocumentRole::Tests(model) => {
                let file = &self.document.file;
                Some(answer(model, AskedPlace::Tests(file, self.offset)))
            }
            DocumentRole::Environment(_) | DocumentRole::Other => None,
        }
    }
}

fn hover(place: &Place<'_>) -> Value {
    let known = place.known;
    let found = place.ask(|model, asked| lsp::hover(model, &known.schemas, asked, known.encoding));
    value(found.flatten())
}

fn definition(place: &Place<'_>) -> Value {
    let known = place.known;
    let found = place.ask(lsp::definition).unwrap_or_default();
    let found = found.into_iter().map(|made| Location {
        uri: known.documents.address(made.file.path()),
        range: known.encoding.range(&made.file, made.span),
    });
    value(found.collect::<Vec<Location>>())
}

fn completion(place: &Place<'_>) -> Value {
    let known = place.known;
    let found = place.ask(|model, asked| {
        let files = || sql_files(model.spec.path());
        lsp::complete(model, &known.schemas, asked, known.encoding, &files)
    });
    value(found)
}

fn symbols(known: &EditorWork, params: &Value) -> Result<Value, String> {
    let DocumentSymbolParams { text_document, .. } = parameters(params)?;
    let Some(document) = known.documents.get(&text_document.uri) else {
        return Ok(Value::Null);
    };
    let place = Place {
        known,
        document,
        offset: 0,
    };
    let found = place.ask(|model, asked| match asked {
        AskedPlace::Spec(_) => lsp::spec_symbols(model, known.encoding),
        AskedPlace::Script(script, _) => lsp::script_symbols(script, known.encoding),
        AskedPlace::Tests(..) => Vec::new(),
    });
    Ok(value(found))
}

fn fixes(known: &EditorWork, params: &Value) -> Result<Value, String> {
    let CodeActionParams {
        text_document,
        range,
        context,
        ..
    } = parameters(params)?;
    let only = context.only.unwrap_or_default();
    if !only.is_empty() && !only.contains(&CodeActionKind::QuickFix) {
        return Ok(Value::Null);
    }
    let Some(document) = known.documents.get(&text_document.uri) else {
        return Ok(Value::Null);
    };
    let part = Span::new(
        offset(document, range.start, known.encoding),
        offset(document, range.end, known.encoding),
    );
    let uri: &Uri = &document.uri;
    let fixes = |diagnostics| lsp::fixes(diagnostics, &document.file, part, uri, known.encoding);
    Ok(match known.workspace.role(document, &known.documents) {
        DocumentRole::Spec(model) | DocumentRole::Script(model, _) => {
            value(fixes(&model.diagnostics))
        }
        DocumentRole::Loose(_) => value(fixes(&lsp::loose(&document.file))),
        DocumentRole::Environment(model) => {
            value(fixes(&of_environment(document, model, &known.documents)))
        }
        DocumentRole::Tests(model) => value(fixes(&of_tests(document, model, &known.documents))),
        DocumentRole::Other => Value::Null,
    })
}

/// The layout of `sfc fmt`. The editor's wishes for it, such as the width of an indent, change nothing.
fn formatting(known: &EditorWork, params: &Value) -> Result<Value, String> {
    let DocumentFormattingParams { text_document, .. } = parameters(params)?;
    let Some(document) = known.documents.get(&text_document.uri) else {
        return Ok(Value::Null);
    };
    Ok(match known.workspace.role(document, &known.documents) {
        DocumentRole::Script(..) | DocumentRole::Loose(_) => {
            value(lsp::layout(&document.file, known.encoding))
        }
        DocumentRole::Spec(_)
        | DocumentRole::Environment(_)
        | DocumentRole::Tests(_)
        | DocumentRole::Other => Value::Null,
    })
}

fn value(answer: impl Serialize) -> Value {
    serde_json::to_value(answer).unwrap_or_default()
}

/// What a message says, read as what its method has.
pub(super) fn parameters<T: DeserializeOwned>(params: &Value) -> Result<T, String> {
    T::deserialize(params).map_err(|error| error.to_string())
}
