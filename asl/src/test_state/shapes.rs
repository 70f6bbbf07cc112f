//! The shapes of what services answer, which a mocked result is held against
//! ("MockInput", Step Functions API reference). A field that a shape does not
//! have is allowed.

use serde_json::{Map, Value};

use super::TestRefusal;
use crate::validation::{IntegrationPattern, TaskResource, recognize};

/// What a value must be.
enum Shape {
    Anything,
    Text,
    Number,
    List(&'static Shape),
    Structure(&'static [Member]),
}

struct Member {
    name: &'static str,
    shape: Shape,
    required: bool,
}

const fn required(name: &'static str, shape: Shape) -> Member {
    Member {
        name,
        shape,
        required: true,
    }
}

const fn optional(name: &'static str, shape: Shape) -> Member {
    Member {
        name,
        shape,
        required: false,
    }
}

/// `Invoke` of AWS Lambda.
const INVOKE: Shape = Shape::Structure(&[
    optional("ExecutedVersion", Shape::Text),
    optional("FunctionError", Shape::Text),
    optional("LogResult", Shape::Text),
    optional("Payload", Shape::Anything),
    optional("StatusCode", Shape::Number),
]);

/// `StartExecution` of Step Functions.
const START_EXECUTION: Shape = Shape::Structure(&[
    required("ExecutionArn", Shape::Text),
    required("StartDate", Shape::Text),
]);

/// Answer of `PutEvents` of EventBridge.
const PUT_EVENTS: Shape = Shape::Structure(&[
    optional(
        "Entries",
        Shape::List(&Shape::Structure(&[
            optional("ErrorCode", Shape::Text),
            optional("ErrorMessage", Shape::Text),
            optional("EventId", Shape::Text),
        ])),
    ),
    optional("FailedEntryCount", Shape::Number),
]);

/// Answer of `SendMessage` of SQS.
const SEND_MESSAGE: Shape = Shape::Structure(&[
    optional("MD5OfMessageAttributes", Shape::Text),
    optional("MD5OfMessageBody", Shape::Text),
    optional("MD5OfMessageSystemAttributes", Shape::Text),
    optional("MessageId", Shape::Text),
    optional("SequenceNumber", Shape::Text),
]);

/// Answer of `Publish` of SNS.
const PUBLISH: Shape = Shape::Structure(&[
    optional("MessageId", Shape::Text),
    optional("SequenceNumber", Shape::Text),
]);

/// The shape of what an integration answers; `None` where it is not known here.
fn shape(resource: &str) -> Option<Shape> {
    let resource = match recognize(resource) {
        // What a function, a worker or whoever has the token answers is free.
        TaskResource::Function
        | TaskResource::Activity
        | TaskResource::Integration(IntegrationPattern::Callback) => {
            return Some(Shape::Anything);
        }
        TaskResource::Integration(IntegrationPattern::RequestResponse) => {
            resource.splitn(6, ':').nth(5)?
        }
        _ => return None,
    };
    match resource {
        "lambda:invoke" | "aws-sdk:lambda:invoke" => Some(INVOKE),
        "states:startExecution" | "aws-sdk:sfn:startExecution" => Some(START_EXECUTION),
        "events:putEvents" | "aws-sdk:eventbridge:putEvents" => Some(PUT_EVENTS),
        "sqs:sendMessage" | "aws-sdk:sqs:sendMessage" => Some(SEND_MESSAGE),
        "sns:publish" | "aws-sdk:sns:publish" => Some(PUBLISH),
        "aws-sdk:glue:startCrawler" | "aws-sdk:glue:stopCrawler" => Some(Shape::Structure(&[])),
        // Whatever is behind the endpoint answers.
        "apigateway:invoke" | "http:invoke" => Some(Shape::Anything),
        _ => None,
    }
}

/// # Errors
/// The result is not of the shape of what the resource answers, or that shape
/// is not known.
pub fn check(resource: &str, result: &Value, strict: bool) -> Result<(), TestRefusal> {
    let Some(shape) = shape(resource) else {
        return Err(TestRefusal::unsupported(format!(
            "what `{resource}` answers is not known, so a mocked result of it cannot be validated"
        )));
    };
    matches(&shape, "", result, strict).map_err(|what| {
        TestRefusal::validation(format!("Mock result schema validation error: {what}"))
    })
}

fn matches(shape: &Shape, field: &str, value: &Value, strict: bool) -> Result<(), String> {
    let kind = match (shape, value) {
        (Shape::Anything, _)
        | (Shape::Text, Value::String(_))
        | (Shape::Number, Value::Number(_)) => {
            return Ok(());
        }
        (Shape::List(shape), Value::Array(items)) => {
            return items
                .iter()
                .try_for_each(|item| matches(shape, field, item, strict));
        }
        (Shape::Structure(members), Value::Object(fields)) => {
            return structure(members, fields, strict);
        }
        (Shape::Text, _) => "a string",
        (Shape::Number, _) => "a number",
        (Shape::List(_), _) => "an array",
        (Shape::Structure(_), _) => "an object",
    };
    Err(if field.is_empty() {
        format!("The result must be {kind}")
    } else {
        format!("Field '{field}' must be {kind}")
    })
}

fn structure(members: &[Member], fields: &Map<String, Value>, strict: bool) -> Result<(), String> {
    for member in members {
        match fields.get(member.name) {
            Some(value) => matches(&member.shape, member.name, value, strict)?,
            None if strict && member.required => {
                return Err(format!("Required field '{}' is missing", member.name));
            }
            None => {}
        }
    }
    Ok(())
}
