//! `settle`: a step's job has ended. Its output goes into the bucket, its error into the global state.

use serde_json::json;

use super::step_status;
use crate::error::ActionError;
use crate::jobs;
use crate::keys;
use crate::ports::Ports;
use crate::protocol::{Progress, Settle, StepAnswer};
use crate::run::{Memory, Run};
use crate::state::StepStatus;
use crate::tried::{Try, superseded};
use crate::words;

/// How the names of errors start that say how a crawl ended: then nothing is left to be stopped.
const CRAWL_ENDED: &str = "Glue.Crawl";

/// The name of the error of a crawl that somebody stopped.
const CRAWL_CANCELLED: &str = "Glue.CrawlCANCELLED";

/// Answers with `FINISHED`; a job that failed is the error `Sfc.JobFailed`.
pub async fn settle(
    ports: &Ports,
    memory: &Memory,
    event: &Settle,
) -> Result<StepAnswer, ActionError> {
    let (run, state) = Run::open(ports, memory, &event.step.pipeline, &event.step.run).await?;
    let tried = Try {
        step: &event.step.step,
        round: event.step.round,
    };
    let step = state.step(tried.step).ok_or_else(|| superseded(tried))?;
    if step.round == tried.round && step.status == StepStatus::Finished {
        return Ok(step_status(Progress::Finished, None));
    }
    if !state.is_running(tried.step, tried.round) {
        return Err(superseded(tried));
    }
    if let Some(error) = &event.error {
        if error.starts_with(CRAWL_ENDED) {
            run.forget_crawl(tried).await?;
        }
        // Whoever stops the step has the crawl stopped, and says why.
        if error == CRAWL_CANCELLED && step.stopping {
            return Err(superseded(tried));
        }
        let said = words::of_cause(event.cause.as_deref().unwrap_or_default());
        let said = words::cut(&run.scrubbed(tried.step, said).await);
        let message = match said.as_str() {
            "" => error.clone(),
            said => format!("{error}: {said}"),
        };
        let is_dark = run
            .job(tried.step)
            .is_some_and(|job| jobs::may_run(job, error));
        let failure = if is_dark {
            ActionError::JobUnknown(format!(
                "{message} (it may run all the same, so sfc starts it no second time)"
            ))
        } else {
            ActionError::JobFailed(message)
        };
        return run.fail(tried, failure).await;
    }
    let text = event.output.clone().unwrap_or_else(|| "null".to_owned());
    let text = run.scrubbed(tried.step, text).await;
    let output = serde_json::from_str(&text).unwrap_or_else(|_| json!({ "cut": text }));
    let key = keys::result_json(&run.pipeline, &run.id, tried.step);
    let written = run.write(&key, &json!({ "output": output })).await;
    run.or_fail(tried, written).await?;
    run.record(tried, |state| {
        state.status = StepStatus::Finished;
        state.crawl_ends();
        state.error = None;
    })
    .await?;
    Ok(step_status(Progress::Finished, None))
}
