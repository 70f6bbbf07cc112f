//! The two kinds of task that the definitions are made of: an invocation of the Lambda, and a child
//! execution.

use std::fmt::Display;

use asl::definition::{Catcher, JitterStrategy, Retrier, State, StateMachine, States, Task};
use runtime_lambda::plan::Plan;
use runtime_lambda::protocol::{Request, Written, errors};
use serde_json::{Value, json};

use super::{Machine, names};

/// What passes by itself: asked again, an action gives the same answer without doing its work twice.
/// Names of the service's errors are from the AWS pages "Handling Lambda service exceptions" and `Invoke`.
///
/// A function in a VPC that nobody has invoked for weeks loses its network interface. The first invocation fails, and
/// so do others for about a minute, until there is a new one (AWS page: "Lambda function states").
pub const PASSING_ERRORS: [&str; 14] = [
    "Lambda.ClientExecutionTimeoutException",
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",
    "Lambda.ResourceNotReadyException",
    "Lambda.ResourceConflictException",
    "Lambda.ENINotReadyException",
    "Lambda.EC2ThrottledException",
    "Lambda.Unknown",
    "Runtime.ExitError",
    "Sandbox.Timedout",
    errors::THROTTLED,
    errors::UNAVAILABLE,
];

/// Retries of an invocation that no statement, job or run hangs on. With full jitter they spread over half a
/// minute.
pub const INVOKE_RETRIES: u64 = 6;

/// Retries of an invocation that a statement, a job or a run hangs on: without jitter they take ten minutes.
const PATIENT_RETRIES: u64 = 11;

/// Longest pause between them, in seconds.
const LONGEST_PAUSE_SECONDS: u64 = 120;

/// Retries of one start of a child execution.
pub const START_RETRIES: u64 = 6;

/// Errors of a start of an execution that pass by themselves. The start is tried again under the
/// same name. It awaits the execution of that name that may run by then (AWS page:
/// `StartExecution`, which is idempotent). AWS's pages name errors of this integration with and
/// without `Exception` at their end. A start that is throttled may have the name that Step
/// Functions gives to what it has no other name for.
pub const PASSING_STARTS: [&str; 5] = [
    "StepFunctions.ExecutionLimitExceeded",
    "StepFunctions.ExecutionLimitExceededException",
    "StepFunctions.ThrottlingException",
    "StepFunctions.AWSStepFunctionsException",
    "StepFunctions.SdkClientException",
];

/// Most characters of a `Cause` (AWS page: `ExecutionFailedEventDetails`): it is handed on whole, because half of
/// its JSON would say nothing.
const LONGEST_CAUSE: u32 = 32_768;

/// What the error that was caught says; empty if it says nothing.
pub fn caught_cause() -> String {
    jsonata(format_args!(
        "$exists($states.errorOutput.Cause) ? $substring($states.errorOutput.Cause, 0, {LONGEST_CAUSE}) : ''"
    ))
}

/// The field of an execution's input by which the console links it to its parent.
pub const STARTED_BY: &str = "AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID";

/// A document in JSONata.
pub fn document<N: Into<&'static str>>(
    comment: String,
    timeout_seconds: u64,
    states: impl IntoIterator<Item = (N, State)>,
) -> StateMachine {
    let states = named(states);
    StateMachine {
        comment: Some(comment),
        query_language: Some(asl::definition::QueryLanguage::JSONata),
        timeout_seconds: Some(timeout_seconds),
        start_at: states
            .first()
            .map(|(name, _)| name.clone())
            .unwrap_or_default(),
        states,
        ..StateMachine::default()
    }
}

/// States by name, in order.
pub fn named<N: Into<&'static str>>(states: impl IntoIterator<Item = (N, State)>) -> States {
    states
        .into_iter()
        .map(|(name, state)| (to(name), state))
        .collect()
}

/// The name of a state, as those that lead to it write it.
pub fn to(name: impl Into<&'static str>) -> String {
    name.into().to_owned()
}

/// An expression in JSONata, as fields of a definition have it.
pub fn jsonata(expression: impl Display) -> String {
    format!("{{% {expression} %}}")
}

/// An invocation of the Lambda with this request. Its answer is the state's output.
pub fn invoke(plan: &Plan, request: &Request<Written>) -> Task {
    Task {
        resource: "arn:aws:states:::lambda:invoke".to_owned(),
        arguments: Some(json!({
            "FunctionName": names::function(&plan.pipeline),
            "Payload": request.event(),
        })),
        output: Some(json!("{% $states.result.Payload %}")),
        retry: Some(vec![retrier(&PASSING_ERRORS, INVOKE_RETRIES)]),
        ..Task::default()
    }
}

/// An invocation of the Lambda that ends when its task token is returned.
pub fn invoke_and_wait(plan: &Plan, request: &Request<Written>) -> Task {
    Task {
        resource: "arn:aws:states:::lambda:invoke.waitForTaskToken".to_owned(),
        output: Some(json!({})),
        ..invoke(plan, request)
    }
}

/// As [`invoke`], but it is tried for at least ten minutes: who gives up would give up a healthy
/// statement or job, or a run.
pub fn invoke_patiently(plan: &Plan, request: &Request<Written>) -> Task {
    patiently(invoke(plan, request))
}

/// A task of the Lambda that is tried for at least ten minutes.
pub fn patiently(task: Task) -> Task {
    Task {
        retry: Some(vec![patient(PATIENT_RETRIES)]),
        ..task
    }
}

/// What passes by itself is tried again after pauses that grow to two minutes, each as long as it says.
pub fn patient(max_attempts: u64) -> Retrier {
    Retrier {
        max_delay_seconds: Some(LONGEST_PAUSE_SECONDS),
        jitter_strategy: None,
        ..retrier(&PASSING_ERRORS, max_attempts)
    }
}

/// Where an invocation goes on that has been tried again in vain.
pub fn catch_passing(next: impl Into<&'static str>, assign: Value) -> Option<Vec<Catcher>> {
    Some(vec![Catcher {
        error_equals: PASSING_ERRORS.map(str::to_owned).to_vec(),
        assign: variables(assign),
        output: Some(json!({})),
        next: to(next),
        ..Catcher::default()
    }])
}

/// A child execution that is awaited. The console links it to its parent by the id in its input.
pub fn child(plan: &Plan, machine: Machine, name: &str, input: Value) -> Task {
    child_of(&names::arn_of(machine, &plan.pipeline), name, input)
}

/// A child execution of the machine whose ARN this expression gives.
pub fn child_of(state_machine_arn: &str, name: &str, input: Value) -> Task {
    let mut input = input;
    if let Some(fields) = input.as_object_mut() {
        fields.insert(
            STARTED_BY.to_owned(),
            json!("{% $states.context.Execution.Id %}"),
        );
    }
    Task {
        resource: "arn:aws:states:::states:startExecution.sync:2".to_owned(),
        arguments: Some(json!({
            "StateMachineArn": state_machine_arn,
            "Name": name,
            "Input": input,
        })),
        output: Some(json!({})),
        retry: Some(vec![retrier(&PASSING_STARTS, START_RETRIES)]),
        ..Task::default()
    }
}

/// A task of another service, asked again where it was too busy.
pub fn service(resource: &str, arguments: Value, busy: &[&str]) -> Task {
    Task {
        resource: resource.to_owned(),
        arguments: Some(arguments),
        retry: Some(vec![retrier(busy, START_RETRIES)]),
        ..Task::default()
    }
}

/// Whatever goes wrong, go on at `next`.
pub fn catch_all(
    next: impl Into<&'static str>,
    assign: Option<Value>,
    output: Value,
) -> Option<Vec<Catcher>> {
    Some(vec![Catcher {
        error_equals: vec!["States.ALL".to_owned()],
        assign: assign.and_then(variables),
        output: Some(output),
        next: to(next),
        ..Catcher::default()
    }])
}

/// Variables from an object literal.
pub fn variables(object: Value) -> Option<asl::definition::AssignedVariables> {
    match object {
        Value::Object(variables) => Some(variables),
        _ => None,
    }
}

/// Asked again with growing pauses, spread at random.
pub fn retrier(errors: &[&str], max_attempts: u64) -> Retrier {
    Retrier {
        error_equals: errors.iter().map(|error| (*error).to_owned()).collect(),
        interval_seconds: Some(1),
        max_attempts: Some(max_attempts),
        backoff_rate: Some(2.into()),
        max_delay_seconds: Some(60),
        jitter_strategy: Some(JitterStrategy::Full),
        ..Retrier::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_is_patient_tries_for_at_least_ten_minutes() {
        let retrier = patient(PATIENT_RETRIES);
        assert_eq!(retrier.jitter_strategy, None);
        assert_eq!(retrier.interval_seconds, Some(1));
        let longest = retrier.max_delay_seconds.unwrap_or_default();
        let pauses = (0..PATIENT_RETRIES).map(|retry| (1_u64 << retry).min(longest));
        let waited: u64 = pauses.sum();
        assert!(waited >= 600, "{waited}");
    }
}
