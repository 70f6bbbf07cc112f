//! What a task may call here, by the ARN that its state names.

use asl::definition::{ReadError, StateMachine};
use serde_json::json;

pub const INVOKE: &str = "arn:aws:states:::lambda:invoke";
pub const INVOKE_AND_WAIT: &str = "arn:aws:states:::lambda:invoke.waitForTaskToken";
pub const BATCH: &str = "arn:aws:states:::batch:submitJob.sync";
pub const GLUE_JOB: &str = "arn:aws:states:::glue:startJobRun.sync";
pub const START_CRAWLER: &str = "arn:aws:states:::aws-sdk:glue:startCrawler";
pub const GET_CRAWLER: &str = "arn:aws:states:::aws-sdk:glue:getCrawler";
pub const STOP_CRAWLER: &str = "arn:aws:states:::aws-sdk:glue:stopCrawler";

/// Whether something answers for this resource.
pub fn supports(resource: &str) -> bool {
    matches!(
        resource,
        INVOKE | INVOKE_AND_WAIT | BATCH | GLUE_JOB | START_CRAWLER | GET_CRAWLER | STOP_CRAWLER
    )
}

/// A state machine that stands in for one of somebody else's.
pub fn stand_in() -> Result<StateMachine, ReadError> {
    StateMachine::from_value(json!({
        "QueryLanguage": "JSONata",
        "StartAt": "Stand in",
        "States": {
            "Stand in": {
                "Type": "Task",
                "Resource": INVOKE,
                "Arguments": { "FunctionName": "stand-in", "Payload": {} },
                "Output": "{% $states.result.Payload %}",
                "End": true,
            },
        },
    }))
}
