//! Tasks whose answers a test scripts, and short words for what tests look at.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use asl::definition::StateMachine;
use asl::interpreter::{
    Execution, ExecutionOutcome, Interpreter, Resources, TaskCall, TaskFailure, TokioClock,
};
use async_trait::async_trait;
use serde_json::Value;
use tokio::time::Instant;

/// What a task does.
pub enum Answer {
    /// Answers at once.
    Now(Value),
    /// Answers after a while.
    After(u64, Value),
    /// Fails at once.
    Fails(&'static str),
    /// Fails after a while.
    FailsAfter(u64, &'static str),
    /// Never answers.
    Never,
}

type Script = dyn Fn(&TaskCall) -> Answer + Send + Sync;

/// One call as it arrived: seconds since the start, and what was asked.
#[derive(Debug, Clone)]
pub struct Seen {
    pub at: f64,
    pub call: TaskCall,
}

pub struct Scripted {
    script: Box<Script>,
    pub seen: Mutex<Vec<Seen>>,
    pub dropped: Mutex<usize>,
    start: Instant,
}

struct Counted<'a>(Option<&'a Scripted>);

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        if let Some(scripted) = self.0 {
            *scripted.dropped.lock().unwrap() += 1;
        }
    }
}

impl Scripted {
    pub fn new(script: impl Fn(&TaskCall) -> Answer + Send + Sync + 'static) -> Arc<Self> {
        Arc::new(Self {
            script: Box::new(script),
            seen: Mutex::default(),
            dropped: Mutex::default(),
            start: Instant::now(),
        })
    }

    pub fn times(&self) -> Vec<f64> {
        self.seen
            .lock()
            .unwrap()
            .iter()
            .map(|seen| seen.at)
            .collect()
    }

    pub fn calls(&self) -> Vec<TaskCall> {
        let seen = self.seen.lock().unwrap();
        seen.iter().map(|seen| seen.call.clone()).collect()
    }
}

#[async_trait]
impl Resources for Scripted {
    fn supports(&self, resource: &str) -> bool {
        !resource.contains("unheard-of")
    }

    async fn call(&self, call: TaskCall) -> Result<Value, TaskFailure> {
        let answer = (self.script)(&call);
        self.seen.lock().unwrap().push(Seen {
            at: self.start.elapsed().as_secs_f64(),
            call,
        });
        let mut counted = Counted(Some(self));
        let result = match answer {
            Answer::Now(value) => Ok(value),
            Answer::After(seconds, value) => {
                tokio::time::sleep(Duration::from_secs(seconds)).await;
                Ok(value)
            }
            Answer::Fails(error) => Err(TaskFailure::new(error, "as scripted")),
            Answer::FailsAfter(seconds, error) => {
                tokio::time::sleep(Duration::from_secs(seconds)).await;
                Err(TaskFailure::new(error, "as scripted"))
            }
            Answer::Never => std::future::pending().await,
        };
        counted.0 = None;
        result
    }
}

pub fn arn(name: &str) -> String {
    format!("arn:aws:states:eu-west-1:111111111111:stateMachine:{name}")
}

pub fn machine(states: Value) -> StateMachine {
    let start = states.as_object().unwrap().keys().next().unwrap().clone();
    StateMachine::from_value(serde_json::json!({
        "QueryLanguage": "JSONata",
        "StartAt": start,
        "States": states,
    }))
    .unwrap()
}

pub fn interpreter(machines: &[(&str, StateMachine)], resources: &Arc<Scripted>) -> Interpreter {
    let base = "2026-01-01T00:00:00Z".parse().unwrap();
    machines
        .iter()
        .fold(Interpreter::builder(), |builder, (name, definition)| {
            builder.machine(arn(name), definition.clone())
        })
        .resources(Arc::<Scripted>::clone(resources))
        .clock(Arc::new(TokioClock::starting_at(base)))
        .seed(7)
        .build()
        .unwrap()
}

/// Runs one machine to its end.
pub async fn run(
    states: Value,
    input: Value,
    script: impl Fn(&TaskCall) -> Answer + Send + Sync + 'static,
) -> (ExecutionOutcome, Execution, Arc<Scripted>) {
    let resources = Scripted::new(script);
    let interpreter = interpreter(&[("main", machine(states))], &resources);
    let execution = interpreter.start(&arn("main"), "run", input).unwrap();
    let outcome = execution.run().await;
    (outcome, execution, resources)
}

pub fn names(execution: &Execution) -> Vec<&'static str> {
    let history = execution.history();
    history.iter().map(|event| event.kind.name()).collect()
}

pub fn output(outcome: &ExecutionOutcome) -> Value {
    outcome
        .output
        .as_deref()
        .unwrap_or_else(|| panic!("{outcome:?}"))
        .clone()
}

pub fn elapsed(execution: &Execution) -> f64 {
    let stop = execution.outcome().unwrap().stop;
    stop.duration_since(execution.info().start).as_secs_f64()
}
