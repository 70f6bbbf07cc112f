//! A run as events, one JSON document a line. `docs/json.md` documents them.

use runtime_lambda::plan::Plan;
use runtime_lambda::signals;
use runtime_lambda::state::{GlobalState, StepState, StepStatus};
use serde_json::{Value, json};

use super::ending::{severity, word};
use super::plain::seconds;
use crate::commands::rows;

/// Where what a run has made lies.
pub struct Finish<'a> {
    /// The folder of its results.
    pub results: &'a str,
    /// Where the run's page lies.
    pub report: &'a str,
}

/// A round begins; the first one begins the run.
pub(super) fn round(state: &GlobalState) -> String {
    let event = match state.round {
        1 => json!({
            "event": "run_started",
            "pipeline": state.pipeline,
            "run": state.run,
            "time": state.started,
            "steps": state.steps.len(),
        }),
        round => json!({ "event": "round_started", "run": state.run, "round": round }),
    };
    rows::record(&rows::document(event))
}

/// A step has come further; `None` if it only waits.
pub(super) fn step(state: &GlobalState, name: &str, step: &StepState) -> Option<String> {
    let status = match step.status {
        StepStatus::Initial => return None,
        StepStatus::Running => {
            return Some(rows::record(&rows::document(json!({
                "event": "step_started",
                "run": state.run,
                "step": name,
                "round": step.round,
                "lane": step.lane,
                "time": step.started,
            }))));
        }
        ended @ (StepStatus::Finished | StepStatus::Failed | StepStatus::Skipped) => ended.name(),
    };
    Some(rows::record(&rows::document(json!({
        "event": "step_ended",
        "run": state.run,
        "step": name,
        "round": step.round,
        "lane": step.lane,
        "time": step.ended,
        "status": status,
        "seconds": step.ended.map(|_| seconds(step)),
        "rows": step.rows,
        "has_result": step.has_result,
        "kept_from": step.kept_from,
        "error": step.error.as_ref().map(error),
    }))))
}

/// An error with its place.
pub fn error(error: &runtime_lambda::state::StepError) -> Value {
    let place = error.place.as_ref();
    json!({
        "error": error.error,
        "message": error.message,
        "file": place.map(|place| &place.file),
        "line": place.map(|place| place.line),
        "column": place.map(|place| place.column),
        "statement": place.map(|place| place.statement),
    })
}

/// The run has ended. Without the plan, nobody knows its signals.
#[must_use]
pub fn ended(plan: Option<&Plan>, state: &GlobalState, finish: &Finish<'_>) -> String {
    let count = |wanted: StepStatus| {
        let steps = state.steps.values();
        steps.filter(|step| step.status == wanted).count()
    };
    let stopped = state.steps.values();
    let stopped = stopped.filter(|step| state.stopped_with_it(step)).count();
    let signals = plan.map(|plan| signals::seen(plan, state));
    let signals: Option<Vec<Value>> = signals.map(|seen| {
        seen.iter()
            .map(|signal| {
                json!({
                    "step": signal.step,
                    "severity": severity(signal.severity),
                    "signal": signal.signal,
                    "recommendation": signal.recommendation,
                    "rows": signal.rows,
                })
            })
            .collect()
    });
    rows::record(&rows::document(json!({
        "event": "run_ended",
        "run": state.run,
        "time": state.ended,
        "status": word(state.status),
        "seconds": state.ended.map(|ended| ended.duration_since(state.started).as_secs_f64()),
        "rounds": state.round,
        "steps": {
            "all": state.steps.len(),
            "left_out": state.left_out,
            "finished": count(StepStatus::Finished),
            "failed": count(StepStatus::Failed).saturating_sub(stopped),
            "stopped": stopped,
            "skipped": count(StepStatus::Skipped),
        },
        "signals": signals,
        "results": finish.results,
        "report": finish.report,
    })))
}
