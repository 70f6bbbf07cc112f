//! The server as a process.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may stop"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::client::{Client, uri};

const SPEC: &str = "name: shop
warehouse: { workgroup: analytics, database: dev }
steps:
  create:
    sql: sql/create.sql
  load:
    sql: sql/load.sql
    after: [create, creat]
";

/// A folder with mistakes: in the spec, and in a script behind characters of several units.
fn shop() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    fs::create_dir(root.join("sql")).unwrap();
    write(&root, "pipeline.yaml", SPEC);
    write(
        &root,
        "sql/create.sql",
        "create table if not exists orders (id int, amount int);",
    );
    write(
        &root,
        "sql/load.sql",
        "/* 😀ä */ selct 1;\ninsert into orders valus (1, 2);\n",
    );
    (folder, root)
}

fn write(root: &Path, path: &str, text: &str) {
    fs::write(root.join(path), text).unwrap();
}

/// What `sfc validate` says of a file: code, severity, and line and column of the place from 0.
fn validated(root: &Path, file: &Path) -> Vec<(String, u64, u64, u64)> {
    let output = Command::new(env!("CARGO_BIN_EXE_sfc"))
        .args(["validate", "--format", "json"])
        .arg(root)
        .output()
        .unwrap();
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    let all = found["diagnostics"].as_array().unwrap().iter();
    all.filter_map(|one| {
        let labels = one["labels"].as_array().unwrap();
        let place = labels.iter().find(|label| label["primary"] == true)?;
        (place["file"] == file.display().to_string()).then(|| {
            let severity = if one["severity"] == "error" { 1 } else { 2 };
            let start = |field: &str| place["start"][field].as_u64().unwrap_or(1) - 1;
            let code = one["code"].as_str().unwrap().to_owned();
            (code, severity, start("line"), start("column"))
        })
    })
    .collect()
}

fn published(message: &Value) -> Vec<(String, u64, u64, u64)> {
    let all = message["diagnostics"].as_array().unwrap().iter();
    all.map(|one| {
        let start = &one["range"]["start"];
        (
            one["code"].as_str().unwrap().to_owned(),
            one["severity"].as_u64().unwrap(),
            start["line"].as_u64().unwrap(),
            start["character"].as_u64().unwrap(),
        )
    })
    .collect()
}

#[test]
fn an_editor_is_told_what_validate_says_and_is_told_again_when_it_is_mended() {
    let (_folder, root) = shop();
    let spec = root.join("pipeline.yaml");
    let load = root.join("sql/load.sql");
    let (mut client, capabilities) = Client::with(json!({}));
    assert_eq!(capabilities["capabilities"]["positionEncoding"], "utf-16");
    client.open(&load, "sql", &fs::read_to_string(&load).unwrap());
    // The spec is not open, and its mistake is said all the same.
    let of_spec = client.diagnostics(&spec);
    assert_eq!(published(&of_spec), validated(&root, &spec));
    assert_eq!(published(&of_spec)[0].0, "SFC0304");
    let first = &of_spec["diagnostics"][0];
    assert_eq!(first["source"], "sfc");
    assert!(first["message"].as_str().unwrap().contains("\nhelp: "));
    write(&root, "pipeline.yaml", &SPEC.replace(", creat", ""));
    client.tell(
        "workspace/didChangeWatchedFiles",
        json!({ "changes": [{ "uri": uri(&spec), "type": 2 }] }),
    );
    assert_eq!(client.diagnostics(&spec)["diagnostics"], json!([]));
    // Characters are units of UTF-16 here, and one more than those that `validate` counts.
    let mut expected = validated(&root, &load);
    assert_eq!(expected.len(), 2, "{expected:?}");
    expected[0].3 += 1;
    let told = loop {
        let told = client.diagnostics(&load);
        if told["diagnostics"] != json!([]) {
            break told;
        }
    };
    assert_eq!(published(&told), expected);
    assert_eq!(told["version"], 1);
    // Typed in the editor, not on the disk.
    client.replace(&load, 2, "insert into orders values (1, 2);\n");
    let told = loop {
        let told = client.diagnostics(&load);
        if told["version"] == 2 {
            break told;
        }
    };
    assert_eq!(
        (&told["diagnostics"], &told["version"]),
        (&json!([]), &json!(2))
    );
    assert!(client.end().success());
}

#[test]
fn bytes_are_counted_where_the_editor_can() {
    let (_folder, root) = shop();
    let load = root.join("sql/load.sql");
    write(&root, "pipeline.yaml", &SPEC.replace(", creat", ""));
    let capabilities = json!({ "general": { "positionEncodings": ["utf-8", "utf-16"] } });
    let (mut client, answer) = Client::with(capabilities);
    assert_eq!(answer["capabilities"]["positionEncoding"], "utf-8");
    client.open(&load, "sql", &fs::read_to_string(&load).unwrap());
    let told = client.diagnostics(&load);
    assert_eq!(published(&told)[0].3, "/* 😀ä */ ".len() as u64);
    assert!(client.end().success());
}

#[test]
fn questions_are_answered_about_the_text_in_the_editor() {
    let (_folder, root) = shop();
    write(&root, "pipeline.yaml", &SPEC.replace(", creat", ""));
    let load = root.join("sql/load.sql");
    let (mut client, _) = Client::with(json!({}));
    client.open(
        &load,
        "sql",
        "select o.amount from orders o;\nselect o. from orders o;\n",
    );
    let found = client.at("textDocument/hover", &load, 0, 10);
    let text = found["contents"]["value"].as_str().unwrap();
    assert!(text.contains("amount integer"), "{text}");
    assert_eq!(
        found["range"]["start"],
        json!({ "line": 0, "character": 9 })
    );
    let found = client.at("textDocument/definition", &load, 0, 22);
    assert_eq!(found[0]["uri"], uri(&root.join("sql/create.sql")));
    assert_eq!(
        found[0]["range"]["start"],
        json!({ "line": 0, "character": 27 })
    );
    let found = client.at("textDocument/completion", &load, 1, 9);
    let labels: Vec<&Value> = found
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["label"])
        .collect();
    assert_eq!(labels, ["id", "amount"]);
    let symbols = client.ask(
        "textDocument/documentSymbol",
        json!({ "textDocument": { "uri": uri(&load) } }),
    );
    assert_eq!(symbols.as_array().unwrap().len(), 2);
    // A file that nobody has opened, and a place behind every end.
    assert_eq!(
        client.at("textDocument/hover", &root.join("x.sql"), 0, 0),
        Value::Null
    );
    assert_eq!(
        client.at("textDocument/hover", &load, 9_999, 9_999),
        Value::Null
    );
    assert!(client.end().success());
}

#[test]
fn a_typo_can_be_mended_by_a_click() {
    let (_folder, root) = shop();
    let spec = root.join("pipeline.yaml");
    let (mut client, _) = Client::with(json!({}));
    client.open(&spec, "yaml", SPEC);
    let at = json!({ "line": 7, "character": 21 });
    let found = client.ask(
        "textDocument/codeAction",
        json!({
            "textDocument": { "uri": uri(&spec) },
            "range": { "start": at, "end": at },
            "context": { "diagnostics": [] },
        }),
    );
    assert_eq!(found[0]["title"], "write `create`");
    let edit = &found[0]["edit"]["changes"][uri(&spec)][0];
    assert_eq!(edit["newText"], "create");
    assert_eq!(
        edit["range"]["start"],
        json!({ "line": 7, "character": 20 })
    );
    assert!(client.end().success());
}

#[test]
fn a_file_of_no_step_and_of_no_pipeline_has_its_grammar_checked() {
    let (_folder, root) = shop();
    write(&root, "pipeline.yaml", &SPEC.replace(", creat", ""));
    write(&root, "sql/load.sql", "insert into orders values (1, 2);");
    let (mut client, _) = Client::with(json!({}));
    let loose = root.join("sql/notes.sql");
    client.open(&loose, "sql", "selct 1; select nothing from orders;");
    let told = client.diagnostics(&loose);
    assert_eq!(published(&told), [("SFC0420".to_owned(), 1, 0, 0)]);
    // Its tables are those of the pipeline around it.
    let found = client.at("textDocument/hover", &loose, 0, 32);
    assert!(
        found["contents"]["value"]
            .as_str()
            .unwrap()
            .contains("amount"),
        "{found}"
    );
    client.tell(
        "textDocument/didOpen",
        json!({ "textDocument": {
        "uri": "untitled:Untitled-1", "languageId": "sql", "version": 1, "text": "selct 1",
    } }),
    );
    let told = client.diagnostics_of("untitled:Untitled-1");
    assert_eq!(published(&told), [("SFC0420".to_owned(), 1, 0, 0)]);
    client.tell(
        "textDocument/didClose",
        json!({ "textDocument": { "uri": uri(&loose) } }),
    );
    assert_eq!(client.diagnostics(&loose)["diagnostics"], json!([]));
    assert!(client.end().success());
}

#[test]
fn the_nearest_spec_above_a_file_is_its_own() {
    let (_folder, root) = shop();
    let inner = root.join("sql/inner");
    fs::create_dir(&inner).unwrap();
    let spec = SPEC.replace("sql/", "").replace(", creat", "");
    write(&inner, "pipeline.yaml", &spec);
    write(
        &inner,
        "create.sql",
        "create table if not exists other (id int);",
    );
    write(&inner, "load.sql", "select nothing from other;");
    let (mut client, _) = Client::with(json!({}));
    let load = inner.join("load.sql");
    client.open(&load, "sql", "select nothing from other;");
    let told = client.diagnostics(&load);
    assert_eq!(published(&told), validated(&inner, &load));
    assert_eq!(published(&told)[0].0, "SFC0426");
    assert!(client.end().success());
}

#[test]
fn an_environment_is_read_over_its_spec() {
    let (_folder, root) = shop();
    write(&root, "pipeline.yaml", &SPEC.replace(", creat]", "]"));
    write(&root, "sql/load.sql", "insert into orders values (1, 2);");
    let file = root.join("pipeline.prod.yaml");
    let (mut client, _) = Client::with(json!({}));
    client.open(&file, "yaml", "limits: { lanes: 400 }\n");
    let told = client.diagnostics(&file);
    assert_eq!(published(&told), [("SFC0503".to_owned(), 1, 0, 17)]);
    client.replace(&file, 2, "limits: { lanes: 4 }\n");
    assert_eq!(client.diagnostics(&file)["diagnostics"], json!([]));
    assert!(client.end().success());
}

#[test]
fn a_file_of_tests_is_checked_completed_and_explained() {
    let (_folder, root) = shop();
    write(&root, "pipeline.yaml", &SPEC.replace(", creat", ""));
    write(&root, "sql/load.sql", "insert into orders values (1, 2);");
    fs::create_dir(root.join("tests")).unwrap();
    let file = root.join("tests/orders.yaml");
    let (mut client, _) = Client::with(json!({}));
    let text = "tests:
  one:
    step: load
    given:
      orders: [{ id: 1, amont: 2 }]
    expect:
      tables: { orders: { count: 2 } }
    
";
    client.open(&file, "yaml", text);
    let told = client.diagnostics(&file);
    let found = published(&told);
    assert_eq!(found.len(), 1, "{told}");
    assert_eq!((found[0].2, found[0].3), (4, 24), "{told}");
    let mended = text.replace("amont", "amount");
    client.replace(&file, 2, &mended);
    assert_eq!(client.diagnostics(&file)["diagnostics"], json!([]));
    let broken = mended.replace("count: 2", "cuont: 2");
    client.replace(&file, 3, &broken);
    assert_eq!(published(&client.diagnostics(&file))[0].0, "SFC0201");

    client.replace(&file, 4, &mended);
    let hover = |client: &mut Client, line, character| {
        let found = client.at("textDocument/hover", &file, line, character);
        found["contents"]["value"].as_str().unwrap().to_owned()
    };
    assert!(hover(&mut client, 2, 12).starts_with("step `load`"));
    assert!(hover(&mut client, 3, 6).starts_with("The tables that are there before"));
    let found = client.at("textDocument/definition", &file, 2, 12);
    assert_eq!(found[0]["uri"], uri(&root.join("pipeline.yaml")));
    let labels = |client: &mut Client, text: &str| {
        let offset = text.find('▮').unwrap();
        let before = &text[..offset];
        let line = before.matches('\n').count();
        let character = offset - before.rfind('\n').map_or(0, |at| at + 1);
        client.replace(&file, 5, &text.replace('▮', ""));
        let found = client.at(
            "textDocument/completion",
            &file,
            u32::try_from(line).unwrap(),
            u32::try_from(character).unwrap(),
        );
        let labels = found.as_array().unwrap().iter();
        let labels = labels.map(|one| one["label"].as_str().unwrap().to_owned());
        labels.collect::<Vec<_>>()
    };
    let steps = labels(&mut client, "tests:\n  one:\n    step: ▮\n");
    assert_eq!(steps, ["create", "load"]);
    let steps = labels(&mut client, "tests:\n  one:\n    faults: { ▮ }\n");
    assert_eq!(steps, ["create", "load"]);
    let tables = labels(&mut client, "tests:\n  one:\n    given:\n      ▮\n");
    assert_eq!(tables, ["orders"]);
    let columns = labels(
        &mut client,
        "tests:\n  one:\n    given:\n      orders: [{ id: 1, ▮ }]\n",
    );
    assert!(columns.contains(&"amount".to_owned()), "{columns:?}");
    assert!(!columns.contains(&"id".to_owned()), "{columns:?}");
    let fields = labels(&mut client, "tests:\n  one:\n    ▮\n    step: load\n");
    assert!(fields.contains(&"given".to_owned()), "{fields:?}");
    assert!(!fields.contains(&"step".to_owned()), "{fields:?}");
    assert!(client.end().success());
}

#[test]
fn files_outside_of_the_folder_are_not_read() {
    let (_folder, root) = shop();
    let (_other, other) = shop();
    let spec = SPEC
        .replace("sql/load.sql", "sql/link.sql")
        .replace(", creat", "");
    write(&root, "pipeline.yaml", &spec);
    #[cfg(unix)]
    std::os::unix::fs::symlink(other.join("sql/load.sql"), root.join("sql/link.sql")).unwrap();
    let file = root.join("pipeline.yaml");
    let (mut client, _) = Client::with(json!({}));
    client.open(&root.join("sql/link.sql"), "sql", "select 1;");
    client.open(&file, "yaml", &spec);
    let told = client.diagnostics(&file);
    assert_eq!(published(&told)[0].0, "SFC0402");
    assert!(client.end().success());
}

#[test]
fn the_conversation_follows_the_protocol() {
    let mut client = Client::start();
    let id = client.request("textDocument/hover", json!({}));
    assert_eq!(client.answer(&id).response_result.unwrap_err().code, -32002);
    assert_eq!(client.last("exit").code(), Some(1));

    let capabilities = json!({ "workspace": {
        "didChangeWatchedFiles": { "dynamicRegistration": true },
    } });
    let (mut client, _) = Client::with(capabilities);
    let id = client.request("textDocument/unheard", json!({}));
    assert_eq!(client.answer(&id).response_result.unwrap_err().code, -32601);
    assert_eq!(client.asked[0].method, "client/registerCapability");
    let id = client.request("textDocument/hover", json!({ "position": 1 }));
    assert_eq!(client.answer(&id).response_result.unwrap_err().code, -32602);
    client.tell("$/unheard", json!({}));
    assert!(client.end().success());

    let (client, _) = Client::with(json!({}));
    let (status, said) = client.vanish(b"");
    assert_eq!(status.code(), Some(3));
    assert!(said.contains("SFC0937"), "{said}");
    let (status, said) = Client::start().vanish(b"hello\n");
    assert_eq!(status.code(), Some(3));
    assert!(said.contains("SFC0937"), "{said}");
}

#[test]
fn a_request_that_is_cancelled_is_answered() {
    let (_folder, root) = shop();
    let load = root.join("sql/load.sql");
    let (mut client, _) = Client::with(json!({}));
    client.open(&load, "sql", "select 1;");
    let hover = json!({
        "textDocument": { "uri": uri(&load) }, "position": { "line": 0, "character": 0 },
    });
    let id = client.request("textDocument/hover", hover);
    let Ok(number) = serde_json::to_value(&id) else {
        panic!("an id")
    };
    client.tell("$/cancelRequest", json!({ "id": number }));
    // It may have been answered before the cancellation was read; no answer at all would be wrong.
    if let Err(error) = client.answer(&id).response_result {
        assert_eq!(error.code, -32800);
    }
    assert!(client.end().success());
}
