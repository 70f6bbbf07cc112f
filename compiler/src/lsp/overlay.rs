//! Open documents over the files of a pipeline's folder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::source::{FileProblem, Files, SourceFile};

/// The files of a folder as the editor shows them: what is open comes before what is on the disk.
pub struct Overlay<'a> {
    /// The pipeline's folder, which paths are relative to.
    pub folder: &'a Path,
    /// Open documents by their whole path.
    pub open: &'a BTreeMap<PathBuf, Arc<SourceFile>>,
    /// The files on the disk.
    pub below: &'a dyn Files,
}

impl Files for Overlay<'_> {
    fn read(&self, path: &str, max_bytes: u64) -> Result<Vec<u8>, FileProblem> {
        let mut whole = self.folder.to_owned();
        whole.extend(path.split('/'));
        let Some(open) = self.open.get(&whole) else {
            return self.below.read(path, max_bytes);
        };
        // Where the folder's own rules refuse a link, so does the editor.
        if let Err(FileProblem::LeavesFolder) = self.below.read(path, max_bytes) {
            return Err(FileProblem::LeavesFolder);
        }
        let text = open.text().as_bytes();
        if text.len() as u64 > max_bytes {
            let size = text.len() as u64;
            return Err(FileProblem::TooLarge { size });
        }
        Ok(text.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Disk;

    impl Files for Disk {
        fn read(&self, path: &str, _: u64) -> Result<Vec<u8>, FileProblem> {
            match path {
                "sql/a.sql" => Ok(b"on the disk".to_vec()),
                "sql/link.sql" => Err(FileProblem::LeavesFolder),
                _ => Err(FileProblem::Missing),
            }
        }
    }

    #[test]
    fn what_is_open_comes_first_and_leads_nowhere_else() {
        let folder = Path::new("/flights");
        let open: BTreeMap<PathBuf, Arc<SourceFile>> = ["new.sql", "link.sql"]
            .iter()
            .map(|name| {
                let path = folder.join("sql").join(name);
                (path, SourceFile::new(*name, b"open".to_vec()))
            })
            .collect();
        let files = Overlay {
            folder,
            open: &open,
            below: &Disk,
        };
        assert_eq!(files.read("sql/a.sql", 100), Ok(b"on the disk".to_vec()));
        assert_eq!(files.read("sql/new.sql", 100), Ok(b"open".to_vec()));
        assert_eq!(
            files.read("sql/new.sql", 3),
            Err(FileProblem::TooLarge { size: 4 })
        );
        assert_eq!(
            files.read("sql/link.sql", 100),
            Err(FileProblem::LeavesFolder)
        );
    }
}
