//! The mistakes in `planted/` can still be planted: what each patch takes away is there.

use std::fs;
use std::path::Path;

/// The lines of a patch that must be in the file, by file and hunk.
fn expected(patch: &str) -> Vec<(String, String)> {
    let mut hunks: Vec<(String, String)> = Vec::new();
    let mut file = "";
    for line in patch.lines() {
        if let Some(name) = line.strip_prefix("--- a/") {
            file = name;
        } else if line.starts_with("@@") {
            hunks.push((file.to_owned(), String::new()));
        } else if let Some((_, text)) = hunks.last_mut()
            && let Some(kept) = line.strip_prefix([' ', '-'])
            && !line.starts_with("---")
        {
            text.push_str(kept);
            text.push('\n');
        }
    }
    hunks
}

#[test]
fn every_planted_mistake_applies() {
    let simulate = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut patches = 0;
    for entry in fs::read_dir(simulate.join("planted")).unwrap() {
        let path = entry.unwrap().path();
        if path
            .extension()
            .is_none_or(|extension| extension != "patch")
        {
            continue;
        }
        patches += 1;
        let hunks = expected(&fs::read_to_string(&path).unwrap());
        assert!(!hunks.is_empty(), "{}", path.display());
        for (file, text) in hunks {
            let source = fs::read_to_string(simulate.join("..").join(&file)).unwrap();
            assert!(source.contains(&text), "{}: {file}\n{text}", path.display());
        }
    }
    assert_eq!(patches, 13);
}
