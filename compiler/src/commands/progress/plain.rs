//! Lines for a file or a log: one for each step that ends, without signs that only a terminal has.

use runtime_lambda::state::{StepState, StepStatus};

use crate::commands::{plural, thousands};
use crate::terminal::{one_line, plain};

/// What is said of a step that has come further.
pub(super) fn lines(name: &str, step: &StepState, width: usize) -> Vec<String> {
    match step.status {
        StepStatus::Finished | StepStatus::Failed => {
            let mut lines = vec![ended(name, step, width)];
            lines.extend(details(step));
            lines
        }
        StepStatus::Skipped => vec![format!("lane  -  {name:<width$}  SKIPPED")],
        StepStatus::Initial | StepStatus::Running => Vec::new(),
    }
}

fn ended(name: &str, step: &StepState, width: usize) -> String {
    let status = if step.status == StepStatus::Finished {
        "FINISHED"
    } else {
        "FAILED  "
    };
    let line = format!(
        "lane {:>2}  {name:<width$}  {status}  {:>7.2} s  {}",
        step.lane.unwrap_or(0),
        seconds(step),
        outcome(step),
    );
    line.trim_end().to_owned()
}

/// How long the last try took.
pub(super) fn seconds(step: &StepState) -> f64 {
    match (step.started, step.ended) {
        (Some(from), Some(to)) => to.duration_since(from).as_secs_f64(),
        _ => 0.0,
    }
}

/// The error, or the rows.
pub(super) fn outcome(step: &StepState) -> String {
    match (&step.error, step.rows) {
        (Some(error), _) => format!("{}: {}", error.error, one_line(&error.message)),
        (None, Some(rows)) => format!("{} row{}", thousands(rows), plural(rows)),
        (None, None) => String::new(),
    }
}

/// Where a step failed: the file, the statement, what stands there, and with which values.
#[must_use]
pub fn details(step: &StepState) -> Vec<String> {
    let Some(place) = step.error.as_ref().and_then(|error| error.place.as_ref()) else {
        return Vec::new();
    };
    let mut lines = vec![format!(
        "         --> {} (statement {} of {})",
        one_line(&place.short()),
        place.statement,
        place.statements
    )];
    lines.extend(
        place
            .snippet
            .lines()
            .map(|line| format!("         {}", plain(line))),
    );
    if !place.parameters.is_empty() {
        let values = place
            .parameters
            .iter()
            .map(|(name, value)| format!("{name} = {}", one_line(value)));
        lines.push(format!(
            "         with {}",
            values.collect::<Vec<_>>().join(", ")
        ));
    }
    lines
}
