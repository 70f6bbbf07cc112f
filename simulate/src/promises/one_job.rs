//! Promise 1, of jobs: a step has one job a round, and none beside one of an earlier round that still runs.
//!
//! A Lambda function cannot be stopped, so one of an earlier round may run on.

use tokio::time::Instant;

use crate::promise::Promise;
use crate::world::{JobRun, World};

pub fn began(world: &World, job: &JobRun) {
    let now = Instant::now();
    let jobs = world.services.jobs.lock();
    let same: Vec<&JobRun> = jobs
        .iter()
        .filter(|other| (&other.run, &other.step) == (&job.run, &job.step))
        .collect();
    let twice = same.iter().any(|other| other.round == job.round);
    let beside = same
        .iter()
        .any(|other| now < other.end && !other.is_function);
    drop(jobs);
    if twice {
        let how = "a step started two jobs in a round";
        world.breaks(Promise::OneStatement, how, &job.step);
    }
    if beside {
        let how = "a job began while another one of its step was running";
        world.breaks(Promise::OneStatement, how, &job.step);
    }
}
