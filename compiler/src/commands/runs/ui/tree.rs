//! The pipelines of a folder tree.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::project::spec_in;

/// Most pipelines that are shown.
const MOST: usize = 500;

/// How deep they may lie.
const DEEPEST: usize = 8;

/// Most entries of folders that are looked at for them.
const MOST_ENTRIES: usize = 50_000;

/// Folders in which programs keep what they have made.
const MADE: [&str; 2] = ["node_modules", "target"];

/// A pipeline that was found in the folder tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedPipeline {
    /// What its address calls it: letters, digits and `-_.~`.
    pub id: String,
    /// Its folder, or its spec.
    pub path: PathBuf,
    /// Its folder, seen from the tree's root; empty for the root.
    pub folder: String,
    /// Its name, where there is no folder of it: it is known by its stack alone.
    pub deployed: Option<String>,
}

/// The pipelines at and below `root`, by folder, and whether there may be more of them. Links are not
/// followed.
pub fn find(root: &Path) -> (Vec<ListedPipeline>, bool) {
    if root.is_file() {
        return (vec![alone(root, "pipeline")], false);
    }
    let mut found = Vec::new();
    let mut ids = HashSet::new();
    let mut left = MOST_ENTRIES;
    let mut is_cut = false;
    let mut folders = vec![(root.to_owned(), 0)];
    while let Some((folder, depth)) = folders.pop() {
        if spec_in(&folder, &|path| path.is_file()).is_some() {
            if found.len() == MOST {
                return (found, true);
            }
            let below = folder.strip_prefix(root).unwrap_or(&folder).to_owned();
            found.push(ListedPipeline {
                id: id(&below, &folder, &mut ids),
                folder: below.display().to_string(),
                path: folder.clone(),
                deployed: None,
            });
        }
        let Ok(entries) = fs::read_dir(&folder) else {
            continue;
        };
        let mut below: Vec<PathBuf> = Vec::new();
        for entry in entries.flatten() {
            let Some(rest) = left.checked_sub(1) else {
                is_cut = true;
                break;
            };
            left = rest;
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            if is_folder && !name.starts_with('.') && !MADE.contains(&name.as_ref()) {
                below.push(entry.path());
            }
        }
        if depth == DEEPEST {
            continue;
        }
        // The last one is taken first.
        below.sort();
        folders.extend(below.into_iter().rev().map(|folder| (folder, depth + 1)));
    }
    (found, is_cut)
}

/// One pipeline that is not looked for.
pub fn alone(path: &Path, name: &str) -> ListedPipeline {
    ListedPipeline {
        id: plain(name),
        path: path.to_owned(),
        folder: String::new(),
        deployed: None,
    }
}

/// A pipeline that is deployed, and has no folder here. No folder's name begins with its id's first sign.
#[cfg(feature = "aws")]
pub fn of_stack(name: &str) -> ListedPipeline {
    ListedPipeline {
        id: format!("~{}", plain(name)),
        path: PathBuf::new(),
        folder: String::new(),
        deployed: Some(name.to_owned()),
    }
}

/// A name of the folder that no other one has.
fn id(below: &Path, folder: &Path, ids: &mut HashSet<String>) -> String {
    let parts: Vec<String> = below
        .components()
        .map(|part| plain(&part.as_os_str().to_string_lossy()))
        .collect();
    let name = if parts.is_empty() {
        let folder = fs::canonicalize(folder).unwrap_or_default();
        plain(&folder.file_name().unwrap_or_default().to_string_lossy())
    } else {
        parts.join("~")
    };
    let mut id = name.clone();
    let mut number = 2;
    while !ids.insert(id.clone()) {
        id = format!("{name}~{number}");
        number += 1;
    }
    id
}

/// The text with nothing in it that an address would have to quote.
fn plain(text: &str) -> String {
    let text: String = text
        .chars()
        .map(|sign| match sign {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '_' => sign,
            _ => '-',
        })
        .collect();
    if text.is_empty() {
        "pipeline".to_owned()
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pipelines_are_found_where_people_keep_them() {
        let root = std::env::temp_dir().join(format!("sfc-tree-{}", std::process::id()));
        for folder in [
            "a b",
            "a-b",
            "deep/er",
            ".hidden",
            "node_modules/x",
            "empty",
        ] {
            fs::create_dir_all(root.join(folder)).unwrap();
        }
        for folder in ["a b", "a-b", "deep/er", ".hidden", "node_modules/x"] {
            fs::write(root.join(folder).join("pipeline.yaml"), "").unwrap();
        }
        let (found, is_cut) = find(&root);
        let found: Vec<(&str, &str)> = found
            .iter()
            .map(|entry| (entry.id.as_str(), entry.folder.as_str()))
            .collect();
        assert_eq!(
            found,
            [("a-b", "a b"), ("a-b~2", "a-b"), ("deep~er", "deep/er")]
        );
        assert!(!is_cut);
        fs::remove_dir_all(&root).unwrap();
    }
}
