//! The files of tests: YAML in the folder `tests` and the folders in it.

use std::path::Path;
use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostic};
use crate::pipeline_yaml;
use crate::project::Project;
use crate::source::{self, Files as _, SourceFile};
use crate::testing;

/// A file, or why it cannot be read.
pub(super) type ReadFile = Result<Arc<SourceFile>, (Arc<SourceFile>, Diagnostic)>;

/// The files of tests, in the order of their paths.
pub(super) fn read(project: &Project) -> Vec<ReadFile> {
    let mut paths = Vec::new();
    let folder = project.folder.join(testing::FOLDER);
    below(&folder, testing::FOLDER, &mut paths);
    paths.sort();
    paths.iter().map(|path| file(project, path)).collect()
}

/// Adds the paths of YAML files below a folder. Hidden files and folders are left out, and links to
/// folders, which may lead in a circle.
fn below(folder: &Path, shown: &str, paths: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let Some(name) = name.to_str().filter(|name| !name.starts_with('.')) else {
            continue;
        };
        let path = format!("{shown}/{name}");
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            below(&entry.path(), &path, paths);
        } else if matches!(name.rsplit_once('.'), Some((_, "yaml" | "yml"))) {
            paths.push(path);
        }
    }
}

fn file(project: &Project, path: &str) -> ReadFile {
    let shown = source::beside(project.spec.path(), path);
    match project.read(path, pipeline_yaml::MAX_BYTES) {
        Ok(bytes) => Ok(SourceFile::new(shown, bytes)),
        Err(problem) => {
            let unread = SourceFile::unread(shown);
            let found = Diagnostic::error(Code::TestFile, format!("`{path}` cannot be read"))
                .in_file(&unread)
                .note(problem.to_string())
                .help("check that it is a file in the pipeline's folder");
            Err((unread, found))
        }
    }
}
