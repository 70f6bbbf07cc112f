//! Whether git tracks a folder, read off git's index. To run `git` in a folder that somebody else made
//! could run what that folder's configuration names.

use std::fs;
use std::path::Path;

use super::checkout::git_folder;

/// Bytes of an index that are read: one of a million files has less.
const MAX_INDEX: u64 = 256 * 1024 * 1024;

/// Bytes of an entry in front of its flags (git's page: "index-format"): times, device, inode, mode,
/// owner, group, size and SHA-1.
const BEFORE_FLAGS: usize = 60;

/// Flag of an entry that has two more bytes of flags.
const EXTENDED: u16 = 0x4000;

/// Whether git tracks anything below `folder`/`name`.
#[must_use]
pub fn is_tracked(folder: &Path, name: &str) -> bool {
    let Ok(folder) = fs::canonicalize(folder) else {
        return false;
    };
    let Some((root, git)) = folder
        .ancestors()
        .find_map(|root| Some((root, git_folder(root)?)))
    else {
        return false;
    };
    let index = git.join("index");
    if !fs::metadata(&index).is_ok_and(|index| index.is_file() && index.len() <= MAX_INDEX) {
        return false;
    }
    let (Ok(index), Ok(below)) = (fs::read(index), folder.strip_prefix(root)) else {
        return false;
    };
    let mut start = below.join(name).into_os_string().into_encoded_bytes();
    let link = start.clone();
    start.push(b'/');
    // A link of that name is a file to git.
    paths(&index).is_some_and(|paths| {
        paths
            .iter()
            .any(|path| path.starts_with(&start) || *path == link)
    })
}

/// The paths of an index's entries; `None` if it is of no version that is known.
fn paths(index: &[u8]) -> Option<Vec<Vec<u8>>> {
    let version = number(index.strip_prefix(b"DIRC")?)?;
    if !(2..=4).contains(&version) {
        return None;
    }
    let count = number(index.get(8..)?)?;
    let mut rest = index.get(12..)?;
    let mut paths: Vec<Vec<u8>> = Vec::new();
    for _ in 0..count {
        let flags = rest.get(BEFORE_FLAGS..)?.first_chunk::<2>()?;
        let more = u16::from_be_bytes(*flags) & EXTENDED != 0;
        let head = BEFORE_FLAGS + if more { 4 } else { 2 };
        let mut at = head;
        let mut path = Vec::new();
        if version == 4 {
            let (cut, bytes) = offset(rest.get(at..)?)?;
            at += bytes;
            let before = paths.last().map(Vec::as_slice).unwrap_or_default();
            path.extend_from_slice(before.get(..before.len().checked_sub(cut)?)?);
        }
        let name = rest.get(at..)?;
        let length = name.iter().position(|byte| *byte == 0)?;
        path.extend_from_slice(name.get(..length)?);
        paths.push(path);
        let end = at + length + 1;
        // Entries begin at multiples of eight bytes before version 4.
        let end = if version == 4 {
            end
        } else {
            end.next_multiple_of(8)
        };
        rest = rest.get(end..)?;
    }
    Some(paths)
}

fn number(bytes: &[u8]) -> Option<u32> {
    bytes
        .first_chunk::<4>()
        .map(|bytes| u32::from_be_bytes(*bytes))
}

/// A number in git's encoding of offsets, and how many bytes it has.
fn offset(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut value: usize = 0;
    for (position, byte) in bytes.iter().enumerate() {
        if position > 0 {
            value = value.checked_add(1)?;
        }
        value = value
            .checked_mul(128)?
            .checked_add(usize::from(byte & 0x7f))?;
        if byte & 0x80 == 0 {
            return Some((value, position + 1));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    fn git(folder: &Path, arguments: &[&str]) -> bool {
        let status = Command::new("git")
            .args(["-c", "user.name=t", "-c", "user.email=t@example.com"])
            .args(arguments)
            .current_dir(folder)
            .output();
        status.is_ok_and(|output| output.status.success())
    }

    #[test]
    fn what_git_tracks_is_found_in_every_version_of_its_index() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        if !git(root, &["init", "-q"]) {
            println!("skipped: there is no git on this machine");
            return;
        }
        for path in [
            "a/.sfc/bucket/x",
            "a/.sfcx",
            "b/sfc",
            "b/pipeline.yaml",
            ".sfcs",
        ] {
            fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
            fs::write(root.join(path), path).unwrap();
        }
        assert!(!is_tracked(&root.join("a"), ".sfc"));
        assert!(git(root, &["add", "-A"]));
        for version in ["2", "3", "4"] {
            assert!(git(root, &["update-index", "--index-version", version]));
            assert!(is_tracked(&root.join("a"), ".sfc"), "{version}");
            assert!(!is_tracked(&root.join("b"), ".sfc"), "{version}");
            assert!(!is_tracked(root, ".sfc"), "{version}");
        }
    }

    #[test]
    fn an_index_that_is_none_is_passed_over() {
        for bytes in [
            &b""[..],
            b"DIRC",
            b"DIRC\0\0\0\x02\xff\xff\xff\xff",
            &[0xff; 200],
        ] {
            assert_eq!(paths(bytes), None);
        }
    }
}
