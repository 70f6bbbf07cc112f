//! An editor that speaks to `sfc lsp` over pipes. It waits for what is to come, never for a while.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may stop"
)]

use std::io::{BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};

use lsp_server::{Message, Notification, Request, RequestId, Response};
use serde_json::{Value, json};

pub struct Client {
    process: Child,
    to: Option<ChildStdin>,
    from: BufReader<ChildStdout>,
    next: i32,
    /// Notifications that came while something else was awaited.
    kept: Vec<Notification>,
    /// Requests of the server.
    pub asked: Vec<Request>,
}

impl Client {
    /// Starts a server and says nothing yet.
    pub fn start() -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_sfc"))
            .args(["lsp", "--stdio"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        Self {
            to: process.stdin.take(),
            from: BufReader::new(process.stdout.take().unwrap()),
            process,
            next: 0,
            kept: Vec::new(),
            asked: Vec::new(),
        }
    }

    /// Starts a server; these are the client's capabilities.
    pub fn with(capabilities: Value) -> (Self, Value) {
        let mut client = Self::start();
        let answer = client.ask(
            "initialize",
            json!({
                "processId": null, "rootUri": null, "capabilities": capabilities,
            }),
        );
        client.tell("initialized", json!({}));
        (client, answer)
    }

    fn send(&mut self, message: Message) {
        let to = self.to.as_mut().unwrap();
        message.write(to).unwrap();
        to.flush().unwrap();
    }

    pub fn tell(&mut self, method: &str, params: Value) {
        self.send(Notification::new(method.to_owned(), params).into());
    }

    /// Sends a request; its id.
    pub fn request(&mut self, method: &str, params: Value) -> RequestId {
        self.next += 1;
        let id = RequestId::from(self.next);
        self.send(Request::new(id.clone(), method.to_owned(), params).into());
        id
    }

    /// Awaits the answer to a request.
    pub fn answer(&mut self, id: &RequestId) -> Response {
        loop {
            match Message::read(&mut self.from).unwrap().unwrap() {
                Message::Response(response) if response.id == *id => return response,
                Message::Notification(notification) => self.kept.push(notification),
                Message::Request(request) => self.asked.push(request),
                Message::Response(other) => panic!("an answer to {:?}", other.id),
            }
        }
    }

    /// Sends a request; its result.
    pub fn ask(&mut self, method: &str, params: Value) -> Value {
        let id = self.request(method, params);
        let response = self.answer(&id);
        response.response_result.unwrap()
    }

    /// Asks about a place.
    pub fn at(&mut self, method: &str, path: &Path, line: u32, character: u32) -> Value {
        let params = json!({
            "textDocument": { "uri": uri(path) },
            "position": { "line": line, "character": character },
        });
        self.ask(method, params)
    }

    /// The next notification of diagnostics for a file.
    pub fn diagnostics(&mut self, path: &Path) -> Value {
        self.diagnostics_of(&uri(path))
    }

    /// The next notification of diagnostics for an address.
    pub fn diagnostics_of(&mut self, wanted: &str) -> Value {
        let is_it = |one: &Notification| {
            one.method == "textDocument/publishDiagnostics" && one.params["uri"] == wanted
        };
        loop {
            if let Some(at) = self.kept.iter().position(is_it) {
                return self.kept.remove(at).params;
            }
            match Message::read(&mut self.from).unwrap().unwrap() {
                Message::Notification(notification) => self.kept.push(notification),
                Message::Request(request) => self.asked.push(request),
                Message::Response(other) => panic!("an answer to {:?}", other.id),
            }
        }
    }

    pub fn open(&mut self, path: &Path, language: &str, text: &str) {
        self.tell(
            "textDocument/didOpen",
            json!({ "textDocument": {
            "uri": uri(path), "languageId": language, "version": 1, "text": text,
        } }),
        );
    }

    /// Replaces a document's text.
    pub fn replace(&mut self, path: &Path, version: i32, text: &str) {
        self.tell(
            "textDocument/didChange",
            json!({
                "textDocument": { "uri": uri(path), "version": version },
                "contentChanges": [{ "text": text }],
            }),
        );
    }

    /// Says goodbye as the protocol wants it.
    pub fn end(mut self) -> ExitStatus {
        assert_eq!(self.ask("shutdown", Value::Null), Value::Null);
        self.tell("exit", Value::Null);
        self.process.wait().unwrap()
    }

    /// Goes away with these last bytes; how the server ended, and what it said.
    pub fn vanish(mut self, bytes: &[u8]) -> (ExitStatus, String) {
        if let Some(mut to) = self.to.take() {
            to.write_all(bytes).unwrap();
        }
        let output = self.process.wait_with_output().unwrap();
        (output.status, String::from_utf8(output.stderr).unwrap())
    }

    /// Sends a notification and awaits the end.
    pub fn last(mut self, method: &str) -> ExitStatus {
        self.tell(method, Value::Null);
        self.process.wait().unwrap()
    }
}

/// The address of a path that needs no encoding.
pub fn uri(path: &Path) -> String {
    format!("file://{}", path.display())
}
