//! What is not known is not run.

use asl::definition::StateMachine;
use asl::interpreter::Interpreter;
use serde_json::{Value, json};

use super::scripted::{Answer, Scripted, arn};

fn refusal(definition: Value) -> String {
    let resources = Scripted::new(|_| Answer::Never);
    let definition = StateMachine::from_value(definition).unwrap();
    match Interpreter::builder()
        .machine(arn("main"), definition)
        .resources(resources)
        .build()
    {
        Ok(_) => "taken".to_owned(),
        Err(refusal) => refusal.to_string(),
    }
}

fn only(state: Value) -> String {
    refusal(json!({"QueryLanguage": "JSONata", "StartAt": "Odd", "States": {"Odd": state}}))
}

#[tokio::test]
async fn refusals_name_the_state_and_the_reason() {
    let pass = json!({"StartAt": "In", "States": {"In": {"Type": "Pass", "End": true}}});
    for (state, reason) in [
        (
            json!({"Type": "Pass", "QueryLanguage": "JSONPath", "End": true}),
            "JSONPath",
        ),
        (
            json!({"Type": "Pass", "InputPath": "$", "End": true}),
            "`InputPath`",
        ),
        (
            json!({"Type": "Pass", "Result": 1, "End": true}),
            "`Result`",
        ),
        (
            json!({"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {}, "End": true}),
            "`Parameters`",
        ),
        (
            json!({"Type": "Task", "Resource": "arn:aws:states:us-east-1:111111111111:activity:a", "End": true}),
            "resource",
        ),
        (
            json!({"Type": "Task", "Resource": "arn:aws:states:::unheard-of:call", "End": true}),
            "not known",
        ),
        (
            json!({"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:unheard-of:call", "End": true}),
            "does not support",
        ),
        (
            json!({"Type": "Task", "Resource": "arn:aws:states:::states:startExecution.waitForTaskToken", "End": true}),
            "token",
        ),
        (
            json!({"Type": "Map", "ItemReader": {}, "ItemProcessor": pass, "End": true}),
            "`ItemReader`",
        ),
        (
            json!({"Type": "Map", "ResultWriter": {}, "ItemProcessor": pass, "End": true}),
            "`ResultWriter`",
        ),
        (
            json!({"Type": "Map", "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED"}, "StartAt": "In", "States": pass["States"]}, "End": true}),
            "distributed",
        ),
        (
            json!({"Type": "Pass", "Output": "{% $eval('1') %}", "End": true}),
            "$eval",
        ),
        (
            json!({"Type": "Pass", "Output": "{% 1 + %}", "End": true}),
            "JSONata",
        ),
    ] {
        let refusal = only(state.clone());
        assert!(
            refusal.contains("state `Odd`") && refusal.contains(reason),
            "{state}: {refusal}"
        );
    }
    assert_eq!(only(json!({"Type": "Pass", "End": true})), "taken");
}

#[tokio::test]
async fn a_machine_without_a_language_is_refused() {
    let refusal = refusal(json!({"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}));
    assert!(refusal.contains("JSONPath"), "{refusal}");
}

#[test]
fn a_state_that_cannot_be_read_is_named() {
    let wrong = json!({"StartAt": "A", "States": {"A": {"Type": "Nap"}}});
    let error = StateMachine::from_value(wrong).unwrap_err().to_string();
    assert!(
        error.contains("state `A`") && error.contains("Nap"),
        "{error}"
    );
}
