//! Jobs that Step Functions awaits and, at best effort, stops together with whoever awaits them.

use std::sync::Arc;
use std::time::Duration;

use asl::interpreter::{TaskCall, TaskFailure};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use super::{fails, is_refused, is_unanswered, note};
use crate::delivery::Calling;
use crate::faults::FaultKind;
use crate::promises;
use crate::resources::{BATCH, GLUE_JOB};
use crate::story::Party;
use crate::world::{JobRun, World};

/// How long a service takes to stop a job.
const USUAL_STOP: Duration = Duration::from_secs(5);

/// The same in bad weather, in milliseconds: somewhat less than the Lambda waits for that.
const LONGEST_STOP_MS: u64 = 115_000;

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
        let mut jobs = self.world.services.jobs.lock();
        let Some(job) = jobs.get_mut(self.job).filter(|job| !job.is_function) else {
            return;
        };
        let takes = match self.world.calling {
            // Its process is a child of the run's.
            Calling::Aborts => Duration::ZERO,
            Calling::Outlives => {
                let slow = self.world.fault(FaultKind::JobStopSlow, &job.step);
                slow.map_or(USUAL_STOP, |shape| {
                    Duration::from_millis(shape % LONGEST_STOP_MS)
                })
            }
        };
        job.end = job.end.min(Instant::now() + takes);
    }
}

/// Runs a job to its end.
pub async fn run(world: &Arc<World>, call: &TaskCall) -> Result<Value, TaskFailure> {
    let name = call.execution.name.to_string();
    world.travel("job", &name, FaultKind::WarehouseSlow).await;
    if let Some(refusal) = is_refused(world, &name, call) {
        return Err(refusal);
    }
    let mut job = JobRun::of(&name, Duration::ZERO);
    let limit = world
        .subject
        .step(&job.step)
        .map_or(3_600, |step| step.limit_seconds);
    let shape = world.faults.pick("takes", &name, u64::MAX);
    let takes = match shape % 20 {
        _ if world.fault(FaultKind::JobEndless, &job.step).is_some() => {
            Duration::from_secs(limit + limit / 5 + 30)
        }
        0 => Duration::from_secs(limit / 3 + (shape >> 8) % (limit / 3).max(1)),
        1..=2 => {
            Duration::from_secs(60 + (shape >> 8) % 300).min(Duration::from_secs(limit * 2 / 3))
        }
        _ => Duration::from_millis(500 + (shape >> 8) % 20_000),
    };
    let fails = fails(world, &name, call);
    world
        .story
        .tell(Party::Services, || format!("runs the job {name}"));
    note(world, call, |starts| starts.refused = 0);
    let silence = is_unanswered(world, &name, call);
    (job.own_end, job.end) = (job.began + takes, job.began + takes);
    (job.fails, job.unanswered) = (fails, silence.is_some());
    job.is_function = !matches!(call.resource.as_ref(), BATCH | GLUE_JOB);
    promises::job_began(world, &job);
    let mut awaited = {
        let mut jobs = world.services.jobs.lock();
        jobs.push(job);
        Awaited {
            world: Arc::clone(world),
            job: jobs.len() - 1,
            is_over: false,
        }
    };
    if let Some(silence) = silence {
        // The job goes on, and nobody awaits it.
        awaited.is_over = true;
        return Err(silence);
    }
    sleep(takes).await;
    awaited.is_over = true;
    if fails {
        note(world, call, |starts| starts.failed = true);
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
