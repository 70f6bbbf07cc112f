//! `sfc build`: the bundle on a disk.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::compiled;
use crate::bundle::{Bundle, bundle};
use crate::compile::Overrides;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::exit::Exit;
use crate::printer::Printer;
use crate::source::SourceFile;

/// A file that only a bundle has. A folder without it is not replaced.
const MARK: &str = "bundle.json";

/// Writes the bundle of the pipeline at `path` to `out`.
#[must_use]
pub fn build(path: &Path, out: Option<&Path>, printer: &Printer) -> Exit {
    let (project, compiled) = match compiled(path, Overrides::default(), printer) {
        Ok(compiled) => compiled,
        Err(exit) => return exit,
    };
    let out = out.map_or_else(|| project.local_folder().join("bundle"), PathBuf::from);
    let bundle = bundle(&compiled);
    match write(&bundle, &out) {
        Ok(()) => {
            printer.note(&format!(
                "{}: {} files, plan {}",
                compiled.plan.pipeline,
                bundle.files.len(),
                compiled.plan_hash.get(..12).unwrap_or_default()
            ));
            printer.data(&format!("{}\n", out.display()));
            Exit::Success
        }
        Err(problem) => {
            let shown = out.display().to_string();
            let (exit, diagnostic) = match problem {
                Problem::NoBundle => (
                    Exit::BadInput,
                    Diagnostic::error(
                        Code::BundleFolder,
                        format!("`{shown}` holds something that is no bundle"),
                    )
                    .help("name a folder that is empty, new, or an older bundle"),
                ),
                Problem::Unwritable(error) => (
                    Exit::Trouble,
                    Diagnostic::error(
                        Code::BundleUnwritable,
                        format!("the bundle cannot be written to `{shown}`"),
                    )
                    .note(error.to_string())
                    .help("check the folder's permissions and the space on its disk"),
                ),
            };
            let diagnostic = diagnostic.in_file(&SourceFile::unread(&shown));
            printer.diagnostics(&std::iter::once(diagnostic).collect::<Diagnostics>());
            exit
        }
    }
}

/// Why a bundle was not written.
#[derive(Debug)]
pub enum Problem {
    /// The folder holds something that is no bundle.
    NoBundle,
    /// The disk did not play along.
    Unwritable(io::Error),
}

impl From<io::Error> for Problem {
    fn from(error: io::Error) -> Self {
        Self::Unwritable(error)
    }
}

/// Writes the bundle beside `out` and puts it in its place when it is whole.
///
/// # Errors
/// The folder holds something else, or cannot be written.
pub fn write(bundle: &Bundle, out: &Path) -> Result<(), Problem> {
    let replaces = match fs::read_dir(out) {
        Ok(mut entries) => {
            let empty = entries.next().is_none();
            if !empty && !out.join(MARK).is_file() {
                return Err(Problem::NoBundle);
            }
            true
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => false,
        Err(error) => return Err(error.into()),
    };
    let parent = match out.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    fs::create_dir_all(parent)?;
    let fresh = tempfile::Builder::new()
        .prefix(".bundle-")
        .tempdir_in(parent)?;
    let mut made: Option<PathBuf> = None;
    for (path, bytes) in &bundle.files {
        let path = fresh.path().join(path);
        // Paths are sorted, so each folder is made once.
        if let Some(folder) = path
            .parent()
            .filter(|folder| made.as_deref() != Some(*folder))
        {
            fs::create_dir_all(folder)?;
            made = Some(folder.to_owned());
        }
        fs::write(path, bytes)?;
    }
    if replaces {
        fs::remove_dir_all(out)?;
    }
    fs::rename(fresh.keep(), out)?;
    Ok(())
}
