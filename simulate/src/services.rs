//! What tasks call: the Lambda, and the services that run jobs.

mod crawler;
mod job;

use std::sync::Arc;

use asl::interpreter::{Resources, TaskCall, TaskFailure};
use async_trait::async_trait;
use serde_json::Value;

use crate::delivery::Calling;
use crate::faults::FaultKind;
use crate::lambda::ModelLambda;
use crate::resources::{
    BATCH, GET_CRAWLER, GLUE_JOB, INVOKE, INVOKE_AND_WAIT, START_CRAWLER, STOP_CRAWLER, supports,
};
use crate::world::{Starts, World};

/// Answers tasks of state machines: the Lambda, jobs and crawlers.
pub struct ServiceModel {
    pub world: Arc<World>,
    pub lambda: Arc<ModelLambda>,
}

#[async_trait]
impl Resources for ServiceModel {
    fn supports(&self, resource: &str) -> bool {
        supports(resource)
    }

    async fn call(&self, call: TaskCall) -> Result<Value, TaskFailure> {
        let function = call.arguments.get("FunctionName").and_then(Value::as_str);
        match call.resource.as_ref() {
            INVOKE | INVOKE_AND_WAIT if function == Some(&self.world.subject.function) => {
                let payload = call.arguments.get("Payload").cloned();
                let payload = payload.unwrap_or(Value::Null);
                self.lambda.invoked(payload, call.attempt).await
            }
            INVOKE | BATCH | GLUE_JOB => job::run(&self.world, &call).await,
            START_CRAWLER => crawler::start(&self.world, &call).await,
            GET_CRAWLER => crawler::get(&self.world, &call).await,
            STOP_CRAWLER => crawler::stop(&self.world, &call).await,
            other => Err(TaskFailure::unsupported(format!(
                "nothing answers `{other}`"
            ))),
        }
    }
}

/// What becomes of a request to start a job or a crawl: it may be refused.
fn is_refused(world: &World, place: &str, call: &TaskCall) -> Option<TaskFailure> {
    if world.calling == Calling::Aborts {
        return None;
    }
    world.fault(FaultKind::JobStartThrottled, place)?;
    note(world, call, |starts| starts.refused += 1);
    let error = match call.resource.as_ref() {
        BATCH => "Batch.TooManyRequestsException",
        GLUE_JOB | START_CRAWLER => "Glue.ThrottlingException",
        _ => "Lambda.TooManyRequestsException",
    };
    Some(TaskFailure::new(error, "Rate exceeded"))
}

/// What becomes of the answer to such a request: it may be lost.
fn is_unanswered(world: &World, place: &str, call: &TaskCall) -> Option<TaskFailure> {
    if world.calling == Calling::Aborts {
        return None;
    }
    world.fault(FaultKind::JobStartAfter, place)?;
    note(world, call, |starts| starts.unanswered = true);
    let service = match call.resource.as_ref() {
        BATCH => "Batch",
        GLUE_JOB | START_CRAWLER => "Glue",
        _ => "Lambda",
    };
    let error = format!("{service}.SdkClientException");
    Some(TaskFailure::new(error, "no answer"))
}

/// Notes how it goes with the job of this try.
fn note(world: &World, call: &TaskCall, change: impl FnOnce(&mut Starts)) {
    let name = call.execution.name.as_ref().to_owned();
    change(world.services.starts.lock().entry(name).or_default());
}

/// Whether the job or crawl of this name fails: by a fault, or because its step is to fail in this round.
fn fails(world: &World, place: &str, call: &TaskCall) -> bool {
    let input = &call.execution.input;
    let step = input.get("step").and_then(Value::as_str);
    let round = input.get("round").and_then(Value::as_u64);
    let times = step.and_then(|step| world.failing.get(step));
    let is_meant = times
        .zip(round)
        .is_some_and(|(times, round)| round <= u64::from(*times));
    is_meant || world.fault(FaultKind::JobFails, place).is_some()
}
