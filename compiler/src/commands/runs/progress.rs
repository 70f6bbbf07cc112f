//! A run as somebody watches it: a line for each step that ends, and, on a terminal, one for each
//! that is running. For a program it is an event a line.

mod ending;
mod events;
mod live;
mod plain;

use std::collections::HashMap;

use parking_lot::Mutex;
use runtime_lambda::state::{GlobalState, RunStatus, StepState, StepStatus};
use runtime_lambda::steps::Steps;
use tokio::sync::watch;

pub use self::ending::{exit_of, failures, next_commands, signals, summary, word};
pub use self::events::{Finish, ended as ended_event, error as error_json};
pub use self::plain::details;

use self::live::Live;
use crate::printer::Printer;

/// How a run is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Manner {
    /// A line for each step.
    #[default]
    Lines,
    /// Nothing but what failed, and the end.
    Quiet,
    /// An event a line, as JSON.
    Events,
}

/// Shows what the global state says.
pub struct ProgressPrinter {
    printer: Printer,
    screen: Screen,
    shown: Mutex<Shown>,
    failed: watch::Sender<Option<String>>,
}

/// Where it is shown.
enum Screen {
    Live(Live),
    Plain { width: usize },
    Quiet,
    Events,
}

#[derive(Default)]
struct Shown {
    round: u32,
    /// The steps as they were told of last.
    seen: Steps,
    /// How far each step has come.
    steps: HashMap<String, (u32, u8)>,
    /// Steps that are shown as FINISHED.
    finished: usize,
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
            self.finished += usize::from(status == StepStatus::Finished);
        }
        is_news
    }

    /// Steps that have begun and not ended, by name.
    fn running(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self
            .steps
            .iter()
            .filter(|(_, (_, far))| *far == 1)
            .map(|(name, _)| name.as_str())
            .collect();
        names.sort_unstable();
        names
    }
}

impl ProgressPrinter {
    /// Shows runs of a pipeline with these steps.
    pub fn new<'a>(
        printer: Printer,
        manner: Manner,
        steps: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let widths: Vec<usize> = steps.into_iter().map(str::len).collect();
        let width = widths.iter().copied().max().unwrap_or(0);
        let screen = match manner {
            Manner::Events => Screen::Events,
            Manner::Quiet => Screen::Quiet,
            Manner::Lines if printer.terminal => {
                Screen::Live(Live::new(printer, width, widths.len()))
            }
            Manner::Lines => Screen::Plain { width },
        };
        Self {
            printer,
            screen,
            shown: Mutex::default(),
            failed: watch::Sender::new(None),
        }
    }

    /// Takes the lines of what is running away.
    pub fn finish(&self) {
        if let Screen::Live(live) = &self.screen {
            live.finish();
        }
    }

    /// Says something while the run goes on.
    pub fn say(&self, line: &str) {
        match &self.screen {
            Screen::Live(live) => live.above(|printer| printer.note(line)),
            _ => self.printer.note(line),
        }
    }

    /// Steps that are running, by name.
    #[must_use]
    pub fn running(&self) -> Vec<String> {
        let shown = self.shown.lock();
        shown.running().into_iter().map(str::to_owned).collect()
    }

    /// Ready with the name of the first step that has failed.
    pub fn first_failure(&self) -> impl Future<Output = String> + use<> {
        let mut failed = self.failed.subscribe();
        async move {
            match failed.wait_for(Option::is_some).await {
                Ok(step) => step.clone().unwrap_or_default(),
                Err(_) => std::future::pending().await,
            }
        }
    }

    /// Shows what is new in the global state.
    pub fn changed(&self, state: &GlobalState) {
        let mut shown = self.shown.lock();
        if state.round > shown.round {
            shown.round = state.round;
            self.round(state);
        }
        let before = std::mem::replace(&mut shown.seen, state.steps.clone());
        let before = before.values().map(Some).chain(std::iter::repeat(None));
        for ((name, step), before) in state.steps.iter().zip(before) {
            // Most steps of a large run have not changed.
            if before.is_some_and(|before| before.is(step)) {
                continue;
            }
            if shown.is_news(name, step.round, step.status) {
                self.step(shown.finished, state, name, step);
                if step.status == StepStatus::Failed {
                    self.failed.send_if_modified(|failed| match failed {
                        Some(_) => false,
                        None => {
                            *failed = Some(name.to_string());
                            true
                        }
                    });
                }
            }
        }
        if let Screen::Live(live) = &self.screen {
            live.changed(state);
        }
    }

    fn round(&self, state: &GlobalState) {
        if state.round > 1 && state.status != RunStatus::Running {
            return;
        }
        let line = match state.round {
            1 => format!("run {}", state.run),
            round => format!("round {round}"),
        };
        match &self.screen {
            Screen::Live(live) => live.line(&line),
            Screen::Plain { .. } => self.printer.data(&format!("{line}\n")),
            Screen::Events => self.printer.data(&events::round(state)),
            Screen::Quiet => {}
        }
    }

    fn step(&self, finished: usize, state: &GlobalState, name: &str, step: &StepState) {
        let ended = plain::StepProgress {
            name,
            step,
            stopped: state.stopped_with_it(step),
            finished,
            total: state.steps.len(),
        };
        match &self.screen {
            Screen::Live(live) => {
                if let Some(line) = live.ended(&ended) {
                    live.line(&line);
                }
            }
            Screen::Plain { width } => {
                for line in ended.lines(*width) {
                    self.printer.data(&format!("{line}\n"));
                }
            }
            Screen::Events => {
                if let Some(event) = events::step(state, name, step) {
                    self.printer.data(&event);
                }
            }
            Screen::Quiet => {}
        }
    }
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
