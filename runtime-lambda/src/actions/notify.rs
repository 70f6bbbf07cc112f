//! `notify`: one message about the end of a run, for a person and for a machine.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::RunEvent;
use crate::error::ActionError;
use crate::keys;
use crate::plan::Plan;
use crate::ports::{Notification, Ports};
use crate::run::{Plans, Run};
use crate::signals::seen;
use crate::state::{GlobalState, RunStatus, StepStatus};

/// Steps that a message names before it says how many more there are.
const NAMED_STEPS: usize = 20;

/// Sends the message if it was not sent before.
pub async fn notify(ports: &Ports, plans: &Plans, event: &RunEvent) -> Result<Value, ActionError> {
    let (run, state) = Run::open(ports, plans, &event.pipeline, &event.run).await?;
    if !state.notified {
        let report = ports
            .data
            .location(&keys::report(&event.pipeline, &event.run));
        ports
            .notifier
            .notify(&message(&run.plan, &state, &report))
            .await?;
        run.update(|state| {
            state.notified = true;
            Ok(())
        })
        .await?;
    }
    Ok(json!({ "status": state.status }))
}

fn message(plan: &Plan, state: &GlobalState, report: &str) -> Notification {
    let ended = match state.status {
        RunStatus::Running => "is running",
        RunStatus::Finished => "finished",
        RunStatus::Failed => "failed",
        RunStatus::TimedOut => "ran past its limit",
        RunStatus::Stopped => "was stopped",
    };
    let finished = state
        .steps
        .values()
        .filter(|step| step.status == StepStatus::Finished)
        .count();
    let mut text = format!(
        "Pipeline {} {ended}.\n\nRun: {}\nSteps: {finished} of {} finished, {} round{}\n",
        state.pipeline,
        state.run,
        state.steps.len(),
        state.round,
        if state.round == 1 { "" } else { "s" },
    );
    let unfinished: Vec<_> = state
        .steps
        .iter()
        .filter(|(_, step)| step.status != StepStatus::Finished)
        .collect();
    for (name, step) in unfinished.iter().take(NAMED_STEPS) {
        // Writing to a String cannot fail.
        let _ = match (&step.error, step.status) {
            (Some(error), StepStatus::Failed) => {
                writeln!(text, "\n{name} FAILED ({}): {}", error.error, error.message)
            }
            _ => writeln!(text, "\n{name} did not start"),
        };
    }
    if unfinished.len() > NAMED_STEPS {
        let _ = writeln!(text, "\n... and {} more", unfinished.len() - NAMED_STEPS);
    }
    let signals = seen(plan, state);
    for signal in signals.iter().take(NAMED_STEPS) {
        let rows = if signal.rows == 1 { "row" } else { "rows" };
        let _ = writeln!(
            text,
            "\n{}: {} ({} {rows})",
            signal.step, signal.signal, signal.rows
        );
        if let Some(recommendation) = signal.recommendation {
            let _ = writeln!(text, "  {recommendation}");
        }
    }
    if signals.len() > NAMED_STEPS {
        let more = signals.len() - NAMED_STEPS;
        let _ = writeln!(text, "\n... and {more} more signals");
    }
    let _ = writeln!(text, "\nReport: {report}");
    Notification {
        key: keys::run(&state.pipeline, &state.run),
        subject: format!("{} {ended}", state.pipeline)
            .chars()
            .take(100)
            .collect(),
        text,
        data: json!({
            "pipeline": state.pipeline,
            "run": state.run,
            "status": state.status,
            "rounds": state.round,
            "started": state.started,
            "ended": state.ended,
            "report": report,
            "unfinished": unfinished
                .iter()
                .take(NAMED_STEPS)
                .map(|(name, step)| json!({ "step": name, "status": step.status, "error": step.error }))
                .collect::<Vec<_>>(),
            "unfinished_steps": unfinished.len(),
            "signals": signals.iter().take(NAMED_STEPS).collect::<Vec<_>>(),
            "signals_seen": signals.len(),
        }),
    }
}
