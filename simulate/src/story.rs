//! What happened in one seed, told: virtual time, who, and what.

mod diagram;

use std::fmt;
use std::time::Duration;

pub use diagram::diagram;
use parking_lot::Mutex;
use strum::{EnumIter, IntoStaticStr};
use tokio::time::Instant;

use crate::delivery;

/// Who hears of what is told, in the order and under the names of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumIter, IntoStaticStr)]
pub enum Party {
    /// Step Functions, which starts and stops executions.
    #[strum(serialize = "StepFunctions")]
    States,
    /// The Lambda of the pipeline.
    Lambda,
    /// The data bucket with the global state.
    Bucket,
    /// The warehouse behind the Data API.
    Warehouse,
    /// The topic that hears of ends.
    Topic,
    /// EventBridge, which brings events and sweeps.
    #[strum(serialize = "EventBridge")]
    Bus,
    /// Other services, which run jobs.
    Services,
}

/// What kind of thing a line tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Something was done, as it should be.
    Plain,
    /// Something went wrong that may go wrong.
    Fault,
    /// A promise is broken.
    Broken,
}

/// One line of a story.
#[derive(Debug, Clone)]
pub struct StoryLine {
    /// Virtual time since the start.
    pub at: Duration,
    /// The delivery or execution that does it.
    pub who: String,
    /// Whom it does it to; nobody for a note.
    pub to: Option<Party>,
    /// What it does, in words.
    pub text: String,
    /// What kind of thing it is.
    pub mark: Mark,
}

impl fmt::Display for StoryLine {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = match self.mark {
            Mark::Plain => ' ',
            Mark::Fault => '!',
            Mark::Broken => '#',
        };
        let seconds = self.at.as_secs_f64();
        write!(
            formatter,
            "{seconds:11.3} {mark} {:<36} {}",
            self.who, self.text
        )
    }
}

/// Collects the lines, if anybody wants them.
pub struct Story {
    start: Instant,
    lines: Option<Mutex<Vec<StoryLine>>>,
}

impl Story {
    /// A story that begins now.
    pub fn new(telling: bool) -> Self {
        Self {
            start: Instant::now(),
            lines: telling.then(Mutex::default),
        }
    }

    /// Tells what the delivery at hand does to `to`.
    pub fn tell(&self, to: Party, text: impl FnOnce() -> String) {
        self.line(Some(to), Mark::Plain, text);
    }

    /// Tells what happens by itself.
    pub fn note(&self, mark: Mark, text: impl FnOnce() -> String) {
        self.line(None, mark, text);
    }

    fn line(&self, to: Option<Party>, mark: Mark, text: impl FnOnce() -> String) {
        if let Some(lines) = &self.lines {
            let line = StoryLine {
                at: self.start.elapsed(),
                who: delivery::who(),
                to,
                text: text(),
                mark,
            };
            lines.lock().push(line);
        }
    }

    /// Every line so far; none where nobody wanted a story.
    pub fn lines(&self) -> Vec<StoryLine> {
        let lines = self.lines.as_ref();
        lines.map(|lines| lines.lock().clone()).unwrap_or_default()
    }
}
