//! What the import reads of a disk. A configuration may come from somebody else: it says nothing about
//! which of this machine's files are read, and how much of them.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Component, Path, PathBuf};

/// Largest configuration or script, in bytes; the review's are some kilobytes.
pub(super) const MOST: u64 = 10 * 1024 * 1024;

/// Why a file is not read.
#[derive(Debug)]
pub(super) enum Unread {
    /// There is none, or it cannot be opened.
    Io(io::Error),
    /// It lies outside of the folder.
    Outside,
    /// It is a device, a pipe, a folder, or too large.
    NoFile,
}

/// A plain file, if it is not too large.
pub(super) fn plain(path: &Path) -> Result<Vec<u8>, Unread> {
    // Asked before it is opened: to open a pipe may take for ever.
    if !fs::metadata(path).map_err(Unread::Io)?.is_file() {
        return Err(Unread::NoFile);
    }
    let file = File::open(path).map_err(Unread::Io)?;
    let mut bytes = Vec::new();
    file.take(MOST + 1)
        .read_to_end(&mut bytes)
        .map_err(Unread::Io)?;
    if bytes.len() as u64 > MOST {
        return Err(Unread::NoFile);
    }
    Ok(bytes)
}

/// A plain file below `folder`, wherever links lead.
pub(super) fn within(folder: &Path, name: &Path) -> Result<Vec<u8>, Unread> {
    if !stays(name) {
        return Err(Unread::Outside);
    }
    // A relative path of one component has no parent but the empty one.
    let folder = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    let root = folder.canonicalize().map_err(Unread::Io)?;
    let path: PathBuf = root.join(name).canonicalize().map_err(Unread::Io)?;
    if !path.starts_with(&root) {
        return Err(Unread::Outside);
    }
    plain(&path)
}

/// Whether a path is relative and never goes up.
pub(super) fn stays(name: &Path) -> bool {
    name.components()
        .all(|part| matches!(part, Component::Normal(_) | Component::CurDir))
}
