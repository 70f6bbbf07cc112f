//! `.sfc`, which local runs write to: no link below it may lead out of the pipeline's folder.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::Project;
use crate::diagnostic::{Code, Diagnostic};

impl Project {
    /// Folder of what local runs keep between them, after a look at the links in it.
    ///
    /// # Errors
    /// A link leads out of the pipeline's folder.
    pub fn home(&self) -> Result<PathBuf, Box<Diagnostic>> {
        let home = self.local_folder();
        // A folder that cannot be read has no link that could be followed; its use says why.
        let root = fs::canonicalize(&self.folder).unwrap_or_else(|_| self.folder.clone());
        match leading_out(&root, &home) {
            Ok(None) | Err(_) => Ok(home),
            Ok(Some(link)) => Err(Box::new(
                Diagnostic::error(
                    Code::LocalLink,
                    format!(
                        "`{}` is a link that leads out of the pipeline's folder",
                        link.display()
                    ),
                )
                .in_file(&self.spec)
                .help("remove the link: sfc makes what it needs in `.sfc` itself"),
            )),
        }
    }
}

/// The first link at or below `path` that leads out of `root`, or nowhere.
fn leading_out(root: &Path, path: &Path) -> io::Result<Option<PathBuf>> {
    let metadata = match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        other => other?,
    };
    if metadata.is_symlink() {
        let inside = fs::canonicalize(path).is_ok_and(|real| real.starts_with(root));
        return Ok((!inside).then(|| path.to_owned()));
    }
    if metadata.is_dir() {
        for entry in fs::read_dir(path)? {
            let entry = entry?;
            let kind = entry.file_type()?;
            if (kind.is_dir() || kind.is_symlink())
                && let Some(link) = leading_out(root, &entry.path())?
            {
                return Ok(Some(link));
            }
        }
    }
    Ok(None)
}
