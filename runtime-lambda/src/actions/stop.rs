//! `stop`: a step ran past its limit, or its execution died. Stops the statement and records what
//! really happened.

use std::time::Duration;

use crate::error::ActionError;
use crate::ports::Ports;
use crate::protocol::{Progress, Stop, StopAnswer};
use crate::run::{Memory, Run};
use crate::state::StepStatus;
use crate::tried::Try;
use crate::words;

/// How long one call asks a statement whether it has ended.
const WINDOW: Duration = Duration::from_secs(60);

/// Calls after which the statement is given up on.
pub const MOST_CALLS: u64 = 10;

/// Answers with the step's status. `RUNNING` if the statement does not end: ask again. `CRAWLING`,
/// and the crawler, if the crawl must be stopped first: do so, and ask again.
pub async fn stop(ports: &Ports, memory: &Memory, event: &Stop) -> Result<StopAnswer, ActionError> {
    let (run, state) = Run::open(ports, memory, &event.pipeline, &event.run).await?;
    let tried = Try {
        step: &event.step,
        round: event.round,
    };
    let reason = if event.error == "States.Timeout" {
        run.past_its_limit(&event.step)
    } else {
        let said = words::of_cause(event.cause.as_deref().unwrap_or_default());
        let said = words::cut(&run.scrubbed(tried.step, said).await);
        let colon = if said.is_empty() { "" } else { ": " };
        ActionError::Stopped(format!(
            "the execution of `{}` ended with `{}`{colon}{said}",
            event.step, event.error
        ))
    };
    if event.crawl_stopped == Some(true) {
        run.forget_crawl(tried).await?;
    } else if let Some(crawler) = run.crawler(&state, tried) {
        // Before the crawl is stopped: its own execution may be the first to see that, and does not know why.
        run.fence(tried, &reason).await?;
        return Ok(StopAnswer {
            status: Progress::Crawling,
            crawler: Some(crawler.to_owned()),
            begun_by: state.step(tried.step).and_then(|step| step.crawl_begun_by),
        });
    }
    let status = run.stop(tried, reason, WINDOW).await?;
    if status == StepStatus::Running && event.call >= MOST_CALLS {
        let error = ActionError::Stopped(format!(
            "the statement of `{}` was cancelled, but does not end or cannot be asked about",
            event.step
        ));
        // Its outcome is recorded as this error, which is no failure of this action.
        let _: Result<(), _> = run.fail(tried, error).await;
        return Ok(ended(Progress::Failed));
    }
    Ok(ended(match status {
        StepStatus::Running => Progress::Running,
        StepStatus::Finished => Progress::Finished,
        _ => Progress::Failed,
    }))
}

fn ended(status: Progress) -> StopAnswer {
    StopAnswer {
        status,
        crawler: None,
        begun_by: None,
    }
}
