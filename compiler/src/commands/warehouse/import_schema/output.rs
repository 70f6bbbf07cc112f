//! The file that is written: inside of the pipeline's folder, and nobody's work is overwritten.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use crate::commands::session::{EarlyEnd, command_line};
use crate::diagnostic::Code;
use crate::exit::Exit;
use crate::project::Project;

/// The place of the file, if it may be written.
pub(super) fn admit(project: &Project, file: &Path, force: bool) -> Result<PathBuf, EarlyEnd> {
    let shown = file.display();
    let bad = |code, sentence: String, help: &str| {
        EarlyEnd::with(Exit::BadInput, command_line(code, sentence).help(help))
    };
    let parent = match file.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let name = file.file_name().unwrap_or(OsStr::new(""));
    let folder = fs::canonicalize(parent);
    let root = fs::canonicalize(&project.folder);
    let (Ok(folder), Ok(root)) = (folder, root) else {
        let sentence = format!("there is no folder `{}`", parent.display());
        return Err(bad(Code::BundleUnwritable, sentence, "make it first"));
    };
    let path = folder.join(name);
    let is_link = fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_symlink());
    if !folder.starts_with(&root) || is_link || name.is_empty() {
        return Err(bad(
            Code::FolderLeadsOut,
            format!("`{shown}` is no file inside of the pipeline's folder"),
            "name a file inside of it: `sources` takes no other",
        ));
    }
    if path.exists() && !force {
        return Err(bad(
            Code::FolderNotEmpty,
            format!("`{shown}` is there already"),
            "give `--force` to overwrite it, or another name",
        ));
    }
    Ok(path)
}

/// Writes the file under another name, and gives it its own when it is whole.
pub(super) fn write(path: &Path, text: &str) -> Result<(), EarlyEnd> {
    let part = path.with_added_extension("part");
    fs::write(&part, text)
        .and_then(|()| fs::rename(&part, path))
        .map_err(|error| {
            let sentence = format!("`{}` cannot be written", path.display());
            EarlyEnd::with(
                Exit::Trouble,
                command_line(Code::BundleUnwritable, sentence)
                    .note(error.to_string())
                    .help("check permissions and space"),
            )
        })
}
