//! The Lambda's package: the zip with the generic `bootstrap` in it, the same for every pipeline.
//!
//! It lies beside an installed program, or is built from the workspace in a checkout. Reads disks and
//! starts cargo, so only verbs may use it; the bundle takes the package as a value.

mod archive;
mod binary;
mod checkout;
mod find;

use std::path::PathBuf;

use runtime_lambda::keys;

pub use binary::{NEWEST_GLIBC, check as check_binary};
pub use find::find;

pub use crate::pipeline::Architecture;

/// The Lambda's package, ready to be uploaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    /// The zip, with `bootstrap` in it.
    pub bytes: Vec<u8>,
    /// SHA-256 of the zip in hexadecimal.
    pub sha256: String,
    /// What its `bootstrap` runs on.
    pub architecture: Architecture,
}

impl Package {
    fn new(bytes: Vec<u8>, architecture: Architecture) -> Self {
        Self {
            sha256: keys::sha256(&bytes),
            bytes,
            architecture,
        }
    }

    /// Its key in the artifacts' bucket.
    #[must_use]
    pub fn key(&self) -> String {
        format!("lambda/{}-{}.zip", self.sha256, self.architecture.name())
    }
}

/// Why there is no package.
#[derive(Debug, thiserror::Error)]
pub enum PackageProblem {
    /// Neither beside the program nor from a checkout.
    #[error("there is no package of the Lambda for {}", .architecture.name())]
    NotFound {
        /// Processor that a package was looked for.
        architecture: Architecture,
        /// Where it was looked for.
        looked: Vec<PathBuf>,
    },
    /// A file cannot be read or written.
    #[error("`{path}` cannot be read or written: {source}")]
    Disk {
        /// Path of the file.
        path: String,
        /// What the system says about it.
        source: std::io::Error,
    },
    /// The file is no package.
    #[error("`{path}` is no package of the Lambda: {reason}")]
    NoPackage {
        /// Path of the file.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Cargo could not build it.
    #[error("the Lambda cannot be built for {}: {reason}", .architecture.name())]
    NotBuilt {
        /// Processor that it was built for.
        architecture: Architecture,
        /// What cargo says, or why it was not started.
        reason: String,
        /// What to do about it.
        help: String,
    },
}
