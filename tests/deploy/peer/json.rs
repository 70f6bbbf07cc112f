//! Step Functions, CloudWatch Logs and Lambda: JSON.

use std::time::{SystemTime, UNIX_EPOCH};

use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use super::test_state;
use super::world::{Execution, World};

fn give(status: u16, body: &Value) -> Response {
    (
        StatusCode::from_u16(status).unwrap(),
        [("content-type", "application/x-amz-json-1.0")],
        body.to_string(),
    )
        .into_response()
}

fn refuse(code: &str, message: &str) -> Response {
    give(400, &json!({ "__type": code, "message": message }))
}

fn now() -> f64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs_f64()
}

pub fn answer(world: &mut World, operation: &str, body: &[u8]) -> Response {
    if let Some((status, code, message)) = world.refuses(operation) {
        return give(status, &json!({ "__type": code, "message": message }));
    }
    let input: Value = serde_json::from_slice(body).unwrap();
    let text = |name: &str| input[name].as_str().unwrap_or_default().to_owned();
    match operation {
        "ValidateStateMachineDefinition" if world.broken.no_validation => {
            refuse("UnknownOperationException", "unknown operation")
        }
        "ValidateStateMachineDefinition" => {
            serde_json::from_str::<Value>(&text("definition")).unwrap();
            let diagnostics: Vec<Value> = world
                .broken
                .finding
                .iter()
                .map(|message| {
                    json!({ "severity": "ERROR", "code": "SCHEMA_VALIDATION_FAILED", "message": message, "location": "/States/Submit" })
                })
                .collect();
            let result = if diagnostics.is_empty() { "OK" } else { "FAIL" };
            give(
                200,
                &json!({ "result": result, "diagnostics": diagnostics }),
            )
        }
        "TestState" => {
            let answer = test_state::answer(&input, world.test_state.as_deref());
            match answer {
                Ok(answer) => give(200, &answer),
                Err((code, message)) => refuse(&code, &message),
            }
        }
        "ListDatabases" if world.broken.no_data_api => {
            refuse("UnknownOperationException", "unknown operation")
        }
        "ListDatabases" if world.broken.no_warehouse => refuse(
            "ValidationException",
            "Redshift endpoint doesn't exist in this region.",
        ),
        "ListDatabases" => give(200, &json!({ "Databases": ["dev"] })),
        "DescribeStateMachine" => {
            let arn = text("stateMachineArn");
            match world.definitions.get(&arn) {
                Some(definition) => give(
                    200,
                    &json!({ "stateMachineArn": arn, "name": "m", "definition": definition, "roleArn": "r", "type": "STANDARD", "creationDate": now() }),
                ),
                None => refuse("StateMachineDoesNotExist", "no such machine"),
            }
        }
        "UpdateStateMachine" => {
            world
                .definitions
                .insert(text("stateMachineArn"), text("definition"));
            give(200, &json!({ "updateDate": now() }))
        }
        "ReceiveMessage" => {
            let message = |(receipt, (body, target)): (&String, &(String, String))| {
                json!({
                    "MessageId": receipt,
                    "ReceiptHandle": receipt,
                    "Body": body,
                    "Attributes": { "SentTimestamp": "1795687200000" },
                    "MessageAttributes": {
                        "TARGET_ARN": { "DataType": "String", "StringValue": target },
                        "ERROR_CODE": { "DataType": "String", "StringValue": "NO_RESOURCE" },
                    },
                })
            };
            let messages: Vec<Value> = world.queue.iter().map(message).collect();
            give(200, &json!({ "Messages": messages }))
        }
        "DeleteMessage" => {
            world.queue.remove(&text("ReceiptHandle"));
            give(200, &json!({}))
        }
        "StartExecution" => {
            let machine = text("stateMachineArn");
            let arn = format!(
                "{}:{}",
                machine.replace(":stateMachine:", ":execution:"),
                text("name")
            );
            let started = now();
            world.executions.push(Execution {
                arn: arn.clone(),
                machine,
                status: "RUNNING".to_owned(),
                started,
                input: serde_json::from_str(&text("input")).unwrap(),
                error: String::new(),
                cause: String::new(),
                output: String::new(),
            });
            give(200, &json!({ "executionArn": arn, "startDate": started }))
        }
        "ListExecutions" => {
            let machine = text("stateMachineArn");
            let status = text("statusFilter");
            let executions: Vec<Value> = world
                .executions
                .iter()
                .rev()
                .filter(|execution| execution.machine == machine)
                .filter(|execution| status.is_empty() || execution.status == status)
                .map(|execution| {
                    json!({ "executionArn": execution.arn, "stateMachineArn": machine, "name": "n", "status": execution.status, "startDate": execution.started })
                })
                .collect();
            give(200, &json!({ "executions": executions }))
        }
        "DescribeExecution" => {
            let arn = text("executionArn");
            match world.executions.iter().find(|one| one.arn == arn) {
                Some(one) => give(
                    200,
                    &json!({ "executionArn": arn, "stateMachineArn": one.machine, "status": one.status, "startDate": one.started, "error": one.error, "cause": one.cause, "output": one.output }),
                ),
                None => refuse("ExecutionDoesNotExist", "no such execution"),
            }
        }
        "StopExecution" => {
            let arn = text("executionArn");
            let cause = text("cause");
            let found = world.executions.iter_mut().find(|one| one.arn == arn);
            let found = found.unwrap();
            found.status = "ABORTED".to_owned();
            found.cause = cause;
            give(200, &json!({ "stopDate": now() }))
        }
        "FilterLogEvents" => {
            let pattern = text("filterPattern").replace('"', "");
            let since = input["startTime"].as_i64().unwrap_or(0);
            let events: Vec<Value> = world
                .logs
                .iter()
                .enumerate()
                .filter(|(_, (time, message))| *time >= since && message.contains(&pattern))
                .map(|(index, (time, message))| {
                    json!({ "eventId": index.to_string(), "timestamp": time, "message": message, "logStreamName": "s" })
                })
                .collect();
            give(200, &json!({ "events": events }))
        }
        other => refuse("UnknownOperationException", other),
    }
}

pub fn lambda(world: &mut World, method: &Method, path: &str, body: &[u8]) -> Response {
    let operation = if method == Method::PUT {
        "UpdateFunctionCode"
    } else if method == Method::POST {
        "Invoke"
    } else {
        "GetFunctionConfiguration"
    };
    if let Some((status, code, message)) = world.refuses(operation) {
        let body = json!({ "message": message }).to_string();
        let status = StatusCode::from_u16(status).unwrap();
        return (status, [("x-amzn-errortype", code)], body).into_response();
    }
    if method == Method::POST {
        world.invoked.push(serde_json::from_slice(body).unwrap());
        return StatusCode::ACCEPTED.into_response();
    }
    if method == Method::PUT {
        let input: Value = serde_json::from_slice(body).unwrap();
        let bucket = input["S3Bucket"].as_str().unwrap();
        let key = input["S3Key"].as_str().unwrap().to_owned();
        world.code = code_of(world, bucket, &key);
        world.code_key = key;
    }
    let name = path.split('/').nth(3).unwrap();
    give(
        200,
        &json!({ "FunctionName": name, "CodeSha256": world.code, "LastUpdateStatus": "Successful" }),
    )
}

/// Lambda's hash of the object that a function's code is taken from.
pub fn code_of(world: &World, bucket: &str, key: &str) -> String {
    let bytes = world
        .buckets
        .get(bucket)
        .and_then(|bucket| bucket.objects.get(key))
        .unwrap_or_else(|| panic!("the code must be uploaded before: {key}"));
    sfc::deploy::code_hash::from_hexadecimal(&runtime_lambda::keys::sha256(bytes))
}
