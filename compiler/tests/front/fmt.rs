//! `sfc fmt` as a process: what it prints, what it writes, and what it leaves alone.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may stop")]

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use insta::assert_snapshot;
use tempfile::TempDir;

const SPEC: &str = "name: shop
warehouse: { workgroup: analytics, database: dev }
sources: sources.sql
parameters:
  day: { type: string, default: '2026-01-31' }
steps:
  create: { sql: sql/create.sql }
  load: { sql: sql/load.sql, after: create }
";

const CREATE: &str = "create table if not exists orders (id int, amount decimal(8, 2));\n";

const LOAD: &str = "-- what came in
INSERT INTO orders SELECT id,amount
  FROM incoming.orders -- theirs
  WHERE day=:day AND   amount>0;
";

const LAID_OUT: &str = "-- what came in
insert into orders
select id, amount
from incoming.orders -- theirs
where day = :day and amount > 0;
";

/// A pipeline with a script that is not in the layout.
fn shop() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    write(&root, "pipeline.yaml", SPEC);
    let declared = "create table incoming.orders (id int, amount decimal(8, 2), day text);\n";
    write(&root, "sources.sql", declared);
    write(&root, "sql/create.sql", CREATE);
    write(&root, "sql/load.sql", LOAD);
    write(&root, "sql/other.sql", "SELECT 1");
    (folder, root)
}

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn read(root: &Path, path: &str) -> String {
    fs::read_to_string(root.join(path)).unwrap()
}

fn sfc(root: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sfc"))
        .arg("fmt")
        .args(arguments)
        .current_dir(root)
        .output()
        .unwrap()
}

fn with_stdin(text: &[u8], arguments: &[&str]) -> Output {
    let mut process = Command::new(env!("CARGO_BIN_EXE_sfc"))
        .args(["fmt", "--stdin"])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    process.stdin.take().unwrap().write_all(text).unwrap();
    process.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// Exit code, stdout and stderr.
fn shown(output: &Output) -> String {
    format!(
        "exit code {}\n--- stdout\n{}--- stderr\n{}",
        output.status.code().unwrap(),
        text(&output.stdout),
        text(&output.stderr)
    )
}

#[test]
fn the_files_that_the_pipeline_names_are_laid_out() {
    let (_folder, root) = shop();
    assert_snapshot!("check", shown(&sfc(&root, &["--check"])));
    assert_snapshot!("diff", shown(&sfc(&root, &["--diff"])));
    assert_eq!(read(&root, "sql/load.sql"), LOAD);
    assert_snapshot!("written", shown(&sfc(&root, &[])));
    assert_eq!(read(&root, "sql/load.sql"), LAID_OUT);
    assert_eq!(read(&root, "sql/create.sql"), CREATE);
    assert_eq!(read(&root, "sql/other.sql"), "SELECT 1");
    let again = sfc(&root, &["--check", "--diff"]);
    assert_eq!(again.status.code(), Some(0));
    assert!(again.stdout.is_empty());
}

#[test]
fn paths_are_files_and_folders_below_the_pipeline_of_dash_c() {
    let (_folder, root) = shop();
    let outside = root.parent().unwrap();
    let name = root.to_str().unwrap();
    let folder = root.join("sql");
    let folder = folder.to_str().unwrap();
    let output = sfc(outside, &["-C", name, "--check", folder, folder]);
    assert_eq!(output.status.code(), Some(4), "{}", shown(&output));
    let listed: Vec<&str> = text(&output.stdout).lines().collect();
    assert_eq!(
        listed,
        [
            root.join("sql/load.sql").to_str().unwrap(),
            root.join("sql/other.sql").to_str().unwrap()
        ]
    );
    let output = sfc(&root, &["sql/other.sql"]);
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
    assert_eq!(read(&root, "sql/other.sql"), "select 1\n");
    assert_eq!(read(&root, "sql/load.sql"), LOAD);
}

#[test]
fn a_statement_that_cannot_be_read_stays_and_is_named() {
    let (_folder, root) = shop();
    write(&root, "sql/load.sql", "SELECT 1;\nselct  2;\nSELECT  3;\n");
    assert_snapshot!("broken", shown(&sfc(&root, &[])));
    assert_eq!(
        read(&root, "sql/load.sql"),
        "select 1;\nselct  2;\nselect 3;\n"
    );
    write(&root, "sql/load.sql", "SELECT 1;\nselect 'two;\n");
    assert_snapshot!("unclosed", shown(&sfc(&root, &[])));
    assert_eq!(read(&root, "sql/load.sql"), "SELECT 1;\nselect 'two;\n");
}

#[test]
fn a_file_that_cannot_be_read_keeps_all_as_they_are() {
    let (_folder, root) = shop();
    fs::remove_file(root.join("sql/create.sql")).unwrap();
    assert_snapshot!("missing", shown(&sfc(&root, &[])));
    assert_eq!(read(&root, "sql/load.sql"), LOAD);
    fs::write(root.join("sql/create.sql"), b"select '\xff';").unwrap();
    assert_snapshot!("not_utf8", shown(&sfc(&root, &[])));
    assert_eq!(read(&root, "sql/load.sql"), LOAD);
}

#[test]
fn the_spec_must_be_readable_only_where_it_names_the_files() {
    let (_folder, root) = shop();
    write(&root, "pipeline.yaml", "steps: [");
    assert_eq!(sfc(&root, &[]).status.code(), Some(2));
    assert_eq!(sfc(&root, &["sql/other.sql"]).status.code(), Some(0));
    assert_eq!(read(&root, "sql/other.sql"), "select 1\n");
}

#[test]
#[cfg(unix)]
fn nothing_outside_the_folder_is_written() {
    use std::os::unix::fs::symlink;
    let (_folder, root) = shop();
    let elsewhere = tempfile::tempdir().unwrap();
    let foreign = elsewhere.path().canonicalize().unwrap().join("a.sql");
    fs::write(&foreign, "SELECT 1").unwrap();
    let refused = |arguments: &[&str]| {
        let output = sfc(&root, arguments);
        assert_eq!(output.status.code(), Some(2), "{}", shown(&output));
        assert!(text(&output.stderr).contains("SFC0932"));
        assert_eq!(fs::read_to_string(&foreign).unwrap(), "SELECT 1");
    };
    refused(&[foreign.to_str().unwrap()]);
    refused(&[foreign.parent().unwrap().to_str().unwrap()]);
    fs::remove_file(root.join("sql/load.sql")).unwrap();
    symlink(&foreign, root.join("sql/load.sql")).unwrap();
    refused(&[]);
    refused(&["sql/load.sql"]);
    // A folder is walked without its links.
    assert_eq!(sfc(&root, &["."]).status.code(), Some(0));
    assert_eq!(fs::read_to_string(&foreign).unwrap(), "SELECT 1");
    symlink(elsewhere.path(), root.join("theirs")).unwrap();
    refused(&["theirs/a.sql"]);
    refused(&["theirs"]);
    // A link within the folder is followed, and stays a link.
    fs::remove_file(root.join("sql/load.sql")).unwrap();
    write(&root, "shared/load.sql", LOAD);
    symlink("../shared/load.sql", root.join("sql/load.sql")).unwrap();
    assert_eq!(sfc(&root, &[]).status.code(), Some(0));
    assert_eq!(read(&root, "shared/load.sql"), LAID_OUT);
    let metadata = fs::symlink_metadata(root.join("sql/load.sql")).unwrap();
    assert!(metadata.is_symlink());
}

#[test]
#[cfg(unix)]
fn permission_bits_stay_and_a_folder_that_is_closed_is_said() {
    use std::os::unix::fs::PermissionsExt as _;
    let (_folder, root) = shop();
    let path = root.join("sql/load.sql");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o754)).unwrap();
    assert_eq!(sfc(&root, &[]).status.code(), Some(0));
    let mode = fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o754);
    let entries = fs::read_dir(root.join("sql")).unwrap();
    assert_eq!(entries.count(), 3, "a file was left beside the scripts");
}

#[test]
fn line_ends_and_a_mark_stay() {
    let (_folder, root) = shop();
    let windows = |text: &str| format!("\u{feff}{}", text.replace('\n', "\r\n"));
    write(&root, "sql/load.sql", &windows(LOAD));
    assert_eq!(sfc(&root, &[]).status.code(), Some(0));
    assert_eq!(read(&root, "sql/load.sql"), windows(LAID_OUT));
}

#[test]
fn rsql_scripts_stay_and_are_named() {
    let (_folder, root) = shop();
    let script = "\\set x 1\nSELECT  2;\n";
    write(&root, "sql/jobs.rsql", script);
    write(&root, "sql/load.sql", script);
    let output = sfc(&root, &["sql"]);
    assert_snapshot!("rsql", shown(&output));
    assert_eq!(read(&root, "sql/jobs.rsql"), script);
    assert_eq!(read(&root, "sql/load.sql"), script);
    assert_eq!(with_stdin(script.as_bytes(), &[]).stdout, script.as_bytes());
}

#[test]
fn stdin_to_stdout() {
    let output = with_stdin(LOAD.as_bytes(), &[]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(text(&output.stdout), LAID_OUT);
    assert!(output.stderr.is_empty());
    let output = with_stdin(LOAD.as_bytes(), &["--check"]);
    assert_eq!(
        (output.status.code(), &output.stdout[..]),
        (Some(4), &b""[..])
    );
    let output = with_stdin(LAID_OUT.as_bytes(), &["--check", "--diff"]);
    assert_eq!(
        (output.status.code(), &output.stdout[..]),
        (Some(0), &b""[..])
    );
    assert_eq!(with_stdin(b"", &[]).stdout, b"");
    let output = with_stdin(b"select '\xff'", &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
}

#[test]
fn the_examples_are_in_the_layout() {
    let specs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs");
    let specs = specs.canonicalize().unwrap();
    let output = sfc(&specs, &["--check", "."]);
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
    let output = sfc(&specs.join("flights"), &["--check"]);
    assert_eq!(output.status.code(), Some(0), "{}", shown(&output));
}

#[test]
fn an_editor_gets_the_lines_that_change() {
    use serde_json::json;

    use crate::lsp::client::{Client, uri};
    let (_folder, root) = shop();
    let (mut client, capabilities) = Client::with(json!({}));
    let offered = &capabilities["capabilities"]["documentFormattingProvider"];
    assert_eq!(*offered, json!(true));
    let mut edits = |path: &str, language: &str, text: &str| {
        let path = root.join(path);
        client.open(&path, language, text);
        let options = json!({ "tabSize": 2, "insertSpaces": false });
        let params = json!({ "textDocument": { "uri": uri(&path) }, "options": options });
        client.ask("textDocument/formatting", params)
    };
    let change = |start: u32, end: u32, text: &str| {
        let at = |line: u32| json!({ "line": line, "character": 0 });
        json!([{ "range": { "start": at(start), "end": at(end) }, "newText": text }])
    };
    let script = "select 1;\nSELECT 2;\nselct  3;\nselect 4;\n";
    assert_eq!(
        edits("sql/load.sql", "sql", script),
        change(1, 2, "select 2;\n")
    );
    assert_eq!(edits("sql/other.sql", "sql", "select 1;\n"), json!([]));
    assert_eq!(edits("a.sql", "sql", "\\set x 1\nSELECT 1;\n"), json!([]));
    assert_eq!(edits("pipeline.yaml", "yaml", SPEC), json!(null));
    assert!(client.end().success());
}
