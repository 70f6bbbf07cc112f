//! Paths as a spec may write them: relative, and inside the folder.

/// What is wrong with a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PathProblem {
    /// It is empty or names the folder itself.
    Empty,
    /// It starts at the root of a file system or with a drive.
    Absolute,
    /// Its `..` lead out of the folder.
    Leaves,
    /// It has a character that no file system takes.
    Character,
}

/// The path without `.`, `..` and repeated `/`, if it stays inside the folder.
pub fn relative(path: &str) -> Result<String, PathProblem> {
    if path.contains('\0') {
        return Err(PathProblem::Character);
    }
    let drive = path.as_bytes().get(1) == Some(&b':')
        && path.starts_with(|first: char| first.is_ascii_alphabetic());
    if path.starts_with(['/', '\\']) || drive {
        return Err(PathProblem::Absolute);
    }
    let mut parts = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop().ok_or(PathProblem::Leaves)?;
            }
            // Windows reads the backslash as a separator, so it must not hide a way out.
            _ if part.split('\\').any(|piece| piece == "..") => return Err(PathProblem::Leaves),
            _ => parts.push(part),
        }
    }
    if parts.is_empty() {
        return Err(PathProblem::Empty);
    }
    Ok(parts.join("/"))
}

/// Whether this is the name of one folder inside another, as the name of a bucket is.
pub fn is_folder_name(name: &str) -> bool {
    !name.contains(['/', '\\', ':']) && relative(name).is_ok_and(|same| same == name)
}

/// The path to show for a file that is named relative to the folder of another.
pub fn beside(of: &str, path: &str) -> String {
    match of.rfind(['/', '\\']) {
        Some(end) => format!("{}{path}", of.get(..=end).unwrap_or_default()),
        None => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_folder_is_no_way_to_another() {
        assert!(is_folder_name("my-bucket.eu"));
        for name in ["", ".", "..", "a/b", "a\\b", "c:", "a\0"] {
            assert!(!is_folder_name(name), "{name}");
        }
    }

    #[test]
    fn a_path_stays_inside_the_folder() {
        assert_eq!(relative("sql/./a//b.sql"), Ok("sql/a/b.sql".to_owned()));
        assert_eq!(relative("sql/../a.sql"), Ok("a.sql".to_owned()));
        assert_eq!(relative("sql/../../a.sql"), Err(PathProblem::Leaves));
        assert_eq!(relative("sql\\..\\..\\a.sql"), Err(PathProblem::Leaves));
        assert_eq!(relative("/etc/passwd"), Err(PathProblem::Absolute));
        assert_eq!(relative("C:\\a.sql"), Err(PathProblem::Absolute));
        assert_eq!(relative("."), Err(PathProblem::Empty));
        assert_eq!(relative("a\0b"), Err(PathProblem::Character));
    }

    #[test]
    fn a_file_is_shown_beside_the_spec() {
        assert_eq!(
            beside("specs/x/pipeline.yaml", "sql/a.sql"),
            "specs/x/sql/a.sql"
        );
        assert_eq!(beside("pipeline.yaml", "a.sql"), "a.sql");
    }
}
