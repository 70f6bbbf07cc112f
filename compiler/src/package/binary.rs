//! What a `bootstrap` needs of the machine that it runs on.

use object::Architecture as Processor;
use object::elf::FileHeader64;
use object::read::elf::{ElfFile, FileHeader as _};
use object::{Endianness, Object as _};

use super::Architecture;

/// The C library of `provided.al2023` (AWS page: "Amazon Linux 2023, glibc").
pub const NEWEST_GLIBC: (u32, u32) = (2, 34);

/// Checks that the binary runs on `architecture` and needs no C library newer than [`NEWEST_GLIBC`].
///
/// # Errors
/// Says what it needs instead.
pub fn check(binary: &[u8], architecture: Architecture) -> Result<(), String> {
    let file = ElfFile::<FileHeader64<Endianness>>::parse(binary)
        .map_err(|_| "its `bootstrap` is no 64 bit Linux program".to_owned())?;
    let wanted = match architecture {
        Architecture::X86_64 => Processor::X86_64,
        Architecture::Arm64 => Processor::Aarch64,
    };
    if file.architecture() != wanted {
        return Err(format!(
            "its `bootstrap` is not for {}",
            architecture.name()
        ));
    }
    match newest_glibc(binary).map_err(|error| error.to_string())? {
        Some(version) if version > NEWEST_GLIBC => Err(format!(
            "its `bootstrap` needs glibc {}.{}, and the Lambda has {}.{}",
            version.0, version.1, NEWEST_GLIBC.0, NEWEST_GLIBC.1
        )),
        _ => Ok(()),
    }
}

/// The newest version of glibc that a symbol of the binary asks for.
fn newest_glibc(binary: &[u8]) -> object::read::Result<Option<(u32, u32)>> {
    let header = FileHeader64::<Endianness>::parse(binary)?;
    let endian = header.endian()?;
    let sections = header.sections(endian, binary)?;
    let Some((mut needs, link)) = sections.gnu_verneed(endian, binary)? else {
        return Ok(None);
    };
    let strings = sections.strings(endian, binary, link)?;
    let mut newest = None;
    while let Some((_, mut versions)) = needs.next()? {
        while let Some(version) = versions.next()? {
            let name = String::from_utf8_lossy(version.name(endian, strings)?).into_owned();
            newest = newest.max(glibc(&name));
        }
    }
    Ok(newest)
}

/// Major and minor number of a version such as `GLIBC_2.34`.
fn glibc(name: &str) -> Option<(u32, u32)> {
    let mut parts = name.strip_prefix("GLIBC_")?.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_numbers() {
        assert_eq!(glibc("GLIBC_2.4"), Some((2, 4)));
        assert_eq!(glibc("GLIBC_2.2.5"), Some((2, 2)));
        assert!(glibc("GLIBC_2.36") > Some(NEWEST_GLIBC));
        assert_eq!(glibc("GCC_3.0"), None);
        assert_eq!(glibc("GLIBC_PRIVATE"), None);
    }

    #[test]
    #[cfg(all(target_os = "linux", target_arch = "x86_64", target_env = "gnu"))]
    fn a_real_program_says_what_it_needs() {
        let program = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        assert!(newest_glibc(&program).unwrap() >= Some((2, 17)));
        assert!(
            check(&program, Architecture::Arm64)
                .unwrap_err()
                .contains("arm64")
        );
        assert!(check(b"#!/bin/sh", Architecture::X86_64).is_err());
    }
}
