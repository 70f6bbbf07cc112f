//! A template, made to a stack by a stand-in for AWS.

use std::path::PathBuf;
use std::process::Command;

use serde_json::{Value, json};

use super::{AROUND, JOBS, MACHINES, STEPS, sql_of};
use crate::guardrails;
use crate::peers::Peers;
use crate::program::{Folder, checkout};

/// A stand-in for AWS, gone when dropped.
struct StandIn {
    state: tempfile::TempDir,
    variables: Vec<(String, String)>,
}

impl StandIn {
    fn program(name: &str) -> PathBuf {
        checkout().join("../shared/aws-stand-in").join(name)
    }

    fn up() -> Option<Self> {
        let state = tempfile::tempdir().unwrap();
        if !Self::program("up").exists() {
            println!("skipped: there is no ../shared/aws-stand-in");
            return None;
        }
        let port = std::net::TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let up = Command::new(Self::program("up"))
            .env("PORT", port.to_string())
            .env("STAND_IN_STATE", state.path())
            .output()
            .unwrap();
        if !up.status.success() {
            println!("skipped: ../shared/aws-stand-in does not start: {up:?}");
            return None;
        }
        let variables = String::from_utf8(up.stdout)
            .unwrap()
            .lines()
            .filter_map(|line| line.strip_prefix("export ")?.split_once('='))
            .map(|(name, value)| (name.to_owned(), value.trim_matches(['\'', '"']).to_owned()))
            .collect();
        Some(Self { state, variables })
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        let _ = Command::new(Self::program("down"))
            .arg(self.state.path())
            .output();
    }
}

#[test]
fn a_stack_is_made_of_a_template() {
    let Some(peers) = Peers::get() else { return };
    let Some(stand_in) = StandIn::up() else {
        return;
    };
    // Without the run at a deploy, which the Lambda would have to be there for.
    let around = AROUND.replace("  - { deploy: true }\n", "");
    let long = "l".repeat(66);
    let surroundings = peers
        .python()
        .arg(checkout().join("tests/peers/surroundings.py"))
        .envs(stand_in.variables.iter().map(|(name, value)| (name, value)))
        .output()
        .unwrap();
    assert!(surroundings.status.success(), "{surroundings:?}");
    let company = guardrails::of_company(&serde_json::from_slice(&surroundings.stdout).unwrap());
    let mut in_bucket = Vec::new();
    for (name, around, completion, jobs, stack) in [
        ("polling", around.as_str(), "poll", "", ""),
        ("told", "", "event", "", ""),
        // Too large for definitions of its own.
        (long.as_str(), around.as_str(), "event", JOBS, ""),
        ("guarded", "", "event", "", company.as_str()),
    ] {
        // The stand-in has no dashboards.
        let spec = format!(
            "name: {name}\nwarehouse: {{ workgroup: w, database: dev }}\ncompletion: {completion}\nstack: {{ dashboard: false, {stack} }}\n{around}{STEPS}{jobs}"
        );
        let folder = Folder::new(&spec, &[("one.sql", sql_of(&spec))]);
        assert_eq!(folder.sfc(&["build", ".", "--out", "bundle"]).code, Some(0));
        let output = peers
            .python()
            .arg(checkout().join("tests/peers/create_stack.py"))
            .args([&folder.path().join("bundle")])
            .arg(name)
            .envs(stand_in.variables.iter().map(|(name, value)| (name, value)))
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        let made: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(made["stack"], "CREATE_COMPLETE", "{made:#}");
        let resources = made["resources"].as_object().unwrap();
        for (id, resource) in resources {
            assert_eq!(resource[1], "CREATE_COMPLETE", "{id}");
        }
        let template: Value = serde_json::from_str(&folder.read("bundle/template.json")).unwrap();
        assert_eq!(
            resources.len(),
            template["Resources"].as_object().unwrap().len()
        );
        for output in template["Outputs"].as_object().unwrap().keys() {
            assert!(made["outputs"][output].is_string(), "{output}: {made:#}");
        }
        let is_in_bucket = folder.path().join("bundle/artifacts/definitions").exists();
        let definitions = made["definitions"].as_object().unwrap().values();
        let inline = definitions.map(|one| Value::from(one.to_string()).to_string().len());
        let length = folder.read("bundle/template.json").len();
        // They are given by the bucket only where the template would be too long for a call with them.
        match is_in_bucket {
            true => assert!(length + inline.sum::<usize>() > 51_200, "{name}"),
            false => assert!(length <= 51_200, "{name}"),
        }
        in_bucket.push(is_in_bucket);
        for (machine, _) in MACHINES {
            let own = folder.read(format!("bundle/definitions/{machine}.asl.json"));
            let own: Value = serde_json::from_str(&own).unwrap();
            assert_eq!(made["definitions"][format!("{name}-{machine}")], own);
        }
        // What the definitions call things is what they are called.
        let query = made["outputs"]["QueryStateMachineArn"].as_str().unwrap();
        assert!(
            query.ends_with(&format!(":stateMachine:{name}-query")),
            "{query}"
        );
        let function = made["outputs"]["FunctionName"].as_str().unwrap();
        let query = &made["definitions"][format!("{name}-query")];
        assert_eq!(
            query["States"]["Submit"]["Arguments"]["FunctionName"],
            function
        );
        let target = &made["rules"]["SweepRule"][0];
        let template = target["InputTransformer"]["InputTemplate"]
            .as_str()
            .unwrap();
        assert!(template.contains("\"started\":<started>"), "{template}");
        if !around.is_empty() {
            let started = &made["rules"]["Trigger3"][0];
            assert_eq!(started["Arn"], made["outputs"]["RunStateMachineArn"]);
            let input = &started["InputTransformer"];
            assert_eq!(
                input["InputPathsMap"],
                json!({ "event-id": "$.id", "object": "$.detail.object.key" })
            );
            assert_eq!(
                input["InputTemplate"],
                r#"{"trigger":<event-id>,"by":"an object in incoming","parameters":{"object":<object>}}"#
            );
        }
        println!("stack of {} resources made: {name}", resources.len());
    }
    // Both ways to give the definitions are tried, whatever the sizes of templates are.
    assert!(in_bucket.contains(&true) && in_bucket.contains(&false));
}
