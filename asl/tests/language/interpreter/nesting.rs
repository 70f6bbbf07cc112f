//! Executions under executions.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use asl::definition::{Pass, QueryLanguage, State, StateMachine, Task, Wait};
use asl::interpreter::{
    ChildStart, EndStatus, Execution, ExecutionInfo, Interpreter, Nursery, TaskFailure,
};
use futures_util::future::BoxFuture;
use serde_json::{Value, json};

use super::scripted::{Answer, Scripted, arn, elapsed, interpreter, machine, names, output};

fn starts(child: &str, suffix: &str, more: Value) -> StateMachine {
    let mut start = json!({
        "Type": "Task",
        "Resource": format!("arn:aws:states:::states:startExecution{suffix}"),
        "Arguments": {
            "StateMachineArn": arn(child),
            "Name": "child",
            "Input": {"n": "{% $states.input.n %}", "AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID": "{% $states.context.Execution.Id %}"}
        },
        "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}],
        "Next": "Done"
    });
    for (name, value) in more.as_object().unwrap() {
        start[name] = value.clone();
    }
    machine(json!({
        "Start": start,
        "Done": {"Type": "Succeed"},
        "Caught": {"Type": "Pass", "End": true, "Output": {"caught": "{% $states.input %}"}}
    }))
}

fn child_arn() -> String {
    "arn:aws:states:eu-west-1:111111111111:execution:child:child".to_owned()
}

fn forever() -> StateMachine {
    machine(
        json!({"Hang": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true}}),
    )
}

#[tokio::test(start_paused = true)]
async fn a_child_hands_back_json_or_text() {
    let child = machine(
        json!({"Add": {"Type": "Pass", "Output": {"sum": "{% $states.input.n + 1 %}"}, "End": true}}),
    );
    for (suffix, expected) in [
        (".sync:2", json!({"sum": 42})),
        (".sync", json!("{\"sum\":42}")),
    ] {
        let resources = Scripted::new(|_| Answer::Never);
        let machines = [
            ("child", child.clone()),
            ("main", starts("child", suffix, json!({}))),
        ];
        let interpreter = interpreter(&machines, &resources);
        let execution = interpreter
            .start(&arn("main"), "run", json!({"n": 41}))
            .unwrap();
        let result = output(&execution.run().await);
        assert_eq!(result["Output"], expected);
        assert_eq!(result["Status"], "SUCCEEDED");
        assert_eq!(result["ExecutionArn"], child_arn());
        assert_eq!(result["StateMachineArn"], arn("child"));
        let child = interpreter.execution(&child_arn()).unwrap();
        assert_eq!(child.info().parent.as_deref(), Some(execution.arn()));
        assert_eq!(
            names(&execution)[..6],
            [
                "ExecutionStarted",
                "TaskStateEntered",
                "TaskScheduled",
                "TaskStarted",
                "TaskSubmitted",
                "TaskSucceeded"
            ]
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_failing_child_is_described_in_the_cause() {
    let child = machine(json!({"No": {"Type": "Fail", "Error": "Mine", "Cause": "because"}}));
    let resources = Scripted::new(|_| Answer::Never);
    let machines = [
        ("child", child),
        ("main", starts("child", ".sync:2", json!({}))),
    ];
    let interpreter = interpreter(&machines, &resources);
    let execution = interpreter
        .start(&arn("main"), "run", json!({"n": 1}))
        .unwrap();
    let caught = output(&execution.run().await)["caught"].clone();
    assert_eq!(caught["Error"], "States.TaskFailed");
    let cause: Value = serde_json::from_str(caught["Cause"].as_str().unwrap()).unwrap();
    assert_eq!(cause["Error"], "Mine");
    assert_eq!(cause["Cause"], "because");
    assert_eq!(cause["Status"], "FAILED");
    assert_eq!(cause["Name"], "child");
}

#[tokio::test(start_paused = true)]
async fn a_timeout_stops_the_child_and_what_it_waits_for() {
    let resources = Scripted::new(|_| Answer::Never);
    let middle = starts("grandchild", ".sync:2", json!({}));
    let machines = [
        ("grandchild", forever()),
        ("child", middle),
        (
            "main",
            starts("child", ".sync:2", json!({"TimeoutSeconds": 60})),
        ),
    ];
    let interpreter = interpreter(&machines, &resources);
    let execution = interpreter
        .start(&arn("main"), "run", json!({"n": 1}))
        .unwrap();
    let caught = output(&execution.run().await)["caught"].clone();
    assert_eq!(caught["Error"], "States.Timeout");
    assert!((elapsed(&execution) - 60.0).abs() < 0.01);
    assert_eq!(*resources.dropped.lock().unwrap(), 1);
    let grandchild = child_arn().replace(":child:child", ":grandchild:child");
    for arn in [child_arn(), grandchild] {
        let stopped = interpreter.execution(&arn).unwrap();
        assert_eq!(
            stopped.outcome().unwrap().status,
            EndStatus::Aborted,
            "{arn}"
        );
        assert_eq!(names(&stopped).last(), Some(&"ExecutionAborted"));
    }
}

#[tokio::test(start_paused = true)]
async fn stop_reaches_the_children() {
    let resources = Scripted::new(|_| Answer::Never);
    let machines = [
        ("child", forever()),
        ("main", starts("child", ".sync:2", json!({}))),
    ];
    let interpreter = interpreter(&machines, &resources);
    let execution = interpreter
        .start(&arn("main"), "run", json!({"n": 1}))
        .unwrap();
    let stopper = execution.clone();
    let (outcome, ()) = tokio::join!(execution.run(), async {
        tokio::time::sleep(std::time::Duration::from_secs(5)).await;
        stopper.stop(Some("Operator"), Some("enough"));
    });
    assert_eq!(outcome.status, EndStatus::Aborted);
    assert_eq!(outcome.error.as_deref(), Some("Operator"));
    assert_eq!(outcome.cause.as_deref(), Some("enough"));
    let child = interpreter.execution(&child_arn()).unwrap();
    assert_eq!(child.outcome().unwrap().status, EndStatus::Aborted);
    assert!((elapsed(&child) - 5.0).abs() < 0.01);
    assert_eq!(*resources.dropped.lock().unwrap(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_stopped_child_fails_its_task() {
    let resources = Scripted::new(|_| Answer::Never);
    let machines = [
        ("child", forever()),
        ("main", starts("child", ".sync:2", json!({}))),
    ];
    let interpreter = interpreter(&machines, &resources);
    let execution = interpreter
        .start(&arn("main"), "run", json!({"n": 1}))
        .unwrap();
    let (outcome, ()) = tokio::join!(execution.run(), async {
        tokio::time::sleep(std::time::Duration::from_secs(5)).await;
        interpreter
            .execution(&child_arn())
            .unwrap()
            .stop(None, None);
    });
    let caught = output(&outcome)["caught"].clone();
    assert_eq!(caught["Error"], "States.TaskFailed");
    let cause: Value = serde_json::from_str(caught["Cause"].as_str().unwrap()).unwrap();
    assert_eq!(cause["Status"], "ABORTED");
}

#[tokio::test(start_paused = true)]
async fn dropping_the_run_aborts_everything() {
    let resources = Scripted::new(|_| Answer::Never);
    let machines = [
        ("child", forever()),
        ("main", starts("child", ".sync:2", json!({}))),
    ];
    let interpreter = interpreter(&machines, &resources);
    let execution = interpreter
        .start(&arn("main"), "run", json!({"n": 1}))
        .unwrap();
    let limit = std::time::Duration::from_secs(9);
    assert!(tokio::time::timeout(limit, execution.run()).await.is_err());
    for arn in [execution.arn(), &child_arn()] {
        let stopped = interpreter.execution(arn).unwrap();
        assert_eq!(
            stopped.outcome().unwrap().status,
            EndStatus::Aborted,
            "{arn}"
        );
    }
    // Whoever waits for it learns of it.
    assert_eq!(execution.run().await.status, EndStatus::Aborted);
}

#[tokio::test(start_paused = true)]
async fn a_plain_start_does_not_wait() {
    let child = StateMachine {
        query_language: Some(QueryLanguage::JSONata),
        start_at: "Nap".to_owned(),
        states: [
            (
                "Nap".to_owned(),
                State::Wait(Wait {
                    seconds: Some(100_u64.into()),
                    next: Some("Add".to_owned()),
                    ..Wait::default()
                }),
            ),
            (
                "Add".to_owned(),
                State::Pass(Pass {
                    output: Some(json!("late")),
                    end: Some(true),
                    ..Pass::default()
                }),
            ),
        ]
        .into_iter()
        .collect(),
        ..StateMachine::default()
    };
    let resources = Scripted::new(|_| Answer::Never);
    let machines = [("child", child), ("main", starts("child", "", json!({})))];
    let interpreter = interpreter(&machines, &resources);
    let execution = interpreter
        .start(&arn("main"), "run", json!({"n": 1}))
        .unwrap();
    let started = output(&execution.run().await);
    assert_eq!(started["ExecutionArn"], child_arn());
    assert!(elapsed(&execution) < 0.01);
    let child = interpreter.execution(&child_arn()).unwrap();
    assert_eq!(child.outcome(), None);
    interpreter.settle().await;
    assert_eq!(output(&child.outcome().unwrap()), json!("late"));
    assert!((elapsed(&child) - 100.0).abs() < 0.01);
}

#[tokio::test(start_paused = true)]
async fn a_plain_start_runs_beside_its_starter() {
    let mut main = starts("child", "", json!({"Next": "Nap"}));
    main.states.insert(
        "Nap".to_owned(),
        State::Wait(Wait {
            seconds: Some(50_u64.into()),
            next: Some("Done".to_owned()),
            ..Wait::default()
        }),
    );
    let child = machine(json!({"Nap": {"Type": "Wait", "Seconds": 20, "End": true}}));
    let resources = Scripted::new(|_| Answer::Never);
    let interpreter = interpreter(&[("child", child), ("main", main)], &resources);
    let execution = interpreter
        .start(&arn("main"), "run", json!({"n": 1}))
        .unwrap();
    execution.run().await;
    let child = interpreter.execution(&child_arn()).unwrap();
    assert!((elapsed(&child) - 20.0).abs() < 0.01);
    assert!((elapsed(&execution) - 50.0).abs() < 0.01);
}

#[tokio::test(start_paused = true)]
async fn a_child_that_cannot_start_fails_its_task() {
    let resources = Scripted::new(|_| Answer::Never);
    let main = machine(json!({"Start": {
        "Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync:2",
        "Arguments": {"StateMachineArn": arn("nobody")}, "End": true
    }}));
    let interpreter = interpreter(&[("main", main)], &resources);
    let execution = interpreter.start(&arn("main"), "run", json!({})).unwrap();
    let outcome = execution.run().await;
    assert_eq!(
        outcome.error.as_deref(),
        Some("StepFunctions.StateMachineDoesNotExistException")
    );
    assert!(interpreter.start(&arn("main"), "run", json!({})).is_err());
}

/// Refuses the first start, and loses the answer to the second one.
#[derive(Default)]
struct Unlucky(AtomicU32);

impl Nursery for Unlucky {
    fn starts(&self, _parent: &ExecutionInfo, name: Option<&str>) -> ChildStart {
        assert_eq!(name, Some("child"));
        let failure = TaskFailure::new("StepFunctions.SdkClientException", "no answer");
        match self.0.fetch_add(1, Ordering::Relaxed) {
            0 => ChildStart::Refused(failure),
            1 => ChildStart::AnswerLost(failure),
            _ => ChildStart::Answered,
        }
    }

    fn raise(&self, _child: &Execution, run: BoxFuture<'static, ()>) {
        drop(tokio::spawn(run));
    }

    fn abandoned(&self, child: Execution) {
        child.stop(None, None);
    }
}

#[tokio::test(start_paused = true)]
async fn a_start_that_is_tried_again_awaits_the_child_whose_answer_was_lost() {
    let child = machine(json!({"Nap": {"Type": "Wait", "Seconds": 20, "End": true}}));
    let retry = json!([{"ErrorEquals": ["StepFunctions.SdkClientException"], "IntervalSeconds": 1, "BackoffRate": 1}]);
    let main = starts("child", ".sync:2", json!({ "Retry": retry }));
    let unlucky = Arc::new(Unlucky::default());
    let interpreter = Interpreter::builder()
        .machine(arn("child"), child)
        .machine(arn("main"), main)
        .nursery(Arc::clone(&unlucky) as Arc<dyn Nursery>)
        .build()
        .unwrap();
    let execution = interpreter
        .start(&arn("main"), "run", json!({"n": 1}))
        .unwrap();
    let result = output(&execution.run().await);
    assert_eq!(result["Status"], "SUCCEEDED");
    assert_eq!(unlucky.0.load(Ordering::Relaxed), 3);
    // The child began with the second try, a second before the third one.
    assert!((elapsed(&execution) - 21.0).abs() < 0.01);
    let child = interpreter.execution(&child_arn()).unwrap();
    assert!((elapsed(&child) - 20.0).abs() < 0.01);
}

#[tokio::test(start_paused = true)]
async fn a_child_that_times_out_fails_its_task_and_says_so() {
    let resources = Scripted::new(|_| Answer::Never);
    let machines = [
        ("child", forever()),
        ("main", starts("child", ".sync:2", json!({}))),
    ];
    let interpreter = interpreter(&machines, &resources);
    let execution = interpreter
        .start(&arn("main"), "run", json!({"n": 1}))
        .unwrap();
    let (outcome, ()) = tokio::join!(execution.run(), async {
        tokio::time::sleep(std::time::Duration::from_secs(5)).await;
        interpreter.execution(&child_arn()).unwrap().time_out();
    });
    let caught = output(&outcome)["caught"].clone();
    assert_eq!(caught["Error"], "States.TaskFailed");
    let cause: Value = serde_json::from_str(caught["Cause"].as_str().unwrap()).unwrap();
    assert_eq!(cause["Status"], "TIMED_OUT");
    assert_eq!(*resources.dropped.lock().unwrap(), 1);
}

#[test]
fn tasks_are_written_field_by_field() {
    let task = Task {
        resource: "arn:aws:states:::lambda:invoke".to_owned(),
        ..Task::default()
    };
    assert_eq!(task.arguments, None);
}
