//! Data between states: `Assign`, `Output`, the context object, functions.

use asl::interpreter::EndStatus;
use serde_json::{Value, json};

use super::scripted::{Answer, elapsed, output, run};

async fn pass(expression: &str, input: Value) -> Value {
    let states = json!({"Only": {"Type": "Pass", "Output": {"value": format!("{{% {expression} %}}")}, "End": true}});
    let (outcome, ..) = run(states, input, |_| Answer::Never).await;
    match outcome.status {
        EndStatus::Succeeded => output(&outcome)["value"].clone(),
        _ => json!({"error": outcome.error.as_deref(), "cause": outcome.cause.as_deref()}),
    }
}

#[tokio::test(start_paused = true)]
async fn assignments_see_the_variables_as_they_were() {
    let states = json!({
        "First": {"Type": "Pass", "Assign": {"a": 1, "b": 2}, "Next": "Swap"},
        "Swap": {"Type": "Pass", "Assign": {"a": "{% $b %}", "b": "{% $a %}"}, "Output": {"a": "{% $a %}"}, "Next": "Last"},
        "Last": {"Type": "Pass", "Output": {"before": "{% $states.input.a %}", "a": "{% $a %}", "b": "{% $b %}"}, "End": true}
    });
    let (outcome, ..) = run(states, json!({}), |_| Answer::Never).await;
    assert_eq!(output(&outcome), json!({"before": 1, "a": 2, "b": 1}));
}

#[tokio::test(start_paused = true)]
async fn a_rule_of_a_choice_has_its_own_assignments() {
    let states = json!({
        "Pick": {
            "Type": "Choice",
            "Choices": [{"Condition": "{% $states.input.n > 1 %}", "Assign": {"size": "big"}, "Output": "{% $states.input.n %}", "Next": "Out"}],
            "Assign": {"size": "small"}, "Default": "Out"
        },
        "Out": {"Type": "Pass", "Output": {"size": "{% $size %}", "input": "{% $states.input %}"}, "End": true}
    });
    let (outcome, ..) = run(states.clone(), json!({"n": 2}), |_| Answer::Never).await;
    assert_eq!(output(&outcome), json!({"size": "big", "input": 2}));
    let (outcome, ..) = run(states, json!({"n": 1}), |_| Answer::Never).await;
    assert_eq!(
        output(&outcome),
        json!({"size": "small", "input": {"n": 1}})
    );
}

#[tokio::test(start_paused = true)]
async fn a_choice_needs_a_boolean_and_a_way_out() {
    let states = |condition: &str| {
        json!({
            "Pick": {"Type": "Choice", "Choices": [{"Condition": format!("{{% {condition} %}}"), "Next": "Out"}]},
            "Out": {"Type": "Succeed"}
        })
    };
    let (outcome, ..) = run(states("1"), json!({}), |_| Answer::Never).await;
    assert_eq!(
        outcome.error.as_deref(),
        Some("States.QueryEvaluationError")
    );
    assert!(
        outcome
            .cause
            .unwrap()
            .contains("Expected 'boolean', but was 'number' for value: 1")
    );
    let (outcome, ..) = run(states("false"), json!({}), |_| Answer::Never).await;
    assert_eq!(outcome.error.as_deref(), Some("States.NoChoiceMatched"));
}

#[tokio::test(start_paused = true)]
async fn the_context_object_is_complete() {
    let context = pass("$states.context", json!({"n": 1})).await;
    assert_eq!(
        context,
        json!({
            "Execution": {
                "Id": "arn:aws:states:eu-west-1:111111111111:execution:main:run",
                "Input": {"n": 1}, "Name": "run",
                "RoleArn": "arn:aws:iam::000000000000:role/states",
                "StartTime": "2026-01-01T00:00:00.000Z", "RedriveCount": 0
            },
            "StateMachine": {"Id": "arn:aws:states:eu-west-1:111111111111:stateMachine:main", "Name": "main"},
            "State": {"Name": "Only", "EnteredTime": "2026-01-01T00:00:00.000Z"}
        })
    );
    assert_eq!(
        pass("$states.context.Execution.Input.n", json!({"n": 1})).await,
        json!(1)
    );
    assert_eq!(
        pass("$states.context.State.Name & '!'", json!({})).await,
        json!("Only!")
    );
    assert_eq!(
        pass("$keys($states)", json!({})).await,
        json!(["input", "context"])
    );
}

#[tokio::test(start_paused = true)]
async fn paths_agree_with_the_engine() {
    let input = json!({
        "one": [0], "none": [], "nested": [[1]], "people": [{"name": "a"}, {"name": "b"}, {}],
        "deep": {"er": {"x": null}}, "text": "t"
    });
    for path in [
        "one",
        "none",
        "nested",
        "people.name",
        "people",
        "deep.er.x",
        "deep.er",
        "deep",
        "text",
        "`one`",
        "people[0].name",
        "nothing",
        "text.length",
        "deep.er.x.y",
        "one.x",
    ] {
        let plain = pass(&format!("$states.input.{path}"), input.clone()).await;
        let engine = pass(&format!("($x := $states; $x.input.{path})"), input.clone()).await;
        let strip = |value: &Value| match value.get("error") {
            Some(error) => error.clone(),
            None => value.clone(),
        };
        assert_eq!(strip(&plain), strip(&engine), "{path}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_undefined_result_is_an_error_wherever_it_stands() {
    let states = json!({"Only": {"Type": "Pass", "Output": {"list": ["{% $states.input.x %}"]}, "End": true}});
    let (outcome, ..) = run(states, json!({}), |_| Answer::Never).await;
    assert_eq!(
        outcome.error.as_deref(),
        Some("States.QueryEvaluationError")
    );
    let cause = outcome.cause.unwrap();
    assert!(
        cause.contains("'Output/list/[0]' returned nothing"),
        "{cause}"
    );
}

#[tokio::test(start_paused = true)]
async fn functions_of_step_functions() {
    assert_eq!(
        pass("$partition([1, 2, 3], 2)", json!({})).await,
        json!([[1, 2], [3]])
    );
    assert_eq!(
        pass("$range(10, 0, -5)", json!({})).await,
        json!([10, 5, 0])
    );
    assert_eq!(
        pass("$parse('{\"a\": [1]}').a", json!({})).await,
        json!([1])
    );
    assert_eq!(
        pass("$hash('abc', 'MD5')", json!({})).await,
        json!("900150983cd24fb0d6963f7d28e17f72")
    );
    assert_eq!(
        pass("$hash('abc', 'SHA-1')", json!({})).await,
        json!("a9993e364706816aba3e25717850c26c9cd0d89d")
    );
    assert_eq!(
        pass("$substring($hash('abc', 'SHA-256'), 0, 16)", json!({})).await,
        json!("ba7816bf8f01cfea")
    );
    assert_eq!(
        pass("$length($hash('abc', 'SHA-384'))", json!({})).await,
        json!(96)
    );
    assert_eq!(
        pass("$length($hash('abc', 'SHA-512'))", json!({})).await,
        json!(128)
    );
    assert_eq!(
        pass("$random(1) = $random(1)", json!({})).await,
        json!(true)
    );
    assert_eq!(pass("$random() < 1", json!({})).await, json!(true));
    let uuid = pass("$uuid()", json!({})).await;
    let uuid = uuid.as_str().unwrap();
    assert_eq!((uuid.len(), &uuid[14..15]), (36, "4"));
    assert_eq!(
        pass("$map([1, 2], $uuid) ~> $distinct ~> $count", json!({})).await,
        json!(2)
    );
}

#[tokio::test(start_paused = true)]
async fn time_in_expressions_is_the_clock() {
    assert_eq!(
        pass("$now()", json!({})).await,
        json!("2026-01-01T00:00:00.000Z")
    );
    assert_eq!(pass("$now('[Y0001]')", json!({})).await, json!("2026"));
    assert_eq!(
        pass("$toMillis($now()) = $millis()", json!({})).await,
        json!(true)
    );
}

#[tokio::test(start_paused = true)]
async fn waits_end_when_they_say() {
    let states = json!({
        "Until": {"Type": "Wait", "Timestamp": "{% $states.input.until %}", "Next": "Past"},
        "Past": {"Type": "Wait", "Timestamp": "2020-01-01T00:00:00Z", "Next": "For"},
        "For": {"Type": "Wait", "Seconds": "{% $states.input.seconds %}", "End": true}
    });
    let input = json!({"until": "2026-01-01T01:00:00+00:30", "seconds": 12});
    let (outcome, execution, _) = run(states, input, |_| Answer::Never).await;
    assert_eq!(outcome.status, EndStatus::Succeeded);
    assert!(
        (elapsed(&execution) - 1_812.0).abs() < 0.01,
        "{}",
        elapsed(&execution)
    );
}
