//! `sfc verify` against a peer: one that answers as the interpreter does, one that does not, and AWS's own
//! recorded answers.

use std::path::Path;

use serde_json::{Value, json};

use crate::peer::Peer;
use crate::pipeline::{Ended, ended, folder, spec};

fn verify(peer: &Peer, folder: &Path, arguments: &[&str]) -> Ended {
    let mut all = vec!["verify"];
    all.extend(arguments);
    ended(peer.sfc(folder, &all))
}

fn specs() -> Vec<std::path::PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs");
    let mut specs: Vec<_> = std::fs::read_dir(root)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    specs.sort();
    specs
}

/// The result of `--json`.
fn result(ended: &Ended) -> Value {
    serde_json::from_str(&ended.stdout).unwrap_or_else(|error| panic!("{error}: {ended:?}"))
}

/// States with this verdict, as `machine state`.
fn with_verdict<'a>(result: &'a Value, verdict: &str) -> Vec<(&'a str, &'a str)> {
    let states = result["states"].as_array().unwrap().iter();
    states
        .filter(|state| state["verdict"] == verdict)
        .map(|state| (text(&state["machine"]), text(&state["state"])))
        .collect()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

#[test]
fn every_state_of_every_example_is_the_same_where_the_peer_is_our_interpreter() {
    let peer = Peer::start();
    for spec in specs() {
        peer.world().calls.clear();
        // Only a crawler that is stopped late is looked at twice.
        let runs = if spec.ends_with("toll-events") {
            "60"
        } else {
            "6"
        };
        let ended = verify(&peer, &spec, &["--json", "--runs", runs]);
        assert_eq!(ended.code, Some(0), "{}: {ended:?}", spec.display());
        let result = result(&ended);
        let none: Vec<(&str, &str)> = Vec::new();
        assert_eq!(with_verdict(&result, "differs"), none);
        assert_eq!(
            with_verdict(&result, "not asked"),
            none,
            "{}",
            spec.display()
        );
        let states = result["states"].as_array().unwrap();
        let questions = states
            .iter()
            .map(|state| state["questions"].as_array().unwrap().len());
        let questions: usize = questions.sum();
        assert!(
            states.len() > 25 && questions > 3 * states.len(),
            "{questions}"
        );
        let calls = peer.world().calls.clone();
        let asked = calls.iter().filter(|call| *call == "TestState");
        assert_eq!(asked.count(), questions);
    }
}

#[test]
fn a_difference_is_told_by_its_state_and_ends_with_exit_code_1() {
    let peer = Peer::start();
    let folder = folder(&spec(""));
    peer.world().test_state = Some(Box::new(|request, own| {
        let mut answer = own?;
        let state = &request["stateName"];
        if state == "What is next?" && answer["nextState"] == "Run step" {
            answer["nextState"] = json!("Stop step");
        }
        if state == "Submit" && answer["status"] == "CAUGHT_ERROR" {
            answer["inspectionData"]["errorDetails"]["catchIndex"] = json!(7);
            answer["cause"] = json!("another sentence");
        }
        if state == "Notify" && answer["status"] == "RETRIABLE" {
            return Err((
                "InvalidDefinition".to_owned(),
                "not as you think".to_owned(),
            ));
        }
        Ok(answer)
    }));
    let told = verify(&peer, folder.path(), &["--runs", "6"]);
    assert_eq!(told.code, Some(1), "{told:?}");
    for line in [
        "demo-query  Submit  differs: cause, catcher (",
        "demo-query  Ask again  same (",
        "demo-query-loop  What is next?  differs: next state (",
        "demo-report  Notify  differs: status (",
        "38 states: 35 same, 3 different, 0 not asked",
    ] {
        assert!(told.stdout.contains(line), "{line}: {}", told.stdout);
    }
    let rows = |words: &[&str]| {
        let lines = told.stdout.lines();
        let lines = lines.filter(|line| words.iter().all(|word| line.contains(word)));
        lines.count()
    };
    assert!(rows(&["What is next?", "as in a run", "Stop step", "Run step"]) > 0);
    assert!(
        rows(&[
            "Notify",
            "refused: InvalidDefinition: not as you think",
            "RETRIABLE"
        ]) > 0
    );
    assert!(rows(&["Submit", "another sentence", "asked by sfc verify"]) > 0);

    let told = verify(&peer, folder.path(), &["--runs", "6", "--json"]);
    assert_eq!(told.code, Some(1), "{told:?}");
    let result = result(&told);
    assert_eq!(
        with_verdict(&result, "differs"),
        [
            ("demo-query", "Submit"),
            ("demo-query-loop", "What is next?"),
            ("demo-report", "Notify")
        ]
    );
    let states = result["states"].as_array().unwrap();
    let submit = states
        .iter()
        .find(|state| state["state"] == "Submit")
        .unwrap();
    let parts = submit["differences"].as_array().unwrap().iter();
    assert!(
        parts
            .clone()
            .any(|found| found["part"] == "catcher" && found["aws"] == 7)
    );
    assert!(
        parts
            .clone()
            .all(|found| found["part"] == "catcher" || found["part"] == "cause")
    );
}

#[test]
fn what_is_sent_names_the_state_and_mocks_every_task() {
    let peer = Peer::start();
    let folder = folder(&spec(""));
    let role = "arn:aws:iam::111122223333:role/tester";
    peer.world().test_state = Some(Box::new(move |request, own| {
        assert_eq!(request["roleArn"], role);
        assert_eq!(request["inspectionLevel"], "DEBUG");
        let definition: Value = serde_json::from_str(text(&request["definition"])).unwrap();
        let states = &definition["States"];
        let name = text(&request["stateName"]);
        let within = |map: &str| &states[map]["ItemProcessor"]["States"][name];
        let mut found = [within("Run lanes"), within("Run values")].into_iter();
        let state = found
            .find(|state| !state.is_null())
            .unwrap_or(&states[name]);
        let answered = state["Type"] == "Task" || state["Type"] == "Map";
        assert_eq!(request["mock"].is_object(), answered, "{request}");
        // Without a mock, AWS takes no context object.
        assert_eq!(request["context"].is_string(), answered, "{request}");
        if answered {
            let context: Value = serde_json::from_str(text(&request["context"])).unwrap();
            assert_eq!(context["State"]["Name"], name);
            assert_eq!(context["Execution"]["RoleArn"], role);
            let waits = text(&state.get("Resource").cloned().unwrap_or(json!("")))
                .ends_with(".waitForTaskToken");
            assert_eq!(context["Task"]["Token"].is_string(), waits);
        }
        own
    }));
    let ended = verify(&peer, folder.path(), &["--runs", "6", "--role", role]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
}

#[test]
fn throttled_tests_are_tried_again_and_missing_permissions_are_named() {
    let peer = Peer::start();
    let folder = folder(&spec(""));
    peer.world()
        .broken
        .throttled
        .insert("TestState".to_owned(), 3);
    let patient = verify(&peer, folder.path(), &["--runs", "1"]);
    assert_eq!(patient.code, Some(0), "{patient:?}");
    assert_eq!(peer.world().broken.throttled["TestState"], 0);

    peer.world().broken.denied.insert("TestState".to_owned());
    let denied = verify(&peer, folder.path(), &["--runs", "1"]);
    assert_eq!(denied.code, Some(3), "{denied:?}");
    assert!(denied.stderr.contains(":TestState`"), "{denied:?}");
    assert_eq!(denied.stdout, "");
}
