//! The guide: what stands in its `sh` blocks runs as it stands there, page by page.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

/// The pages with commands that run, and how many blocks of them each has.
const PAGES: [(&str, usize); 5] = [
    ("ci.md", 1),
    ("editor.md", 1),
    ("first-pipeline.md", 5),
    ("laptop.md", 2),
    ("tests.md", 3),
];

/// The pages whose first `text` block shows what a command prints.
const SHOWN: [&str; 3] = ["editor.md", "first-pipeline.md", "laptop.md"];

/// The blocks of a page: their language and their text.
fn blocks(page: &str) -> Vec<(String, String)> {
    let mut blocks = Vec::new();
    let mut inside: Option<(String, String)> = None;
    for line in page.lines() {
        if let Some(language) = line.strip_prefix("```") {
            match inside.take() {
                Some(block) => blocks.push(block),
                None => inside = Some((language.to_owned(), String::new())),
            }
        } else if let Some((_, text)) = &mut inside {
            text.push_str(line);
            text.push('\n');
        }
    }
    blocks
}

/// The pages of the guide, by their names.
fn pages() -> BTreeMap<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut pages = BTreeMap::new();
    for entry in fs::read_dir(root.join("docs/guide")).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        pages.insert(name, fs::read_to_string(entry.path()).unwrap());
    }
    pages
}

#[test]
fn every_command_of_the_guide_runs() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let program = Path::new(env!("CARGO_BIN_EXE_sfc"));
    let path = std::env::var("PATH").unwrap();
    let path = format!("{}:{path}", program.parent().unwrap().display());
    let mut ran = BTreeMap::new();
    for (name, page) in pages() {
        let blocks = blocks(&page);
        let of = |language: &str| -> Vec<&str> {
            blocks
                .iter()
                .filter(|(is, _)| is == language)
                .map(|(_, text)| text.as_str())
                .collect()
        };
        let commands = of("sh");
        if commands.is_empty() {
            continue;
        }
        let folder = tempfile::tempdir().unwrap();
        let specs = folder.path().join("specs");
        fs::create_dir(&specs).unwrap();
        let copied = Command::new("cp")
            .arg("-R")
            .arg(root.join("specs/sales-etl"))
            .arg(&specs)
            .status()
            .unwrap();
        assert!(copied.success());
        let output = Command::new("bash")
            .args(["-euo", "pipefail", "-c", &commands.concat()])
            .current_dir(folder.path())
            .env("PATH", &path)
            .output()
            .unwrap();
        let shown = String::from_utf8_lossy(&output.stdout);
        assert!(
            output.status.success(),
            "{name}: {shown}{}",
            String::from_utf8_lossy(&output.stderr)
        );
        if SHOWN.contains(&name.as_str()) {
            assert!(shown.contains(of("text")[0]), "{name}: {shown}");
        }
        ran.insert(name, commands.len());
    }
    let expected = PAGES.map(|(name, blocks)| (name.to_owned(), blocks));
    assert_eq!(ran, BTreeMap::from(expected));
}

#[test]
fn commands_behind_a_prompt_stand_in_a_block_with_a_language() {
    for (name, page) in pages() {
        for (language, text) in blocks(&page) {
            let prompt = text.lines().any(|line| line.starts_with("$ "));
            assert!(!prompt || !language.is_empty(), "{name}: {text}");
        }
    }
}
