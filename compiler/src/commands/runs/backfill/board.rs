//! Where everybody sees how a backfill stands: drawn on a terminal, a line for each end elsewhere.

use parking_lot::Mutex;
use runtime_lambda::state::{GlobalState, RunStatus, StepStatus};
use serde_json::{Value, json};

use super::grid::{self, ValueStanding};
use crate::commands::runs::progress::{error_json, word};
use crate::printer::Printer;
use crate::terminal;

/// Columns of a terminal that does not say how many it has.
const COLUMNS: usize = 80;

/// Lines of a terminal that are left to what goes by.
const LEFT: usize = 6;

/// Lines of a terminal that does not say how many it has.
const LINES: usize = 24;

/// How every value stands.
pub struct Board {
    printer: Printer,
    /// Whether anything is shown while runs go on.
    shows: bool,
    drawing: Mutex<Drawing>,
}

struct Drawing {
    values: Vec<Told>,
    /// Lines that are drawn now.
    drawn: usize,
}

/// What is known of a value.
struct Told {
    value: String,
    standing: ValueStanding,
    /// Id of the last run for the value; none before one began.
    run: Option<String>,
    /// How that stands, once it has a state.
    state: Option<GlobalState>,
}

impl Board {
    /// A board of these values.
    pub fn new(printer: Printer, shows: bool, values: Vec<(String, Option<String>)>) -> Self {
        let told = |(value, run): (String, Option<String>)| Told {
            value,
            standing: match run {
                Some(_) => ValueStanding::Earlier,
                None => ValueStanding::Waiting,
            },
            run,
            state: None,
        };
        Self {
            printer,
            shows,
            drawing: Mutex::new(Drawing {
                values: values.into_iter().map(told).collect(),
                drawn: 0,
            }),
        }
    }

    /// Places and values of what nobody has finished.
    #[cfg(feature = "local")]
    pub fn to_do(&self) -> Vec<(usize, String)> {
        let drawing = self.drawing.lock();
        let values = drawing.values.iter().enumerate();
        values
            .filter(|(_, told)| told.standing == ValueStanding::Waiting)
            .map(|(place, told)| (place, told.value.clone()))
            .collect()
    }

    /// Whether a value stands like this.
    #[cfg(feature = "aws")]
    pub fn is(&self, place: usize, standing: ValueStanding) -> bool {
        let drawing = self.drawing.lock();
        drawing.values.get(place).map(|told| told.standing) == Some(standing)
    }

    /// Which run is the last one of a value.
    #[cfg(feature = "aws")]
    pub fn has_run(&self, place: usize, run: &str) {
        if let Some(told) = self.drawing.lock().values.get_mut(place) {
            told.run = Some(run.to_owned());
        }
    }

    /// A value stands otherwise now.
    pub fn stands(&self, place: usize, standing: ValueStanding, state: Option<&GlobalState>) {
        let mut drawing = self.drawing.lock();
        let Some(told) = drawing.values.get_mut(place) else {
            return;
        };
        let is_news = told.standing != standing;
        told.standing = standing;
        if let Some(state) = state {
            told.run = Some(state.run.to_string());
            told.state = Some(state.clone());
        }
        if !is_news || !self.shows {
            return;
        }
        let has_ended = !matches!(standing, ValueStanding::Running | ValueStanding::Waiting);
        // On a terminal each value has one line; what has no room stands in `sfc status`.
        let room = match self.printer.terminal {
            true => terminal::columns().unwrap_or(COLUMNS),
            false => usize::MAX,
        };
        let line = has_ended.then(|| format!("{}\n", terminal::cut(&told.line(), room)));
        let line = line.unwrap_or_default();
        if self.printer.terminal {
            let erased = drawing.erased();
            let lines = drawing.lines(self.printer.paints);
            drawing.drawn = lines.len();
            self.printer
                .data(&format!("{erased}{line}{}", lines.concat()));
        } else {
            self.printer.data(&line);
        }
    }

    /// Says something while runs go on.
    pub fn say(&self, line: &str) {
        let erased = self.drawing.lock().erased();
        self.printer.data(&erased);
        self.printer.note(line);
    }

    /// Shows how everything ended: the grid, and what failed.
    pub fn finish(&self) {
        let mut drawing = self.drawing.lock();
        let erased = drawing.erased();
        let values = drawing.standings();
        let mut text = erased;
        text.push('\n');
        for line in grid::grid(&values, self.printer.paints) {
            text.push_str(&format!("{line}\n"));
        }
        text.push_str(&format!("{}\n", grid::counts(&values)));
        self.printer.data(&text);
    }

    /// Whether every value is finished.
    pub fn is_finished(&self) -> bool {
        let drawing = self.drawing.lock();
        let mut values = drawing.values.iter();
        values.all(|told| {
            matches!(
                told.standing,
                ValueStanding::Earlier | ValueStanding::Finished
            )
        })
    }

    /// Every value as JSON.
    pub fn json(&self) -> Value {
        let drawing = self.drawing.lock();
        drawing
            .values
            .iter()
            .map(|told| {
                let status = told.state.as_ref().map(|state| word(state.status));
                let earlier =
                    (told.standing == ValueStanding::Earlier).then_some(RunStatus::Finished.name());
                json!({
                    "value": told.value,
                    "run": told.run,
                    "status": status.or(earlier),
                    "earlier": told.standing == ValueStanding::Earlier,
                    "error": told.error().map(|(step, error)| json!({
                        "step": step,
                        "error": error_json(error),
                    })),
                })
            })
            .collect()
    }
}

impl Told {
    /// The first step that failed, and why.
    fn error(&self) -> Option<(&str, &runtime_lambda::state::StepError)> {
        let mut steps = self.state.as_ref()?.steps.iter();
        steps.find_map(|(name, step)| {
            let error = step.error.as_ref()?;
            (step.status == StepStatus::Failed).then_some((name.as_str(), error))
        })
    }

    /// How it ended, in a line.
    fn line(&self) -> String {
        let value = terminal::visible(&self.value);
        let run = self.run.as_deref().unwrap_or("no run");
        let seconds = self.state.as_ref().and_then(|state| {
            let took = state.ended?.duration_since(state.started);
            Some(format!("  {:.2} s", took.as_secs_f64()))
        });
        let seconds = seconds.unwrap_or_default();
        let status = match (&self.state, self.standing) {
            (Some(state), _) if state.status != RunStatus::Running => word(state.status),
            (_, ValueStanding::Stopped) => RunStatus::Stopped.name(),
            (_, ValueStanding::Finished | ValueStanding::Earlier) => RunStatus::Finished.name(),
            _ => RunStatus::Failed.name(),
        };
        let why = match self.error() {
            Some((step, error)) => format!("  {step}: {}", terminal::one_line(&error.message)),
            None => String::new(),
        };
        format!("{value}  {status:<8}{seconds}  {run}{why}")
    }
}

impl Drawing {
    fn standings(&self) -> Vec<(String, ValueStanding)> {
        let values = self.values.iter();
        values
            .map(|told| (told.value.clone(), told.standing))
            .collect()
    }

    /// What takes away the lines that are drawn (ECMA-48: CUU, ED).
    fn erased(&mut self) -> String {
        match std::mem::take(&mut self.drawn) {
            0 => String::new(),
            drawn => format!("\u{1b}[{drawn}A\r\u{1b}[J"),
        }
    }

    /// The last rows of the grid in which something goes on or is to do, as many as there is room for, and
    /// the numbers.
    fn lines(&self, paints: bool) -> Vec<String> {
        let values = self.standings();
        let mut rows = grid::grid(&values, paints);
        let room = terminal::lines()
            .unwrap_or(LINES)
            .saturating_sub(LEFT)
            .max(1);
        let begun = values
            .iter()
            .filter(|(_, own)| *own != ValueStanding::Waiting);
        let share = begun.count() * rows.len() / values.len().max(1);
        let first = share
            .saturating_sub(room / 2)
            .min(rows.len().saturating_sub(room));
        rows.drain(..first);
        rows.truncate(room);
        let columns = terminal::columns().unwrap_or(usize::MAX);
        if columns < grid::WIDTH {
            rows.clear();
        }
        // A line that the terminal breaks would be two to take away.
        let counts = grid::counts(&values);
        rows.push(terminal::cut(&counts, columns.saturating_sub(1)));
        rows.iter().map(|row| format!("{row}\n")).collect()
    }
}
