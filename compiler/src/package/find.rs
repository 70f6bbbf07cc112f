//! Where the package is: a file that was named, one beside the program, or the checkout.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Architecture, Package, PackageProblem, archive, binary, checkout};

/// The package for `architecture`: `named` if a file was named, else the one that was installed
/// with the program. Else it is the one that the checkout builds. The checkout builds once for each
/// state of its sources; `say` hears of it, because it takes minutes.
///
/// # Errors
/// There is none, or it would not run in AWS.
pub fn find(
    architecture: Architecture,
    named: Option<&Path>,
    say: &dyn Fn(&str),
) -> Result<Package, PackageProblem> {
    if let Some(path) = named {
        return read(path, architecture);
    }
    let installed = installed(architecture);
    for path in &installed {
        if path.is_file() {
            return read(path, architecture);
        }
    }
    match checkout::SourceCheckout::find() {
        Some(checkout) => checkout.package(architecture, say),
        None => Err(PackageProblem::NotFound {
            architecture,
            looked: installed,
        }),
    }
}

/// Where an installed copy has it: beside the program, or in `share` beside `bin`.
fn installed(architecture: Architecture) -> Vec<PathBuf> {
    let name = format!("lambda-{}.zip", architecture.name());
    let program = std::env::current_exe().and_then(fs::canonicalize);
    let Some(folder) = program
        .ok()
        .and_then(|path| Some(path.parent()?.to_owned()))
    else {
        return Vec::new();
    };
    let share = folder.parent().map(|prefix| prefix.join("share/sfc"));
    std::iter::once(folder)
        .chain(share)
        .map(|folder| folder.join(&name))
        .collect()
}

/// Reads and checks a package.
pub fn read(path: &Path, architecture: Architecture) -> Result<Package, PackageProblem> {
    let shown = || path.display().to_string();
    let bytes = fs::read(path).map_err(|source| PackageProblem::Disk {
        path: shown(),
        source,
    })?;
    archive::unzip(&bytes)
        .and_then(|binary| binary::check(&binary, architecture))
        .map_err(|reason| PackageProblem::NoPackage {
            path: shown(),
            reason,
        })?;
    Ok(Package::new(bytes, architecture))
}
