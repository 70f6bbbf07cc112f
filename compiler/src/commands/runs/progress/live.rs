//! The console of a run on a terminal. Ended steps go by, and below them stands what runs now, in
//! no more lines than the terminal has.
//!
//! It draws by itself. The cursor waits at the beginning of the line below, so that the `^C` that a
//! terminal shows moves no line. A library that leaves it behind the last line leaves one line too many.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use parking_lot::Mutex;
use runtime_lambda::state::{GlobalState, RunStatus, StepStatus};

use super::plain::{StepProgress, outcome, seconds};
use crate::commands::duration;
use crate::printer::Printer;
use crate::terminal;

/// How often the times of what runs are drawn again.
const TICK: Duration = Duration::from_millis(200);

/// Lines of a terminal that does not say how many it has.
const LINES: usize = 24;

/// Columns of a terminal that does not say how many it has.
const COLUMNS: usize = 80;

/// Lines that are left to what has ended.
const LEFT: usize = 4;

/// What is drawn, and by whom.
pub(super) struct Live {
    drawing: Arc<Mutex<Drawing>>,
    /// Draws the times; it ends when this is dropped.
    clock: Mutex<Option<std::sync::mpsc::Sender<()>>>,
}

/// How the run stands, and what is shown of it.
struct Drawing {
    printer: Printer,
    width: usize,
    total: usize,
    /// Lines that are drawn now.
    drawn: usize,
    started: Option<Timestamp>,
    finished: usize,
    failed: usize,
    /// Name, lane and start of what runs, in the plan's order.
    running: Vec<(String, u32, Option<Timestamp>)>,
}

impl Live {
    pub(super) fn new(printer: Printer, width: usize, total: usize) -> Self {
        let drawing = Arc::new(Mutex::new(Drawing {
            printer,
            width,
            total,
            drawn: 0,
            started: None,
            finished: 0,
            failed: 0,
            running: Vec::new(),
        }));
        let (clock, ended) = std::sync::mpsc::channel();
        let ticking = Arc::clone(&drawing);
        std::thread::spawn(move || {
            while ended.recv_timeout(TICK) == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
                ticking.lock().redraw("");
            }
        });
        Self {
            drawing,
            clock: Mutex::new(Some(clock)),
        }
    }

    /// Prints a line above what runs.
    pub(super) fn line(&self, text: &str) {
        self.drawing.lock().redraw(&format!("{text}\n"));
    }

    /// Lets somebody print above what runs.
    pub(super) fn above(&self, print: impl FnOnce(&Printer)) {
        let mut drawing = self.drawing.lock();
        let erased = drawing.erased();
        drawing.printer.data(&erased);
        print(&drawing.printer);
        drawing.redraw("");
    }

    /// Takes away what runs.
    pub(super) fn finish(&self) {
        self.clock.lock().take();
        let mut drawing = self.drawing.lock();
        drawing.started = None;
        drawing.redraw("");
    }

    pub(super) fn changed(&self, state: &GlobalState) {
        let mut drawing = self.drawing.lock();
        let count = |status| {
            let steps = state.steps.values();
            steps.filter(|step| step.status == status).count()
        };
        drawing.started = (state.status == RunStatus::Running).then_some(state.started);
        drawing.finished = count(StepStatus::Finished);
        drawing.failed = count(StepStatus::Failed);
        drawing.running = state
            .running()
            .map(|(name, step)| (name.to_string(), step.lane.unwrap_or(0), step.started))
            .collect();
        drawing.redraw("");
    }

    /// The line of a step that has ended.
    pub(super) fn ended(&self, ended: &StepProgress<'_>) -> Option<String> {
        let StepProgress {
            name,
            step,
            stopped,
            finished,
            total,
        } = *ended;
        let (style, sign) = match step.status {
            StepStatus::Finished => ("32", "✓"),
            StepStatus::Failed if stopped => ("33", "-"),
            StepStatus::Failed => ("31", "✗"),
            StepStatus::Skipped => ("33", "-"),
            StepStatus::Initial | StepStatus::Running => return None,
        };
        let drawing = self.drawing.lock();
        let width = drawing.width;
        let digits = total.to_string().len();
        let what = match (step.status, &step.kept_from) {
            (StepStatus::Skipped, _) => format!("{:>10}  skipped", ""),
            (_, Some(run)) => format!("{:>10}  kept from {run}", ""),
            _ if stopped => format!("{:>8.2} s  stopped", seconds(step)),
            _ => format!("{:>8.2} s  {}", seconds(step), outcome(step)),
        };
        let rest = format!("[{finished:>digits$}/{total}] {name:<width$}  {what}");
        let room = terminal::columns().unwrap_or(COLUMNS).saturating_sub(2);
        let rest = terminal::cut(rest.trim_end(), room);
        Some(if drawing.printer.paints {
            format!("\u{1b}[{style}m{sign}\u{1b}[0m {rest}")
        } else {
            format!("{sign} {rest}")
        })
    }
}

impl Drawing {
    /// Takes away what is drawn, prints a text in its place, and draws below that how the run
    /// stands now. All of it happens at once, so that nobody sees half of it.
    fn redraw(&mut self, above: &str) {
        let erased = self.erased();
        let lines = self.lines(Timestamp::now());
        self.drawn = lines.len();
        let below: String = lines.iter().map(|line| format!("{line}\n")).collect();
        self.printer.data(&format!("{erased}{above}{below}"));
    }

    /// What takes away the lines that are drawn: up to the first one, and nothing from there on (ECMA-48:
    /// CUU, ED).
    fn erased(&mut self) -> String {
        match std::mem::take(&mut self.drawn) {
            0 => String::new(),
            drawn => format!("\u{1b}[{drawn}A\r\u{1b}[J"),
        }
    }

    /// What stands at the bottom: a line of numbers, and one for each step that runs, as many as there is
    /// room for.
    fn lines(&self, now: Timestamp) -> Vec<String> {
        let Some(started) = self.started else {
            return Vec::new();
        };
        let width = self.width;
        let columns = terminal::columns().unwrap_or(COLUMNS).saturating_sub(1);
        let room = terminal::lines()
            .unwrap_or(LINES)
            .saturating_sub(LEFT)
            .max(1);
        let since =
            |from: Timestamp| u64::try_from(now.duration_since(from).as_secs()).unwrap_or(0);
        let mut head = format!(
            "[{}/{}] {} running",
            self.finished,
            self.total,
            self.running.len()
        );
        if self.failed > 0 {
            head.push_str(&format!(", {} failed", self.failed));
        }
        head.push_str(&format!(", {}", duration(since(started))));
        let mut lines = vec![head];
        let shown = if self.running.len() > room {
            room.saturating_sub(1)
        } else {
            self.running.len()
        };
        for (name, lane, from) in self.running.iter().take(shown) {
            let took = from.map_or_else(String::new, |from| duration(since(from)));
            lines.push(format!("  {name:<width$}  {took:>6}  lane {lane}"));
        }
        if self.running.len() > shown {
            lines.push(format!("  … and {} more", self.running.len() - shown));
        }
        lines
            .iter()
            .map(|line| {
                let line = terminal::cut(line, columns);
                match self.printer.paints {
                    true => format!("\u{1b}[2m{line}\u{1b}[0m"),
                    false => line,
                }
            })
            .collect()
    }
}
