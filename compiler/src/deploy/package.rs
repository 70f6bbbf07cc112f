//! The package of the Lambda, as it is uploaded.

use std::io::{Cursor, Read as _};

use object::read::elf::ElfFile64;
use object::{Architecture, Object as _};
use runtime_lambda::keys::sha256;

/// Most bytes of a package (AWS page: "Lambda quotas", deployment package, unzipped).
const MOST_BYTES: u64 = 250 * 1024 * 1024;

/// A package and its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunctionPackage {
    /// The zip.
    pub bytes: Vec<u8>,
    /// `arm64` or `x86_64`.
    pub architecture: String,
    /// Key in the artifacts' bucket.
    pub key: String,
}

/// Why a file is no package.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PackageProblem {
    /// It is no zip.
    #[error("it is no zip file: {0}")]
    NoZip(String),
    /// There is nothing to start in it.
    #[error("it has no file `bootstrap`")]
    NoBootstrap,
    /// What is in it is no program for Lambda.
    #[error("its `bootstrap` is no Linux program for arm64 or x86_64")]
    NoProgram,
    /// It is for another processor than the pipeline asks for.
    #[error("it is for {found}, and the pipeline's Lambda is for {wanted}")]
    OtherArchitecture {
        /// What it is for.
        found: String,
        /// What the spec says.
        wanted: String,
    },
}

impl FunctionPackage {
    /// Takes a zip, if a function of this architecture can run it.
    ///
    /// # Errors
    /// It cannot.
    pub fn from_zip(bytes: Vec<u8>, wanted: &str) -> Result<Self, PackageProblem> {
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes.as_slice()))
            .map_err(|error| PackageProblem::NoZip(error.to_string()))?;
        let entry = archive
            .by_name("bootstrap")
            .map_err(|_| PackageProblem::NoBootstrap)?;
        let mut program = Vec::new();
        entry
            .take(MOST_BYTES)
            .read_to_end(&mut program)
            .map_err(|error| PackageProblem::NoZip(error.to_string()))?;
        let elf: ElfFile64<'_> =
            ElfFile64::parse(program.as_slice()).map_err(|_| PackageProblem::NoProgram)?;
        let found = match elf.architecture() {
            Architecture::Aarch64 => "arm64",
            Architecture::X86_64 => "x86_64",
            _ => return Err(PackageProblem::NoProgram),
        };
        if found != wanted {
            return Err(PackageProblem::OtherArchitecture {
                found: found.to_owned(),
                wanted: wanted.to_owned(),
            });
        }
        Ok(Self {
            key: format!("lambda/{}-{found}.zip", sha256(&bytes)),
            architecture: found.to_owned(),
            bytes,
        })
    }

    /// SHA-256 as Lambda gives it (AWS page: `FunctionConfiguration`, `CodeSha256`).
    #[must_use]
    pub fn code_sha256(&self) -> String {
        let hexadecimal = sha256(&self.bytes);
        let digest: Vec<u8> = (0..hexadecimal.len())
            .step_by(2)
            .filter_map(|at| u8::from_str_radix(hexadecimal.get(at..at + 2)?, 16).ok())
            .collect();
        base64(&digest)
    }
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digit = |value: u32| {
        DIGITS
            .get((value & 63) as usize)
            .map_or('=', |digit| char::from(*digit))
    };
    bytes
        .chunks(3)
        .flat_map(|chunk| {
            let at = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
            let value = at(0) << 16 | at(1) << 8 | at(2);
            let pad = |from: usize, shift: u32| {
                if chunk.len() > from {
                    digit(value >> shift)
                } else {
                    '='
                }
            };
            [digit(value >> 18), digit(value >> 12), pad(1, 6), pad(2, 0)]
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_rfc_4648() {
        for (plain, coded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }

    #[test]
    fn what_is_no_package_is_refused() {
        assert!(matches!(
            FunctionPackage::from_zip(b"no zip".to_vec(), "arm64"),
            Err(PackageProblem::NoZip(_))
        ));
    }
}
