//! Tasks that wait for a token.

use std::time::Duration;

use asl::interpreter::{EndStatus, Interpreter, TokenProblem};
use serde_json::{Value, json};

use super::scripted::{Answer, Scripted, arn, elapsed, interpreter, machine, names, output};

fn waiting(more: Value) -> Value {
    let mut task = json!({
        "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
        "Arguments": {"token": "{% $states.context.Task.Token %}"},
        "End": true
    });
    for (name, value) in more.as_object().unwrap() {
        task[name] = value.clone();
    }
    json!({"Ask": task})
}

async fn with_token<F: Future<Output = ()>>(
    more: Value,
    then: impl FnOnce(Interpreter, String) -> F,
) -> (
    asl::interpreter::ExecutionOutcome,
    asl::interpreter::Execution,
    Interpreter,
    String,
) {
    let resources = Scripted::new(|_| Answer::Now(json!("taken")));
    let interpreter = interpreter(&[("main", machine(waiting(more)))], &resources);
    let execution = interpreter.start(&arn("main"), "run", json!({})).unwrap();
    let token = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let call = resources.calls().pop().unwrap();
        let token = call.task_token.unwrap().to_string();
        assert_eq!(call.arguments["token"], token);
        then(interpreter.clone(), token.clone()).await;
        token
    };
    let (outcome, token) = tokio::join!(execution.run(), token);
    (outcome, execution, interpreter, token)
}

#[tokio::test(start_paused = true)]
async fn success_is_the_result() {
    let (outcome, execution, interpreter, token) =
        with_token(json!({}), |interpreter, token| async move {
            tokio::time::sleep(Duration::from_secs(1_000)).await;
            interpreter
                .send_task_success(&token, json!({"ok": 1}))
                .unwrap();
        })
        .await;
    assert_eq!(output(&outcome), json!({"ok": 1}));
    assert!((elapsed(&execution) - 1_001.0).abs() < 0.01);
    assert_eq!(
        names(&execution),
        [
            "ExecutionStarted",
            "TaskStateEntered",
            "TaskScheduled",
            "TaskStarted",
            "TaskSubmitted",
            "TaskSucceeded",
            "TaskStateExited",
            "ExecutionSucceeded",
        ]
    );
    let again = interpreter.send_task_success(&token, json!(2));
    assert_eq!(again, Err(TokenProblem::TaskTimedOut));
    let unknown = interpreter.send_task_heartbeat("nothing");
    assert_eq!(unknown, Err(TokenProblem::TaskDoesNotExist));
}

#[tokio::test(start_paused = true)]
async fn failure_is_the_error() {
    let (outcome, ..) = with_token(json!({}), |interpreter, token| async move {
        interpreter
            .send_task_failure(&token, "Mine", "why")
            .unwrap();
    })
    .await;
    assert_eq!(outcome.status, EndStatus::Failed);
    assert_eq!(outcome.error.as_deref(), Some("Mine"));
    assert_eq!(outcome.cause.as_deref(), Some("why"));
}

#[tokio::test(start_paused = true)]
async fn heartbeats_keep_a_task_alive_until_they_stop() {
    let (outcome, execution, ..) = with_token(
        json!({"HeartbeatSeconds": 10}),
        |interpreter, token| async move {
            for _ in 0..5 {
                tokio::time::sleep(Duration::from_secs(8)).await;
                interpreter.send_task_heartbeat(&token).unwrap();
            }
        },
    )
    .await;
    assert_eq!(outcome.error.as_deref(), Some("States.HeartbeatTimeout"));
    assert!(
        (elapsed(&execution) - 51.0).abs() < 0.01,
        "{}",
        elapsed(&execution)
    );
    assert!(names(&execution).contains(&"TaskTimedOut"));
}

#[tokio::test(start_paused = true)]
async fn the_time_limit_holds_in_spite_of_heartbeats() {
    let limits = json!({"HeartbeatSeconds": 10, "TimeoutSeconds": 30});
    let (outcome, execution, ..) = with_token(limits, |interpreter, token| async move {
        loop {
            tokio::time::sleep(Duration::from_secs(8)).await;
            if interpreter.send_task_heartbeat(&token).is_err() {
                return;
            }
        }
    })
    .await;
    assert_eq!(outcome.error.as_deref(), Some("States.Timeout"));
    assert!((elapsed(&execution) - 30.0).abs() < 0.01);
}

#[tokio::test(start_paused = true)]
async fn a_token_may_come_back_before_the_call_does() {
    let resources = Scripted::new(|_| Answer::After(5, json!("taken")));
    let interpreter = interpreter(&[("main", machine(waiting(json!({}))))], &resources);
    let execution = interpreter.start(&arn("main"), "run", json!({})).unwrap();
    let early = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let token = resources.calls().pop().unwrap().task_token.unwrap();
        interpreter
            .send_task_success(&token, json!("early"))
            .unwrap();
    };
    let (outcome, ()) = tokio::join!(execution.run(), early);
    assert_eq!(output(&outcome), json!("early"));
}

/// Resources that answer their own tokens, through the interpreter they serve.
#[derive(Default)]
struct Echo(std::sync::OnceLock<asl::interpreter::WeakInterpreter>);

#[async_trait::async_trait]
impl asl::interpreter::Resources for Echo {
    async fn call(
        &self,
        call: asl::interpreter::TaskCall,
    ) -> Result<Value, asl::interpreter::TaskFailure> {
        let interpreter = self.0.get().unwrap().upgrade().unwrap();
        let token = call.task_token.unwrap();
        interpreter
            .send_task_success(&token, json!("echo"))
            .unwrap();
        Ok(json!(null))
    }
}

#[tokio::test(start_paused = true)]
async fn resources_may_hold_their_interpreter_weakly() {
    let echo = std::sync::Arc::new(Echo::default());
    let interpreter = Interpreter::builder()
        .machine(arn("main"), machine(waiting(json!({}))))
        .resources(std::sync::Arc::<Echo>::clone(&echo))
        .build()
        .unwrap();
    assert!(echo.0.set(interpreter.downgrade()).is_ok());
    let execution = interpreter.start(&arn("main"), "run", json!({})).unwrap();
    assert_eq!(output(&execution.run().await), json!("echo"));
    drop((interpreter, execution));
    assert!(echo.0.get().unwrap().upgrade().is_none());
}
