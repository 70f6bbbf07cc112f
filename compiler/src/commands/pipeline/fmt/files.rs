//! Which files `sfc fmt` lays out, and what is in them. No file outside the pipeline's folder is one.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::pipeline::MAX_SCRIPT_BYTES;
use crate::pipeline_yaml::{self, Sources};
use crate::project::Project;
use crate::source::{self, SourceFile};

/// A file to lay out.
#[derive(Debug)]
pub struct ChosenFile {
    /// Its path as people know it.
    pub shown: String,
    /// Where it really is, links followed.
    pub path: PathBuf,
}

/// Files that were found in the folder, by what is done with them.
#[derive(Debug, Default)]
pub struct FoundFiles {
    /// Files to lay out, each once.
    pub files: Vec<ChosenFile>,
    /// RSQL scripts, which stay as they are.
    pub rsql: Vec<String>,
    /// What is wrong with the rest.
    pub diagnostics: Diagnostics,
}

/// A walk over paths, and where it must stay.
struct Walk {
    /// The pipeline's folder, links followed.
    root: PathBuf,
    seen: BTreeSet<PathBuf>,
    found: FoundFiles,
}

/// The files of `paths`, or those that the pipeline names where there is no path.
pub fn choose(paths: &[PathBuf], pipeline: &Path, environment: Option<&str>) -> FoundFiles {
    if paths.is_empty() {
        return of_pipeline(pipeline, environment);
    }
    let folder = match pipeline.parent() {
        Some(parent) if pipeline.is_file() => parent,
        _ => pipeline,
    };
    let mut walk = match Walk::below(folder) {
        Ok(walk) => walk,
        Err(found) => return found,
    };
    for path in paths {
        if path.is_dir() {
            walk.folder(path);
        } else {
            walk.file(path.display().to_string(), path);
        }
    }
    walk.found
}

/// The SQL files that a pipeline's spec names.
fn of_pipeline(pipeline: &Path, environment: Option<&str>) -> FoundFiles {
    let project = match Project::open_for(pipeline, environment) {
        Ok(project) => project,
        Err(diagnostics) => return refused(diagnostics),
    };
    let loaded = pipeline_yaml::load(&project.spec);
    let Some(document) = loaded.value else {
        return refused(loaded.diagnostics);
    };
    let mut walk = match Walk::below(&project.folder) {
        Ok(walk) => walk,
        Err(found) => return found,
    };
    let sources = document.spec.sources.as_ref();
    let sources = sources.map_or(&[][..], Sources::paths).iter();
    let steps = document.spec.steps.values();
    let sql = steps
        .clone()
        .flat_map(|step| [&step.sql, &step.local])
        .flatten();
    for written in sources.chain(sql) {
        walk.named(&project, written);
    }
    for written in steps.filter_map(|step| step.rsql.as_deref()) {
        if let Ok(relative) = source::relative(written) {
            let shown = source::beside(project.spec.path(), &relative);
            walk.found.rsql.push(shown);
        }
    }
    walk.found
}

fn refused(diagnostics: Diagnostics) -> FoundFiles {
    FoundFiles {
        diagnostics,
        ..FoundFiles::default()
    }
}

impl Walk {
    fn below(folder: &Path) -> Result<Self, FoundFiles> {
        let folder = if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            folder
        };
        match fs::canonicalize(folder) {
            Ok(root) => Ok(Self {
                root,
                seen: BTreeSet::new(),
                found: FoundFiles::default(),
            }),
            Err(error) => {
                let shown = folder.display().to_string();
                Err(refused(
                    std::iter::once(unreadable(&shown, &error)).collect(),
                ))
            }
        }
    }

    /// Takes a file that the spec names.
    fn named(&mut self, project: &Project, written: &str) {
        match source::relative(written) {
            Ok(relative) => {
                let path = project.folder.join(&relative);
                self.file(source::beside(project.spec.path(), &relative), &path);
            }
            Err(_) => {
                let diagnostic = outside(written).in_file(&project.spec);
                self.found.diagnostics.push(diagnostic);
            }
        }
    }

    /// Takes a file; a path that ends in `.rsql` only by its name.
    fn file(&mut self, shown: String, path: &Path) {
        let file = SourceFile::unread(&shown);
        match fs::canonicalize(path) {
            Err(error) => self.found.diagnostics.push(unreadable(&shown, &error)),
            Ok(real) if !real.starts_with(&self.root) => {
                let diagnostic = outside(&shown).in_file(&file);
                self.found.diagnostics.push(diagnostic);
            }
            Ok(real) if !self.seen.insert(real.clone()) => {}
            Ok(_) if has_ending(path, "rsql") => self.found.rsql.push(shown),
            Ok(path) => self.found.files.push(ChosenFile { shown, path }),
        }
    }

    /// Takes the SQL files below a folder. Links and hidden folders are passed over.
    fn folder(&mut self, folder: &Path) {
        let shown = folder.display().to_string();
        let mut left = vec![folder.to_owned()];
        let mut files = Vec::new();
        while let Some(inner) = left.pop() {
            let entries = match fs::read_dir(&inner) {
                Ok(entries) => entries,
                Err(error) => {
                    let shown = inner.display().to_string();
                    self.found.diagnostics.push(unreadable(&shown, &error));
                    continue;
                }
            };
            for entry in entries.flatten() {
                let (path, Ok(kind)) = (entry.path(), entry.file_type()) else {
                    continue;
                };
                let is_hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
                if kind.is_dir() && !is_hidden {
                    left.push(path);
                } else if kind.is_file() && (has_ending(&path, "sql") || has_ending(&path, "rsql"))
                {
                    files.push(path);
                }
            }
        }
        files.sort_unstable();
        if files.is_empty() {
            let inside = fs::canonicalize(folder).is_ok_and(|real| real.starts_with(&self.root));
            if !inside {
                let file = SourceFile::unread(&shown);
                let diagnostic = outside(&shown).in_file(&file);
                self.found.diagnostics.push(diagnostic);
            }
        }
        for path in files {
            self.file(path.display().to_string(), &path);
        }
    }
}

/// The content of a file.
///
/// # Errors
/// It is no file, too large, or cannot be read.
pub fn read(chosen: &ChosenFile) -> Result<Vec<u8>, Box<Diagnostic>> {
    let shown = &chosen.shown;
    let failed = |error: io::Error| Box::new(unreadable(shown, &error));
    let metadata = fs::metadata(&chosen.path).map_err(failed)?;
    if !metadata.is_file() {
        return Err(failed(io::Error::other("it is no file")));
    }
    let mut bytes = Vec::new();
    File::open(&chosen.path)
        .and_then(|file| file.take(MAX_SCRIPT_BYTES + 1).read_to_end(&mut bytes))
        .map_err(failed)?;
    if bytes.len() as u64 > MAX_SCRIPT_BYTES {
        let sentence = format!("it has more than {MAX_SCRIPT_BYTES} bytes");
        return Err(failed(io::Error::other(sentence)));
    }
    Ok(bytes)
}

fn has_ending(path: &Path, ending: &str) -> bool {
    let extension = path.extension();
    extension.is_some_and(|extension| extension.eq_ignore_ascii_case(ending))
}

fn outside(shown: &str) -> Diagnostic {
    Diagnostic::error(
        Code::LayoutOutside,
        format!("`{shown}` lies outside the pipeline's folder"),
    )
    .help("name its pipeline with `-C`, or pass the text through `sfc fmt --stdin`")
}

fn unreadable(shown: &str, error: &io::Error) -> Diagnostic {
    Diagnostic::error(Code::LayoutFile, format!("`{shown}` cannot be read"))
        .in_file(&SourceFile::unread(shown))
        .note(error.to_string())
        .help("check that it is a SQL file and that you may read it")
}
