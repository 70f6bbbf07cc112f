//! `sfc build`: the bundle on a disk.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rayon::iter::{IntoParallelIterator as _, ParallelIterator as _};

use super::package::package;
use crate::bundle::{ARTIFACTS, Bundle, bundle};
use crate::commands::compiled;
use crate::compile::Overrides;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::exit::Exit;
use crate::machines::AwsPartition;
use crate::printer::Printer;
use crate::source::SourceFile;

/// A file that says that a folder is for a bundle, whole or not; what is in one without it is left alone.
const OWNED: &str = ".sfc-bundle";

/// The list of what belongs to a bundle.
const CONTENTS: &str = "bundle.json";

/// Writes the bundle of the pipeline at `path` to `out`, with the Lambda in `lambda_package` if it is
/// named, as it is written in `partition`.
#[must_use]
pub fn build(
    path: &Path,
    environment: Option<&str>,
    out: Option<&Path>,
    lambda_package: Option<&Path>,
    partition: AwsPartition,
    printer: &Printer,
) -> Exit {
    let overrides = Overrides {
        partition,
        ..Overrides::default()
    };
    let (project, compiled) = match compiled(path, environment, overrides, printer) {
        Ok(compiled) => compiled,
        Err(exit) => return exit,
    };
    let package = match package(
        compiled.pipeline.stack.architecture,
        lambda_package,
        printer,
    ) {
        Ok(package) => package,
        Err(exit) => return exit,
    };
    let out = match out.map_or_else(
        || project.home().map(|home| home.join("bundle")),
        |out| Ok(PathBuf::from(out)),
    ) {
        Ok(out) => out,
        Err(diagnostic) => {
            printer.diagnostics(&std::iter::once(*diagnostic).collect::<Diagnostics>());
            return Exit::BadInput;
        }
    };
    let bundle = bundle(&compiled, &package);
    let made = format!(
        "{}: {} files, plan {}",
        compiled.plan.pipeline,
        bundle.files.len(),
        compiled.plan_hash.get(..12).unwrap_or_default()
    );
    // The trees of a thousand scripts take a while to go.
    let (written, ()) = rayon::join(|| write(&bundle, &out), || drop(compiled));
    match written {
        Ok(()) => {
            printer.note(&made);
            printer.data(&format!("{}\n", out.display()));
            Exit::Success
        }
        Err(problem) => {
            let shown = out.display().to_string();
            let (exit, diagnostic) = match problem {
                UnwrittenBundle::NoBundle => (
                    Exit::BadInput,
                    Diagnostic::error(
                        Code::BundleFolder,
                        format!("`{shown}` holds something that is no bundle"),
                    )
                    .help("name a folder that is empty, new, or an older bundle"),
                ),
                UnwrittenBundle::Unwritable(error) => (
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
pub enum UnwrittenBundle {
    /// The folder holds something that is no bundle.
    NoBundle,
    /// The disk did not play along.
    Unwritable(io::Error),
}

impl From<io::Error> for UnwrittenBundle {
    fn from(error: io::Error) -> Self {
        Self::Unwritable(error)
    }
}

/// Writes the bundle to `out`. What is named by its content comes first and the list of what
/// belongs to the bundle last. What only an older bundle had is removed in the end. A build that
/// was interrupted is completed by the next one.
///
/// # Errors
/// The folder holds something else, or cannot be written.
pub fn write(bundle: &Bundle, out: &Path) -> Result<(), UnwrittenBundle> {
    let old = files_in(out)?;
    if !old.is_empty() && !old.contains_key(Path::new(OWNED)) {
        return Err(UnwrittenBundle::NoBundle);
    }
    fs::create_dir_all(out)?;
    fs::write(out.join(OWNED), "")?;
    let folders: BTreeSet<&Path> = bundle
        .files
        .keys()
        .filter_map(|path| Path::new(path).parent())
        .collect();
    for folder in folders {
        fs::create_dir_all(out.join(folder))?;
    }
    let (named_by_content, rest): (Vec<_>, Vec<_>) = bundle
        .files
        .iter()
        .partition(|(path, _)| path.starts_with(ARTIFACTS));
    named_by_content
        .into_par_iter()
        // A file that a build was interrupted in is too short.
        .filter(|(path, bytes)| old.get(Path::new(path)) != Some(&(bytes.len() as u64)))
        .try_for_each(|(path, bytes)| fs::write(out.join(path), bytes))?;
    // The list stands before the definitions in the alphabet, but must come last.
    let (list, rest): (Vec<_>, Vec<_>) = rest.into_iter().partition(|(path, _)| *path == CONTENTS);
    for (path, bytes) in rest.into_iter().chain(list) {
        put(&out.join(path), bytes)?;
    }
    for path in old.keys() {
        let belongs = path
            .to_str()
            .is_some_and(|path| path == OWNED || bundle.files.contains_key(path));
        if !belongs {
            match fs::remove_file(out.join(path)) {
                // Half a file of an interrupted build, which has become a whole one of this.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                removed => removed?,
            }
        }
    }
    Ok(())
}

/// Every file below `folder`, relative to it, with its length; none if there is no such folder.
fn files_in(folder: &Path) -> io::Result<HashMap<PathBuf, u64>> {
    let mut files = HashMap::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(relative) = folders.pop() {
        let entries = match fs::read_dir(folder.join(&relative)) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(files),
            Err(error) => return Err(error),
        };
        for entry in entries {
            let entry = entry?;
            let path = relative.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                folders.push(path);
            } else {
                files.insert(path, entry.metadata()?.len());
            }
        }
    }
    Ok(files)
}

/// Writes a file under another name and gives it its own when it is whole.
fn put(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let part = path.with_added_extension("part");
    fs::write(&part, bytes)?;
    fs::rename(part, path)
}
