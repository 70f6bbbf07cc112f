//! Tasks that start executions ("Start a new AWS Step Functions state machine
//! from a running execution").

use std::sync::Arc;

use futures_util::future::FutureExt as _;
use serde_json::{Map, Value, json};

use super::context::time_text;
use super::task::Missed;
use super::{RunningExecution, Strand};
use crate::interpreter::execution::{ChildStart, Execution, Nursery, drive};
use crate::interpreter::failure::names;
use crate::interpreter::history::EventKind;
use crate::interpreter::limits;
use crate::interpreter::program::{Program, TaskTarget};
use crate::interpreter::record::{EndStatus, ExecutionInfo, ExecutionOutcome, ExecutionRecord};
use crate::interpreter::registry::StartProblem;
use crate::interpreter::resources::TaskFailure;

impl RunningExecution {
    /// `states:startExecution`: starts, and goes on. The same name and input
    /// again give the execution that already runs.
    pub fn start_child(&self, arguments: &Value) -> Result<Value, TaskFailure> {
        let (record, new) = match self.open_child(arguments) {
            Ok((program, record)) => (Arc::clone(&record), Some((program, record))),
            Err(Unopened::Exists { record, .. }) => (record, None),
            Err(Unopened::Failed(failure)) => return Err(failure),
        };
        if let Some((program, record)) = new {
            let child = drive(Arc::clone(&self.registry), program, record);
            self.registry.detached.lock().push(child.map(drop).boxed());
        }
        Ok(started(&record.info))
    }

    /// `states:startExecution.sync` and `.sync:2`: starts, and waits for the
    /// end. The same name and input again wait for the execution that already runs (`StartExecution` is
    /// idempotent then). The child lives inside this future, so it ends with it, unless there is a nursery.
    pub async fn run_child(
        &self,
        strand: &mut Strand,
        resource: &Arc<str>,
        target: TaskTarget,
        arguments: &Value,
    ) -> Result<Value, Missed> {
        let nursery = self.registry.nursery.as_deref();
        let name = arguments.get("Name").and_then(Value::as_str);
        let start = nursery.map_or(ChildStart::Answered, |nursery| {
            nursery.starts(&self.record.info, name)
        });
        if let ChildStart::Refused(failure) = start {
            return Err(Missed::Failed(failure));
        }
        let (program, record, is_new) = match self.open_child(arguments) {
            Ok((program, record)) => (program, record, true),
            Err(Unopened::Exists { program, record }) => (program, record, false),
            Err(Unopened::Failed(failure)) => return Err(Missed::Failed(failure)),
        };
        let child = Execution::new(
            Arc::clone(&self.registry),
            Arc::clone(&program),
            Arc::clone(&record),
        );
        let own = is_new.then(|| drive(Arc::clone(&self.registry), program, record));
        if let ChildStart::AnswerLost(failure) = start {
            if let (Some(nursery), Some(own)) = (nursery, own) {
                nursery.raise(&child, own.map(drop).boxed());
            }
            return Err(Missed::Failed(failure));
        }
        let info = Arc::clone(child.info());
        let submitted = EventKind::Submitted {
            resource: Arc::clone(resource),
            output: Arc::new(started(&info)),
        };
        self.emit(strand, submitted).map_err(Missed::Full)?;
        let outcome = match (nursery, own) {
            (None, Some(own)) => own.boxed().await,
            (None, None) => child.ended().await,
            (Some(nursery), own) => {
                let awaited = Awaited { nursery, child };
                if let Some(own) = own {
                    nursery.raise(&awaited.child, own.map(drop).boxed());
                }
                awaited.child.ended().await
            }
        };
        let json_texts = target == TaskTarget::RunJson;
        match outcome.status {
            EndStatus::Succeeded => Ok(description(&info, &outcome, json_texts)),
            _ => Err(Missed::Failed(TaskFailure::Failed {
                error: names::TASK_FAILED.to_owned(),
                cause: Some(description(&info, &outcome, false).to_string()),
            })),
        }
    }

    fn open_child(
        &self,
        arguments: &Value,
    ) -> Result<(Arc<Program>, Arc<ExecutionRecord>), Unopened> {
        let text = |field: &str| arguments.get(field).and_then(Value::as_str);
        let Some(machine) = text("StateMachineArn") else {
            return Err(Unopened::Failed(TaskFailure::Failed {
                error: names::RUNTIME.to_owned(),
                cause: Some("The field 'StateMachineArn' is required but was missing".to_owned()),
            }));
        };
        let unknown = arguments
            .as_object()
            .into_iter()
            .flatten()
            .find(|(name, _)| {
                !matches!(
                    name.as_str(),
                    "StateMachineArn" | "Input" | "Name" | "TraceHeader"
                )
            });
        if let Some((name, _)) = unknown {
            return Err(Unopened::Failed(TaskFailure::Failed {
                error: names::RUNTIME.to_owned(),
                cause: Some(format!(
                    "The field \"{name}\" is not supported by Step Functions"
                )),
            }));
        }
        let input = child_input(arguments.get("Input"))
            .map_err(|problem| Unopened::Failed(failure_of(&problem)))?;
        let parent = Some(Arc::clone(&self.record.info.arn));
        self.registry
            .open(machine, text("Name"), Arc::clone(&input), parent)
            .map_err(|problem| {
                if let StartProblem::ExecutionAlreadyExists { execution } = &problem
                    && let Some(record) = self.registry.executions.lock().get(execution.as_str())
                    && record.outcome().is_none()
                    && record.info.input == input
                    && let Some(program) = self.registry.program(&record.info.machine_arn)
                {
                    return Unopened::Exists {
                        program,
                        record: Arc::clone(record),
                    };
                }
                Unopened::Failed(failure_of(&problem))
            })
    }
}

/// A child in a nursery, which hears of it when nobody awaits it any more.
struct Awaited<'a> {
    nursery: &'a dyn Nursery,
    child: Execution,
}

impl Drop for Awaited<'_> {
    fn drop(&mut self) {
        if self.child.outcome().is_none() {
            self.nursery.abandoned(self.child.clone());
        }
    }
}

/// Why there is no new child.
enum Unopened {
    /// An execution of that name and input runs already.
    Exists {
        program: Arc<Program>,
        record: Arc<ExecutionRecord>,
    },
    Failed(TaskFailure),
}

/// The input of a child: JSON, or a string that holds JSON.
fn child_input(input: Option<&Value>) -> Result<Arc<Value>, StartProblem> {
    let input = match input {
        None | Some(Value::Null) => Value::Object(Map::new()),
        Some(Value::String(text)) => {
            serde_json::from_str(text).map_err(|error| StartProblem::InvalidExecutionInput {
                reason: error.to_string(),
            })?
        }
        Some(value) => value.clone(),
    };
    if limits::exceeds_payload(&input) {
        return Err(StartProblem::InvalidExecutionInput {
            reason: format!("more than {} bytes", limits::PAYLOAD_BYTES),
        });
    }
    Ok(Arc::new(input))
}

/// The answer of `StartExecution` as tasks get it: the date is text there.
fn started(info: &ExecutionInfo) -> Value {
    json!({
        "ExecutionArn": info.arn.as_ref(),
        "StartDate": time_text(info.start),
    })
}

fn failure_of(problem: &StartProblem) -> TaskFailure {
    let name = match problem {
        StartProblem::StateMachineDoesNotExist { .. } => "StateMachineDoesNotExist",
        StartProblem::ExecutionAlreadyExists { .. } => "ExecutionAlreadyExists",
        StartProblem::InvalidExecutionInput { .. } => "InvalidExecutionInput",
    };
    TaskFailure::Failed {
        error: format!("StepFunctions.{name}Exception"),
        cause: Some(format!(
            "{problem} (Service: AWSStepFunctions; Status Code: 400; Error Code: {name})"
        )),
    }
}

/// The answer of `DescribeExecution` as tasks get it: capitalised names, times
/// in milliseconds, input and output as JSON or as text.
fn description(info: &ExecutionInfo, outcome: &ExecutionOutcome, json_texts: bool) -> Value {
    let payload = |value: &Arc<Value>| {
        if json_texts {
            value.as_ref().clone()
        } else {
            Value::String(value.to_string())
        }
    };
    let mut fields = Map::new();
    let mut put = |name: &str, value: Value| {
        fields.insert(name.to_owned(), value);
    };
    if let Some(cause) = &outcome.cause {
        put("Cause", Value::from(cause.as_ref()));
    }
    if let Some(error) = &outcome.error {
        put("Error", Value::from(error.as_ref()));
    }
    put("ExecutionArn", Value::from(info.arn.as_ref()));
    put("Input", payload(&info.input));
    put("InputDetails", json!({"Included": true}));
    put("Name", Value::from(info.name.as_ref()));
    if let Some(output) = &outcome.output {
        put("Output", payload(output));
        put("OutputDetails", json!({"Included": true}));
    }
    put("StartDate", Value::from(info.start.as_millisecond()));
    put("StateMachineArn", Value::from(info.machine_arn.as_ref()));
    put("Status", Value::from(outcome.status.name()));
    put("StopDate", Value::from(outcome.stop.as_millisecond()));
    Value::Object(fields)
}
