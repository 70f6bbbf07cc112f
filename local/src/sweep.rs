//! What processes that died left behind: files that were to take another's place once they were whole.

use std::io;
use std::path::{Path, PathBuf};

use crate::folder::{Folder, PART, Within};

/// Removes the parts of dead processes in a folder and all folders below it. No link is followed.
///
/// # Errors
/// The folder cannot be read, or a part cannot be removed.
pub fn parts(within: impl Into<Within>) -> io::Result<()> {
    let folder = Folder::open(within)?;
    let mut folders = vec![PathBuf::new()];
    while let Some(inside) = folders.pop() {
        folders.extend(parts_in(&folder, &inside)?);
    }
    Ok(())
}

/// Removes the parts of dead processes in one folder; returns the folders in it.
///
/// # Errors
/// See [`parts`].
pub(crate) fn parts_in(folder: &Folder, inside: &Path) -> io::Result<Vec<PathBuf>> {
    let mut folders = Vec::new();
    for (name, is_folder) in folder.entries(inside)? {
        let path = inside.join(&name);
        if is_folder {
            folders.push(path);
        } else if name.to_str().is_some_and(is_left_behind) {
            match folder.remove(&path) {
                // Somebody else may sweep at the same time.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                other => other?,
            }
        }
    }
    Ok(folders)
}

/// Whether a name is that of a part whose process is gone.
fn is_left_behind(name: &str) -> bool {
    let process = name
        .strip_prefix(PART)
        .and_then(|rest| rest.split_once('-'))
        .and_then(|(process, _)| process.parse().ok());
    process.is_some_and(|process| !is_alive(process))
}

/// Whether there is a process of this number. Where that cannot be told, there is.
fn is_alive(process: i32) -> bool {
    #[cfg(unix)]
    {
        let Some(process) = rustix::process::Pid::from_raw(process) else {
            return false;
        };
        rustix::process::test_kill_process(process) != Err(rustix::io::Errno::SRCH)
    }
    #[cfg(not(unix))]
    {
        let _ = process;
        true
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn parts_of_the_dead_go_and_nothing_else() {
        let mut dead = std::process::Command::new("true").spawn().unwrap();
        let number = dead.id();
        dead.wait().unwrap();
        let place = tempfile::tempdir().unwrap();
        let inside = place.path().join("bucket/demo/run");
        fs::create_dir_all(&inside).unwrap();
        let outside = tempfile::tempdir().unwrap();
        let left = format!(".part-{number}-3");
        fs::write(outside.path().join(&left), "not ours").unwrap();
        std::os::unix::fs::symlink(outside.path(), place.path().join("link")).unwrap();
        let kept = [
            format!(".part-{}-1", std::process::id()),
            ".part-x-1".to_owned(),
            "a.csv".to_owned(),
        ];
        for name in kept.iter().chain([&left]) {
            fs::write(inside.join(name), "x").unwrap();
        }
        fs::write(place.path().join(&left), "x").unwrap();
        parts(place.path()).unwrap();
        let mut names: Vec<String> = fs::read_dir(&inside)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        let mut expected = kept.to_vec();
        expected.sort();
        assert_eq!(names, expected);
        assert!(!place.path().join(&left).exists());
        assert!(outside.path().join(&left).exists());
    }
}
