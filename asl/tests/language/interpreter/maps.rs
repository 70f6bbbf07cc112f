//! `Map` and `Parallel`.

use asl::interpreter::{EndStatus, EventKind};
use serde_json::{Value, json};

use super::scripted::{Answer, elapsed, names, output, run};

fn each(more: Value) -> Value {
    let mut map = json!({
        "Type": "Map", "Items": "{% $states.input.items %}",
        "ItemProcessor": {"StartAt": "Work", "States": {"Work": {
            "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true
        }}},
        "End": true
    });
    for (name, value) in more.as_object().unwrap() {
        map[name] = value.clone();
    }
    json!({"Each": map})
}

#[tokio::test(start_paused = true)]
async fn concurrency_is_bounded_and_order_is_kept() {
    let states = each(json!({"MaxConcurrency": 2}));
    // The first item takes longest, so the others finish around it.
    let (outcome, execution, resources) = run(states, json!({"items": [30, 10, 10, 10]}), |call| {
        let seconds = call.arguments.as_u64().unwrap();
        Answer::After(seconds, json!({ "took": seconds }))
    })
    .await;
    let took = |seconds: u64| json!({ "took": seconds });
    assert_eq!(
        output(&outcome),
        json!([took(30), took(10), took(10), took(10)])
    );
    assert_eq!(resources.times(), [0.0, 0.0, 10.0, 20.0]);
    assert!((elapsed(&execution) - 30.0).abs() < 0.01);
}

#[tokio::test(start_paused = true)]
async fn forty_at_once_without_a_bound() {
    let items: Vec<u64> = (0..100).collect();
    let (_, execution, resources) = run(each(json!({})), json!({ "items": items }), |_| {
        Answer::After(10, json!(1))
    })
    .await;
    assert_eq!(
        resources.times().iter().filter(|at| **at == 0.0).count(),
        40
    );
    assert!((elapsed(&execution) - 30.0).abs() < 0.01);
}

#[tokio::test(start_paused = true)]
async fn the_selector_sees_the_item() {
    let states = each(json!({"ItemSelector": {
        "index": "{% $states.context.Map.Item.Index %}",
        "value": "{% $states.context.Map.Item.Value %}",
        "all": "{% $count($states.input.items) %}"
    }}));
    let (outcome, ..) = run(states, json!({"items": ["a", "b"]}), |call| {
        Answer::Now(call.arguments.as_ref().clone())
    })
    .await;
    assert_eq!(
        output(&outcome),
        json!([{"index": 0, "value": "a", "all": 2}, {"index": 1, "value": "b", "all": 2}])
    );
}

#[tokio::test(start_paused = true)]
async fn a_failing_iteration_fails_the_map_and_ends_the_others() {
    let (outcome, execution, resources) = run(
        each(json!({})),
        json!({"items": [1, 2, 3]}),
        |call| match call.arguments.as_u64() {
            Some(2) => Answer::FailsAfter(1, "Mine"),
            _ => Answer::Never,
        },
    )
    .await;
    assert_eq!(outcome.status, EndStatus::Failed);
    assert_eq!(outcome.error.as_deref(), Some("Mine"));
    assert_eq!(*resources.dropped.lock().unwrap(), 2);
    let names = names(&execution);
    assert_eq!(
        names[names.len() - 5..],
        [
            "MapIterationFailed",
            "MapIterationAborted",
            "MapIterationAborted",
            "MapStateFailed",
            "ExecutionFailed",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn tolerated_failures_are_counted() {
    let script = |call: &asl::interpreter::TaskCall| match call.arguments.as_u64() {
        Some(0) => Answer::Fails("Mine"),
        _ => Answer::Now(json!("fine")),
    };
    let states = each(json!({"ToleratedFailureCount": 1}));
    let (outcome, ..) = run(states.clone(), json!({"items": [0, 1]}), script).await;
    assert_eq!(output(&outcome), json!([null, "fine"]));
    let (outcome, ..) = run(states, json!({"items": [0, 0]}), script).await;
    assert_eq!(
        outcome.error.as_deref(),
        Some("States.ExceedToleratedFailureThreshold")
    );
}

#[tokio::test(start_paused = true)]
async fn branches_run_side_by_side_and_read_outer_variables() {
    let branch = |name: &str, seconds: u64| {
        json!({"StartAt": name, "States": {
            name: {"Type": "Wait", "Seconds": seconds, "Assign": {"own": name}, "Next": format!("{name} out")},
            format!("{name} out"): {"Type": "Pass", "Output": "{% $own & $shared %}", "End": true}
        }})
    };
    let states = json!({
        "Set": {"Type": "Pass", "Assign": {"shared": "!"}, "Next": "Both"},
        "Both": {"Type": "Parallel", "Branches": [branch("A", 20), branch("B", 10)], "Next": "After"},
        "After": {"Type": "Pass", "Output": {"both": "{% $states.input %}", "own": "{% $exists($own) %}"}, "End": true}
    });
    let (outcome, execution, _) = run(states, json!({}), |_| Answer::Never).await;
    assert_eq!(
        output(&outcome),
        json!({"both": ["A!", "B!"], "own": false})
    );
    assert!((elapsed(&execution) - 20.0).abs() < 0.01);
}

#[tokio::test(start_paused = true)]
async fn a_failing_branch_ends_the_others_and_can_be_caught() {
    let states = json!({
        "Both": {
            "Type": "Parallel",
            "Branches": [
                {"StartAt": "Slow", "States": {"Slow": {"Type": "Wait", "Seconds": 1_000, "End": true}}},
                {"StartAt": "No", "States": {"No": {"Type": "Fail", "Error": "Mine"}}}
            ],
            "Catch": [{"ErrorEquals": ["Mine"], "Next": "Caught"}],
            "End": true
        },
        "Caught": {"Type": "Succeed"}
    });
    let (outcome, execution, _) = run(states, json!({}), |_| Answer::Never).await;
    assert_eq!(outcome.status, EndStatus::Succeeded);
    assert!(elapsed(&execution) < 0.01);
    assert!(names(&execution).contains(&"ParallelStateFailed"));
}

#[tokio::test(start_paused = true)]
async fn events_know_what_led_to_them() {
    let (_, execution, _) = run(each(json!({})), json!({"items": [1, 2]}), |_| {
        Answer::Now(json!(0))
    })
    .await;
    let history = execution.history();
    for (index, event) in history.iter().enumerate() {
        assert_eq!(event.id, index as u64 + 1);
        assert!(event.previous_event_id < event.id);
    }
    let started = |wanted: usize| {
        history.iter().find(
            |event| matches!(&event.kind, EventKind::IterationStarted { index, .. } if *index == wanted),
        )
    };
    let map = history
        .iter()
        .find(|event| matches!(event.kind, EventKind::MapStarted { .. }));
    for index in [0, 1] {
        assert_eq!(started(index).unwrap().previous_event_id, map.unwrap().id);
    }
}
