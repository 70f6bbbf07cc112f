//! A run as somebody watches it: a line for each step that ends, and, on a terminal, one for each that
//! is running.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use runtime_lambda::state::{GlobalState, RunStatus, StepState, StepStatus};

use crate::commands::thousands;
use crate::exit::Exit;
use crate::printer::Printer;
use crate::terminal::{one_line, plain};

/// Shows what the global state says.
pub struct Progress {
    printer: Printer,
    bars: Option<MultiProgress>,
    width: usize,
    shown: Mutex<Shown>,
}

#[derive(Default)]
struct Shown {
    round: u32,
    /// How far each step has come.
    steps: HashMap<String, (u32, u8)>,
    running: HashMap<String, ProgressBar>,
}

impl Shown {
    /// Whether a step has come further than what is shown of it. Two writes of the state may be told
    /// of in the other order; a step never goes back.
    fn is_news(&mut self, name: &str, round: u32, status: StepStatus) -> bool {
        let far = match status {
            StepStatus::Initial => 0,
            StepStatus::Running => 1,
            StepStatus::Finished | StepStatus::Failed => 2,
            StepStatus::Skipped => 3,
        };
        let now = (round, far);
        let is_news = self.steps.get(name).is_none_or(|before| *before < now);
        if is_news {
            self.steps.insert(name.to_owned(), now);
        }
        is_news
    }
}

impl Progress {
    /// Shows runs of a pipeline with these steps.
    pub fn new<'a>(printer: Printer, steps: impl IntoIterator<Item = &'a str>) -> Self {
        let names = steps.into_iter().map(str::len);
        Self {
            printer,
            bars: printer
                .terminal
                .then(|| MultiProgress::with_draw_target(indicatif::ProgressDrawTarget::stdout())),
            width: names.max().unwrap_or(0),
            shown: Mutex::default(),
        }
    }

    /// Takes the lines of what is running away.
    pub fn finish(&self) {
        if let Some(bars) = &self.bars {
            // A terminal that cannot be drawn on has nothing to clear.
            let _ = bars.clear();
        }
    }

    fn line(&self, text: &str) {
        match &self.bars {
            Some(bars) => bars.suspend(|| self.printer.data(&format!("{text}\n"))),
            None => self.printer.data(&format!("{text}\n")),
        }
    }

    fn step(&self, shown: &mut Shown, name: &str, state: &StepState) {
        let lane = state.lane.unwrap_or(0);
        match state.status {
            StepStatus::Running => {
                if let Some(bars) = &self.bars {
                    let bar = bars.add(ProgressBar::new_spinner());
                    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {elapsed}") {
                        bar.set_style(style);
                    }
                    bar.set_message(format!("lane {lane:>2}  {name:<0$}  RUNNING ", self.width));
                    bar.enable_steady_tick(Duration::from_millis(120));
                    shown.running.insert(name.to_owned(), bar);
                }
            }
            StepStatus::Finished | StepStatus::Failed => {
                if let Some(bar) = shown.running.remove(name) {
                    bar.finish_and_clear();
                }
                self.line(&self.ended(name, lane, state));
                for line in details(state) {
                    self.line(&line);
                }
            }
            StepStatus::Skipped => {
                self.line(&format!("lane  -  {name:<0$}  SKIPPED", self.width));
            }
            StepStatus::Initial => {}
        }
    }

    fn ended(&self, name: &str, lane: u32, state: &StepState) -> String {
        let seconds = match (state.started, state.ended) {
            (Some(from), Some(to)) => to.duration_since(from).as_secs_f64(),
            _ => 0.0,
        };
        let status = match state.status {
            StepStatus::Finished => StepStatus::Finished,
            _ => StepStatus::Failed,
        };
        let status = format!("{:8}", status.name());
        let what = match (&state.error, state.rows) {
            (Some(error), _) => format!("{}: {}", error.error, one_line(&error.message)),
            (None, Some(1)) => "1 row".to_owned(),
            (None, Some(rows)) => format!("{} rows", thousands(rows)),
            (None, None) => String::new(),
        };
        let line = format!(
            "lane {lane:>2}  {name:<0$}  {status}  {seconds:>7.2} s  {what}",
            self.width
        );
        line.trim_end().to_owned()
    }
}

impl Progress {
    /// Shows what is new in the global state.
    pub fn changed(&self, state: &GlobalState) {
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        if state.round > shown.round {
            shown.round = state.round;
            if state.round == 1 {
                self.line(&format!("run {}", state.run));
            } else if state.status == RunStatus::Running {
                self.line(&format!("round {}", state.round));
            }
        }
        for (name, step) in &state.steps {
            if shown.is_news(name, step.round, step.status) {
                self.step(&mut shown, name, step);
            }
        }
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
        let same = |step: &&StepState| step.status == wanted;
        state.steps.values().filter(same).count()
    };
    let mut parts = vec![format!(
        "{} of {} steps finished",
        count(StepStatus::Finished),
        state.steps.len()
    )];
    for (status, word) in [
        (StepStatus::Failed, "failed"),
        (StepStatus::Skipped, "skipped"),
    ] {
        if count(status) > 0 {
            parts.push(format!("{} {word}", count(status)));
        }
    }
    let seconds = state
        .ended
        .map(|ended| ended.duration_since(state.started).as_secs_f64());
    if let Some(seconds) = seconds {
        parts.push(format!("{seconds:.2} s"));
    }
    let rounds = if state.round == 1 { "round" } else { "rounds" };
    parts.push(format!("{} {rounds}", state.round));
    format!("{ended}: {}", parts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_that_is_told_late_shows_nothing() {
        let mut shown = Shown::default();
        let mut news = |round, status| shown.is_news("step", round, status);
        assert!(news(1, StepStatus::Running));
        assert!(news(1, StepStatus::Failed));
        assert!(!news(1, StepStatus::Running), "told late");
        assert!(!news(1, StepStatus::Failed), "told twice");
        assert!(!news(1, StepStatus::Initial), "waits for its round");
        assert!(news(2, StepStatus::Running));
        assert!(news(2, StepStatus::Finished));
        assert!(!news(1, StepStatus::Failed), "told very late");
        assert!(news(2, StepStatus::Skipped));
    }
}
