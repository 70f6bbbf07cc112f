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
    if operation == "StartExecution" {
        let arn = format!("{}:{}", input["stateMachineArn"], input["name"]);
        let started = serde_json::json!({ "executionArn": arn, "startDate": 1_000_000_000 });
        return Reply::new(200, "application/x-amz-json-1.0", started.to_string());
    }
    let token = input["taskToken"].as_str().unwrap().to_owned();
    if token == "gone" {
        return error(operation, 400, "TaskTimedOut");
    }
    world.tokens.push(token);
    Reply::new(200, "application/x-amz-json-1.0", "{}")
}
