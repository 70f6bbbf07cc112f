//! Answering CloudFormation, where it waits for a run that is over.

use crate::custom_resource::{EXECUTION_PREFIX, KeptRequest, MOST_REASON_BYTES, cut};
use crate::error::ActionError;
use crate::keys;
use crate::ports::{Ports, ResponseStatus};
use crate::state::{GlobalState, RunStatus, StepStatus};

/// Most bytes of what is said of one step.
const MOST_STEP_BYTES: usize = 400;

/// Tells CloudFormation how a run has ended that is over, if it waits for that run.
pub async fn answer_for(ports: &Ports, state: &GlobalState) -> Result<(), ActionError> {
    if state.status != RunStatus::Running && is_waited_for(&state.execution) {
        let ended = ended(ports, state);
        tell(ports, &state.pipeline, &state.execution, ended).await?;
    }
    Ok(())
}

fn is_waited_for(execution: &str) -> bool {
    name(execution).starts_with(EXECUTION_PREFIX)
}

fn name(execution: &str) -> &str {
    execution.rsplit(':').next().unwrap_or_default()
}

/// The request that this execution is to answer, and where to.
pub(super) async fn waiting(
    ports: &Ports,
    pipeline: &str,
    execution: &str,
) -> Result<Option<(KeptRequest, String)>, ActionError> {
    if !is_waited_for(execution) {
        return Ok(None);
    }
    let request = KeptRequest::kept(ports, pipeline, name(execution)).await?;
    Ok(request.and_then(|request| {
        let url = request.url.clone()?;
        Some((request, url))
    }))
}

/// Tells CloudFormation how the run of this execution has ended. Answers with the status that it was told; none if it
/// does not wait for this run, or has been told already.
pub async fn tell(
    ports: &Ports,
    pipeline: &str,
    execution: &str,
    ended: Result<(), String>,
) -> Result<Option<ResponseStatus>, ActionError> {
    let Some((request, url)) = waiting(ports, pipeline, execution).await? else {
        return Ok(None);
    };
    let status = ResponseStatus::of(&ended);
    request.answer(ports, &url, ended).await?;
    request.close(ports).await?;
    Ok(Some(status))
}

/// How a run ended that is over; if not well, what CloudFormation is to know of it.
pub fn ended(ports: &Ports, state: &GlobalState) -> Result<(), String> {
    if state.status == RunStatus::Finished {
        return Ok(());
    }
    let report = keys::report(&state.pipeline, &state.run);
    Err(reason(state, &ports.data.location(&report)))
}

/// What failed, and where to read more.
fn reason(state: &GlobalState, report: &str) -> String {
    let ended = match state.status {
        RunStatus::TimedOut => "it ran past its limit",
        RunStatus::Stopped => "it was stopped",
        _ => "it failed",
    };
    let place = format!(" (run {}: {ended}; report: {report})", state.run);
    let failed: Vec<String> = state
        .steps
        .iter()
        .filter(|(_, step)| step.status != StepStatus::Finished)
        .filter_map(|(name, step)| {
            let error = step.error.as_ref()?;
            let text = format!("step `{name}` failed: {}", error.message.trim());
            Some(cut(&text, MOST_STEP_BYTES).to_owned())
        })
        .collect();
    let what = if failed.is_empty() {
        "no step has failed, but the run has not finished".to_owned()
    } else {
        failed.join("; ")
    };
    let room = MOST_REASON_BYTES.saturating_sub(place.len());
    format!("{}{place}", cut(&what, room))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::protocol::errors;
    use crate::state::{StepError, StepState};

    fn state(steps: &[(&str, &str)]) -> GlobalState {
        let mut state: GlobalState = serde_json::from_value(json!({
            "format": 1, "pipeline": "p", "run": "20261121T101500Z-0123abcd", "plan": "", "execution": "",
            "status": "FAILED", "round": 1, "started": "2026-11-21T10:15:00Z",
            "deadline": "2026-11-21T10:15:00Z", "steps": {},
        }))
        .unwrap();
        for (name, message) in steps {
            let step = StepState {
                status: StepStatus::Failed,
                error: Some(StepError {
                    error: errors::STATEMENT_FAILED.to_owned(),
                    message: (*message).to_owned(),
                    place: None,
                }),
                ..StepState::initial()
            };
            state.steps.insert((*name).into(), step.into());
        }
        state
    }

    #[test]
    fn a_reason_names_the_steps_and_the_report_and_stays_short() {
        assert_eq!(
            reason(
                &state(&[("make", "ERROR: no schema"), ("b", "c")]),
                "s3://r"
            ),
            "step `make` failed: ERROR: no schema; step `b` failed: c \
             (run 20261121T101500Z-0123abcd: it failed; report: s3://r)"
        );
        let long = "ö".repeat(5_000);
        let text = reason(
            &state(&[("a", &long), ("b", &long), ("c", &long)]),
            "s3://r",
        );
        assert!(text.len() <= MOST_REASON_BYTES, "{}", text.len());
        assert!(text.ends_with("report: s3://r)"));
        assert!(text.contains("step `b` failed"));
        assert!(reason(&state(&[]), "r").starts_with("no step has failed"));
    }
}
