//! `sfc lsp`: a language server on stdin and stdout.
//!
//! One thread reads messages and queues them; another one answers in their order. Whatever waits in the
//! queue is read before a pipeline is compiled again, so that fast typing costs one compilation, not
//! one a key.

mod documents;
mod known;
mod reader;
mod requests;
mod server;
mod uri;
mod workspace;

use std::io;

use lsp_server::Message;

use self::server::{LanguageServer, Reaction};
use crate::diagnostic::{Code, Diagnostic};
use crate::exit::Exit;
use crate::printer::Printer;
use crate::source::SourceFile;

/// Serves one editor until it says `exit`.
#[must_use]
pub fn lsp(printer: &Printer) -> Exit {
    let messages = reader::read(io::stdin());
    let mut server = LanguageServer::new();
    let ended = serve(&mut server, &messages, &mut io::stdout());
    match ended {
        Ok(exit) => exit,
        Err(trouble) => {
            let diagnostic = Diagnostic::error(Code::EditorGone, trouble.sentence())
                .in_file(&SourceFile::unread("stdin"))
                .help("let an editor start `sfc lsp`; docs/guide/editor.md shows the settings");
            let diagnostic = match trouble {
                Trouble::Wire(error) => diagnostic.note(error.to_string()),
                Trouble::Ended => diagnostic,
            };
            printer.diagnostics(&std::iter::once(diagnostic).collect());
            Exit::Trouble
        }
    }
}

/// Why a server ended although nobody asked it to.
enum Trouble {
    /// What came is no message, or an answer could not be written.
    Wire(io::Error),
    /// The editor went away.
    Ended,
}

impl Trouble {
    fn sentence(&self) -> &'static str {
        match self {
            Self::Wire(_) => "the editor and `sfc lsp` do not understand each other",
            Self::Ended => "the editor ended without saying `exit`",
        }
    }
}

fn serve(
    server: &mut LanguageServer,
    messages: &reader::Messages,
    out: &mut dyn io::Write,
) -> Result<Exit, Trouble> {
    loop {
        let mut batch = vec![messages.next()];
        batch.extend(messages.waiting());
        server.cancelled(&batch);
        for message in batch {
            let message = match message {
                Some(Ok(message)) => message,
                Some(Err(error)) => return Err(Trouble::Wire(error)),
                None => return Err(Trouble::Ended),
            };
            match server.take(message) {
                Reaction::Go(answers) => send(out, answers)?,
                Reaction::Exit(exit) => return Ok(exit),
            }
        }
        // Nothing waits any more, so what changed is worth a compilation.
        if messages.is_empty() {
            send(out, server.publish())?;
        }
    }
}

fn send(out: &mut dyn io::Write, answers: Vec<Message>) -> Result<(), Trouble> {
    for answer in answers {
        answer.write(&mut &mut *out).map_err(Trouble::Wire)?;
    }
    out.flush().map_err(Trouble::Wire)
}
