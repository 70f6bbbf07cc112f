//! How the verbs begin and end that look at runs or talk to a warehouse. They share a pipeline's
//! name, and one way to say what went wrong.

use std::future::Future;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::exit::Exit;
use crate::pipeline_yaml::{self, Document};
use crate::printer::Printer;
use crate::project::Project;
use crate::source::SourceFile;

/// Why a verb ends early.
#[derive(Debug)]
pub struct EarlyEnd {
    /// What the process ends with.
    pub exit: Exit,
    /// What is to be said; none if it has been said.
    pub diagnostics: Diagnostics,
}

impl EarlyEnd {
    /// Ends with one diagnostic.
    #[must_use]
    pub fn with(exit: Exit, diagnostic: Diagnostic) -> Self {
        Self {
            exit,
            diagnostics: std::iter::once(diagnostic).collect(),
        }
    }

    /// Ends with nothing more to say.
    #[must_use]
    pub fn said(exit: Exit) -> Self {
        Self {
            exit,
            diagnostics: Diagnostics::new(),
        }
    }

    /// Says what is to be said, and answers what the process ends with.
    #[must_use]
    pub fn told(self, printer: &Printer) -> Exit {
        if !self.diagnostics.is_empty() {
            printer.diagnostics(&self.diagnostics);
        }
        self.exit
    }

    /// Adds what else is good to know, such as what was left behind.
    #[must_use]
    pub fn note(self, note: &str) -> Self {
        Self {
            diagnostics: self
                .diagnostics
                .into_iter()
                .map(|diagnostic| diagnostic.note(note))
                .collect(),
            ..self
        }
    }
}

/// Runs something to its end.
///
/// # Errors
/// It ended early, or the system gives no threads.
pub fn ended<T>(work: impl Future<Output = Result<T, EarlyEnd>>) -> Result<T, EarlyEnd> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    match runtime {
        Ok(runtime) => runtime.block_on(work),
        Err(error) => Err(EarlyEnd::with(
            Exit::Trouble,
            Diagnostic::error(Code::LocalTrouble, "the system gives no threads")
                .note(error.to_string())
                .help("end other programs and try again"),
        )),
    }
}

/// Runs a verb to its end and says why it ended early.
pub fn block_on(printer: &Printer, verb: impl Future<Output = Result<Exit, EarlyEnd>>) -> Exit {
    ended(verb).unwrap_or_else(|early| early.told(printer))
}

/// A pipeline as the verbs know it that only operate it: mistakes further down in its spec do not keep
/// anybody from stopping a run.
#[derive(Debug)]
pub struct KnownPipeline {
    /// Where local runs of it leave what they make.
    pub local_folder: PathBuf,
    /// The spec, with the place of each value.
    pub document: Document,
}

impl KnownPipeline {
    /// Opens the pipeline at `path`.
    ///
    /// # Errors
    /// There is no spec, or nobody can tell from it the pipeline's name and where it belongs.
    pub fn open(path: &Path, environment: Option<&str>) -> Result<Self, EarlyEnd> {
        let project = Project::open_for(path, environment).map_err(|diagnostics| EarlyEnd {
            exit: Exit::BadInput,
            diagnostics,
        })?;
        Self::of(&project)
    }

    /// The pipeline of an open folder.
    ///
    /// # Errors
    /// Nobody can tell from its spec the pipeline's name and where it belongs.
    pub fn of(project: &Project) -> Result<Self, EarlyEnd> {
        let loaded = pipeline_yaml::load(&project.spec);
        let told = |document: &Document| {
            !document.is_mended(&["name"]) && !document.is_mended(&["stack", "account"])
        };
        match loaded.value {
            Some(document) if told(&document) => Ok(Self {
                local_folder: project.local_folder(),
                document,
            }),
            _ => Err(EarlyEnd {
                exit: Exit::BadInput,
                diagnostics: loaded.diagnostics,
            }),
        }
    }

    /// A pipeline of which nothing but its name is known, because there is no folder of it here.
    ///
    /// # Errors
    /// It is no name of a pipeline.
    pub fn by_name(pipeline: &str) -> Result<Self, EarlyEnd> {
        let spec = format!("name: {}\n", Value::from(pipeline));
        let loaded = pipeline_yaml::load(&SourceFile::new("stack", spec.into_bytes()));
        match loaded.value {
            Some(document) if !document.is_mended(&["name"]) => Ok(Self {
                local_folder: PathBuf::new(),
                document,
            }),
            _ => Err(EarlyEnd {
                exit: Exit::BadInput,
                diagnostics: loaded.diagnostics,
            }),
        }
    }

    /// Name of the pipeline.
    #[must_use]
    pub fn pipeline(&self) -> &str {
        &self.document.spec.name
    }
}

/// A diagnostic about the command line.
#[must_use]
pub fn command_line(code: Code, message: impl Into<String>) -> Diagnostic {
    Diagnostic::error(code, message).in_file(&SourceFile::unread("command line"))
}
