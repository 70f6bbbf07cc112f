//! One definition for each kind of problem.

use serde_json::{Value, json};

use super::{Kind, Multiplicity, events, validate};
use crate::definition::{State, StateMachine};

fn kinds(states: &Value) -> Vec<(String, Kind)> {
    let start = states.as_object().unwrap().keys().next().unwrap();
    let definition = json!({"QueryLanguage": "JSONata", "StartAt": start, "States": states});
    of(&StateMachine::from_value(definition).unwrap())
}

fn of(definition: &StateMachine) -> Vec<(String, Kind)> {
    validate(definition)
        .into_iter()
        .map(|problem| (problem.state.unwrap_or_default(), problem.kind))
        .collect()
}

fn one(states: &Value, state: &str, kind: Kind) {
    assert_eq!(kinds(states), [(state.to_owned(), kind)], "{states}");
}

#[test]
fn a_good_definition_has_no_problems() {
    let states = json!({
        "A": {"Type": "Pass", "Assign": {"n": 1}, "Next": "B"},
        "B": {"Type": "Choice", "Choices": [{"Condition": "{% $n = 1 %}", "Next": "A"}], "Default": "C"},
        "C": {"Type": "Map", "Items": "{% [1] %}", "ItemProcessor": {"StartAt": "D", "States": {"D": {"Type": "Pass", "Assign": {"inner": 1}, "End": true}}}, "End": true}
    });
    assert_eq!(kinds(&states), []);
}

#[test]
fn transitions() {
    one(
        &json!({"A": {"Type": "Choice", "Choices": [{"Condition": "{% true %}", "Next": "X"}]}}),
        "A",
        Kind::MissingTarget,
    );
    one(
        &json!({"A": {"Type": "Succeed"}, "B": {"Type": "Succeed"}}),
        "B",
        Kind::Unreachable,
    );
    one(
        &json!({"A": {"Type": "Pass", "Next": "B", "End": true}, "B": {"Type": "Succeed"}}),
        "A",
        Kind::NextOrEnd,
    );
    assert!(kinds(&json!({"A": {"Type": "Pass"}})).contains(&("A".to_owned(), Kind::NextOrEnd)));
    let circle = json!({"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pass", "Next": "A"}});
    assert_eq!(
        kinds(&circle),
        [("A".to_owned(), Kind::NoEnd), ("B".to_owned(), Kind::NoEnd)]
    );
    let caught = json!({"A": {"Type": "Task", "Resource": "r", "Catch": [{"ErrorEquals": ["E"], "Next": "X"}], "End": true}});
    one(&caught, "A", Kind::MissingTarget);
}

#[test]
fn names() {
    let long = "ä".repeat(81);
    one(
        &json!({ long.clone(): {"Type": "Succeed"} }),
        &long,
        Kind::NameTooLong,
    );
    let good = "ä".repeat(80);
    assert_eq!(kinds(&json!({ good: {"Type": "Succeed"} })), []);
}

#[test]
fn inner_scopes() {
    let inner = |state: &Value, name: &str| json!({"A": {"Type": "Pass", "Assign": {"n": 1}, "Next": "B"}, "B": {"Type": "Parallel", "Branches": [{"StartAt": name, "States": {name: state}}], "End": true}});
    let assigns = json!({"Type": "Pass", "Assign": {"n": 2}, "End": true});
    one(&inner(&assigns, "C"), "C", Kind::OuterVariable);
    one(
        &inner(&json!({"Type": "Succeed"}), "A"),
        "A",
        Kind::DuplicateName,
    );
    one(
        &inner(&json!({"Type": "Pass", "Next": "A"}), "C"),
        "C",
        Kind::MissingTarget,
    );
}

#[test]
fn fields() {
    let task = |more: Value| {
        let mut task = json!({"Type": "Task", "Resource": "r", "End": true});
        for (name, value) in more.as_object().unwrap() {
            task[name] = value.clone();
        }
        json!({"A": task})
    };
    for (more, kind) in [
        (json!({"ResultPath": "$"}), Kind::UnknownField),
        (json!({"QueryLanguage": "JSONPath"}), Kind::NotJsonata),
        (json!({"Arguments": {"a": ["{% ( %}"]}}), Kind::Expression),
        (
            json!({"Arguments": "{% $states.result %}"}),
            Kind::OutOfReach,
        ),
        (
            json!({"Output": "{% $states.errorOutput.Error %}"}),
            Kind::OutOfReach,
        ),
        (json!({"Assign": {"1st": 1}}), Kind::VariableName),
        (json!({"Assign": {"states": 1}}), Kind::VariableName),
        (json!({"TimeoutSeconds": 0}), Kind::Range),
        (json!({"TimeoutSeconds": "soon"}), Kind::NotAnExpression),
        (
            json!({"TimeoutSeconds": 5, "HeartbeatSeconds": 5}),
            Kind::Heartbeat,
        ),
        (json!({"Retry": [{"ErrorEquals": []}]}), Kind::ErrorEquals),
        (
            json!({"Retry": [{"ErrorEquals": ["States.ALL", "E"]}]}),
            Kind::ErrorEquals,
        ),
        (
            json!({"Retry": [{"ErrorEquals": ["States.ALL"]}, {"ErrorEquals": ["E"]}]}),
            Kind::ErrorEquals,
        ),
        (
            json!({"Retry": [{"ErrorEquals": ["E"], "BackoffRate": 0.5}]}),
            Kind::Range,
        ),
        (
            json!({"Retry": [{"ErrorEquals": ["E"], "IntervalSeconds": 5, "MaxDelaySeconds": 5}]}),
            Kind::Range,
        ),
    ] {
        one(&task(more), "A", kind);
    }
    one(
        &json!({"A": {"Type": "Wait", "End": true}}),
        "A",
        Kind::WaitFor,
    );
    one(
        &json!({"A": {"Type": "Choice", "Choices": [], "Default": "B"}, "B": {"Type": "Succeed"}}),
        "A",
        Kind::Empty,
    );
    one(
        &json!({"A": {"Type": "Choice", "Choices": [{"Condition": "yes", "Next": "B"}]}, "B": {"Type": "Succeed"}}),
        "A",
        Kind::NotAnExpression,
    );
    one(
        &json!({"A": {"Type": "Parallel", "Branches": [], "End": true}}),
        "A",
        Kind::Empty,
    );
}

#[test]
fn a_definition_has_a_size() {
    let big = "x".repeat(super::DEFINITION_BYTES);
    one(
        &json!({"A": {"Type": "Pass", "Output": big, "End": true}}),
        "",
        Kind::DefinitionTooLarge,
    );
}

#[test]
fn costs() {
    let cost = |state: Value, items: u64| {
        let state: State = serde_json::from_value(state).unwrap();
        let multiplicity = Multiplicity {
            items,
            ..Multiplicity::default()
        };
        events(&state, multiplicity).worst()
    };
    assert_eq!(cost(json!({"Type": "Pass"}), 0), 2);
    assert_eq!(cost(json!({"Type": "Fail"}), 0), 1);
    assert_eq!(
        cost(
            json!({"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke"}),
            0
        ),
        5
    );
    assert_eq!(
        cost(
            json!({"Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync:2"}),
            0
        ),
        6
    );
    let retried = json!({"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Retry": [{"ErrorEquals": ["E"], "MaxAttempts": 4}]});
    assert_eq!(cost(retried, 0), 5 + 4 * 3);
    let map = json!({"Type": "Map", "ItemProcessor": {"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}});
    assert_eq!(cost(map, 10), 2 + 2 + 10 * (2 + 2));
}
