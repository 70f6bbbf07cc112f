//! Jobs of other services: of which try they are, and when they end.

use std::time::Duration;

use runtime_lambda::ids::RunId;
use tokio::time::Instant;

/// A job of Batch or Glue, or an invocation of somebody else's function.
#[derive(Debug, Clone)]
pub struct JobRun {
    /// Id of its run.
    pub run: RunId,
    pub step: String,
    pub round: u32,
    /// When the service began it, in virtual time.
    pub began: Instant,
    /// When it ends by itself.
    pub own_end: Instant,
    /// When it ends, stopped or by itself.
    pub end: Instant,
    /// Whether it fails by itself.
    pub fails: bool,
    /// Whether nobody has heard that it began.
    pub unanswered: bool,
    /// Whether it is a function, which nobody can stop.
    pub is_function: bool,
}

impl JobRun {
    /// Whether it has ended well by now.
    pub fn has_ended_well(&self, now: Instant) -> bool {
        !self.fails && self.end == self.own_end && now >= self.end
    }

    /// The job of the execution of this name, which begins now.
    pub fn of(execution: &str, takes: Duration) -> Self {
        let began = Instant::now();
        let (run, step, round) =
            tried(execution).unwrap_or_else(|| (RunId::from(""), String::new(), 0));
        Self {
            run,
            step,
            round,
            began,
            own_end: began + takes,
            end: began + takes,
            fails: false,
            unanswered: false,
            is_function: false,
        }
    }
}

/// Run, step and round of the execution that runs a try, or is its job.
fn tried(execution: &str) -> Option<(RunId, String, u32)> {
    let mut parts = execution.splitn(4, '-');
    let (moment, digest) = (parts.next()?, parts.next()?);
    let (round, step) = (parts.next()?, parts.next()?);
    Some((
        format!("{moment}-{digest}").into(),
        step.to_owned(),
        round.parse().ok()?,
    ))
}
