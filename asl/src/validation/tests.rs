//! One definition for each kind of problem.

use serde_json::{Value, json};

use super::{DeclaredBounds, ProblemKind, validate, validate_text, worst_case};
use crate::definition::StateMachine;
use crate::interpreter::MachineType;

fn kinds(states: &Value) -> Vec<(String, ProblemKind)> {
    let start = states.as_object().unwrap().keys().next().unwrap();
    let definition = json!({"QueryLanguage": "JSONata", "StartAt": start, "States": states});
    of(&StateMachine::from_value(definition).unwrap())
}

fn of(definition: &StateMachine) -> Vec<(String, ProblemKind)> {
    validate(definition)
        .into_iter()
        .map(|problem| (problem.state.unwrap_or_default(), problem.kind))
        .collect()
}

fn one(states: &Value, state: &str, kind: ProblemKind) {
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
        ProblemKind::MissingTarget,
    );
    one(
        &json!({"A": {"Type": "Succeed"}, "B": {"Type": "Succeed"}}),
        "B",
        ProblemKind::Unreachable,
    );
    one(
        &json!({"A": {"Type": "Pass", "Next": "B", "End": true}, "B": {"Type": "Succeed"}}),
        "A",
        ProblemKind::NextOrEnd,
    );
    assert!(
        kinds(&json!({"A": {"Type": "Pass"}})).contains(&("A".to_owned(), ProblemKind::NextOrEnd))
    );
    let circle = json!({"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pass", "Next": "A"}});
    assert_eq!(
        kinds(&circle),
        [
            ("A".to_owned(), ProblemKind::NoEnd),
            ("B".to_owned(), ProblemKind::NoEnd)
        ]
    );
    let partly = json!({
        "A": {"Type": "Choice", "Choices": [{"Condition": "{% true %}", "Next": "B"}], "Default": "C"},
        "B": {"Type": "Pass", "Next": "B"},
        "C": {"Type": "Succeed"}
    });
    one(&partly, "B", ProblemKind::Endless);
    assert!(ProblemKind::NoEnd.is_refused_by_step_functions());
    assert!(!ProblemKind::Endless.is_refused_by_step_functions());
    let caught = json!({"A": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Catch": [{"ErrorEquals": ["E"], "Next": "X"}], "End": true}});
    one(&caught, "A", ProblemKind::MissingTarget);
}

#[test]
fn names() {
    let long = "ä".repeat(81);
    one(
        &json!({ long.clone(): {"Type": "Succeed"} }),
        &long,
        ProblemKind::NameTooLong,
    );
    let good = "ä".repeat(80);
    assert_eq!(kinds(&json!({ good: {"Type": "Succeed"} })), []);
}

#[test]
fn inner_scopes() {
    let inner = |state: &Value, name: &str| json!({"A": {"Type": "Pass", "Assign": {"n": 1}, "Next": "B"}, "B": {"Type": "Parallel", "Branches": [{"StartAt": name, "States": {name: state}}], "End": true}});
    let assigns = json!({"Type": "Pass", "Assign": {"n": 2}, "End": true});
    one(&inner(&assigns, "C"), "C", ProblemKind::OuterVariable);
    one(
        &inner(&json!({"Type": "Succeed"}), "A"),
        "A",
        ProblemKind::DuplicateName,
    );
    one(
        &inner(&json!({"Type": "Pass", "Next": "A"}), "C"),
        "C",
        ProblemKind::MissingTarget,
    );
}

#[test]
fn fields() {
    let task = |more: Value| {
        let mut task =
            json!({"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true});
        for (name, value) in more.as_object().unwrap() {
            task[name] = value.clone();
        }
        json!({"A": task})
    };
    for (more, kind) in [
        (json!({"ResultPath": "$"}), ProblemKind::UnknownField),
        (
            json!({"QueryLanguage": "JSONPath"}),
            ProblemKind::QueryLanguage,
        ),
        (json!({"Resource": "r"}), ProblemKind::Resource),
        (
            json!({"Resource": "arn:aws:states:::dynamodb:query"}),
            ProblemKind::Resource,
        ),
        (
            json!({"Resource": "arn:aws:states:::lambda:invoke.sync"}),
            ProblemKind::Resource,
        ),
        (
            json!({"Resource": "arn:aws:states:::unheard-of:call"}),
            ProblemKind::NotKnownHere,
        ),
        (json!({"Credentials": {}}), ProblemKind::Credentials),
        (json!({"Credentials": "role"}), ProblemKind::Credentials),
        (
            json!({"Credentials": {"RoleArn": 1}}),
            ProblemKind::Credentials,
        ),
        (
            json!({"Credentials": {"RoleArn": "role", "Odd": 1}}),
            ProblemKind::Credentials,
        ),
        (
            json!({"Credentials": {"RoleArn.$": "$.role"}}),
            ProblemKind::Credentials,
        ),
        (
            json!({"Arguments": {"a": "{% name %}"}}),
            ProblemKind::TopLevelName,
        ),
        (
            json!({"Assign": {"a": "{% [1, n.m] %}"}}),
            ProblemKind::TopLevelName,
        ),
        (
            json!({"Arguments": {"a": ["{% ( %}"]}}),
            ProblemKind::Expression,
        ),
        (
            json!({"Arguments": "{% $states.result %}"}),
            ProblemKind::OutOfReach,
        ),
        (
            json!({"Output": "{% $states.errorOutput.Error %}"}),
            ProblemKind::OutOfReach,
        ),
        (json!({"Assign": {"1st": 1}}), ProblemKind::VariableName),
        (json!({"Assign": {"states": 1}}), ProblemKind::VariableName),
        (json!({"TimeoutSeconds": 0}), ProblemKind::Range),
        (
            json!({"TimeoutSeconds": "soon"}),
            ProblemKind::NotAnExpression,
        ),
        (
            json!({"TimeoutSeconds": 5, "HeartbeatSeconds": 5}),
            ProblemKind::Heartbeat,
        ),
        (
            json!({"Retry": [{"ErrorEquals": []}]}),
            ProblemKind::ErrorEquals,
        ),
        (
            json!({"Retry": [{"ErrorEquals": ["States.ALL", "E"]}]}),
            ProblemKind::ErrorEquals,
        ),
        (
            json!({"Retry": [{"ErrorEquals": ["States.ALL"]}, {"ErrorEquals": ["E"]}]}),
            ProblemKind::ErrorEquals,
        ),
        (
            json!({"Retry": [{"ErrorEquals": ["E"], "BackoffRate": 0.5}]}),
            ProblemKind::Range,
        ),
        (
            json!({"Retry": [{"ErrorEquals": ["E"], "IntervalSeconds": 5, "MaxDelaySeconds": 5}]}),
            ProblemKind::Range,
        ),
    ] {
        one(&task(more), "A", kind);
    }
    one(
        &json!({"A": {"Type": "Wait", "End": true}}),
        "A",
        ProblemKind::WaitFor,
    );
    for timestamp in ["2026-01-31 12:00:00Z", "2026-01-31T25:00:00Z", "soon"] {
        one(
            &json!({"A": {"Type": "Wait", "Timestamp": timestamp, "End": true}}),
            "A",
            ProblemKind::Timestamp,
        );
    }
    for timestamp in ["2026-01-31T12:00:00Z", "{% $states.input.until %}"] {
        let wait = json!({"A": {"Type": "Wait", "Timestamp": timestamp, "End": true}});
        assert_eq!(kinds(&wait), []);
    }
    let credentials = json!({"RoleArn": "{% $states.input.role %}"});
    assert_eq!(kinds(&task(json!({"Credentials": credentials}))), []);
    one(
        &json!({"A": {"Type": "Choice", "Choices": [], "Default": "B"}, "B": {"Type": "Succeed"}}),
        "A",
        ProblemKind::Empty,
    );
    one(
        &json!({"A": {"Type": "Choice", "Choices": [{"Condition": "yes", "Next": "B"}]}, "B": {"Type": "Succeed"}}),
        "A",
        ProblemKind::NotAnExpression,
    );
    one(
        &json!({"A": {"Type": "Parallel", "Branches": [], "End": true}}),
        "A",
        ProblemKind::Empty,
    );
}

#[test]
fn a_catcher_may_assign_what_the_scope_within_assigned() {
    let parallel = |own: &Value, caught: &Value| {
        json!({
            "A": {
                "Type": "Parallel", "Assign": own,
                "Branches": [{"StartAt": "B", "States": {"B": {"Type": "Pass", "Assign": {"n": 1}, "End": true}}}],
                "Catch": [{"ErrorEquals": ["States.ALL"], "Assign": caught, "Next": "C"}],
                "Next": "C"
            },
            "C": {"Type": "Succeed"}
        })
    };
    let (none, n) = (json!({}), json!({"n": 2}));
    assert_eq!(kinds(&parallel(&none, &n)), []);
    one(&parallel(&n, &none), "B", ProblemKind::OuterVariable);
    one(&parallel(&n, &n), "B", ProblemKind::OuterVariable);
}

#[test]
fn an_express_machine_waits_for_nobody() {
    let kinds = |resource: &str, machine_type| {
        let definition = json!({"QueryLanguage": "JSONata", "StartAt": "A", "States": {
            "A": {"Type": "Task", "Resource": resource, "End": true}
        }});
        let problems = validate_text(&definition.to_string(), machine_type);
        problems
            .iter()
            .map(|problem| problem.kind)
            .collect::<Vec<_>>()
    };
    for resource in [
        "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "arn:aws:states:::glue:startJobRun.sync",
        "arn:aws:states:eu-west-1:000000000000:activity:a",
    ] {
        assert_eq!(
            kinds(resource, MachineType::Express),
            [ProblemKind::NotInExpress],
            "{resource}"
        );
        assert_eq!(kinds(resource, MachineType::Standard), [], "{resource}");
    }
    let invoke = "arn:aws:states:::lambda:invoke";
    assert_eq!(kinds(invoke, MachineType::Express), []);
}

#[test]
fn texts_that_are_no_definitions() {
    for text in ["", "no definition", "[]", "{}", r#"{"States": {}}"#] {
        let problems = validate_text(text, MachineType::Standard);
        assert_eq!(problems.len(), 1, "{text}");
        assert_eq!(problems[0].kind, ProblemKind::Unreadable, "{text}");
    }
}

/// The kinds for which Step Functions refuses a definition whose one state is
/// in JSONPath.
fn refused_in_json_path(state: &Value) -> Vec<ProblemKind> {
    let definition = json!({"StartAt": "A", "States": {"A": state}});
    let problems = validate(&StateMachine::from_value(definition).unwrap());
    assert!(
        problems
            .iter()
            .any(|problem| problem.kind == ProblemKind::NotJsonata)
    );
    problems
        .iter()
        .map(|problem| problem.kind)
        .filter(|kind| kind.is_refused_by_step_functions())
        .collect()
}

#[test]
fn json_path_is_not_run_but_its_fields_are_known() {
    let invoke = "arn:aws:states:::lambda:invoke";
    for good in [
        json!({"Type": "Pass", "InputPath": "$.a", "Parameters": {}, "Result": 1, "ResultPath": null, "OutputPath": "$", "End": true}),
        json!({"Type": "Pass", "Assign": {"n.$": "$.n"}, "End": true}),
        json!({"Type": "Task", "Resource": invoke, "ResultSelector": {}, "TimeoutSecondsPath": "$.t", "Credentials": {"RoleArn.$": "$.r"}, "End": true}),
        json!({"Type": "Wait", "SecondsPath": "$.s", "End": true}),
        json!({"Type": "Fail", "ErrorPath": "$.e", "CausePath": "$.c"}),
        json!({"Type": "Map", "ItemsPath": "$.i", "Iterator": {"StartAt": "B", "States": {}}, "End": true}),
        json!({"Type": "Map", "Label": "l", "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}, "StartAt": "B", "States": {"B": {"Type": "Succeed"}}}, "End": true}),
    ] {
        assert_eq!(refused_in_json_path(&good), [], "{good}");
    }
    for (bad, kind) in [
        (
            json!({"Type": "Pass", "ItemsPath": "$", "End": true}),
            ProblemKind::UnknownField,
        ),
        (
            json!({"Type": "Pass", "Output": 1, "End": true}),
            ProblemKind::UnknownField,
        ),
        (
            json!({"Type": "Wait", "Timestamp": "{% '2016-03-14T01:59:00Z' %}", "End": true}),
            ProblemKind::Timestamp,
        ),
        (
            json!({"Type": "Wait", "SecondsPath": "$.s", "Seconds": 1, "End": true}),
            ProblemKind::WaitFor,
        ),
        (
            json!({"Type": "Task", "Resource": invoke, "TimeoutSeconds": "{% 1 %}", "End": true}),
            ProblemKind::NotAnExpression,
        ),
        (
            json!({"Type": "Task", "Resource": invoke, "Credentials": {}, "End": true}),
            ProblemKind::Credentials,
        ),
    ] {
        assert_eq!(refused_in_json_path(&bad), [kind], "{bad}");
    }
}

#[test]
fn a_definition_has_a_size() {
    let big = "x".repeat(super::DEFINITION_BYTES);
    one(
        &json!({"A": {"Type": "Pass", "Output": big, "End": true}}),
        "",
        ProblemKind::DefinitionTooLarge,
    );
}

/// A visit of a state that catches or retries nothing costs what it enters,
/// attempts and leaves.
#[test]
fn costs() {
    let cost = |state: Value, items: u64| {
        let definition =
            json!({"QueryLanguage": "JSONata", "StartAt": "Only", "States": {"Only": state}});
        let definition = StateMachine::from_value(definition).unwrap();
        let mut bounds = DeclaredBounds::default();
        if items > 0 {
            bounds = bounds.items("Only", items);
        }
        worst_case(&definition, &bounds).unwrap().events - 2
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
    let inner = json!({"StartAt": "A", "States": {"A": {"Type": "Succeed"}}});
    let map = json!({"Type": "Map", "ItemProcessor": inner});
    assert_eq!(cost(map, 10), 2 + 2 + 10 * (2 + 2));
    let parallel = json!({"Type": "Parallel", "Branches": [inner, inner]});
    assert_eq!(cost(parallel, 0), 2 + 2 + 2 * 2);
}

fn problems(definition: &StateMachine, bounds: &DeclaredBounds) -> Vec<(String, ProblemKind)> {
    worst_case(definition, bounds)
        .unwrap_err()
        .into_iter()
        .map(|problem| (problem.state.unwrap_or_default(), problem.kind))
        .collect()
}

#[test]
fn a_circle_needs_a_bound_wherever_it_is() {
    let look = json!({
        "Look": {"Type": "Pass", "Next": "Enough?"},
        "Enough?": {"Type": "Choice", "Choices": [{"Condition": "{% $states.input.enough %}", "Next": "Done"}], "Default": "Look"},
        "Done": {"Type": "Succeed"}
    });
    let machine = |states: Value, start: &str| {
        let definition = json!({"QueryLanguage": "JSONata", "StartAt": start, "States": states});
        StateMachine::from_value(definition).unwrap()
    };
    let flat = machine(look.clone(), "Look");
    let none = DeclaredBounds::default();
    let circle = || ("Look".to_owned(), ProblemKind::UnboundedCycle);
    assert_eq!(problems(&flat, &none), [circle()]);
    // Either state of it will do.
    for (state, events) in [("Look", 2 + 10 * 4 + 2), ("Enough?", 2 + 2 + 10 * 4 + 2)] {
        let worst = worst_case(&flat, &none.clone().visits(state, 10)).unwrap();
        assert_eq!(worst.events, events, "{state}");
    }
    let gone = none.clone().visits("Look", 1).visits("Gone", 1);
    assert_eq!(
        problems(&flat, &gone),
        [(String::new(), ProblemKind::UnknownBound)]
    );
    let processor = json!({"StartAt": "Look", "States": look});
    let map = json!({"Each": {"Type": "Map", "ItemProcessor": processor, "End": true}});
    let nested = machine(map, "Each");
    let each = ("Each".to_owned(), ProblemKind::UnboundedItems);
    assert_eq!(problems(&nested, &none), [circle(), each.clone()]);
    assert_eq!(problems(&nested, &none.clone().visits("Look", 10)), [each]);
    let both = none.visits("Look", 10).items("Each", 3);
    let worst = worst_case(&nested, &both).unwrap();
    assert_eq!(worst.events, 2 + 2 + 2 + 3 * (2 + 10 * 4 + 2));
}

#[test]
fn payloads_and_definitions_have_a_worst_case_too() {
    let definition = json!({"QueryLanguage": "JSONata", "StartAt": "A", "States": {
        "A": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Arguments": {"a": "{% $x %}", "b": ["{% $y %}"]}, "End": true}
    }});
    let definition = StateMachine::from_value(definition).unwrap();
    let worst = worst_case(
        &definition,
        &DeclaredBounds::default().expression_bytes(1_000),
    )
    .unwrap();
    assert_eq!(
        worst.payload_bytes,
        r#"{"a":"{% $x %}","b":["{% $y %}"]}"#.len() + 2_000
    );
    assert_eq!(worst.definition_bytes, definition.to_json().unwrap().len());
}
