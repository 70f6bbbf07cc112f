//! A folder that no path leaves, whatever links lie below it.
//!
//! Every path is resolved below a bound, one component after the other and by the operating system's
//! own means. A link that leads out is refused when it is used, also if it appears after a first look.
//! A link that leads to another place below the bound is followed. An absolute link counts as leading
//! out.
//!
//! A file takes its place in a folder once it is whole; until then it has a name of its own (`part_name`).
//! [`sweep`] removes those that a process left behind.

mod part_name;
pub mod sweep;

use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cap_std::ambient_authority;
use cap_std::fs::{Dir, File, Metadata, OpenOptions};

use part_name::{is_left_behind, part_name};

/// Where a folder is: below a bound that nothing may leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Within {
    /// The folder that no path leaves.
    pub bound: PathBuf,
    /// The folder itself, relative to the bound; empty for the bound.
    pub inside: PathBuf,
}

impl Within {
    /// A folder below a bound.
    #[must_use]
    pub fn new(bound: impl Into<PathBuf>, inside: impl Into<PathBuf>) -> Self {
        Self {
            bound: bound.into(),
            inside: inside.into(),
        }
    }
}

impl<P: AsRef<Path>> From<P> for Within {
    /// A folder that is its own bound.
    fn from(folder: P) -> Self {
        Self::new(folder.as_ref(), "")
    }
}

/// A folder that is open: paths below it are followed from there.
#[derive(Debug, Clone)]
pub struct Folder {
    bound: Arc<Dir>,
    within: Within,
}

impl Folder {
    /// Opens a folder. A bound that is not there is made; below it nothing is.
    ///
    /// # Errors
    /// The bound cannot be made or opened.
    pub fn open(within: impl Into<Within>) -> io::Result<Self> {
        let within = within.into();
        std::fs::create_dir_all(&within.bound)?;
        let bound = Dir::open_ambient_dir(&within.bound, ambient_authority())?;
        Ok(Self {
            bound: Arc::new(bound),
            within,
        })
    }

    /// Where it is, as it was named.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        if self.within.bound == Path::new(".") {
            self.within.inside.clone()
        } else {
            self.within.bound.join(&self.within.inside)
        }
    }

    /// A path of this folder as the bound sees it.
    fn below(&self, path: &Path) -> PathBuf {
        let below = self.within.inside.join(path);
        if below.as_os_str().is_empty() {
            PathBuf::from(".")
        } else {
            below
        }
    }

    /// Does something with a path; a failure because of a link says so.
    fn with<T>(
        &self,
        path: &Path,
        act: impl FnOnce(&Dir, &Path) -> io::Result<T>,
    ) -> io::Result<T> {
        let below = self.below(path);
        act(&self.bound, &below).map_err(|error| self.explained(&below, error))
    }

    fn explained(&self, below: &Path, error: io::Error) -> io::Error {
        if !leads_out(&error) {
            return error;
        }
        io::Error::new(
            io::ErrorKind::PermissionDenied,
            format!(
                "a link leads out of the folder `{}`: `{}`",
                self.within.bound.display(),
                below.display()
            ),
        )
    }

    /// Makes a folder and those above it.
    ///
    /// # Errors
    /// It cannot be made, or a link leads out.
    pub fn create_dirs(&self, path: &Path) -> io::Result<()> {
        self.with(path, |bound, below| bound.create_dir_all(below))
    }

    /// What is known about a file or a folder; links are followed.
    ///
    /// # Errors
    /// It is not there, or a link leads out.
    pub fn metadata(&self, path: &Path) -> io::Result<Metadata> {
        self.with(path, |bound, below| bound.metadata(below))
    }

    /// Names of what lies in a folder.
    ///
    /// # Errors
    /// It cannot be read, or a link leads out.
    pub fn names(&self, path: &Path) -> io::Result<Vec<std::ffi::OsString>> {
        let entries = self.with(path, |bound, below| bound.read_dir(below))?;
        entries
            .map(|entry| entry.map(|entry| entry.file_name()))
            .collect()
    }

    /// Names of what lies in a folder, and whether each is a folder itself; a link is none.
    ///
    /// # Errors
    /// It cannot be read, or a link leads out.
    pub(crate) fn entries(&self, path: &Path) -> io::Result<Vec<(std::ffi::OsString, bool)>> {
        let entries = self.with(path, |bound, below| bound.read_dir(below))?;
        entries
            .map(|entry| {
                let entry = entry?;
                Ok((entry.file_name(), entry.file_type()?.is_dir()))
            })
            .collect()
    }

    /// Opens a file to read it: no pipe and no device, which may never end.
    ///
    /// # Errors
    /// It is not there, is no file, or a link leads out.
    pub fn file(&self, path: &Path) -> io::Result<File> {
        if !self.metadata(path)?.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no file"));
        }
        self.with(path, |bound, below| bound.open(below))
    }

    /// All bytes of a file.
    ///
    /// # Errors
    /// See [`Folder::file`].
    pub fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.file(path)?.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// Removes a file. A link is removed, not what it leads to.
    ///
    /// # Errors
    /// It is not there, or a link leads out.
    pub fn remove(&self, path: &Path) -> io::Result<()> {
        self.with(path, |bound, below| bound.remove_file(below))
    }

    /// Removes the parts of dead processes in one folder; returns the folders in it.
    ///
    /// # Errors
    /// The folder cannot be read, or a part cannot be removed.
    pub(crate) fn sweep(&self, inside: &Path) -> io::Result<Vec<PathBuf>> {
        let mut folders = Vec::new();
        for (name, is_folder) in self.entries(inside)? {
            let path = inside.join(&name);
            if is_folder {
                folders.push(path);
            } else if name.to_str().is_some_and(is_left_behind) {
                match self.remove(&path) {
                    // Somebody else may sweep at the same time.
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                    other => other?,
                }
            }
        }
        Ok(folders)
    }

    /// Opens a file for writing that is made if it is not there.
    ///
    /// # Errors
    /// It cannot be opened, or a link leads out.
    pub fn open_or_create(&self, path: &Path) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        self.with(path, |bound, below| bound.open_with(below, &options))
    }

    /// A new file beside `path`, which takes its place once it is whole.
    ///
    /// # Errors
    /// It cannot be made, or a link leads out.
    pub fn part(&self, path: &Path) -> io::Result<PartFile> {
        let parent = path.parent().unwrap_or(Path::new(""));
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        {
            use cap_std::fs::OpenOptionsExt as _;
            options.mode(0o600);
        }
        let mut has_parent = false;
        loop {
            let name = parent.join(part_name());
            match self.with(&name, |bound, below| bound.open_with(below, &options)) {
                Ok(file) => {
                    return Ok(PartFile {
                        folder: self.clone(),
                        path: path.to_owned(),
                        name: Some(name),
                        file,
                    });
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                // Its folder is there but for the first file in it.
                Err(error) if error.kind() == io::ErrorKind::NotFound && !has_parent => {
                    self.create_dirs(parent)?;
                    has_parent = true;
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Writes a file that is whole at every moment.
    ///
    /// # Errors
    /// It cannot be written, or a link leads out.
    pub fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut part = self.part(path)?;
        part.file.write_all(bytes)?;
        part.finish()
    }

    /// A second name for a file in `to`, or a copy where there can be no second name. `to` is a folder
    /// that nobody else writes to.
    ///
    /// # Errors
    /// It is no file, cannot be read, or a link leads out.
    pub fn lend(&self, path: &Path, to: &Dir, name: &str) -> io::Result<()> {
        // A second name of a link is a link: it would be followed when it is read.
        if self
            .with(path, |bound, below| bound.hard_link(below, to, name))
            .is_ok()
        {
            if to.symlink_metadata(name)?.is_file() {
                return Ok(());
            }
            to.remove_file(name)?;
        }
        let mut from = self.file(path)?;
        let mut copy = to.create(name)?;
        io::copy(&mut from, &mut copy).map(|_| ())
    }

    /// Takes a file out of a folder that nobody else writes to, in place of what is at `path`.
    ///
    /// # Errors
    /// It cannot be moved, or a link leads out.
    pub fn take(&self, path: &Path, from: &Dir, name: &Path) -> io::Result<()> {
        let parent = path.parent().unwrap_or(Path::new(""));
        self.create_dirs(parent)?;
        match self.with(path, |bound, below| from.rename(name, bound, below)) {
            Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {
                self.sweep(parent)?;
                let mut part = self.part(path)?;
                io::copy(&mut from.open(name)?, &mut part.file)?;
                part.finish()?;
                from.remove_file(name)
            }
            other => other,
        }
    }
}

/// A file that is being written; it is gone when it is dropped before it is finished.
#[derive(Debug)]
pub struct PartFile {
    folder: Folder,
    path: PathBuf,
    /// Its name until it is finished.
    name: Option<PathBuf>,
    /// Where the bytes go until it has its name.
    pub file: File,
}

impl PartFile {
    /// Gives it its name, in place of what had it.
    ///
    /// # Errors
    /// It cannot be written to its end or renamed.
    pub fn finish(mut self) -> io::Result<()> {
        self.file.flush()?;
        if let Some(name) = &self.name {
            let to = self.folder.below(&self.path);
            self.folder
                .with(name, |bound, from| bound.rename(from, bound, &to))?;
        }
        self.name = None;
        Ok(())
    }

    /// Gives it its name unless something has it: whether it did.
    ///
    /// # Errors
    /// It cannot be written to its end or named.
    pub fn finish_if_absent(mut self) -> io::Result<bool> {
        self.file.flush()?;
        let Some(name) = self.name.clone() else {
            return Ok(false);
        };
        let to = self.folder.below(&self.path);
        // A second name is given only if it is free; the first one goes with this value.
        let named = self
            .folder
            .with(&name, |bound, from| bound.hard_link(from, bound, &to));
        match named {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied && !leads_out(&error) => {
                // A file system without second names.
                let free = self.folder.metadata(&self.path).is_err();
                if free {
                    let done = self
                        .folder
                        .with(&name, |bound, from| bound.rename(from, bound, &to));
                    self.name = None;
                    done?;
                }
                Ok(free)
            }
            Err(error) => Err(error),
        }
    }
}

impl Drop for PartFile {
    fn drop(&mut self) {
        if let Some(name) = &self.name {
            let _ = self.folder.remove(name);
        }
    }
}

/// Whether a path was refused because it left the bound: the library has no kind of its own for it.
fn leads_out(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::PermissionDenied && error.raw_os_error().is_none()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    struct Place {
        _all: tempfile::TempDir,
        outside: PathBuf,
        inside: PathBuf,
        folder: Folder,
    }

    fn place() -> Place {
        let all = tempfile::tempdir().unwrap();
        let outside = all.path().join("outside");
        let inside = all.path().join("inside");
        fs::create_dir_all(&outside).unwrap();
        fs::create_dir_all(inside.join("bucket")).unwrap();
        fs::write(outside.join("canary"), "canary").unwrap();
        let folder = Folder::open(Within::new(&inside, "bucket")).unwrap();
        Place {
            outside,
            inside,
            folder,
            _all: all,
        }
    }

    #[test]
    fn a_link_that_leads_out_is_refused_in_every_way() {
        let place = place();
        symlink(&place.outside, place.inside.join("bucket/link")).unwrap();
        symlink("../../outside/canary", place.inside.join("bucket/file")).unwrap();
        symlink("../../outside/new", place.inside.join("bucket/new")).unwrap();
        let folder = &place.folder;
        let path = |text: &str| PathBuf::from(text);
        for key in ["link/canary", "file", "../../outside/canary"] {
            let error = folder.read(&path(key)).unwrap_err();
            assert!(error.to_string().contains("leads out"), "{key}: {error}");
            assert!(folder.metadata(&path(key)).is_err(), "{key}");
        }
        assert!(folder.write(&path("link/x"), b"x").is_err());
        assert!(folder.remove(&path("link/canary")).is_err());
        assert!(folder.names(&path("link")).is_err());
        assert!(folder.create_dirs(&path("link/folder")).is_err());
        assert!(folder.open_or_create(&path("new")).is_err());
        // What is written takes the place of a link; it does not go through it.
        folder.write(&path("file"), b"mine").unwrap();
        assert_eq!(folder.read(&path("file")).unwrap(), b"mine");
        let canary = fs::read_to_string(place.outside.join("canary")).unwrap();
        assert_eq!(canary, "canary");
        assert_eq!(fs::read_dir(&place.outside).unwrap().count(), 1);
    }

    #[test]
    fn a_link_that_stays_inside_is_followed() {
        let place = place();
        fs::create_dir(place.inside.join("shared")).unwrap();
        symlink("../shared", place.inside.join("bucket/link")).unwrap();
        place.folder.write(Path::new("link/a"), b"a").unwrap();
        assert_eq!(fs::read(place.inside.join("shared/a")).unwrap(), b"a");
        assert_eq!(place.folder.read(Path::new("link/a")).unwrap(), b"a");
    }

    #[test]
    fn a_folder_that_becomes_a_link_is_refused_at_its_next_use() {
        let place = place();
        place.folder.write(Path::new("a"), b"a").unwrap();
        fs::remove_dir_all(place.inside.join("bucket")).unwrap();
        symlink(&place.outside, place.inside.join("bucket")).unwrap();
        assert!(place.folder.read(Path::new("canary")).is_err());
        assert!(place.folder.write(Path::new("b"), b"b").is_err());
        assert!(!place.outside.join("b").exists());
    }

    #[test]
    fn links_are_not_lent() {
        let place = place();
        let private = tempfile::tempdir().unwrap();
        let to = Dir::open_ambient_dir(private.path(), ambient_authority()).unwrap();
        symlink("../../outside/canary", place.inside.join("bucket/out")).unwrap();
        symlink("real", place.inside.join("bucket/in")).unwrap();
        fs::write(place.inside.join("bucket/real"), "real").unwrap();
        assert!(place.folder.lend(Path::new("out"), &to, "1").is_err());
        assert!(!private.path().join("1").exists());
        place.folder.lend(Path::new("in"), &to, "2").unwrap();
        assert_eq!(fs::read(private.path().join("2")).unwrap(), b"real");
        assert!(!private.path().join("2").is_symlink());
    }
}
