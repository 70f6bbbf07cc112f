//! Reads each SQL file once.

use std::collections::HashMap;
use std::sync::Arc;

use super::MAX_SCRIPT_BYTES;
use crate::diagnostic::{Code, Diagnostic};
use crate::pipeline::resolve::Resolver;
use crate::script::{self, Lineage, Script};
use crate::source::{self, FileProblem, Files, PathProblem, SourceFile, Span};

/// A file, taken apart.
pub(super) struct Analysed {
    pub path: String,
    pub file: Arc<SourceFile>,
    pub script: Script,
    pub lineage: Arc<Lineage>,
}

/// What became of a file.
#[derive(Clone)]
enum Known {
    Good(Arc<Analysed>),
    /// Wrong in itself, and reported.
    Bad,
    /// Not to be had; every step that names it is told.
    Absent(FileProblem),
    /// Without a statement; every step that names it is told.
    Empty,
}

pub(super) struct Reader<'a> {
    files: &'a dyn Files,
    known: HashMap<String, Known>,
}

impl<'a> Reader<'a> {
    pub fn new(files: &'a dyn Files) -> Self {
        Self {
            files,
            known: HashMap::new(),
        }
    }

    /// The file that a step names.
    pub fn read(
        &mut self,
        resolver: &mut Resolver<'_>,
        step: &str,
        written: &str,
    ) -> Option<Arc<Analysed>> {
        let document = resolver.document;
        let path = match source::relative(written) {
            Ok(path) => path,
            Err(problem) => {
                let span = document.at(&["steps", step, "sql"]);
                resolver.push(outside(problem, written).at(&document.file, span, ""));
                return None;
            }
        };
        let known = match self.known.get(&path) {
            Some(known) => known.clone(),
            None => {
                let known = self.first_time(resolver, &path);
                self.known.insert(path.clone(), known.clone());
                known
            }
        };
        let problem = match known {
            Known::Good(analysed) => return Some(analysed),
            Known::Bad => return None,
            Known::Absent(problem) => absent(&problem, &path),
            Known::Empty => {
                let sentence = format!("`{path}` has no statement");
                Diagnostic::error(Code::ScriptEmpty, sentence)
                    .help("write a statement, or remove the step")
            }
        };
        let span = document.at(&["steps", step, "sql"]);
        resolver.push(problem.at(&document.file, span, ""));
        None
    }

    fn first_time(&self, resolver: &mut Resolver<'_>, path: &str) -> Known {
        let bytes = match self.files.read(path, MAX_SCRIPT_BYTES) {
            Ok(bytes) if bytes.len() as u64 > MAX_SCRIPT_BYTES => {
                let size = bytes.len() as u64;
                return Known::Absent(FileProblem::TooLarge { size });
            }
            Ok(bytes) => bytes,
            Err(problem) => return Known::Absent(problem),
        };
        let shown = source::beside(resolver.document.file.path(), path);
        let file = SourceFile::new(shown, bytes);
        if let Some(at) = file.first_invalid() {
            resolver.push(
                Diagnostic::error(Code::ScriptNotUtf8, "this SQL file is not UTF-8")
                    .at(&file, Span::new(at, at), "the first bytes that are not")
                    .help("save the file as UTF-8"),
            );
            return Known::Bad;
        }
        let script = match script::analyse(file.text()) {
            Ok(script) => script,
            Err(problem) => {
                resolver.push(
                    Diagnostic::error(Code::ScriptSyntax, problem.message)
                        .at(&file, problem.span, "it starts here")
                        .help("close it; nothing behind it could be read"),
                );
                return Known::Bad;
            }
        };
        if script.statements.is_empty() {
            return Known::Empty;
        }
        Known::Good(Arc::new(Analysed {
            path: path.to_owned(),
            lineage: Arc::new(script.lineage.clone()),
            file,
            script,
        }))
    }
}

fn outside(problem: PathProblem, written: &str) -> Diagnostic {
    match problem {
        PathProblem::Empty => Diagnostic::error(Code::ScriptUnreadable, "`sql` names no file")
            .help("give a path relative to the folder of this file, such as `sql/load.sql`"),
        PathProblem::Absolute | PathProblem::Leaves | PathProblem::Character => {
            let sentence = format!("`{written}` is no path inside of the pipeline's folder");
            Diagnostic::error(Code::ScriptOutsideFolder, sentence)
                .help("give a path relative to the folder of this file, without `..`")
        }
    }
}

fn absent(problem: &FileProblem, path: &str) -> Diagnostic {
    match problem {
        FileProblem::Missing => {
            let diagnostic =
                Diagnostic::error(Code::ScriptUnreadable, format!("there is no file `{path}`"))
                    .help("paths are relative to the folder of this file");
            if path.contains('\\') {
                diagnostic.note("write `/` between folders, on Windows too")
            } else {
                diagnostic
            }
        }
        FileProblem::LeavesFolder => {
            let sentence = format!("`{path}` is a link that leads out of the pipeline's folder");
            Diagnostic::error(Code::ScriptOutsideFolder, sentence)
                .help("put the file itself into the folder")
        }
        FileProblem::TooLarge { size } => {
            let sentence = format!("`{path}` has {size} bytes; {MAX_SCRIPT_BYTES} are the most");
            Diagnostic::error(Code::ScriptTooLarge, sentence)
                .help("split it into several steps; load data with COPY instead of INSERT")
        }
        FileProblem::Unreadable(reason) => {
            let sentence = format!("`{path}` cannot be read: {reason}");
            Diagnostic::error(Code::ScriptUnreadable, sentence)
                .help("check that it is a file and that you may read it")
        }
    }
}
