//! What is read is written again.

use serde_json::{Value, json};

use super::{
    Catcher, Choice, ChoiceRule, Map, Quantity, QueryLanguage, Retrier, State, StateMachine,
    States, Task, expression_source,
};

/// A definition that uses every known field.
fn everything() -> Value {
    json!({
        "Comment": "all of it",
        "QueryLanguage": "JSONata",
        "Version": "1.0",
        "TimeoutSeconds": 60,
        "StartAt": "Zulu",
        "States": {
            "Zulu": {
                "Type": "Task", "Comment": "c", "QueryLanguage": "JSONata",
                "Resource": "arn:aws:states:::lambda:invoke",
                "Arguments": {"b": "{% $b %}", "a": null},
                "Credentials": {"RoleArn": "r"},
                "TimeoutSeconds": "{% $t %}", "HeartbeatSeconds": 3,
                "Retry": [{"Comment": "r", "ErrorEquals": ["A"], "IntervalSeconds": 1, "MaxAttempts": 0, "BackoffRate": 1.0, "MaxDelaySeconds": 9, "JitterStrategy": "FULL"}],
                "Catch": [{"Comment": "k", "ErrorEquals": ["States.ALL"], "Assign": {"x": 1}, "Output": null, "Next": "Alpha"}],
                "Assign": {"y": [1, 2.5]}, "Output": null, "Next": "Alpha"
            },
            "Alpha": {"Type": "Pass", "Assign": {}, "Output": "o", "Next": "Pick"},
            "Pick": {
                "Type": "Choice",
                "Choices": [{"Comment": "c", "Condition": "{% true %}", "Assign": {"p": 1}, "Output": {}, "Next": "Nap"}],
                "Assign": {"q": 1}, "Output": 1, "Default": "Nap"
            },
            "Nap": {"Type": "Wait", "Seconds": 1, "Assign": {}, "Output": false, "Next": "Until"},
            "Until": {"Type": "Wait", "Timestamp": "2026-01-01T00:00:00Z", "Next": "Each"},
            "Each": {
                "Type": "Map", "Items": [1], "ItemSelector": {}, "MaxConcurrency": 2,
                "ToleratedFailureCount": 1, "ToleratedFailurePercentage": 12.5,
                "ItemProcessor": {"Comment": "i", "ProcessorConfig": {"Mode": "INLINE"}, "StartAt": "In", "States": {"In": {"Type": "Succeed", "Output": 1}}},
                "Retry": [], "Catch": [], "Assign": {}, "Output": [], "Next": "Both"
            },
            "Both": {
                "Type": "Parallel", "Arguments": {},
                "Branches": [{"Comment": "b", "StartAt": "No", "States": {"No": {"Type": "Fail", "Error": "e", "Cause": "c"}}}],
                "Retry": [], "Catch": [], "Assign": {}, "Output": {}, "End": true
            }
        }
    })
}

#[test]
fn everything_survives_in_the_order_in_which_it_is_written() {
    let definition = StateMachine::from_value(everything()).unwrap();
    assert_eq!(
        serde_json::to_string(&definition).unwrap(),
        everything().to_string()
    );
    let again = StateMachine::from_json(&definition.to_json().unwrap()).unwrap();
    assert_eq!(again, definition);
}

#[test]
fn unknown_fields_are_kept_wherever_they_stand() {
    let pass = json!({"Type": "Pass", "InputPath": "$.a", "End": false, "Next": "X"});
    let odd = json!({
        "StartAt": "A", "Nonsense": [],
        "States": {
            "A": pass,
            "B": {"Type": "Choice", "Choices": [{"Variable": "$.x", "And": [{"Not": {}}], "Next": "A"}]},
            "C": {"Type": "Task", "Resource": "r", "Retry": [{"ErrorEquals": [], "Odd": 1}], "Catch": [{"ErrorEquals": [], "Next": "A", "ResultPath": null}]},
            "D": {"Type": "Map", "Iterator": {}, "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "E", "States": {}, "Odd": 1}},
            "F": {"Type": "Parallel", "Branches": [{"StartAt": "G", "States": {}, "Odd": {}}]}
        }
    });
    let definition = StateMachine::from_value(odd.clone()).unwrap();
    assert_eq!(serde_json::to_value(&definition).unwrap(), odd);
    assert!(definition.unknown.contains_key("Nonsense"));
}

#[test]
fn definitions_are_made_field_by_field() {
    let mut states = States::new();
    states.insert(
        "Call".to_owned(),
        State::Task(Task {
            resource: "arn:aws:states:::lambda:invoke".to_owned(),
            arguments: Some(json!({"FunctionName": "f"})),
            timeout_seconds: Some(30_u64.into()),
            heartbeat_seconds: Some("{% $beat %}".into()),
            retry: Some(vec![Retrier {
                error_equals: vec!["Lambda.TooManyRequestsException".to_owned()],
                backoff_rate: serde_json::Number::from_f64(1.5),
                ..Retrier::default()
            }]),
            catch: Some(vec![Catcher {
                error_equals: vec!["States.ALL".to_owned()],
                next: "Pick".to_owned(),
                ..Catcher::default()
            }]),
            next: Some("Pick".to_owned()),
            ..Task::default()
        }),
    );
    states.insert(
        "Pick".to_owned(),
        State::Choice(Choice {
            choices: vec![ChoiceRule {
                condition: Some(json!("{% true %}")),
                next: "Call".to_owned(),
                ..ChoiceRule::default()
            }],
            ..Choice::default()
        }),
    );
    let definition = StateMachine {
        query_language: Some(QueryLanguage::JSONata),
        start_at: "Call".to_owned(),
        states,
        ..StateMachine::default()
    };
    let expected = r#"{"QueryLanguage":"JSONata","StartAt":"Call","States":{"Call":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Arguments":{"FunctionName":"f"},"TimeoutSeconds":30,"HeartbeatSeconds":"{% $beat %}","Retry":[{"ErrorEquals":["Lambda.TooManyRequestsException"],"BackoffRate":1.5}],"Catch":[{"ErrorEquals":["States.ALL"],"Next":"Pick"}],"Next":"Pick"},"Pick":{"Type":"Choice","Choices":[{"Condition":"{% true %}","Next":"Call"}]}}}"#;
    assert_eq!(serde_json::to_string(&definition).unwrap(), expected);
}

#[test]
fn what_cannot_be_read_says_where() {
    for (text, part) in [
        (
            r#"{"StartAt":"A","States":{"A":{"Type":"Task"}}}"#,
            "Resource",
        ),
        (
            r#"{"StartAt":"A","States":{"A":{"Type":"Wait","Seconds":[]}}}"#,
            "state `A`",
        ),
        (r#"{"StartAt":"A"}"#, "States"),
    ] {
        let error = StateMachine::from_json(text).unwrap_err().to_string();
        assert!(error.contains(part), "{error}");
    }
}

#[test]
fn only_exact_delimiters_make_an_expression() {
    assert_eq!(expression_source("{% 1 %}"), Some(" 1 "));
    assert_eq!(expression_source("{%%}"), Some(""));
    for text in [" {% 1 %}", "{% 1 %} ", "{%}", "{ 1 }", ""] {
        assert_eq!(expression_source(text), None, "{text}");
    }
    assert_eq!(Quantity::from("{% 1 %}").literal(), None);
    assert_eq!(Map::default().max_concurrency, None);
}
