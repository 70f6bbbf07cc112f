//! State transitions a second on one core, and what the expressions alone cost
//! in the same run.
//!
//! The machine loops over a `Pass` that counts, a `Choice` that looks at the
//! count, and a `Task` that is answered at once. `TRANSITIONS` sets how many
//! transitions are measured.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a bench stops at the first surprise, and prints what it measured"
)]

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use asl::definition::StateMachine;
use asl::interpreter::{EndStatus, Interpreter, MachineType, Resources, TaskCall, TaskFailure};
use async_trait::async_trait;
use jsonata_core::evaluator::{Context, Evaluator};
use jsonata_core::parser;
use jsonata_core::value::JValue;
use serde_json::{Value, json};

const ARN: &str = "arn:aws:states:us-east-1:000000000000:stateMachine:loop";

/// Loops of one Standard execution: nine events each, below 25,000.
const LOOPS: u64 = 2_700;

/// Transitions of one loop.
const STATES: u64 = 3;

struct Immediate;

#[async_trait]
impl Resources for Immediate {
    async fn call(&self, call: TaskCall) -> Result<Value, TaskFailure> {
        Ok(json!({"done": call.arguments["turn"]}))
    }
}

fn machine() -> StateMachine {
    let definition = json!({
        "QueryLanguage": "JSONata",
        "StartAt": "Count",
        "States": {
            "Count": {
                "Type": "Pass",
                "Assign": {"n": "{% $exists($n) ? $n + 1 : 1 %}"},
                "Next": "Enough"
            },
            "Enough": {
                "Type": "Choice",
                "Choices": [{"Condition": "{% $n >= $states.context.Execution.Input.loops %}", "Next": "Done"}],
                "Default": "Work"
            },
            "Work": {
                "Type": "Task",
                "Resource": "arn:aws:states:::lambda:invoke",
                "Arguments": {"turn": "{% $n %}", "kind": "step"},
                "Output": "{% {'last': $states.result.done} %}",
                "Next": "Count"
            },
            "Done": {"Type": "Succeed"}
        }
    });
    StateMachine::from_value(definition).unwrap()
}

fn interpreter(machine_type: MachineType) -> Interpreter {
    Interpreter::builder()
        .machine_of_type(ARN, machine(), machine_type)
        .resources(Arc::new(Immediate))
        .build()
        .unwrap()
}

async fn standard(executions: u64) -> Duration {
    let begin = Instant::now();
    for number in 0..executions {
        // A fresh interpreter now and then, as its executions keep their histories.
        let interpreter = interpreter(MachineType::Standard);
        let name = format!("run-{number}");
        let execution = interpreter
            .start(ARN, &name, json!({"loops": LOOPS}))
            .unwrap();
        assert_eq!(execution.run().await.status, EndStatus::Succeeded);
    }
    begin.elapsed()
}

async fn express(loops: u64) -> Duration {
    let interpreter = interpreter(MachineType::Express);
    let execution = interpreter
        .start(ARN, "run", json!({"loops": loops}))
        .unwrap();
    let begin = Instant::now();
    assert_eq!(execution.run().await.status, EndStatus::Succeeded);
    begin.elapsed()
}

/// The three expressions of a loop that are no plain path, evaluated by the
/// engine with prepared variables.
fn bare(loops: u64) -> Duration {
    let trees = [
        "$exists($n) ? $n + 1 : 1",
        "$n >= $states.context.Execution.Input.loops",
        "{'last': $states.result.done}",
    ]
    .map(|text| parser::parse(text).unwrap());
    let states = JValue::from(json!({
        "context": {"Execution": {"Input": {"loops": loops}}},
        "result": {"done": 1}
    }));
    let begin = Instant::now();
    for _ in 0..loops {
        for tree in &trees {
            let mut context = Context::new();
            context.bind("n".to_owned(), JValue::from_i64(7));
            context.bind("states".to_owned(), states.clone());
            let mut evaluator = Evaluator::with_context(context);
            black_box(evaluator.evaluate(tree, &JValue::Undefined).unwrap());
        }
    }
    begin.elapsed()
}

fn report(what: &str, transitions: u64, elapsed: Duration, bare_loop: f64) {
    let seconds = elapsed.as_secs_f64();
    let each_loop = seconds / (transitions as f64 / STATES as f64);
    println!(
        "{what}: {:.0} transitions/s ({transitions} in {seconds:.2} s), {:.2} times the bare expressions",
        transitions as f64 / seconds,
        each_loop / bare_loop,
    );
}

fn main() {
    let transitions: u64 = std::env::var("TRANSITIONS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(400_000);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    let loops = transitions / STATES;
    bare(loops / 10);
    let bare_time = bare(loops);
    let bare_loop = bare_time.as_secs_f64() / loops as f64;
    println!(
        "bare: {:.2} µs for the three expressions of a loop",
        bare_loop * 1e6
    );
    runtime.block_on(async {
        standard(1).await;
        let executions = (loops / LOOPS).max(1);
        let elapsed = standard(executions).await;
        report("standard", executions * LOOPS * STATES, elapsed, bare_loop);
        let elapsed = express(loops).await;
        report("express", loops * STATES, elapsed, bare_loop);
    });
}
