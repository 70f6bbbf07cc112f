//! Names that a local run gives to what would have an ARN in AWS.

/// Region and account of everything local.
const PLACE: &str = "local:000000000000";

/// ARN of a state machine.
#[must_use]
pub fn state_machine(name: &str) -> String {
    format!("arn:aws:states:{PLACE}:stateMachine:{name}")
}

/// ARN of the Lambda of a pipeline.
#[must_use]
pub fn function(pipeline: &str) -> String {
    format!("arn:aws:lambda:{PLACE}:function:{pipeline}")
}
