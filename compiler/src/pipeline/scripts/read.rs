//! Reads each SQL file once.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use rayon::iter::{IntoParallelIterator as _, ParallelIterator as _};

use super::MAX_SCRIPT_BYTES;
use crate::diagnostic::{Code, Diagnostic};
use crate::pipeline::mistake;
use crate::pipeline::resolver::Resolver;
use crate::pipeline_yaml::{self, Document};
use crate::script::{self, Script};
use crate::source::{self, FileProblem, Files, PathProblem, SourceFile, Span};

/// A file, taken apart.
pub(super) struct Analysed {
    pub path: String,
    pub file: Arc<SourceFile>,
    pub script: Script,
    /// Its tree, and what is wrong with it.
    pub parsed: Arc<redshift_sql::Script>,
}

/// What became of a file.
enum Known {
    Good(Arc<Analysed>),
    /// Wrong in itself; taken out when it is reported.
    Bad(Vec<Diagnostic>),
    /// Not to be had; every step that names it is told.
    Absent(FileProblem),
    /// Without a statement; every step that names it is told.
    Empty,
}

/// The files of a pipeline. They are read and taken apart side by side; what is wrong is reported in
/// the order of the steps.
pub(super) struct ScriptReader {
    known: HashMap<String, Known>,
}

impl ScriptReader {
    pub fn new(document: &Document, files: &dyn Files) -> Self {
        let paths: HashSet<String> = document
            .spec
            .steps
            .values()
            .flat_map(|step| {
                let own = super::file_of(step).map(|(_, path)| path);
                let queries = super::queries_of(step)
                    .iter()
                    .map(pipeline_yaml::CheckQuery::path);
                own.into_iter().chain(queries)
            })
            .filter_map(|path| source::relative(path).ok())
            .collect();
        let spec_path = document.file.path();
        let known = paths
            .into_par_iter()
            .map(|path| {
                let known = analyse(files, spec_path, &path);
                (path, known)
            })
            .collect();
        Self { known }
    }

    /// The file that a step names.
    pub fn read(
        &mut self,
        resolver: &mut Resolver<'_>,
        keys: &[&str],
        written: &str,
    ) -> Option<Arc<Analysed>> {
        let document = resolver.document;
        let path = match source::relative(written) {
            Ok(path) => path,
            Err(problem) => {
                let diagnostic = outside(problem, written);
                resolver.push(diagnostic.at(&document.file, document.at(keys), ""));
                return None;
            }
        };
        let problem = match self.known.get_mut(&path)? {
            Known::Good(analysed) => return Some(Arc::clone(analysed)),
            Known::Bad(diagnostics) => {
                for diagnostic in std::mem::take(diagnostics) {
                    resolver.push(diagnostic);
                }
                return None;
            }
            Known::Absent(problem) => absent(problem, &path),
            Known::Empty => {
                let sentence = format!("`{path}` has no statement");
                Diagnostic::error(Code::ScriptEmpty, sentence)
                    .help("write a statement, or remove the step")
            }
        };
        resolver.push(problem.at(&document.file, document.at(keys), ""));
        None
    }
}

fn analyse(files: &dyn Files, spec_path: &str, path: &str) -> Known {
    let bytes = match files.read(path, MAX_SCRIPT_BYTES) {
        Ok(bytes) if bytes.len() as u64 > MAX_SCRIPT_BYTES => {
            let size = bytes.len() as u64;
            return Known::Absent(FileProblem::TooLarge { size });
        }
        Ok(bytes) => bytes,
        Err(problem) => return Known::Absent(problem),
    };
    let file = SourceFile::new(source::beside(spec_path, path), bytes);
    if let Some(at) = file.first_invalid() {
        return Known::Bad(vec![
            Diagnostic::error(Code::ScriptNotUtf8, "this SQL file is not UTF-8")
                .at(&file, Span::new(at, at), "the first bytes that are not")
                .help("save the file as UTF-8"),
        ]);
    }
    let parsed = redshift_sql::parse(file.text());
    if parsed.unread.is_some() {
        let mistakes = parsed.mistakes.iter();
        return Known::Bad(
            mistakes
                .map(|one| mistake::diagnostic(&file, one))
                .collect(),
        );
    }
    if parsed.statements.is_empty() {
        return Known::Empty;
    }
    Known::Good(Arc::new(Analysed {
        path: path.to_owned(),
        script: script::analyse(file.text(), &parsed),
        parsed: Arc::new(parsed),
        file,
    }))
}

pub(in crate::pipeline) fn outside(problem: PathProblem, written: &str) -> Diagnostic {
    match problem {
        PathProblem::Empty => {
            Diagnostic::error(Code::ScriptUnreadable, "the path of the file is empty")
                .help("give a path relative to the folder of this file, such as `sql/load.sql`")
        }
        PathProblem::Absolute | PathProblem::Leaves | PathProblem::Character => {
            let sentence = format!("`{written}` is no path inside of the pipeline's folder");
            Diagnostic::error(Code::ScriptOutsideFolder, sentence)
                .help("give a path relative to the folder of this file, without `..`")
        }
    }
}

pub(in crate::pipeline) fn absent(problem: &FileProblem, path: &str) -> Diagnostic {
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
