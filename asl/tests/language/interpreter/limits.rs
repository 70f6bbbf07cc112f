//! Quotas, stops and the machine's own time limit.

use std::sync::{Arc, Mutex};

use asl::interpreter::{
    EndStatus, ExecutionInfo, HISTORY_EVENTS, HistoryEvent, Interpreter, MachineType, Observer,
};
use asl::validation::{DeclaredBounds, worst_case};
use serde_json::{Value, json};

use super::scripted::{Answer, Scripted, arn, elapsed, interpreter, machine, names, run};

fn spin() -> Value {
    json!({
        "Count": {"Type": "Pass", "Assign": {"n": "{% $exists($n) ? $n + 1 : 1 %}"}, "Next": "Enough"},
        "Enough": {"Type": "Choice", "Choices": [{"Condition": "{% $n >= $states.input.turns %}", "Next": "Done"}], "Default": "Count"},
        "Done": {"Type": "Succeed"}
    })
}

#[tokio::test(start_paused = true)]
async fn the_last_event_of_a_full_history_is_the_failure() {
    let (outcome, execution, _) = run(spin(), json!({"turns": 1_000_000}), |_| Answer::Never).await;
    assert_eq!(outcome.status, EndStatus::Failed);
    assert_eq!(outcome.error.as_deref(), Some("States.Runtime"));
    assert_eq!(
        outcome.cause.as_deref(),
        Some("The execution reached the maximum number of history events (25000).")
    );
    let history = execution.history();
    assert_eq!(history.len() as u64, HISTORY_EVENTS);
    let last = history.last().unwrap();
    assert_eq!((last.id, last.previous_event_id), (25_000, 24_999));
    assert_eq!(last.kind.name(), "ExecutionFailed");
}

#[tokio::test(start_paused = true)]
async fn an_execution_just_below_the_limit_succeeds() {
    // Start, end, and two for the last state; four each turn.
    let turns = (HISTORY_EVENTS - 1 - 4) / 4;
    let (outcome, execution, _) = run(spin(), json!({ "turns": turns }), |_| Answer::Never).await;
    assert_eq!(outcome.status, EndStatus::Succeeded);
    assert_eq!(execution.event_count(), turns * 4 + 4);
}

#[tokio::test(start_paused = true)]
async fn a_full_history_cannot_be_caught() {
    let states = json!({
        "Each": {
            "Type": "Map", "Items": [1],
            "ItemProcessor": {"StartAt": "Loop", "States": {
                "Loop": {"Type": "Choice", "Choices": [{"Condition": "{% false %}", "Next": "Out"}], "Default": "Loop"},
                "Out": {"Type": "Succeed"}
            }},
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}],
            "End": true
        },
        "Caught": {"Type": "Succeed"}
    });
    let (outcome, execution, _) = run(states, json!({}), |_| Answer::Never).await;
    assert_eq!(outcome.error.as_deref(), Some("States.Runtime"));
    assert_eq!(execution.event_count(), HISTORY_EVENTS);
}

#[derive(Default)]
struct Counter(Mutex<u64>);

impl Observer for Counter {
    fn event(&self, _: &ExecutionInfo, event: &HistoryEvent) {
        let mut count = self.0.lock().unwrap();
        *count += 1;
        assert_eq!(*count, event.id);
    }
}

#[tokio::test(start_paused = true)]
async fn express_has_no_history_and_no_limit() {
    let counter = Arc::new(Counter::default());
    let interpreter = Interpreter::builder()
        .machine_of_type(arn("main"), machine(spin()), MachineType::Express)
        .observer(Arc::<Counter>::clone(&counter))
        .build()
        .unwrap();
    let execution = interpreter
        .start(&arn("main"), "run", json!({"turns": 10_000}))
        .unwrap();
    assert_eq!(execution.run().await.status, EndStatus::Succeeded);
    assert_eq!(execution.history(), []);
    assert_eq!(*counter.0.lock().unwrap(), 40_004);
}

#[tokio::test(start_paused = true)]
async fn the_machine_has_a_time_limit() {
    let mut definition = machine(json!({"Nap": {"Type": "Wait", "Seconds": 25, "End": true}}));
    definition.timeout_seconds = Some(3);
    let resources = Scripted::new(|_| Answer::Never);
    let interpreter = interpreter(&[("main", definition)], &resources);
    let execution = interpreter.start(&arn("main"), "run", json!({})).unwrap();
    let outcome = execution.run().await;
    assert_eq!(outcome.status, EndStatus::TimedOut);
    assert_eq!((outcome.error, outcome.cause), (None, None));
    assert!((elapsed(&execution) - 3.0).abs() < 0.01);
    assert_eq!(
        names(&execution),
        ["ExecutionStarted", "WaitStateEntered", "ExecutionTimedOut"]
    );
}

#[tokio::test(start_paused = true)]
async fn nothing_runs_longer_than_a_year() {
    let states = json!({"Work": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true}});
    let (outcome, execution, _) = run(states, json!({}), |_| Answer::Never).await;
    assert_eq!(outcome.status, EndStatus::TimedOut);
    assert!((elapsed(&execution) - 31_536_000.0).abs() < 1.0);
}

#[tokio::test(start_paused = true)]
async fn a_busy_loop_can_be_stopped() {
    let interpreter = Interpreter::builder()
        .machine_of_type(arn("main"), machine(spin()), MachineType::Express)
        .build()
        .unwrap();
    let execution = interpreter
        .start(&arn("main"), "run", json!({"turns": 1_000_000_000}))
        .unwrap();
    let (outcome, ()) = tokio::join!(execution.run(), async {
        tokio::task::yield_now().await;
        execution.stop(None, None);
    });
    assert_eq!(outcome.status, EndStatus::Aborted);
}

#[tokio::test(start_paused = true)]
async fn a_stop_before_the_run_and_a_run_never_polled() {
    let resources = Scripted::new(|_| Answer::Now(json!(1)));
    let interpreter = interpreter(&[("main", machine(spin()))], &resources);
    let input = json!({"turns": 2});
    let execution = interpreter
        .start(&arn("main"), "stopped", input.clone())
        .unwrap();
    execution.stop(None, Some("never mind"));
    assert_eq!(execution.run().await.status, EndStatus::Aborted);
    assert_eq!(names(&execution), ["ExecutionStarted", "ExecutionAborted"]);
    let execution = interpreter.start(&arn("main"), "again", input).unwrap();
    drop(execution.run());
    let (first, second) = tokio::join!(execution.run(), execution.run());
    assert_eq!(first.status, EndStatus::Succeeded);
    assert_eq!(first, second);
    execution.stop(None, None);
    assert_eq!(execution.outcome(), Some(first));
}

#[tokio::test(start_paused = true)]
async fn payloads_are_limited() {
    let states = json!({"Work": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true}});
    let (outcome, ..) = run(states, json!({}), |_| {
        Answer::Now(json!("x".repeat(262_143)))
    })
    .await;
    assert_eq!(outcome.error.as_deref(), Some("States.DataLimitExceeded"));
    let states =
        json!({"Big": {"Type": "Pass", "Output": "{% $pad('', 300000, 'x') %}", "End": true}});
    let (outcome, ..) = run(states, json!({}), |_| Answer::Never).await;
    assert_eq!(outcome.error.as_deref(), Some("States.DataLimitExceeded"));
}

#[tokio::test(start_paused = true)]
async fn what_the_host_does_not_support_cannot_be_caught() {
    struct Nobody;
    #[async_trait::async_trait]
    impl asl::interpreter::Resources for Nobody {
        async fn call(
            &self,
            _: asl::interpreter::TaskCall,
        ) -> Result<Value, asl::interpreter::TaskFailure> {
            Err(asl::interpreter::TaskFailure::unsupported(
                "no such thing here",
            ))
        }
    }
    let states = json!({
        "Work": {
            "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
            "Retry": [{"ErrorEquals": ["States.ALL"]}],
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}], "End": true
        },
        "Caught": {"Type": "Succeed"}
    });
    let interpreter = Interpreter::builder()
        .machine(arn("main"), machine(states))
        .resources(Arc::new(Nobody))
        .build()
        .unwrap();
    let execution = interpreter.start(&arn("main"), "run", json!({})).unwrap();
    let outcome = execution.run().await;
    assert_eq!(outcome.status, EndStatus::Failed);
    assert_eq!(outcome.error.as_deref(), Some("States.Runtime"));
    assert!(outcome.cause.unwrap().contains("no such thing here"));
}

/// The events that `events` promises are never fewer than those that happen.
#[tokio::test(start_paused = true)]
async fn the_worst_case_is_not_exceeded() {
    let retry = json!([{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1, "MaxAttempts": 2}]);
    let catch = json!([{"ErrorEquals": ["States.ALL"], "Next": "Caught"}]);
    let task = json!({"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Retry": retry, "Catch": catch, "Output": "{% $nothing %}", "End": true});
    let inner = json!({"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true});
    let token = json!({"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "TimeoutSeconds": 9, "Retry": retry, "Catch": catch, "End": true});
    let job = json!({"Type": "Task", "Resource": "arn:aws:states:::glue:startJobRun.sync", "Retry": retry, "Catch": catch, "End": true});
    let map = json!({"Type": "Map", "Items": [1, 2, 3], "ItemProcessor": {"StartAt": "In", "States": {"In": inner}}, "Retry": retry, "Catch": catch, "End": true});
    let parallel = json!({"Type": "Parallel", "Branches": [{"StartAt": "In", "States": {"In": inner}}, {"StartAt": "In2", "States": {"In2": inner}}], "Retry": retry, "Catch": catch, "End": true});
    for (state, fails) in [
        (&task, false),
        (&task, true),
        (&token, false),
        (&token, true),
        (&job, false),
        (&job, true),
        (&map, true),
        (&map, false),
        (&parallel, true),
        (&parallel, false),
    ] {
        let states = json!({"Only": state, "Caught": {"Type": "Succeed"}});
        let definition = machine(states.clone());
        let (_, execution, _) = run(states, json!({}), move |_| {
            if fails {
                Answer::Fails("E")
            } else {
                Answer::Now(json!(1))
            }
        })
        .await;
        let mut bounds = DeclaredBounds::default();
        if state["Type"] == "Map" {
            bounds = bounds.items("Only", 3);
        }
        let promised = worst_case(&definition, &bounds).unwrap().events;
        let happened = execution.event_count();
        assert!(happened <= promised, "{state}: {happened} of {promised}");
        assert!(
            happened * 4 >= promised || !fails,
            "{state}: {happened} of {promised}"
        );
    }
}
