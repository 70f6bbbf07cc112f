//! The guide: what stands in its `sh` blocks runs as it stands there, page by page.

use std::fs;
use std::path::Path;
use std::process::Command;

/// The commands of a page, in their order.
fn commands(page: &str) -> String {
    let mut commands = String::new();
    let mut inside = false;
    for line in page.lines() {
        if line.starts_with("```") {
            inside = !inside && line == "```sh";
        } else if inside {
            commands.push_str(line);
            commands.push('\n');
        }
    }
    commands
}

#[test]
fn every_command_of_the_guide_runs() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let program = Path::new(env!("CARGO_BIN_EXE_sfc"));
    let path = std::env::var("PATH").unwrap();
    let path = format!("{}:{path}", program.parent().unwrap().display());
    let mut ran = 0;
    for entry in fs::read_dir(root.join("docs/guide")).unwrap() {
        let file = entry.unwrap().path();
        let commands = commands(&fs::read_to_string(&file).unwrap());
        if commands.is_empty() {
            continue;
        }
        let folder = tempfile::tempdir().unwrap();
        let output = Command::new("bash")
            .args(["-euo", "pipefail", "-c", &commands])
            .current_dir(folder.path())
            .env("PATH", &path)
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}: {}{}",
            file.display(),
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        ran += 1;
        if file.ends_with("first-pipeline.md") {
            // The rows that the page shows.
            let shown = String::from_utf8_lossy(&output.stdout).into_owned();
            let page = fs::read_to_string(&file).unwrap();
            let rows = page.split("```text\n").nth(1).unwrap();
            let rows = rows.split("```").next().unwrap();
            assert!(shown.contains(rows), "{shown}");
        }
    }
    assert!(ran > 0);
}
