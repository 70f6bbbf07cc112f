//! Retries, catchers and time limits.

use asl::interpreter::EndStatus;
use serde_json::json;

use super::scripted::{Answer, elapsed, names, output, run};

#[tokio::test(start_paused = true)]
async fn retries_back_off() {
    let states = json!({"Work": {
        "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
        "Retry": [{"ErrorEquals": ["Flaky"], "IntervalSeconds": 2, "MaxAttempts": 4, "BackoffRate": 3, "MaxDelaySeconds": 10}],
        "Output": "{% $states.context.State.RetryCount %}", "End": true
    }});
    let (outcome, execution, resources) = run(states, json!({}), |call| match call.attempt {
        0..4 => Answer::Fails("Flaky"),
        _ => Answer::Now(json!("done")),
    })
    .await;
    assert_eq!(output(&outcome), json!(4));
    assert_eq!(resources.times(), [0.0, 2.0, 8.0, 18.0, 28.0]);
    let tasks = names(&execution);
    assert_eq!(
        tasks.iter().filter(|name| **name == "TaskFailed").count(),
        4
    );
    assert_eq!(
        tasks
            .iter()
            .filter(|name| **name == "TaskStateEntered")
            .count(),
        1
    );
}

#[tokio::test(start_paused = true)]
async fn jitter_stays_below_the_interval_and_repeats_with_the_seed() {
    let states = || {
        json!({"Work": {
            "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
            "Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 100, "MaxAttempts": 3, "BackoffRate": 1.0, "JitterStrategy": "FULL"}],
            "End": true
        }})
    };
    let (outcome, _, first) = run(states(), json!({}), |_| Answer::Fails("E")).await;
    assert_eq!(outcome.status, EndStatus::Failed);
    assert_eq!(outcome.error.as_deref(), Some("E"));
    let (_, _, second) = run(states(), json!({}), |_| Answer::Fails("E")).await;
    let times = first.times();
    assert_eq!(times, second.times());
    assert_eq!(times.len(), 4);
    for pair in times.windows(2) {
        assert!(pair[1] - pair[0] <= 100.0 && pair[1] > pair[0], "{times:?}");
    }
    assert!(times[3] < 299.0, "{times:?}");
}

#[tokio::test(start_paused = true)]
async fn each_retrier_counts_for_itself() {
    let states = json!({"Work": {
        "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
        "Retry": [
            {"ErrorEquals": ["A"], "IntervalSeconds": 1, "MaxAttempts": 1},
            {"ErrorEquals": ["States.ALL"], "IntervalSeconds": 5, "MaxAttempts": 2, "BackoffRate": 1}
        ],
        "End": true
    }});
    let (outcome, _, resources) = run(states, json!({}), |call| {
        Answer::Fails(if call.attempt.is_multiple_of(2) {
            "A"
        } else {
            "B"
        })
    })
    .await;
    // A, retried by the first; B, by the second; A again: the first is used up.
    assert_eq!(outcome.error.as_deref(), Some("A"));
    assert_eq!(resources.times(), [0.0, 1.0, 6.0]);
}

#[tokio::test(start_paused = true)]
async fn catchers_assign_and_hand_over() {
    let states = json!({
        "Work": {
            "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
            "Assign": {"seen": "never"},
            "Catch": [
                {"ErrorEquals": ["Other"], "Next": "Wrong"},
                {"ErrorEquals": ["States.TaskFailed"], "Assign": {"seen": "{% $states.errorOutput.Error %}"},
                 "Output": {"why": "{% $states.errorOutput.Cause %}", "from": "{% $states.input.id %}"}, "Next": "Caught"}
            ],
            "Next": "Wrong"
        },
        "Caught": {"Type": "Succeed", "Output": {"seen": "{% $seen %}", "input": "{% $states.input %}"}},
        "Wrong": {"Type": "Fail"}
    });
    let (outcome, execution, _) = run(states, json!({"id": 5}), |_| Answer::Fails("Mine")).await;
    assert_eq!(
        output(&outcome),
        json!({"seen": "Mine", "input": {"why": "as scripted", "from": 5}})
    );
    assert_eq!(
        names(&execution),
        [
            "ExecutionStarted",
            "TaskStateEntered",
            "TaskScheduled",
            "TaskStarted",
            "TaskFailed",
            "TaskStateExited",
            "SucceedStateEntered",
            "SucceedStateExited",
            "ExecutionSucceeded",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_task_times_out_and_its_call_is_dropped() {
    let states = json!({
        "Work": {
            "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
            "TimeoutSeconds": "{% $states.input.limit %}",
            "Catch": [
                {"ErrorEquals": ["States.TaskFailed"], "Next": "Wrong"},
                {"ErrorEquals": ["States.Timeout"], "Next": "Late"}
            ],
            "Next": "Wrong"
        },
        "Late": {"Type": "Succeed"},
        "Wrong": {"Type": "Fail"}
    });
    let (outcome, execution, resources) =
        run(states, json!({"limit": 30}), |_| Answer::Never).await;
    assert_eq!(
        output(&outcome),
        json!({"Error": "States.Timeout", "Cause": ""})
    );
    assert!((elapsed(&execution) - 30.0).abs() < 0.01);
    assert_eq!(*resources.dropped.lock().unwrap(), 1);
    assert!(names(&execution).contains(&"TaskTimedOut"));
}

#[tokio::test(start_paused = true)]
async fn an_answer_before_the_limit_wins() {
    let states = json!({"Work": {
        "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "TimeoutSeconds": 30, "End": true
    }});
    let (outcome, ..) = run(states, json!({}), |_| Answer::After(29, json!(1))).await;
    assert_eq!(output(&outcome), json!(1));
}

#[tokio::test(start_paused = true)]
async fn an_expression_that_fails_can_be_retried_and_caught() {
    let states = json!({
        "Work": {
            "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
            "Output": "{% $states.result.missing %}",
            "Retry": [{"ErrorEquals": ["States.QueryEvaluationError"], "IntervalSeconds": 1, "MaxAttempts": 1}],
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Caught", "Output": "{% $states.errorOutput.Error %}"}],
            "End": true
        },
        "Caught": {"Type": "Succeed"}
    });
    let (outcome, execution, resources) =
        run(states, json!({}), |_| Answer::Now(json!({"a": 1}))).await;
    assert_eq!(output(&outcome), json!("States.QueryEvaluationError"));
    assert_eq!(resources.times().len(), 2);
    let failed = names(&execution)
        .into_iter()
        .filter(|name| *name == "EvaluationFailed")
        .count();
    assert_eq!(failed, 2);
}
