//! A pipeline's folder on a disk: where its spec is, and the files that the spec names.

mod checkout;
mod home;
#[cfg(feature = "local")]
mod tracked;

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::Mutex;

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::pipeline_yaml;
use crate::source::{FileProblem, Files, SourceFile};

pub use checkout::Checkout;
#[cfg(feature = "local")]
pub use tracked::is_tracked;

/// Names that a spec may have, the preferred one first.
const SPEC_NAMES: [&str; 3] = ["pipeline.yaml", "pipeline.yml", "pipeline.json"];

/// A pipeline's folder on the disk.
#[derive(Debug)]
pub struct Project {
    /// The folder, as it was named.
    pub folder: PathBuf,
    /// Text of the spec, under the environment's file if there is one.
    pub spec: Arc<SourceFile>,
    /// Folders below it that were found to lie inside of it, and where they really are.
    inside: Mutex<HashMap<PathBuf, PathBuf>>,
}

impl Project {
    /// Opens the pipeline at `path`: its folder, or the spec itself.
    ///
    /// # Errors
    /// There is no spec that can be read.
    pub fn open(path: &Path) -> Result<Self, Diagnostics> {
        Self::open_for(path, None)
    }

    /// Opens the pipeline as it is in an environment: what `pipeline.<environment>.yaml` says lies over
    /// the spec.
    ///
    /// # Errors
    /// There is no such file that can be read.
    pub fn open_for(path: &Path, environment: Option<&str>) -> Result<Self, Diagnostics> {
        let spec_path = find(path).map_err(|diagnostic| one(*diagnostic))?;
        let base = read(&spec_path).map_err(one)?;
        let spec = match environment {
            None => base,
            Some(environment) => {
                let overlay =
                    overlay(&spec_path, environment).map_err(|diagnostic| one(*diagnostic))?;
                SourceFile::layered(&base, &overlay)
            }
        };
        let folder = match spec_path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
            _ => PathBuf::from("."),
        };
        Ok(Self {
            folder,
            spec,
            inside: Mutex::default(),
        })
    }

    /// The pipeline in a folder whose spec somebody else has read.
    #[must_use]
    pub fn with_spec(folder: PathBuf, spec: Arc<SourceFile>) -> Self {
        Self {
            folder,
            spec,
            inside: Mutex::default(),
        }
    }

    /// Folder of what local runs keep between them.
    #[must_use]
    pub fn local_folder(&self) -> PathBuf {
        if self.folder == Path::new(".") {
            PathBuf::from(".sfc")
        } else {
            self.folder.join(".sfc")
        }
    }
}

fn one(diagnostic: Diagnostic) -> Diagnostics {
    std::iter::once(diagnostic).collect()
}

fn read(path: &Path) -> Result<Arc<SourceFile>, Diagnostic> {
    let shown = path.display().to_string();
    match read_at_most(path, pipeline_yaml::MAX_BYTES + 1) {
        Ok(bytes) => Ok(SourceFile::new(shown, bytes)),
        Err(error) => Err(Diagnostic::error(
            Code::SpecUnreadable,
            format!("`{shown}` cannot be read"),
        )
        .in_file(&SourceFile::unread(&shown))
        .note(error.to_string())
        .help("check that it is a file and that you may read it")),
    }
}

/// What lies over the spec in an environment: `pipeline.prod.yaml` over `pipeline.yaml`.
fn overlay(spec: &Path, environment: &str) -> Result<Arc<SourceFile>, Box<Diagnostic>> {
    let stem = spec.file_stem().unwrap_or_default().to_string_lossy();
    let extension = spec.extension().unwrap_or_default().to_string_lossy();
    let path = spec.with_file_name(format!("{stem}.{environment}.{extension}"));
    let shown = path.display().to_string();
    let is_name = environment
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    if !is_name || !path.is_file() {
        return Err(Box::new(
            Diagnostic::error(
                Code::NoEnvironment,
                format!("there is no environment `{environment}`"),
            )
            .in_file(&SourceFile::unread(&shown))
            .help(format!(
                "write what is different in it into `{shown}`, or leave `--env` out"
            )),
        ));
    }
    read(&path).map_err(Box::new)
}

fn find(path: &Path) -> Result<PathBuf, Box<Diagnostic>> {
    if !path.is_dir() {
        return Ok(path.to_owned());
    }
    spec_in(path, &|candidate| candidate.exists()).ok_or_else(|| {
        let shown = path.display().to_string();
        Box::new(
            Diagnostic::error(
                Code::SpecUnreadable,
                format!("there is no `pipeline.yaml` in `{shown}`"),
            )
            .in_file(&SourceFile::unread(&shown))
            .help("name the folder of a pipeline, or make one with `sfc init`"),
        )
    })
}

/// The spec of a folder, the preferred name first; `is_there` says which paths exist.
#[must_use]
pub fn spec_in(folder: &Path, is_there: &dyn Fn(&Path) -> bool) -> Option<PathBuf> {
    SPEC_NAMES
        .into_iter()
        .map(|name| {
            if folder == Path::new(".") {
                PathBuf::from(name)
            } else {
                folder.join(name)
            }
        })
        .find(|candidate| is_there(candidate))
}

fn read_at_most(path: &Path, bytes: u64) -> io::Result<Vec<u8>> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no file"));
    }
    let mut content = Vec::new();
    File::open(path)?.take(bytes).read_to_end(&mut content)?;
    Ok(content)
}

impl Project {
    /// Where the folder `relative` really is. Each folder is looked at once, because a pipeline may
    /// have thousands of files in a few of them.
    fn real_folder(&self, relative: &Path) -> Result<PathBuf, FileProblem> {
        let mut inside = self.inside.lock();
        if let Some(real) = inside.get(relative) {
            return Ok(real.clone());
        }
        let root = fs::canonicalize(&self.folder).map_err(unreadable)?;
        let real = fs::canonicalize(self.folder.join(relative)).map_err(unreadable)?;
        if !real.starts_with(&root) {
            return Err(FileProblem::LeavesFolder);
        }
        inside.insert(relative.to_owned(), real.clone());
        Ok(real)
    }
}

impl Files for Project {
    fn read(&self, path: &str, max_bytes: u64) -> Result<Vec<u8>, FileProblem> {
        let path = Path::new(path);
        let folder = self.real_folder(path.parent().unwrap_or(Path::new("")))?;
        let mut full = folder.join(path.file_name().unwrap_or_default());
        let mut metadata = fs::symlink_metadata(&full).map_err(unreadable)?;
        if metadata.is_symlink() {
            full = fs::canonicalize(&full).map_err(unreadable)?;
            if !full.starts_with(self.real_folder(Path::new(""))?) {
                return Err(FileProblem::LeavesFolder);
            }
            metadata = fs::metadata(&full).map_err(unreadable)?;
        }
        if !metadata.is_file() {
            return Err(FileProblem::Unreadable("it is no file".to_owned()));
        }
        if metadata.len() > max_bytes {
            return Err(FileProblem::TooLarge {
                size: metadata.len(),
            });
        }
        let mut content = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0));
        File::open(&full)
            .and_then(|file| file.take(max_bytes).read_to_end(&mut content))
            .map_err(unreadable)?;
        Ok(content)
    }
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "used as a function of map_err"
)]
fn unreadable(error: io::Error) -> FileProblem {
    match error.kind() {
        io::ErrorKind::NotFound => FileProblem::Missing,
        _ => FileProblem::Unreadable(error.to_string()),
    }
}
