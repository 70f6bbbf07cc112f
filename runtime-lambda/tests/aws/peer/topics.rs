//! SNS (AWS query), and Step Functions' task tokens and executions (AWS JSON 1.0).

use serde_json::Value;

use super::{World, error};
use crate::http::{Reply, Request, form};

pub fn answer(world: &mut World, operation: &str, request: &Request) -> Reply {
    if operation == "Publish" {
        world
            .published
            .push(form(std::str::from_utf8(&request.body).unwrap()));
        return Reply::new(
            200,
            "text/xml",
            "<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>",
        );
    }
    let input: Value = serde_json::from_slice(&request.body).unwrap();
    let token = input["taskToken"].as_str().unwrap().to_owned();
    if token == "gone" {
        return error(operation, 400, "TaskTimedOut");
    }
    world.tokens.push(token);
    Reply::new(200, "application/x-amz-json-1.0", "{}")
}

/// An execution's name can be had once.
pub fn start(world: &mut World, request: &Request) -> Reply {
    let input: Value = serde_json::from_slice(&request.body).unwrap();
    let text = |name: &str| input[name].as_str().unwrap().to_owned();
    let (machine, name) = (text("stateMachineArn"), text("name"));
    if world.executions.iter().any(|(_, known, _)| *known == name) {
        return error("StartExecution", 400, "ExecutionAlreadyExists");
    }
    let arn = format!(
        "{}:{name}",
        machine.replace(":stateMachine:", ":execution:")
    );
    let given = serde_json::from_str(&text("input")).unwrap();
    world.executions.push((machine, name, given));
    let answer = serde_json::json!({ "executionArn": arn, "startDate": 1_795_000_000.5 });
    Reply::new(200, "application/x-amz-json-1.0", answer.to_string())
}

/// Stops an execution that was started.
pub fn stop(world: &World, request: &Request) -> Reply {
    let input: Value = serde_json::from_slice(&request.body).unwrap();
    let arn = input["executionArn"].as_str().unwrap();
    let is_known = |(_, name, _): &(String, String, Value)| arn.ends_with(&format!(":{name}"));
    if !world.executions.iter().any(is_known) {
        return error("StopExecution", 400, "ExecutionDoesNotExist");
    }
    let answer = serde_json::json!({ "stopDate": 1_795_000_000.5 });
    Reply::new(200, "application/x-amz-json-1.0", answer.to_string())
}
