//! Each verb as a person meets it.

use crate::program::{Folder, checkout, sfc, spec};

#[test]
fn init_makes_a_folder_that_runs_at_once() {
    let place = tempfile::tempdir().unwrap();
    let made = sfc(place.path(), &["init", "shop"]).output().unwrap();
    assert!(made.status.success(), "{made:?}");
    assert_eq!(String::from_utf8(made.stdout).unwrap(), "sfc run shop\n");
    let validated = sfc(place.path(), &["validate", "shop"]).output().unwrap();
    assert!(
        validated.status.success() && validated.stderr.is_empty(),
        "{validated:?}"
    );
    let ran = sfc(place.path(), &["run", "shop"]).output().unwrap();
    assert!(ran.status.success(), "{ran:?}");
    let runs: Vec<_> = std::fs::read_dir(place.path().join("shop/.sfc/bucket/shop"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        // `history.json` lies beside the runs.
        .filter(|path| path.is_dir())
        .collect();
    let result = runs[0].join("results/revenue_by_country.csv");
    assert_eq!(
        std::fs::read_to_string(result).unwrap(),
        "country,orders,revenue\nFR,1,210.00\nDE,3,190.99\nNL,1,120.50\n"
    );
    // Without an account it is said that there are runs here.
    let asked = sfc(place.path(), &["status", "-C", "shop"])
        .env("AWS_CONFIG_FILE", "/dev/null")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env_remove("AWS_REGION")
        .env_remove("AWS_DEFAULT_REGION")
        .output()
        .unwrap();
    assert_eq!(asked.status.code(), Some(3), "{asked:?}");
    let said = String::from_utf8(asked.stderr).unwrap();
    assert!(said.contains("SFC0904"), "{said}");
    assert!(said.contains("`--local` is about those"), "{said}");
    let again = sfc(place.path(), &["init", "shop"]).output().unwrap();
    assert_eq!(again.status.code(), Some(2));
    assert!(
        String::from_utf8(again.stderr)
            .unwrap()
            .contains("is not empty")
    );
}

#[test]
fn build_writes_the_same_bytes_each_time_and_replaces_only_a_bundle() {
    let folder = Folder::copy_of("specs/flights");
    let read = |out: &str| {
        let mut files = Vec::new();
        let mut folders = vec![folder.path().join(out)];
        while let Some(path) = folders.pop() {
            for entry in std::fs::read_dir(path).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let name = path
                        .strip_prefix(folder.path().join(out))
                        .unwrap()
                        .to_owned();
                    files.push((name, std::fs::read(path).unwrap()));
                }
            }
        }
        files.sort();
        files
    };
    assert_eq!(folder.sfc(&["build", ".", "--out", "one"]).code, Some(0));
    assert_eq!(folder.sfc(&["build", ".", "--out", "two"]).code, Some(0));
    assert_eq!(folder.sfc(&["build", ".", "--out", "two"]).code, Some(0));
    assert_eq!(read("one"), read("two"));
    assert_eq!(
        read("one")
            .iter()
            .filter(|(name, _)| name.starts_with("definitions"))
            .count(),
        6
    );

    // As a build leaves it that was interrupted before its end.
    std::fs::remove_file(folder.path().join("two/bundle.json")).unwrap();
    folder.write("two/plan.json.part", "half");
    assert_eq!(folder.sfc(&["build", ".", "--out", "two"]).code, Some(0));
    assert_eq!(read("one"), read("two"));

    let refused = folder.sfc(&["build", ".", "--out", "sql"]);
    assert_eq!(refused.code, Some(2));
    assert!(
        refused.stderr.contains("holds something that is no bundle"),
        "{}",
        refused.stderr
    );
    assert!(folder.path().join("sql/create_stage.sql").exists());
}

#[test]
fn a_broken_spec_writes_nothing_and_runs_nothing() {
    let folder = Folder::new(&spec("lanes: 0", "  a: { sql: gone.sql, after: b }\n"), &[]);
    for verb in ["validate", "plan", "build", "run", "graph"] {
        let ended = folder.sfc(&[verb, "."]);
        assert_eq!(ended.code, Some(2), "{verb}: {ended:?}");
        assert!(ended.stdout.is_empty());
        assert_eq!(
            ended.stderr.matches("error[SFC").count(),
            3,
            "{verb}: {}",
            ended.stderr
        );
    }
    assert!(!folder.path().join(".sfc").exists());
}

#[test]
fn diagnostics_come_as_json_and_as_annotations() {
    let folder = Folder::new(
        &spec("rounds: 0", "  a: { sql: one.sql }\n"),
        &[("one.sql", "select 1")],
    );
    let json = folder.sfc(&["validate", ".", "--format", "json"]);
    assert_eq!(json.code, Some(2));
    let document: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(document["diagnostics"][0]["code"], "SFC0502");
    let github = folder.sfc(&["validate", ".", "--format", "github"]);
    assert!(
        github
            .stdout
            .starts_with("::error file=pipeline.yaml,line=3,"),
        "{}",
        github.stdout
    );
}

#[test]
fn explain_knows_every_code_and_suggests_near_ones() {
    let folder = tempfile::tempdir().unwrap();
    let list = sfc(folder.path(), &["explain"]).output().unwrap();
    let list = String::from_utf8(list.stdout).unwrap();
    assert!(list.lines().count() > 40);
    for line in list.lines() {
        let code = line.split_whitespace().next().unwrap();
        let page = sfc(folder.path(), &["explain", code]).output().unwrap();
        assert!(page.status.success() && page.stdout.len() > 100, "{code}");
    }
    let unknown = sfc(folder.path(), &["explain", "SFC0360"])
        .output()
        .unwrap();
    assert_eq!(unknown.status.code(), Some(2));
    assert!(
        String::from_utf8(unknown.stderr)
            .unwrap()
            .contains("did you mean")
    );
}

#[test]
fn completions_and_schema_are_printed() {
    let folder = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let output = sfc(folder.path(), &["completions", shell])
            .output()
            .unwrap();
        assert!(
            output.status.success() && output.stdout.len() > 100,
            "{shell}"
        );
        let script = String::from_utf8(output.stdout).unwrap();
        assert!(script.contains("COMPLETE"), "{shell}: {script}");
    }
    let schema = sfc(folder.path(), &["schema"]).output().unwrap();
    let checked_in = std::fs::read(checkout().join("docs/pipeline.schema.json")).unwrap();
    assert_eq!(schema.stdout, checked_in);
}
