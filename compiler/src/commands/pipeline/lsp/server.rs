//! The server: what it does with each message, in their order.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use gen_lsp_types::{
    CancelParams, ClientCapabilities, CodeActionKind, CodeActionOptions, CompletionOptions,
    Diagnostic, DidChangeTextDocumentParams, DidChangeWatchedFilesParams,
    DidCloseTextDocumentParams, DidOpenTextDocumentParams, DidSaveTextDocumentParams,
    InitializeParams, InitializeResult, PublishDiagnosticsParams, ServerCapabilities, ServerInfo,
    TextDocumentSyncKind, TextDocumentSyncOptions, Uri,
};
use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::documents::Documents;
use super::known::EditorWork;
use super::reader::NextMessage;
use super::requests::{self, parameters};
use super::uri;
use super::workspace::{DocumentRole, Workspace, of_environment, of_tests};
use crate::diagnostic::Code;
use crate::exit::Exit;
use crate::lsp::{self, PositionEncoding, Schemas};

/// What comes of a message.
pub(super) enum Reaction {
    /// These answers; then the next message.
    Go(Vec<Message>),
    /// The conversation is over; the process ends like this.
    Exit(Exit),
}

/// How far the conversation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Nobody has said `initialize`.
    New,
    /// The editor asks and changes documents.
    Serving,
    /// Somebody has said `shutdown`.
    Ending,
}

/// A language server between two messages.
pub(super) struct LanguageServer {
    stage: Stage,
    known: EditorWork,
    /// Requests that the editor no longer wants answered.
    cancelled: HashSet<RequestId>,
    /// Whether the editor can be asked to watch files.
    watches: bool,
    /// Loose files whose mistakes are to be said.
    loose: BTreeSet<String>,
}

impl LanguageServer {
    pub fn new() -> Self {
        Self {
            stage: Stage::New,
            known: EditorWork {
                encoding: PositionEncoding::default(),
                documents: Documents::default(),
                workspace: Workspace::default(),
                schemas: Schemas::default(),
            },
            cancelled: HashSet::new(),
            watches: false,
            loose: BTreeSet::new(),
        }
    }

    /// Notes which requests among these are cancelled by later ones of them. A request that was answered
    /// already cannot be taken back.
    pub fn cancelled(&mut self, batch: &[NextMessage]) {
        let notifications = batch.iter().filter_map(|next| match next {
            Some(Ok(Message::Notification(notification))) => Some(notification),
            _ => None,
        });
        let cancels = notifications.filter(|one| one.method == "$/cancelRequest");
        self.cancelled = cancels
            .filter_map(|one| CancelParams::deserialize(&one.params).ok())
            .filter_map(|cancel| serde_json::to_value(cancel.id).ok())
            .filter_map(|id| RequestId::deserialize(id).ok())
            .collect();
    }

    /// Answers one message, or remembers what it says.
    pub fn take(&mut self, message: Message) -> Reaction {
        match message {
            Message::Request(request) => Reaction::Go(self.request(request)),
            Message::Notification(notification) => {
                if notification.method == "exit" {
                    // LSP: success only behind `shutdown`.
                    let asked = self.stage == Stage::Ending;
                    return Reaction::Exit(if asked {
                        Exit::Success
                    } else {
                        Exit::RunFailed
                    });
                }
                if self.stage == Stage::Serving {
                    return Reaction::Go(self.notification(&notification));
                }
                Reaction::Go(Vec::new())
            }
            // Answers to what this server asks of an editor say nothing.
            Message::Response(_) => Reaction::Go(Vec::new()),
        }
    }

    fn request(&mut self, request: Request) -> Vec<Message> {
        let id = request.id.clone();
        let refused = |code: ErrorCode, sentence: &str| {
            vec![Response::new_err(id.clone(), code as i32, sentence.to_owned()).into()]
        };
        if self.cancelled.contains(&request.id) {
            return refused(ErrorCode::RequestCanceled, "cancelled");
        }
        match (self.stage, request.method.as_str()) {
            (Stage::New, "initialize") => match parameters(&request.params) {
                Ok(asked) => {
                    self.stage = Stage::Serving;
                    vec![Response::new_ok(request.id, self.initialize(asked)).into()]
                }
                Err(why) => refused(ErrorCode::InvalidParams, &why),
            },
            (Stage::New, _) => refused(ErrorCode::ServerNotInitialized, "say `initialize` first"),
            (Stage::Serving, "shutdown") => {
                self.stage = Stage::Ending;
                vec![Response::new_ok(request.id, Value::Null).into()]
            }
            (Stage::Serving, "initialize") => {
                refused(ErrorCode::InvalidRequest, "`initialize` was said before")
            }
            (Stage::Ending, _) => refused(ErrorCode::InvalidRequest, "`shutdown` was said before"),
            (Stage::Serving, method) => {
                // Whoever asks means the texts as they are now.
                self.known.workspace.refresh(&self.known.documents);
                match requests::answer(&self.known, method, &request.params) {
                    Some(Ok(answer)) => vec![Response::new_ok(request.id, answer).into()],
                    Some(Err(why)) => refused(ErrorCode::InvalidParams, &why),
                    None => {
                        let sentence = format!("sfc does not know `{method}`");
                        refused(ErrorCode::MethodNotFound, &sentence)
                    }
                }
            }
        }
    }

    fn initialize(&mut self, asked: InitializeParams) -> InitializeResult {
        let ClientCapabilities {
            general, workspace, ..
        } = asked.capabilities;
        let offered = general.and_then(|general| general.position_encodings);
        self.known.encoding = PositionEncoding::of(&offered.unwrap_or_default());
        self.watches = workspace
            .and_then(|workspace| workspace.did_change_watched_files)
            .and_then(|watch| watch.dynamic_registration)
            .unwrap_or(false);
        let sync = TextDocumentSyncOptions {
            open_close: Some(true),
            change: Some(TextDocumentSyncKind::Incremental),
            save: Some(true.into()),
            ..TextDocumentSyncOptions::default()
        };
        let triggers = [".", ":", "{", "/"].map(str::to_owned);
        InitializeResult {
            capabilities: ServerCapabilities {
                position_encoding: Some(self.known.encoding.kind()),
                text_document_sync: Some(sync.into()),
                hover_provider: Some(true.into()),
                definition_provider: Some(true.into()),
                document_symbol_provider: Some(true.into()),
                document_formatting_provider: Some(true.into()),
                completion_provider: Some(CompletionOptions {
                    trigger_characters: Some(triggers.to_vec()),
                    ..CompletionOptions::default()
                }),
                code_action_provider: Some(
                    CodeActionOptions {
                        code_action_kinds: Some(vec![CodeActionKind::QuickFix]),
                        ..CodeActionOptions::default()
                    }
                    .into(),
                ),
                ..ServerCapabilities::default()
            },
            server_info: Some(ServerInfo {
                name: "sfc".to_owned(),
                version: Some(env!("CARGO_PKG_VERSION").to_owned()),
            }),
        }
    }

    /// A notification. One that cannot be read is passed over: nobody waits for an answer.
    fn notification(&mut self, notification: &Notification) -> Vec<Message> {
        let params = &notification.params;
        match notification.method.as_str() {
            "initialized" if self.watches => return vec![watch_files()],
            "textDocument/didOpen" => {
                if let Ok(DidOpenTextDocumentParams { text_document: one }) = parameters(params) {
                    let language = serde_json::to_value(&one.language_id).unwrap_or_default();
                    let language = language.as_str().unwrap_or_default();
                    self.known
                        .documents
                        .open(one.uri.clone(), one.version, language, one.text);
                    self.touched(&one.uri);
                }
            }
            "textDocument/didChange" => {
                if let Ok(DidChangeTextDocumentParams {
                    text_document: one,
                    content_changes,
                }) = parameters(params)
                {
                    let uri = one.text_document_identifier.uri;
                    self.known.documents.change(
                        &uri,
                        one.version,
                        content_changes,
                        self.known.encoding,
                    );
                    self.touched(&uri);
                }
            }
            "textDocument/didSave" => {
                if let Ok(DidSaveTextDocumentParams { text_document, .. }) = parameters(params) {
                    self.touched(&text_document.uri);
                }
            }
            "textDocument/didClose" => {
                if let Ok(DidCloseTextDocumentParams { text_document }) = parameters(params) {
                    self.touched(&text_document.uri);
                    self.known.documents.close(&text_document.uri);
                    return vec![say(text_document.uri, None, Vec::new())];
                }
            }
            "workspace/didChangeWatchedFiles" => {
                if let Ok(DidChangeWatchedFilesParams { changes }) = parameters(params) {
                    for change in changes {
                        if let Some(path) = uri::path(&change.uri) {
                            self.known.workspace.changed(&path);
                        }
                    }
                }
            }
            _ => {}
        }
        Vec::new()
    }

    /// Says that a document may read differently now.
    fn touched(&mut self, address: &Uri) {
        let Some(document) = self.known.documents.get(address) else {
            return;
        };
        if let Some(path) = &document.path {
            self.known.workspace.changed(path);
        }
        self.loose.insert(address.as_ref().to_owned());
    }

    /// What is wrong with the files that have changed since it was last said.
    pub fn publish(&mut self) -> Vec<Message> {
        if self.stage != Stage::Serving {
            return Vec::new();
        }
        self.known.workspace.refresh(&self.known.documents);
        let mut messages = Vec::new();
        let (documents, encoding) = (&self.known.documents, self.known.encoding);
        let mut shown: BTreeMap<String, Vec<Diagnostic>> = BTreeMap::new();
        let quiet = self.known.workspace.news(|news| {
            let address = |path: &str| documents.address(path);
            let found = lsp::shown(&news.model.diagnostics, encoding, &address, &page);
            let named: BTreeSet<String> = found.keys().cloned().collect();
            for file in news.before.difference(&named) {
                shown.entry(file.clone()).or_default();
            }
            // A file without a mistake is told so once it is open.
            let open = news.model.scripts.values().map(|script| &script.file);
            for file in open.chain([&news.model.spec]) {
                if documents
                    .files()
                    .contains_key(std::path::Path::new(file.path()))
                {
                    shown.entry(file.path().to_owned()).or_default();
                }
            }
            for (file, diagnostics) in found {
                shown.entry(file).or_default().extend(diagnostics);
            }
            named
        });
        for file in quiet {
            shown.entry(file).or_default();
        }
        // A spec that has changed may have made a script of a file, or the other way round.
        let all = !shown.is_empty();
        let loose = std::mem::take(&mut self.loose);
        let changed = |address: &Uri| all || loose.contains(address.as_ref());
        for document in self.known.documents.iter().filter(|one| changed(&one.uri)) {
            let found = match self.known.workspace.role(document, &self.known.documents) {
                DocumentRole::Loose(_) => lsp::loose(&document.file),
                DocumentRole::Environment(model) => {
                    of_environment(document, model, &self.known.documents)
                }
                DocumentRole::Tests(model) => of_tests(document, model, &self.known.documents),
                DocumentRole::Spec(_) | DocumentRole::Script(..) | DocumentRole::Other => continue,
            };
            let uri = |path: &str| self.known.documents.address(path);
            let found = lsp::shown(&found, self.known.encoding, &uri, &page);
            let found = found.into_values().flatten().collect();
            shown.insert(document.file.path().to_owned(), found);
        }
        for (file, diagnostics) in shown {
            let address = self.known.documents.address(&file);
            let version = self
                .known
                .documents
                .get(&address)
                .map(|document| document.version);
            messages.push(say(address, version, diagnostics));
        }
        messages
    }
}

/// Pages about codes are in the program (`sfc explain`), and at no address.
fn page(_: Code) -> Option<Uri> {
    None
}

fn say(uri: Uri, version: Option<i32>, diagnostics: Vec<Diagnostic>) -> Message {
    let params = PublishDiagnosticsParams {
        uri,
        version,
        diagnostics,
    };
    let method = "textDocument/publishDiagnostics".to_owned();
    Notification::new(method, params).into()
}

/// Asks the editor to say when a file changes that it does not show.
fn watch_files() -> Message {
    let watchers = json!([{ "globPattern": "**/*.{sql,rsql,yaml,yml,json}" }]);
    let params = json!({ "registrations": [{
        "id": "sfc-files",
        "method": "workspace/didChangeWatchedFiles",
        "registerOptions": { "watchers": watchers },
    }] });
    Request::new(
        RequestId::from("sfc-watch".to_owned()),
        "client/registerCapability".to_owned(),
        params,
    )
    .into()
}
