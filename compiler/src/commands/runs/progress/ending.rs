//! What is said at the end of a run: how it ended, what was seen, what failed, and what to type next.

use runtime_lambda::plan::{Plan, Severity};
use runtime_lambda::signals::seen;
use runtime_lambda::state::{GlobalState, RunStatus, StepStatus};

use super::plain::{details, outcome};
use crate::commands::{plural, thousands};
use crate::exit::Exit;
use crate::terminal::one_line;

/// Failed steps that are shown in full.
const SHOWN: usize = 5;

/// A run's status as it is written everywhere.
#[must_use]
pub fn word(status: RunStatus) -> &'static str {
    status.name()
}

/// The exit status that a run gives.
#[must_use]
pub fn exit_of(state: &GlobalState) -> Exit {
    match state.status {
        RunStatus::Finished => Exit::Success,
        RunStatus::Stopped => Exit::Interrupted,
        RunStatus::Running | RunStatus::Failed | RunStatus::TimedOut => Exit::RunFailed,
    }
}

/// How a run ended, in one line.
#[must_use]
pub fn summary(state: &GlobalState) -> String {
    let ended = word(state.status);
    let count = |wanted: StepStatus| {
        let steps = state.steps.values();
        steps.filter(|step| step.status == wanted).count()
    };
    let mut parts = vec![format!(
        "{} of {} steps finished",
        count(StepStatus::Finished),
        state.steps.len()
    )];
    let stopped = state.steps.values();
    let stopped = stopped.filter(|step| state.stopped_with_it(step)).count();
    for (count, word) in [
        (count(StepStatus::Failed) - stopped, "failed"),
        (stopped, "stopped"),
        (count(StepStatus::Skipped), "skipped"),
    ] {
        if count > 0 {
            parts.push(format!("{count} {word}"));
        }
    }
    if state.left_out > 0 {
        parts.push(format!("{} not chosen", state.left_out));
    }
    let seconds = state
        .ended
        .map(|ended| ended.duration_since(state.started).as_secs_f64());
    if let Some(seconds) = seconds {
        parts.push(format!("{seconds:.2} s"));
    }
    parts.push(format!(
        "{} round{}",
        state.round,
        plural(state.round.into())
    ));
    format!("{ended}: {}", parts.join(", "))
}

/// The signals that were seen, the gravest first, a line each and one for what to do.
#[must_use]
pub fn signals(plan: &Plan, state: &GlobalState) -> Vec<String> {
    let mut seen = seen(plan, state);
    seen.sort_by_key(|signal| std::cmp::Reverse(signal.severity));
    let mut lines = Vec::new();
    for signal in seen {
        let seen = match signal.rows {
            0 => "it could not be looked for".to_owned(),
            rows => format!("{} row{}", thousands(rows), plural(rows)),
        };
        lines.push(format!(
            "{:<8}  {}: {} ({seen})",
            severity(signal.severity),
            signal.step,
            one_line(signal.signal),
        ));
        if let Some(recommendation) = signal.recommendation {
            lines.push(format!("          {}", one_line(recommendation)));
        }
    }
    lines
}

/// The word for how much a signal matters.
pub(super) fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "info",
        Severity::Warning => "warning",
        Severity::Critical => "critical",
    }
}

/// The steps that failed, each with the SQL and the place in it.
#[must_use]
pub fn failures(state: &GlobalState) -> Vec<String> {
    let failed: Vec<_> = state
        .steps
        .iter()
        .filter(|(_, step)| step.status == StepStatus::Failed && !state.stopped_with_it(step))
        .collect();
    let mut lines = Vec::new();
    for (name, step) in failed.iter().take(SHOWN) {
        lines.push(format!("failed: {name}"));
        lines.push(format!("         {}", outcome(step)));
        lines.extend(details(step));
    }
    if failed.len() > SHOWN {
        let more = failed.len() - SHOWN;
        lines.push(format!("… and {more} more step{}", plural(more as u64)));
    }
    lines
}

/// What to type next about a run that did not end well. `options` say which pipeline and where, as they were
/// typed.
#[must_use]
pub fn next_commands(state: &GlobalState, options: &str) -> Vec<String> {
    if state.status == RunStatus::Finished {
        return Vec::new();
    }
    vec![
        format!(
            "next: sfc resume {}{options}  (keeps what has finished)",
            state.run
        ),
        format!(
            "      sfc status {}{options}  (shows every step)",
            state.run
        ),
    ]
}
