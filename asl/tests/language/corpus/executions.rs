//! Runs executions that were recorded from AWS, and compares.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use asl::definition::StateMachine;
use asl::interpreter::{
    EndStatus, EventKind, HistoryEvent, Interpreter, MachineType, Resources, TaskCall, TaskFailure,
    TokioClock,
};
use async_trait::async_trait;
use serde_json::{Value, json};

use super::cases::{agrees, cases};

/// Task outcomes as recorded, handed out in the order of each state's attempts.
struct Recorded {
    outcomes: Mutex<HashMap<String, Vec<Value>>>,
    mismatched: Mutex<Vec<String>>,
}

impl Recorded {
    fn new(mocks: &[Value]) -> Self {
        let mut outcomes: HashMap<String, Vec<Value>> = HashMap::new();
        for mock in mocks.iter().rev() {
            let state = mock["state"].as_str().unwrap_or_default().to_owned();
            outcomes.entry(state).or_default().push(mock.clone());
        }
        Self {
            outcomes: Mutex::new(outcomes),
            mismatched: Mutex::default(),
        }
    }

    fn next(&self, call: &TaskCall) -> Option<Value> {
        let mut outcomes = self.outcomes.lock().unwrap();
        if let Some(mock) = outcomes.get_mut(call.state.as_ref()).and_then(Vec::pop) {
            return Some(mock);
        }
        let unnamed = outcomes.get_mut("")?;
        let found = unnamed
            .iter()
            .rposition(|mock| agrees(&mock["request"], &call.arguments))?;
        Some(unnamed.remove(found))
    }
}

#[async_trait]
impl Resources for Recorded {
    async fn call(&self, call: TaskCall) -> Result<Value, TaskFailure> {
        let Some(mock) = self.next(&call) else {
            return Err(TaskFailure::unsupported("no outcome was recorded"));
        };
        if !mock["request"].is_null() && !agrees(&mock["request"], &call.arguments) {
            self.mismatched.lock().unwrap().push(format!(
                "{}: sent {} instead of {}",
                call.state, call.arguments, mock["request"]
            ));
        }
        let outcome = &mock["outcome"];
        let text = |field: &str| outcome[field].as_str().map(str::to_owned);
        match outcome["event"].as_str().unwrap_or_default() {
            "TaskSucceeded" | "LambdaFunctionSucceeded" => Ok(outcome["output"].clone()),
            "Aborted" | "NeverCompletes" | "TaskTimedOut" | "LambdaFunctionTimedOut" => {
                std::future::pending().await
            }
            _ => Err(TaskFailure::Failed {
                error: text("error").unwrap_or_default(),
                cause: text("cause"),
            }),
        }
    }
}

fn interpreter(case: &Value, resources: Arc<Recorded>) -> Result<(Interpreter, String), String> {
    let definition =
        StateMachine::from_value(case["definition"].clone()).map_err(|error| error.to_string())?;
    let written = serde_json::to_value(&definition).unwrap();
    assert_eq!(written, case["definition"], "{}: round trip", case["id"]);
    let arn = case["context"]["StateMachine"]["Id"]
        .as_str()
        .unwrap_or("arn:aws:states:us-east-1:111111111111:stateMachine:machine")
        .to_owned();
    let machine_type = if case["machine_type"] == "EXPRESS" {
        MachineType::Express
    } else {
        MachineType::Standard
    };
    let start = case["clock"]
        .as_str()
        .unwrap_or("2026-01-01T00:00:00Z")
        .parse()
        .unwrap();
    let mut builder = Interpreter::builder()
        .machine_of_type(arn.clone(), definition, machine_type)
        .clock(Arc::new(TokioClock::starting_at(start)))
        .resources(resources);
    if let Some(role) = case["context"]["Execution"]["RoleArn"].as_str() {
        builder = builder.role_arn(role);
    }
    let interpreter = builder.build().map_err(|refusal| refusal.to_string())?;
    Ok((interpreter, arn))
}

#[derive(Default)]
struct Tally {
    cases: usize,
    agree: usize,
    refused: usize,
    wrong: Vec<String>,
    sequences: usize,
    sequences_agree: usize,
    exits: usize,
    exits_agree: usize,
    causes: usize,
    causes_agree: usize,
    requests_differ: Vec<String>,
}

impl Tally {
    async fn run(&mut self, case: &Value) {
        self.cases += 1;
        let mocks = case["task_mocks"].as_array().cloned().unwrap_or_default();
        let recorded = Arc::new(Recorded::new(&mocks));
        let (interpreter, arn) = match interpreter(case, Arc::clone(&recorded)) {
            Ok(made) => made,
            Err(reason) => {
                println!("refused {}: {reason}", case["id"]);
                self.refused += 1;
                return;
            }
        };
        let name = case["context"]["Execution"]["Name"].as_str().unwrap_or("");
        let execution = interpreter
            .start(&arn, name, case["input"].clone())
            .unwrap();
        let outcome = execution.run().await;
        let expect = &case["expect"];
        let output = outcome.output.as_deref();
        let same = expect["status"] == outcome.status.name()
            && match outcome.status {
                EndStatus::Succeeded => {
                    output.is_some_and(|output| agrees(&expect["output"], output))
                }
                _ => expect["error"].as_str() == outcome.error.as_deref(),
            };
        if same {
            self.agree += 1;
        } else {
            self.wrong
                .push(format!("{}: {expect} but was {outcome:?}", case["id"]));
        }
        if expect["cause"].is_string() {
            self.causes += 1;
            if expect["cause"].as_str() == outcome.cause.as_deref() {
                self.causes_agree += 1;
            } else {
                println!("cause {}: {:?}", case["id"], outcome.cause);
            }
        }
        self.requests_differ
            .append(&mut recorded.mismatched.lock().unwrap());
        self.compare_sequence(case, &execution.history());
        self.compare_exits(case, &execution.history());
    }

    /// Every exit that was recorded must have happened, with its output and
    /// its variables.
    fn compare_exits(&mut self, case: &Value, history: &[HistoryEvent]) {
        let Some(expected) = case["state_exits"].as_array() else {
            return;
        };
        let mut exits: Vec<Value> = history
            .iter()
            .filter_map(|event| match &event.kind {
                EventKind::StateExited {
                    name,
                    output,
                    assigned,
                    ..
                } => {
                    let mut exit = json!({"state": name.as_ref(), "output": output.as_ref()});
                    if !assigned.is_empty() {
                        let assigned = assigned.iter();
                        exit["assigned"] = assigned
                            .map(|(name, value)| (name.to_string(), value.as_ref().clone()))
                            .collect();
                    }
                    Some(exit)
                }
                _ => None,
            })
            .collect();
        self.exits += expected.len();
        for wanted in expected {
            match exits.iter().position(|exit| agrees(wanted, exit)) {
                Some(found) => {
                    exits.remove(found);
                    self.exits_agree += 1;
                }
                None => println!("exit {}: no {wanted} in {exits:?}", case["id"]),
            }
        }
    }

    fn compare_sequence(&mut self, case: &Value, history: &[HistoryEvent]) {
        let Some(expected) = case["state_sequence"].as_array() else {
            return;
        };
        let mut expected: Vec<&str> = expected.iter().filter_map(Value::as_str).collect();
        let mut entered: Vec<&str> = history
            .iter()
            .filter_map(|event| match &event.kind {
                EventKind::StateEntered { name, .. } => Some(name.as_ref()),
                _ => None,
            })
            .collect();
        if case["concurrent"] == true {
            expected.sort_unstable();
            entered.sort_unstable();
        }
        self.sequences += 1;
        if expected == entered {
            self.sequences_agree += 1;
        } else {
            println!(
                "sequence {}: {entered:?} instead of {expected:?}",
                case["id"]
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn jsonata_executions_end_as_on_aws() {
    let Some(cases) = cases() else { return };
    let mut tally = Tally::default();
    for case in &cases {
        if case["kind"] == "execution" && case["query_language"] == "JSONata" {
            tally.run(case).await;
        }
    }
    println!(
        "corpus: {} cases, {} agree, {} refused, {} wrong; state sequences {}/{}; exits {}/{}; causes {}/{}",
        tally.cases,
        tally.agree,
        tally.refused,
        tally.wrong.len(),
        tally.sequences_agree,
        tally.sequences,
        tally.exits_agree,
        tally.exits,
        tally.causes_agree,
        tally.causes,
    );
    assert!(tally.wrong.is_empty(), "{:#?}", tally.wrong);
    assert!(
        tally.requests_differ.is_empty(),
        "{:#?}",
        tally.requests_differ
    );
    assert!(tally.agree * 10 >= tally.cases * 9);
    assert_eq!(tally.sequences_agree, tally.sequences);
    assert_eq!(tally.exits_agree, tally.exits);
}

#[tokio::test(start_paused = true)]
async fn anything_in_jsonpath_is_refused() {
    let Some(cases) = cases() else { return };
    let (mut others, mut refused) = (0, 0);
    for case in &cases {
        let other = matches!(case["query_language"].as_str(), Some("JSONPath" | "mixed"));
        if case["kind"] == "execution" && other {
            others += 1;
            let recorded = Arc::new(Recorded::new(&[]));
            match interpreter(case, recorded) {
                Err(_) => refused += 1,
                Ok(_) => println!("not refused: {}", case["id"]),
            }
        }
    }
    println!("corpus: {others} JSONPath and mixed cases, {refused} refused");
    assert_eq!(refused, others);
}
