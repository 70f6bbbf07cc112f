//! `sfc validate`: everything that is wrong, at once.

use std::path::Path;

use crate::commands::{duration, plural};
use crate::compile::{Overrides, compile};
use crate::exit::Exit;
use crate::printer::Printer;
use crate::project::Project;

/// Checks the pipeline at `path`.
#[must_use]
pub fn validate(path: &Path, environment: Option<&str>, printer: &Printer) -> Exit {
    let project = match Project::open_for(path, environment) {
        Ok(project) => project,
        Err(diagnostics) => {
            printer.diagnostics(&diagnostics);
            return Exit::BadInput;
        }
    };
    let outcome = compile(&project.spec, &project, Overrides::default());
    printer.diagnostics(&outcome.diagnostics);
    let Some(compiled) = outcome.value else {
        return Exit::BadInput;
    };
    if printer.is_for_people() {
        let plan = &compiled.plan;
        printer.data(&format!(
            "{} is valid: {} step{}, {} lane{}, up to {} round{} in {}\n",
            plan.pipeline,
            plan.steps.len(),
            plural(plan.steps.len() as u64),
            plan.limits.lanes,
            plural(plan.limits.lanes.into()),
            plan.limits.rounds,
            plural(plan.limits.rounds.into()),
            duration(plan.limits.run_seconds),
        ));
    }
    Exit::Success
}
