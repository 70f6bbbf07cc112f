//! What a shell is told when somebody presses the tab key, and the pages of the manual.

use crate::program::{Folder, sfc, spec};

/// The candidates for the last of these words, as fish asks for them.
fn completed(folder: &Folder, words: &[&str]) -> Vec<String> {
    let mut arguments = vec!["--", "sfc"];
    arguments.extend(words);
    let output = sfc(folder.path(), &arguments)
        .env("COMPLETE", "fish")
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    let lines = text.lines();
    lines
        .map(|line| line.split('\t').next().unwrap_or_default().to_owned())
        .collect()
}

#[test]
fn steps_runs_parameters_environments_and_codes_are_completed() {
    let folder = Folder::new(
        &spec(
            "rounds: 1",
            "  revenue: { sql: one.sql, tags: [nightly] }\n  report: { sql: one.sql, after: revenue }\nparameters:\n  day: { type: date, default: 2026-01-01 }\n",
        ),
        &[
            ("one.sql", "select :day as one"),
            ("pipeline.prod.yaml", "name: demo\n"),
        ],
    );
    assert_eq!(folder.sfc(&["run"]).code, Some(0));
    let run = folder.state().run.to_string();
    let all = |words: &[&str]| completed(&folder, words);
    assert_eq!(all(&["run", "--select", "re"]), ["revenue", "report"]);
    assert_eq!(
        all(&["run", "--select", "+report,rev"]),
        ["+report,revenue"]
    );
    assert_eq!(all(&["graph", "--exclude", "tag:"]), ["tag:nightly"]);
    assert_eq!(all(&["start", "-p", "d"]), ["day="]);
    assert_eq!(all(&["plan", "--env", "p"]), ["prod"]);
    assert_eq!(all(&["status", &run[..8]]), [run.as_str()]);
    assert!(all(&["results", ""]).contains(&"report".to_owned()));
    let codes = all(&["explain", "sfc094"]);
    assert!(codes.len() > 8 && codes.iter().all(|code| code.starts_with("SFC094")));
    assert!(all(&["back"]).contains(&"backfill".to_owned()));
    // Of another pipeline than the one here.
    let other = tempfile::tempdir().unwrap();
    let place = folder.path().to_str().unwrap();
    let words = ["--", "sfc", "run", "-C", place, "--select", "re"];
    let output = sfc(other.path(), &words)
        .env("COMPLETE", "fish")
        .output()
        .unwrap();
    assert!(
        String::from_utf8(output.stdout)
            .unwrap()
            .starts_with("revenue")
    );
}

#[test]
fn every_verb_has_a_page_of_the_manual() {
    let folder = tempfile::tempdir().unwrap();
    let written = sfc(folder.path(), &["man", "pages"]).output().unwrap();
    assert!(written.status.success(), "{written:?}");
    for page in [
        "sfc.1",
        "sfc-run.1",
        "sfc-backfill.1",
        "sfc-import-review.1",
    ] {
        let text = std::fs::read_to_string(folder.path().join("pages").join(page)).unwrap();
        assert!(text.starts_with(".ie"), "{page}: {text}");
    }
    let run = std::fs::read_to_string(folder.path().join("pages/sfc-run.1")).unwrap();
    assert!(run.contains("state:modified+"), "{run}");
}
