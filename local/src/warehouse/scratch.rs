//! The one folder that the engine may read and write beside the database. Nobody else has a right to
//! it, so no link appears in it between a look at a path and its use.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use tempfile::TempDir;

use crate::folder::Folder;

/// Name of the folder that takes what a query cannot hold in memory.
const SPILL: &str = "spill";

/// A warehouse's scratch folder. It is empty at the start and gone with this value.
#[derive(Debug)]
pub(super) struct Scratch {
    path: PathBuf,
    next: AtomicU64,
    /// The folder of a warehouse in memory.
    _temporary: Option<TempDir>,
}

impl Scratch {
    /// The scratch folder of a database, whose owner this process is; without a file, one elsewhere.
    pub(super) fn of(file: Option<&Path>) -> io::Result<Self> {
        let Some(file) = file else {
            let temporary = tempfile::Builder::new()
                .prefix("sfc-warehouse-")
                .tempdir()?;
            return Ok(Self {
                path: temporary.path().canonicalize()?,
                next: AtomicU64::new(0),
                _temporary: Some(temporary),
            });
        };
        let folder = match file.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let mut name = file.file_name().unwrap_or_default().to_owned();
        name.push(".scratch");
        let path = folder.canonicalize()?.join(name);
        // A link that lies there is removed, not followed, and so is a process's that was killed.
        match fs::symlink_metadata(&path) {
            Ok(metadata) if metadata.is_dir() => fs::remove_dir_all(&path)?,
            Ok(_) => fs::remove_file(&path)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        private_folder(&path)?;
        Ok(Self {
            path,
            next: AtomicU64::new(0),
            _temporary: None,
        })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn spill(&self) -> PathBuf {
        self.path.join(SPILL)
    }

    /// An empty folder for one statement.
    pub(super) fn room(&self) -> io::Result<Room> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let path = self.path.join(number.to_string());
        private_folder(&path)?;
        let folder = Dir::open_ambient_dir(&path, ambient_authority())?;
        Ok(Room {
            path,
            folder,
            lent: Vec::new(),
        })
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.path);
    }
}

/// Makes a folder that nobody else may look into.
fn private_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// A statement's part of the scratch folder.
#[derive(Debug)]
pub(super) struct Room {
    path: PathBuf,
    pub(super) folder: Dir,
    /// Paths of the files that were lent, and what people call them.
    lent: Vec<(String, String)>,
}

impl Room {
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Puts a file where the engine may read it; `called` is its name in messages.
    pub(super) fn lend(
        &mut self,
        folder: &Folder,
        path: &Path,
        called: String,
    ) -> io::Result<PathBuf> {
        let name = self.lent.len().to_string();
        folder.lend(path, &self.folder, &name)?;
        let lent = self.path.join(name);
        self.lent.push((lent.display().to_string(), called));
        Ok(lent)
    }

    /// A message of the engine with the names that people know.
    pub(super) fn named(&self, message: &str) -> String {
        // The longest first: the path of file 1 is the start of the path of file 10.
        let mut message = message.to_owned();
        for (path, called) in self.lent.iter().rev() {
            if message.contains(path.as_str()) {
                message = message.replace(path.as_str(), called);
            }
        }
        message
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.path);
    }
}
