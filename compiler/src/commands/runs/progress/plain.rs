//! Lines for a file or a log: one for each step that ends, without signs that only a terminal has.

use runtime_lambda::state::{RunStatus, StepState, StepStatus};

use crate::commands::{plural, thousands};
use crate::terminal::{one_line, plain};

/// A step that has come further.
pub(super) struct StepProgress<'a> {
    pub(super) name: &'a str,
    pub(super) step: &'a StepState,
    /// Whether it was stopped because its run was.
    pub(super) stopped: bool,
    /// How many steps are FINISHED by then.
    pub(super) finished: usize,
    /// How many there are.
    pub(super) total: usize,
}

impl StepProgress<'_> {
    /// What is said of it: `[ 3/28] load_orders  FINISHED     0.36 s  1 row`.
    pub(super) fn lines(&self, width: usize) -> Vec<String> {
        let step = self.step;
        let digits = self.total.to_string().len();
        let status = match step.status {
            StepStatus::Failed if self.stopped => RunStatus::Stopped.name(),
            ended @ (StepStatus::Finished | StepStatus::Failed | StepStatus::Skipped) => {
                ended.name()
            }
            StepStatus::Initial | StepStatus::Running => return Vec::new(),
        };
        let what = match (step.status, &step.kept_from) {
            (StepStatus::Skipped, _) => String::new(),
            (_, Some(run)) => format!("{:>9}  kept from {run}", ""),
            _ if self.stopped => format!("{:>7.2} s", seconds(step)),
            _ => format!("{:>7.2} s  {}", seconds(step), outcome(step)),
        };
        let line = format!(
            "[{:>digits$}/{}] {:<width$}  {status:<8}  {what}",
            self.finished, self.total, self.name
        );
        let mut lines = vec![line.trim_end().to_owned()];
        if step.status == StepStatus::Failed {
            lines.extend(details(step));
        }
        lines
    }
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
