//! Where a verb's words go: data to stdout, everything else to stderr. Passed in, so that a verb can
//! be tested and nothing prints behind its back.

use std::io::{self, ErrorKind, IsTerminal as _, Write as _};
use std::sync::OnceLock;

use crate::diagnostic::{self, Code, Diagnostic, Diagnostics};
use crate::exit::Exit;
use crate::source::SourceFile;
use crate::terminal;

/// Why data was lost on its way to stdout. Of the process, as stdout is.
static LOST: OnceLock<String> = OnceLock::new();

/// How diagnostics are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum DiagnosticFormat {
    /// For people: the place, underlined.
    #[default]
    Human,
    /// One JSON document.
    Json,
    /// Annotations of GitHub's workflows.
    Github,
}

/// What a table looks like.
#[derive(Debug, Clone, Copy, Default)]
pub struct TableLook {
    /// Columns that it may take; `None`: as many as it needs.
    pub width: Option<usize>,
    /// Whether names are bold, and types and NULL are faint.
    pub colours: bool,
}

/// Prints data to stdout and everything else to stderr.
#[derive(Debug, Clone, Copy)]
pub struct Printer {
    format: DiagnosticFormat,
    /// Whether stdout is a terminal.
    pub terminal: bool,
    colours: bool,
    /// Whether what goes to stdout has colours.
    pub paints: bool,
}

impl Printer {
    /// A printer for this process's stdout and stderr. `NO_COLOR` is heeded (no-color.org).
    #[must_use]
    pub fn new(format: DiagnosticFormat) -> Self {
        let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|terminal| terminal == "dumb");
        let terminal = io::stdout().is_terminal();
        Self {
            format,
            terminal,
            colours: wanted && io::stderr().is_terminal(),
            paints: wanted && terminal && !dumb,
        }
    }

    /// Prints data, as it is. A reader that has gone away is no mistake of ours; of any other trouble
    /// [`Self::ended`] tells.
    pub fn data(&self, text: &str) {
        let mut stdout = io::stdout().lock();
        let written = stdout.write_all(text.as_bytes());
        lost(written.and_then(|()| stdout.flush()));
    }

    /// What tables look like on stdout.
    #[must_use]
    pub fn look(&self) -> TableLook {
        TableLook {
            width: terminal::columns().filter(|_| self.terminal),
            colours: self.paints,
        }
    }

    /// Prints what is wrong with the command line, or the help or version that it asks for.
    pub fn command_line(&self, error: &clap::Error) -> Exit {
        let printed = error.print();
        if error.use_stderr() {
            return Exit::BadInput;
        }
        lost(printed.and_then(|()| io::stdout().flush()));
        self.ended(Exit::Success)
    }

    /// How the program ends when a verb ended like this: whoever wanted its data must not think that
    /// they have all of it.
    #[must_use]
    pub fn ended(&self, exit: Exit) -> Exit {
        let Some(why) = LOST.get() else {
            return exit;
        };
        let diagnostic = Diagnostic::error(Code::OutputLost, "stdout cannot be written")
            .in_file(&SourceFile::unread("stdout"))
            .note(why.clone())
            .help("make room on the disk that the output is redirected to, and start sfc again");
        let text = diagnostic::human::render(
            &std::iter::once(diagnostic).collect::<Diagnostics>(),
            self.colours,
        );
        let _ = io::stderr().lock().write_all(text.as_bytes());
        Exit::Trouble
    }

    /// Prints a line about what happens.
    pub fn note(&self, line: &str) {
        let _ = writeln!(io::stderr().lock(), "{line}");
    }

    /// Prints what was found: for people to stderr, for machines to stdout.
    pub fn diagnostics(&self, diagnostics: &Diagnostics) {
        match self.format {
            DiagnosticFormat::Human if diagnostics.is_empty() => {}
            DiagnosticFormat::Human => {
                let text = diagnostic::human::render(diagnostics, self.colours);
                let _ = io::stderr().lock().write_all(text.as_bytes());
            }
            DiagnosticFormat::Json => self.data(&diagnostic::json::render(diagnostics)),
            DiagnosticFormat::Github => self.data(&diagnostic::github::render(diagnostics)),
        }
    }

    /// Whether diagnostics are shown to a person.
    #[must_use]
    pub fn is_for_people(&self) -> bool {
        self.format == DiagnosticFormat::Human
    }
}

fn lost(written: io::Result<()>) {
    if let Err(error) = written
        && error.kind() != ErrorKind::BrokenPipe
    {
        let _ = LOST.set(error.to_string());
    }
}
