//! Requests of an editor and their answers.

use gen_lsp_types::{
    CodeActionKind, CodeActionParams, DocumentFormattingParams, DocumentSymbolParams, Location,
    Position, TextDocumentPositionParams, Uri,
};
use serde::Serialize;
use serde_json::Value;

use super::documents::Document;
use super::server::{Server, parameters};
use super::workspace::{Role, of_environment, of_tests, sql_files};
use crate::lsp::{self, Asked, Encoding, Model, Script};
use crate::source::Span;

/// The answer to a request; none to one of a kind that is not known. An error says what is wrong with
/// its parameters.
pub(super) fn answer(
    server: &Server,
    method: &str,
    params: &Value,
) -> Option<Result<Value, String>> {
    Some(match method {
        "textDocument/hover" => position(server, params, hover),
        "textDocument/definition" => position(server, params, definition),
        "textDocument/completion" => position(server, params, completion),
        "textDocument/documentSymbol" => symbols(server, params),
        "textDocument/codeAction" => fixes(server, params),
        "textDocument/formatting" => formatting(server, params),
        _ => return None,
    })
}

/// A place in a document that the editor asks about.
struct Place<'s> {
    server: &'s Server,
    document: &'s Document,
    offset: usize,
}

fn position(
    server: &Server,
    params: &Value,
    answer: fn(&Place<'_>) -> Value,
) -> Result<Value, String> {
    let TextDocumentPositionParams {
        text_document,
        position,
    } = parameters(params)?;
    Ok(match server.documents.get(&text_document.uri) {
        Some(document) => answer(&Place {
            server,
            document,
            offset: offset(document, position, server.encoding),
        }),
        None => Value::Null,
    })
}

fn offset(document: &Document, position: Position, encoding: Encoding) -> usize {
    encoding.offset(&document.file, position)
}

impl Place<'_> {
    /// Hands the place on in the words of [`crate::lsp`]; none of a document that is nothing of sfc's.
    fn ask<T>(&self, answer: impl FnOnce(&Model, Asked<'_>) -> T) -> Option<T> {
        let role = self
            .server
            .workspace
            .role(self.document, &self.server.documents);
        match role {
            Role::Spec(model) => Some(answer(model, Asked::Spec(self.offset))),
            Role::Script(model, script) => Some(answer(model, Asked::Script(script, self.offset))),
            Role::Loose(model) => {
                let script = Script::new("", std::sync::Arc::clone(&self.document.file));
                let nothing = Model::nothing();
                let asked = Asked::Script(&script, self.offset);
                Some(answer(model.unwrap_or(&nothing), asked))
            }
            Role::Tests(model) => {
                let file = &self.document.file;
                Some(answer(model, Asked::Tests(file, self.offset)))
            }
            Role::Environment(_) | Role::Other => None,
        }
    }
}

fn hover(place: &Place<'_>) -> Value {
    let server = place.server;
    let found =
        place.ask(|model, asked| lsp::hover(model, &server.schemas, asked, server.encoding));
    value(found.flatten())
}

fn definition(place: &Place<'_>) -> Value {
    let server = place.server;
    let found = place.ask(lsp::definition).unwrap_or_default();
    let found = found.into_iter().map(|made| Location {
        uri: server.documents.address(made.file.path()),
        range: server.encoding.range(&made.file, made.span),
    });
    value(found.collect::<Vec<Location>>())
}

fn completion(place: &Place<'_>) -> Value {
    let server = place.server;
    let found = place.ask(|model, asked| {
        let files = || sql_files(model.spec.path());
        lsp::complete(model, &server.schemas, asked, server.encoding, &files)
    });
    value(found)
}

fn symbols(server: &Server, params: &Value) -> Result<Value, String> {
    let DocumentSymbolParams { text_document, .. } = parameters(params)?;
    let Some(document) = server.documents.get(&text_document.uri) else {
        return Ok(Value::Null);
    };
    let place = Place {
        server,
        document,
        offset: 0,
    };
    let found = place.ask(|model, asked| match asked {
        Asked::Spec(_) => lsp::spec_symbols(model, server.encoding),
        Asked::Script(script, _) => lsp::script_symbols(script, server.encoding),
        Asked::Tests(..) => Vec::new(),
    });
    Ok(value(found))
}

fn fixes(server: &Server, params: &Value) -> Result<Value, String> {
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
    let Some(document) = server.documents.get(&text_document.uri) else {
        return Ok(Value::Null);
    };
    let part = Span::new(
        offset(document, range.start, server.encoding),
        offset(document, range.end, server.encoding),
    );
    let uri: &Uri = &document.uri;
    let fixes = |diagnostics| lsp::fixes(diagnostics, &document.file, part, uri, server.encoding);
    Ok(match server.workspace.role(document, &server.documents) {
        Role::Spec(model) | Role::Script(model, _) => value(fixes(&model.diagnostics)),
        Role::Loose(_) => value(fixes(&lsp::loose(&document.file))),
        Role::Environment(model) => {
            value(fixes(&of_environment(document, model, &server.documents)))
        }
        Role::Tests(model) => value(fixes(&of_tests(document, model, &server.documents))),
        Role::Other => Value::Null,
    })
}

/// The layout of `sfc fmt`. The editor's wishes for it, such as the width of an indent, change nothing.
fn formatting(server: &Server, params: &Value) -> Result<Value, String> {
    let DocumentFormattingParams { text_document, .. } = parameters(params)?;
    let Some(document) = server.documents.get(&text_document.uri) else {
        return Ok(Value::Null);
    };
    Ok(match server.workspace.role(document, &server.documents) {
        Role::Script(..) | Role::Loose(_) => value(lsp::layout(&document.file, server.encoding)),
        Role::Spec(_) | Role::Environment(_) | Role::Tests(_) | Role::Other => Value::Null,
    })
}

fn value(answer: impl Serialize) -> Value {
    serde_json::to_value(answer).unwrap_or_default()
}
