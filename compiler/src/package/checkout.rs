//! The package as a checkout of the project builds it, kept under the hash of what it is built from.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use runtime_lambda::keys;

use super::{Architecture, NEWEST_GLIBC, Package, PackageProblem, archive, binary};

/// What the binary is built from, below the checkout.
const SOURCES: [&str; 4] = [
    "Cargo.lock",
    "Cargo.toml",
    "runtime-lambda/Cargo.toml",
    "runtime-lambda/src",
];

/// A checkout of the project on this machine.
pub struct SourceCheckout {
    folder: PathBuf,
    target: PathBuf,
}

impl SourceCheckout {
    /// The checkout that this program was built in, if it is still there.
    pub fn find() -> Option<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).parent()?.to_owned();
        let target = std::env::var_os("CARGO_TARGET_DIR")
            .map_or_else(|| folder.join("target"), PathBuf::from);
        folder
            .join("runtime-lambda/Cargo.toml")
            .is_file()
            .then_some(Self { folder, target })
    }

    /// The package of the sources as they are now.
    pub fn package(
        &self,
        architecture: Architecture,
        say: &dyn Fn(&str),
    ) -> Result<Package, PackageProblem> {
        let sources = self.sources().map_err(|source| PackageProblem::Disk {
            path: self.folder.display().to_string(),
            source,
        })?;
        let kept = self.target.join("packages").join(format!(
            "{}-{}.zip",
            sources.get(..16).unwrap_or(&sources),
            architecture.name()
        ));
        // It was checked before it was put there.
        if let Ok(bytes) = fs::read(&kept) {
            return Ok(Package::new(bytes, architecture));
        }
        say(&format!(
            "building the Lambda for {}: once, for a few minutes",
            architecture.name()
        ));
        let binary = self.build(architecture)?;
        let unfit = |reason: String| PackageProblem::NotBuilt {
            architecture,
            reason,
            help: format!(
                "install cargo-zigbuild, which links against glibc {}.{}, and run this again",
                NEWEST_GLIBC.0, NEWEST_GLIBC.1
            ),
        };
        binary::check(&binary, architecture).map_err(unfit)?;
        let bytes = archive::zip(&binary).map_err(unfit)?;
        put(&kept, &bytes).map_err(|source| PackageProblem::Disk {
            path: kept.display().to_string(),
            source,
        })?;
        Ok(Package::new(bytes, architecture))
    }

    /// Hash of everything that the binary is built from.
    fn sources(&self) -> io::Result<String> {
        let mut files = Vec::new();
        for source in SOURCES {
            list(&self.folder.join(source), &mut files)?;
        }
        files.sort();
        let mut hashes = String::new();
        for file in files {
            hashes.push_str(&file.display().to_string());
            hashes.push_str(&keys::sha256(&fs::read(&file)?));
        }
        Ok(keys::sha256(hashes.as_bytes()))
    }

    /// Builds the binary and reads it.
    fn build(&self, architecture: Architecture) -> Result<Vec<u8>, PackageProblem> {
        let target = architecture.target();
        let not_built = |reason: String| PackageProblem::NotBuilt {
            architecture,
            reason,
            help: format!(
                "cargo's own words are above; for another architecture than this machine's: `rustup target add {target}` and its linker, or cargo-zigbuild"
            ),
        };
        // Zig links against the C library that is asked for, whatever this machine has.
        let zig = runs(&["zigbuild", "--version"]);
        let linked = if zig {
            format!("{target}.{}.{}", NEWEST_GLIBC.0, NEWEST_GLIBC.1)
        } else {
            target.to_owned()
        };
        let status = Command::new(cargo())
            .arg(if zig { "zigbuild" } else { "build" })
            .args([
                "--profile",
                "lambda",
                "--locked",
                "--package",
                "runtime-lambda",
            ])
            .args([
                "--features",
                "aws",
                "--bin",
                "bootstrap",
                "--target",
                &linked,
            ])
            .arg("--target-dir")
            .arg(&self.target)
            .current_dir(&self.folder)
            .stdout(Stdio::null())
            .status()
            .map_err(|error| not_built(format!("cargo cannot be started: {error}")))?;
        if !status.success() {
            return Err(not_built(format!("cargo ended with {status}")));
        }
        let built = self.target.join(target).join("lambda/bootstrap");
        fs::read(&built).map_err(|source| PackageProblem::Disk {
            path: built.display().to_string(),
            source,
        })
    }
}

/// The cargo that runs this program, if one does.
fn cargo() -> std::ffi::OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

fn runs(arguments: &[&str]) -> bool {
    Command::new(cargo())
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Every file at or below `path`.
fn list(path: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if !path.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    for entry in fs::read_dir(path)? {
        list(&entry?.path(), files)?;
    }
    Ok(())
}

/// Writes a file that is whole wherever it is seen.
fn put(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let part = path.with_added_extension(format!("{}.part", std::process::id()));
    fs::write(&part, bytes)?;
    fs::rename(part, path)
}
