//! `--select` and `--exclude`, as every verb about steps has them.

use std::collections::HashSet;
use std::path::Path;

use clap_complete::engine::ArgValueCompleter;
use runtime_lambda::plan::{Plan, When};

use super::complete;
use crate::exit::Exit;
use crate::printer::Printer;
use crate::select::{ChosenSteps, StepChoice};

/// Most steps that are named where a part is run.
const NAMED: usize = 5;

/// Which steps a verb is about.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Choosing {
    /// Steps in dbt's grammar: `a`, `+a`, `a+2`, `@a`, `tag:x`, `state:modified+`; may be given several times.
    #[arg(short, long, value_name = "STEPS", add = ArgValueCompleter::new(complete::choices))]
    pub select: Vec<String>,
    /// Steps to leave out, in the same grammar; may be given several times.
    #[arg(long, value_name = "STEPS", add = ArgValueCompleter::new(complete::choices))]
    pub exclude: Vec<String>,
}

impl Choosing {
    /// What was typed, read.
    ///
    /// # Errors
    /// It is not in the grammar: that is said, and this is the exit status.
    pub fn choice(&self, printer: &Printer) -> Result<StepChoice, Exit> {
        StepChoice::read(&self.select, &self.exclude).map_err(|diagnostics| {
            printer.diagnostics(&diagnostics);
            Exit::BadInput
        })
    }

    /// The chosen steps of the pipeline at `path`, compared with the runs on this machine where the
    /// choice asks what changed. `None` where every step is meant.
    ///
    /// # Errors
    /// The choice is none, or the runs cannot be read: that is said, and this is the exit status.
    pub fn here(
        &self,
        path: &Path,
        environment: Option<&str>,
        plan: &Plan,
        printer: &Printer,
    ) -> Result<Option<ChosenSteps>, Exit> {
        let choice = self.choice(printer)?;
        if choice.is_everything() {
            return Ok(None);
        }
        let modified = match choice.asks_for_changes() {
            true => modified_here(path, environment, plan, printer)?,
            false => HashSet::new(),
        };
        let chosen = choice.steps(plan, &modified);
        chosen.map(Some).map_err(|diagnostics| {
            printer.diagnostics(&diagnostics);
            Exit::BadInput
        })
    }
}

/// The chosen steps of the kinds that a run has; none if these are all of them.
#[must_use]
pub fn part(plan: &Plan, chosen: ChosenSteps, has: impl Fn(When) -> bool) -> Option<Vec<String>> {
    let of_run = plan.steps.iter().filter(|step| has(step.when));
    let all: HashSet<&str> = of_run.map(|step| step.name.as_str()).collect();
    let mut names = chosen.names;
    names.retain(|name| all.contains(name.as_str()));
    (names.len() < all.len()).then_some(names)
}

/// Says that a run has these steps of its plan only.
#[must_use]
pub fn in_words(plan: &Plan, names: &[String]) -> String {
    let few: Vec<&str> = names.iter().take(NAMED).map(String::as_str).collect();
    let more = match names.len() - few.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let all = plan.steps.len();
    format!(
        "running {} of {all} steps: {}{more}",
        names.len(),
        few.join(", ")
    )
}

/// Says that there is nothing to do, which is no mistake: `state:modified` may choose nothing.
#[must_use]
pub fn nothing(printer: &Printer) -> Exit {
    printer.note("nothing to do: no step is chosen");
    Exit::Success
}

#[cfg(any(feature = "aws", feature = "local"))]
fn modified_here(
    path: &Path,
    environment: Option<&str>,
    plan: &Plan,
    printer: &Printer,
) -> Result<HashSet<String>, Exit> {
    use super::runs::Runs;
    use super::runs::modified::modified;
    use super::session;

    let found = session::ended(async {
        let runs = Runs::on_this_machine(path, environment)?;
        modified(&runs, plan).await
    });
    found.map_err(|early| {
        printer.diagnostics(&early.diagnostics);
        early.exit
    })
}

#[cfg(not(any(feature = "aws", feature = "local")))]
fn modified_here(
    _: &Path,
    _: Option<&str>,
    _: &Plan,
    printer: &Printer,
) -> Result<HashSet<String>, Exit> {
    use crate::diagnostic::{Code, Diagnostic};
    use crate::source::SourceFile;

    let diagnostic = Diagnostic::error(Code::SelectState, "this sfc was built without runs")
        .in_file(&SourceFile::unread("command line"))
        .help("choose by name or by tag");
    printer.diagnostics(&std::iter::once(diagnostic).collect());
    Err(Exit::BadInput)
}
