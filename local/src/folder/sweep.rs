//! What processes that died left behind: files that were to take another's place once they were whole.

use std::io;
use std::path::PathBuf;

use super::{Folder, Within};

/// Removes the parts of dead processes in a folder and all folders below it. No link is followed.
///
/// # Errors
/// The folder cannot be read, or a part cannot be removed.
pub fn parts(within: impl Into<Within>) -> io::Result<()> {
    let folder = Folder::open(within)?;
    let mut folders = vec![PathBuf::new()];
    while let Some(inside) = folders.pop() {
        folders.extend(folder.sweep(&inside)?);
    }
    Ok(())
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
