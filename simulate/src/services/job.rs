//! Jobs that Step Functions awaits and, at best effort, stops together with whoever awaits them.

use std::sync::Arc;
use std::time::Duration;

use asl::interpreter::{Call, TaskFailure};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use super::{BATCH, GLUE_JOB, fails, is_refused, is_unanswered, note_failure};
use crate::faults::Kind;
use crate::locked;
use crate::story::Party;
use crate::world::World;

/// A job of Batch or Glue, or an invocation of somebody else's function.
#[derive(Debug, Clone)]
pub struct Job {
    /// Id of its run.
    pub run: String,
    /// When it ends by itself.
    pub end: Instant,
}

/// Stops the job if nobody awaits it to its end.
struct Awaited {
    world: Arc<World>,
    job: usize,
    is_over: bool,
}

impl Drop for Awaited {
    fn drop(&mut self) {
        if self.is_over {
            return;
        }
        if let Some(job) = locked(&self.world.services.jobs).get_mut(self.job) {
            job.end = job.end.min(Instant::now() + Duration::from_secs(5));
        }
    }
}

/// Runs a job to its end.
pub async fn run(world: &Arc<World>, call: &Call) -> Result<Value, TaskFailure> {
    let name = call.execution.name.to_string();
    world.travel("job", &name, Kind::WarehouseSlow).await;
    if let Some(refusal) = is_refused(world, &name, call) {
        note_failure(world, call);
        return Err(refusal);
    }
    let shape = world.faults.pick("takes", &name, u64::MAX);
    let takes = match shape % 10 {
        0 => Duration::from_secs(60 + (shape >> 8) % 300),
        _ => Duration::from_millis(500 + (shape >> 8) % 20_000),
    };
    let fails = fails(world, &name, call);
    world
        .story
        .tell(Party::Services, || format!("runs the job {name}"));
    let mut awaited = {
        let mut jobs = locked(&world.services.jobs);
        let run = call.execution.input.get("run").and_then(Value::as_str);
        jobs.push(Job {
            run: run.unwrap_or_default().to_owned(),
            end: Instant::now() + takes,
        });
        Awaited {
            world: Arc::clone(world),
            job: jobs.len() - 1,
            is_over: false,
        }
    };
    if let Some(silence) = is_unanswered(world, &name, call) {
        // The job goes on, and nobody awaits it.
        awaited.is_over = true;
        note_failure(world, call);
        return Err(silence);
    }
    sleep(takes).await;
    awaited.is_over = true;
    if fails {
        note_failure(world, call);
    }
    let failure = |description: Value| {
        Err(TaskFailure::new(
            "States.TaskFailed",
            description.to_string(),
        ))
    };
    let message = "the job failed";
    match call.resource.as_ref() {
        BATCH if fails => failure(json!({ "Status": "FAILED", "StatusReason": message })),
        BATCH => Ok(json!({
            "JobId": name,
            "Status": "SUCCEEDED",
            "Container": { "ExitCode": 0 },
        })),
        GLUE_JOB if fails => failure(json!({ "JobRunState": "FAILED", "ErrorMessage": message })),
        GLUE_JOB => Ok(json!({
            "Id": name,
            "JobRunState": "SUCCEEDED",
            "ExecutionTime": takes.as_secs(),
        })),
        _ if fails => {
            let cause = json!({ "errorMessage": message }).to_string();
            Err(TaskFailure::new("StandIn.Failed", cause))
        }
        _ => Ok(json!({ "Payload": { "rows": 1 }, "StatusCode": 200 })),
    }
}
