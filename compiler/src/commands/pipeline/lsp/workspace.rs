//! The pipelines whose files are open: each is read when somebody asks and something has changed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::documents::{Documents, OpenDocument};
use crate::compile::{Overrides, compile};
use crate::diagnostic::Diagnostics;
use crate::lsp::{Model, Overlay, SqlFile};
use crate::project::{Project, spec_in};
use crate::source::SourceFile;
use crate::testing;

/// Most SQL files of a folder that are listed, and how deep they may lie.
const MOST_FILES: usize = 2_000;
const DEEPEST: usize = 8;

/// Most entries of folders that are looked at for them.
const MOST_ENTRIES: usize = 50_000;

/// Pipelines by the path of their specs.
#[derive(Debug, Default)]
pub(super) struct Workspace {
    pipelines: BTreeMap<PathBuf, Pipeline>,
}

/// A pipeline some of whose files are open.
#[derive(Debug, Default)]
struct Pipeline {
    /// As it was when it was last read.
    model: Option<Model>,
    /// Whether it may have changed since.
    changed: bool,
    /// Whether what is wrong with it was said.
    published: bool,
    /// Files that something was said about.
    files: BTreeSet<String>,
}

/// What is to be said about the files of a pipeline.
pub(super) struct News<'w> {
    pub model: &'w Model,
    /// Files that something was said about before.
    pub before: BTreeSet<String>,
}

/// What a document is.
pub(super) enum DocumentRole<'w> {
    /// The spec of a pipeline.
    Spec(&'w Model),
    /// A script of a step.
    Script(&'w Model, &'w SqlFile),
    /// A SQL file that belongs to no step; the model of the pipeline around it.
    Loose(Option<&'w Model>),
    /// What lies over the spec in an environment: `pipeline.prod.yaml`.
    Environment(&'w Model),
    /// A file of tests of the pipeline.
    Tests(&'w Model),
    /// A file that belongs to no pipeline.
    Other,
}

impl Workspace {
    /// Says that the files below a folder, or in it, may have changed.
    pub fn changed(&mut self, path: &Path) {
        for (spec, pipeline) in &mut self.pipelines {
            let folder = spec.parent().unwrap_or(Path::new(""));
            if path.starts_with(folder) {
                pipeline.changed = true;
                pipeline.published = false;
            }
        }
    }

    /// Reads the pipelines of all open documents that have changed, and forgets those without one.
    pub fn refresh(&mut self, documents: &Documents) {
        let mut used: BTreeSet<PathBuf> = BTreeSet::new();
        for document in documents.iter() {
            let Some(spec) = spec_of(document, documents) else {
                continue;
            };
            let pipeline = self.pipelines.entry(spec.clone()).or_default();
            if pipeline.changed || pipeline.model.is_none() {
                let before = pipeline.model.take();
                pipeline.model = read(&spec, documents, before);
                pipeline.changed = false;
            }
            used.insert(spec);
        }
        for (spec, pipeline) in &mut self.pipelines {
            if !used.contains(spec) && pipeline.model.take().is_some() {
                pipeline.published = false;
            }
        }
    }

    /// Pipelines that something new is to be said about; afterwards it counts as said. `said` gives the
    /// files that it was said about. The second part lists files that nothing is said about any more.
    pub fn news(&mut self, mut say: impl FnMut(&News<'_>) -> BTreeSet<String>) -> BTreeSet<String> {
        let mut quiet = BTreeSet::new();
        for pipeline in self.pipelines.values_mut() {
            if pipeline.published {
                continue;
            }
            pipeline.published = true;
            let before = std::mem::take(&mut pipeline.files);
            match &pipeline.model {
                Some(model) => pipeline.files = say(&News { model, before }),
                None => quiet.extend(before),
            }
        }
        self.pipelines
            .retain(|_, pipeline| pipeline.model.is_some());
        quiet
    }

    /// What a document is.
    pub fn role(&self, document: &OpenDocument, documents: &Documents) -> DocumentRole<'_> {
        let model = spec_of(document, documents)
            .and_then(|spec| self.pipelines.get(&spec))
            .and_then(|pipeline| pipeline.model.as_ref());
        let Some(model) = model else {
            return if document.is_sql {
                DocumentRole::Loose(None)
            } else {
                DocumentRole::Other
            };
        };
        let path = document.file.path();
        if model.spec.path() == path {
            return DocumentRole::Spec(model);
        }
        let mut scripts = model.scripts.values();
        if let Some(script) = scripts.find(|script| script.file.path() == path) {
            return DocumentRole::Script(model, script);
        }
        if is_environment(document, model) {
            return DocumentRole::Environment(model);
        }
        if is_tests(document, model) {
            return DocumentRole::Tests(model);
        }
        let is_rsql = model
            .rsql
            .iter()
            .any(|rsql| crate::source::beside(model.spec.path(), rsql) == path);
        if document.is_sql && !is_rsql {
            DocumentRole::Loose(Some(model))
        } else {
            DocumentRole::Other
        }
    }
}

/// Whether a document is what lies over a spec in an environment.
fn is_environment(document: &OpenDocument, model: &Model) -> bool {
    let spec = Path::new(model.spec.path());
    let name = |path: &Path| Some(path.file_name()?.to_str()?.to_owned());
    let names = document.path.as_deref().and_then(name).zip(name(spec));
    let Some((own, base)) = names else {
        return false;
    };
    let Some((stem, ending)) = base.rsplit_once('.') else {
        return false;
    };
    let environment = own
        .strip_prefix(stem)
        .and_then(|rest| rest.strip_suffix(ending))
        .and_then(|rest| rest.strip_prefix('.')?.strip_suffix('.'));
    let beside = document.path.as_deref().and_then(Path::parent) == spec.parent();
    beside && environment.is_some_and(|name| !name.is_empty() && !name.contains('.'))
}

/// Whether a document is a file of tests: YAML below the pipeline's folder `tests`.
fn is_tests(document: &OpenDocument, model: &Model) -> bool {
    let Some(path) = document.path.as_deref() else {
        return false;
    };
    let folder = Path::new(model.spec.path()).parent();
    let ending = path.extension().and_then(|ending| ending.to_str());
    folder.is_some_and(|folder| path.starts_with(folder.join(testing::FOLDER)))
        && matches!(ending, Some("yaml" | "yml"))
}

/// What is wrong with a file of tests. Where the pipeline itself cannot be compiled, its shape alone.
pub(super) fn of_tests(
    document: &OpenDocument,
    model: &Model,
    documents: &Documents,
) -> Diagnostics {
    let loaded = testing::load(&document.file);
    let mut found = loaded.diagnostics;
    let Some(loaded) = loaded.value else {
        return found;
    };
    let folder = Path::new(model.spec.path()).parent();
    let folder = folder.unwrap_or(Path::new("")).to_owned();
    let project = Project::with_spec(folder, Arc::clone(&model.spec));
    let files = Overlay {
        folder: &project.folder,
        open: documents.files(),
        below: &project,
    };
    let Some(compiled) = compile(&project.spec, &files, Overrides::default()).value else {
        return found;
    };
    let all = |_: &str, _: Option<&str>, _: &SourceFile| true;
    for case in testing::cases(&compiled, model.sources(), &files, &[loaded], &all) {
        found.append(case.wrong);
    }
    found
}

/// What is wrong with an environment's file: all that is wrong with the spec under it, in that file.
pub(super) fn of_environment(
    document: &OpenDocument,
    model: &Model,
    documents: &Documents,
) -> Diagnostics {
    let layered = SourceFile::layered(&model.spec, &document.file);
    let folder = Path::new(model.spec.path()).parent();
    let folder = folder.unwrap_or(Path::new("")).to_owned();
    let project = Project::with_spec(folder, layered);
    let files = Overlay {
        folder: &project.folder,
        open: documents.files(),
        below: &project,
    };
    let found = compile(&project.spec, &files, Overrides::default()).diagnostics;
    let own = found.into_iter().filter(|diagnostic| {
        let label = diagnostic.primary();
        label.is_some_and(|label| label.file.path() == document.file.path())
    });
    own.collect()
}

/// The nearest spec above a document, or the document itself; one that is only open counts as well.
fn spec_of(document: &OpenDocument, documents: &Documents) -> Option<PathBuf> {
    let path = document.path.as_ref()?;
    let mut folders = path.ancestors().skip(1);
    folders.find_map(|folder| {
        spec_in(folder, &|path| {
            documents.at(path).is_some() || path.is_file()
        })
    })
}

fn read(spec: &Path, documents: &Documents, before: Option<Model>) -> Option<Model> {
    let folder = spec.parent()?.to_owned();
    let project = match documents.at(spec) {
        Some(document) => Project::with_spec(folder, Arc::clone(&document.file)),
        // It was there a moment ago; if it is gone, so is the pipeline.
        None => Project::open(spec).ok()?,
    };
    let files = Overlay {
        folder: &project.folder,
        open: documents.files(),
        below: &project,
    };
    let text: Arc<SourceFile> = Arc::clone(&project.spec);
    Some(Model::behind(&text, &files, before))
}

/// SQL files in the folder of a spec, by the paths that a step would name.
pub(super) fn sql_files(spec: &str) -> Vec<String> {
    let Some(folder) = Path::new(spec).parent() else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut entries_left = MOST_ENTRIES;
    let mut left = vec![(folder.to_owned(), 0)];
    while let Some((inner, depth)) = left.pop() {
        let Ok(entries) = fs::read_dir(&inner) else {
            continue;
        };
        for entry in entries.flatten().take(entries_left) {
            entries_left -= 1;
            let (path, Ok(kind)) = (entry.path(), entry.file_type()) else {
                continue;
            };
            let hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
            // Links are not followed: they may lead out of the folder.
            if kind.is_dir() && !hidden && depth < DEEPEST {
                left.push((path, depth + 1));
                continue;
            }
            let is_sql = path
                .extension()
                .is_some_and(|ending| ending.eq_ignore_ascii_case("sql") || ending == "rsql");
            if kind.is_file()
                && is_sql
                && let Ok(relative) = path.strip_prefix(folder)
            {
                found.push(relative.to_string_lossy().replace('\\', "/"));
            }
        }
        if found.len() > MOST_FILES {
            break;
        }
    }
    found.sort_unstable();
    found.truncate(MOST_FILES);
    found
}
