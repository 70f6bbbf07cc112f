//! `crawling`: this try of a step has started a crawl, and did not find one running. Whoever stops the
//! try stops the crawl, too.

use crate::error::ActionError;
use crate::ports::Ports;
use crate::protocol::{Crawling, Nothing};
use crate::run::{Memory, Run};
use crate::tried::{Try, superseded};

/// Answers with nothing. A try that was stopped in the meantime is an error, and its crawl is stopped.
pub async fn crawling(
    ports: &Ports,
    memory: &Memory,
    event: &Crawling,
) -> Result<Nothing, ActionError> {
    let (run, _) = Run::open(ports, memory, &event.step.pipeline, &event.step.run).await?;
    let tried = Try {
        step: &event.step.step,
        round: event.step.round,
    };
    let (state, wanted) = run
        .update(|state| {
            let wanted = state.is_running(tried.step, tried.round);
            // A crawl that is over is another run's by now, or another round's.
            let step = state
                .step_mut(tried.step)
                .filter(|step| step.round == tried.round && !step.crawled)
                .ok_or_else(|| superseded(tried))?;
            step.crawling = true;
            step.crawl_begun_by = event.begun_by;
            Ok(wanted && !step.stopping)
        })
        .await?;
    if !wanted {
        run.stop_crawl(&state, tried).await?;
        return Err(superseded(tried));
    }
    Ok(Nothing {})
}
