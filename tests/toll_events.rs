//! `specs/toll-events`: what is loaded of an object, row by row, whatever the object is called.

use runtime_lambda::state::RunStatus;

use crate::program::Folder;
use crate::tables::rows;

const SECOND: &str = "it's march the \"2nd\".json";

/// Rows of an object by hand: one JSON document a line.
fn records(folder: &Folder, name: &str) -> Vec<Vec<String>> {
    let text = folder.read(format!("data/landing/toll/{name}"));
    text.lines()
        .map(|line| {
            let record: serde_json::Value = serde_json::from_str(line).unwrap();
            let text = |field: &str| record[field].as_str().unwrap().to_owned();
            let cents = (record["amount"].as_f64().unwrap() * 100.0).round();
            vec![
                record["transaction_id"].to_string(),
                text("plaza"),
                text("plate"),
                text("vehicle_class"),
                text("passed_at"),
                format!("{:.2}", cents / 100.0),
            ]
        })
        .collect()
}

fn loaded(folder: &Folder) -> Vec<Vec<String>> {
    rows(folder.path(), "select * from toll order by transaction_id")
}

#[test]
fn objects_are_loaded_once_however_they_are_called_and_the_report_says_which() {
    let folder = Folder::copy_of("specs/toll-events");
    let ended = folder.sfc(&["run", "."]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(folder.state().status, RunStatus::Finished);
    let mut expected = records(&folder, "2026-03-01.json");
    assert_eq!(loaded(&folder), expected);

    let object = format!("object=toll/{SECOND}");
    for _ in 0..2 {
        let ended = folder.sfc(&["run", ".", "-p", &object]);
        assert_eq!(ended.code, Some(0), "{ended:?}");
    }
    expected.extend(records(&folder, SECOND));
    assert_eq!(loaded(&folder), expected);
    let check = folder.document("results/check.json");
    assert_eq!(
        check["Records"][0][0]["stringValue"],
        format!("toll/{SECOND}")
    );
    assert_eq!(check["Records"][0][1]["longValue"], 25);
    let run = folder.runs().pop().unwrap();
    let page = std::fs::read_to_string(run.join("report/index.html")).unwrap();
    assert!(
        page.contains("toll/it&#x27;s march the &quot;2nd&quot;.json"),
        "{page}"
    );
}

#[test]
fn records_that_cannot_be_right_fail_the_check() {
    let folder = Folder::copy_of("specs/toll-events");
    let good = folder.read("data/landing/toll/2026-03-01.json");
    folder.write(
        "data/landing/toll/2026-03-01.json",
        &good.replacen(
            "\"vehicle_class\": \"car\"",
            "\"vehicle_class\": \"boat\"",
            1,
        ),
    );
    let ended = folder.sfc(&["run", "."]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    let error = folder.state().steps["check"].error.clone().unwrap();
    assert_eq!(
        error.message,
        "expected `wrong_class` to be `0`, but row 1 has `1`"
    );
}

#[test]
fn an_object_that_is_not_there_fails_the_job() {
    let folder = Folder::copy_of("specs/toll-events");
    let ended = folder.sfc(&["run", ".", "-p", "object=toll/none.json"]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    let messages = folder.messages();
    assert_eq!(messages.len(), 1);
    assert!(messages[0].contains("stage FAILED"), "{}", messages[0]);
}
