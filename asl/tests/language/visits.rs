//! What is heard of running executions, and that each visit asked of `TestState` alone goes on as the
//! execution did.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use asl::definition::StateMachine;
use asl::interpreter::{EndStatus, Interpreter, Resources, TaskCall, TaskFailure};
use asl::test_state::{StateConfiguration, TestHost, TestRequest, Visit, Visits, test_state};
use async_trait::async_trait;
use serde_json::{Value, json};

const ARN: &str = "arn:aws:states:us-east-1:000000000000:stateMachine:machine";

fn machine() -> Value {
    let invoke = "arn:aws:states:::lambda:invoke";
    let busy = json!([{"ErrorEquals": ["Busy"], "MaxAttempts": 3, "IntervalSeconds": 1}]);
    json!({"QueryLanguage": "JSONata", "StartAt": "Note", "States": {
        "Note": {"Type": "Pass", "Assign": {"factor": "{% $states.input.factor %}"}, "Next": "Each"},
        "Each": {
            "Type": "Map", "Items": "{% [1, 2, 3] %}", "MaxConcurrency": 2,
            "ItemProcessor": {"StartAt": "Work", "States": {
                "Work": {"Type": "Task", "Resource": invoke, "Retry": busy,
                    "Arguments": {"FunctionName": "work", "Payload": {"n": "{% $states.input * $factor %}"}},
                    "Assign": {"inner": "{% $states.result.Payload %}"},
                    "Output": "{% $states.result.Payload %}", "Next": "Inside"},
                "Inside": {"Type": "Pass", "Output": "{% $inner + $factor %}", "End": true}
            }},
            "Assign": {"sum": "{% $sum($states.result) %}"}, "Next": "Risk"
        },
        "Risk": {"Type": "Task", "Resource": invoke, "Arguments": {"FunctionName": "risk", "Payload": {}},
            "Catch": [{"ErrorEquals": ["Odd"], "Assign": {"why": "{% $states.errorOutput.Cause %}"}, "Output": "{% $sum %}", "Next": "Which"}],
            "Next": "Lost"},
        "Which": {"Type": "Choice", "Choices": [{"Condition": "{% $why = 'so' %}", "Next": "Done"}], "Default": "Lost"},
        "Done": {"Type": "Succeed", "Output": "{% $states.input %}"},
        "Lost": {"Type": "Fail", "Error": "Lost"}
    }})
}

/// Fails the first two calls for the second item, and every risk.
#[derive(Default)]
struct Functions(Mutex<u32>);

#[async_trait]
impl Resources for Functions {
    async fn call(&self, call: TaskCall) -> Result<Value, TaskFailure> {
        if call.arguments["FunctionName"] == "risk" {
            return Err(TaskFailure::new("Odd", "so"));
        }
        let number = call.arguments["Payload"]["n"].as_u64().unwrap();
        let mut failures = self.0.lock().unwrap();
        if number == 20 && *failures < 2 {
            *failures += 1;
            return Err(TaskFailure::new("Busy", "later"));
        }
        Ok(json!({"Payload": number + 1}))
    }
}

async fn visits() -> Vec<Visit> {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let taker = Arc::clone(&heard);
    let interpreter = Interpreter::builder()
        .machine(ARN, StateMachine::from_value(machine()).unwrap())
        .resources(Arc::new(Functions::default()))
        .observer(Arc::new(Visits::new(move |visit| {
            taker.lock().unwrap().push(visit);
        })))
        .build()
        .unwrap();
    let execution = interpreter
        .start(ARN, "run", json!({"factor": 10}))
        .unwrap();
    let outcome = execution.run().await;
    assert_eq!(outcome.status, EndStatus::Succeeded);
    // 11 + 10, 21 + 10, 31 + 10.
    assert_eq!(outcome.output.as_deref(), Some(&json!(93)));
    let mut heard = heard.lock().unwrap();
    std::mem::take(&mut *heard)
}

#[tokio::test(start_paused = true)]
async fn each_attempt_is_heard_with_what_it_saw() {
    let visits = visits().await;
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for visit in &visits {
        *counts.entry(&visit.state).or_default() += 1;
    }
    assert_eq!(
        counts,
        HashMap::from([
            ("Note", 1),
            ("Work", 5),
            ("Inside", 3),
            ("Each", 1),
            ("Risk", 1),
            ("Which", 1),
            ("Done", 1)
        ])
    );
    let of = |state: &'static str| visits.iter().filter(move |visit| &*visit.state == state);
    let second: Vec<&Visit> = of("Work")
        .filter(|visit| *visit.input == json!(2))
        .collect();
    let retries: Vec<u64> = second.iter().map(|visit| visit.retries).collect();
    assert_eq!(retries, [0, 1, 2]);
    assert!(second[1].outcome.as_ref().unwrap().is_err());
    for visit in of("Work") {
        assert_eq!(visit.variables["factor"], 10);
        // An iteration does not see what another one assigned.
        assert_eq!(visit.variables.get("inner"), None);
    }
    let each = of("Each").next().unwrap();
    let result = each.outcome.as_ref().unwrap().as_ref().unwrap();
    assert_eq!(**result, json!([21, 31, 41]));
    assert_eq!(each.variables.get("inner"), None);
    let risk = of("Risk").next().unwrap();
    let variables = Value::Object(risk.variables.as_ref().clone());
    assert_eq!(variables, json!({"factor": 10, "sum": 93}));
    let which = of("Which").next().unwrap();
    assert_eq!(which.variables["why"], "so");
    assert_eq!(which.execution.name.as_ref(), "run");
}

#[tokio::test(start_paused = true)]
async fn a_visit_alone_goes_on_as_the_execution_did() {
    let visits = visits().await;
    let mut gone_on = 0;
    for visit in &visits {
        let request = TestRequest {
            definition: machine().to_string(),
            state_name: Some(visit.state.to_string()),
            input: Some(visit.input.to_string()),
            variables: Some(Value::Object(visit.variables.as_ref().clone()).to_string()),
            state_configuration: matches!(visit.outcome, Some(Err(_))).then(|| {
                StateConfiguration {
                    retrier_retry_count: Some(visit.retries),
                    ..StateConfiguration::default()
                }
            }),
            mock: visit.mock(),
            ..TestRequest::default()
        };
        let answer = test_state(&request, &TestHost::default()).await.unwrap();
        let Some(next) = answer.next_state else {
            assert!(
                matches!(&*visit.state, "Inside" | "Done" | "Work"),
                "{}",
                visit.state
            );
            continue;
        };
        let output = answer.output.unwrap();
        assert!(
            visits
                .iter()
                .any(|other| *other.state == next && *other.input == output),
            "{} leads to {next} with {output}",
            visit.state
        );
        gone_on += 1;
    }
    // Note, three of Work, Each, Risk, Which.
    assert_eq!(gone_on, 7);
}
