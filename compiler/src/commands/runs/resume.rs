//! `sfc resume`: a new run that keeps what an earlier one has finished.

use std::path::PathBuf;

use runtime_lambda::field;
use runtime_lambda::protocol::RunInput;
use runtime_lambda::state::RunStatus;
use serde_json::{Value, json};

use super::dead_runs;
use super::parameters::{Arguments, parameters};
use super::{Runs, RunsOf, RunsPlace};
use crate::commands::session::{self, EarlyEnd, command_line};
use crate::compile::Overrides;
use crate::diagnostic::Code;
use crate::exit::Exit;
use crate::printer::Printer;

/// Starts a run that goes on where `run` has ended. Links of folders that are mapped in a local run may
/// lead to those of `allow_outside`.
#[must_use]
pub fn resume(
    of: &RunsOf,
    run: &str,
    arguments: &Arguments,
    allow_outside: &[PathBuf],
    printer: &Printer,
) -> Exit {
    let environment = of.environment.as_deref();
    let compiled = crate::commands::compiled(&of.path, environment, Overrides::default(), printer);
    let compiled = match compiled {
        Ok((_, compiled)) => compiled,
        Err(exit) => return exit,
    };
    let values = match parameters(&compiled.plan, &arguments.parameters, true) {
        Ok(values) => values,
        Err(diagnostics) => {
            printer.diagnostics(&diagnostics);
            return Exit::BadInput;
        }
    };
    // Whoever runs it on this machine reads the parameters again, and shows it.
    #[cfg(not(feature = "aws"))]
    let _ = values;
    let mut here = None;
    let exit = session::block_on(printer, async {
        let runs = Runs::open_to_change(of, printer).await?;
        let earlier = runs.find(run).await?;
        dead_runs::end(&runs, printer).await?.refuse(&earlier.run)?;
        let state = runs.state(&earlier.run).await?;
        resumable(&earlier.run, state.map(|state| state.status), runs.option())?;
        match &runs.place {
            RunsPlace::Here(_) => {
                here = Some(String::from(earlier.run));
                Ok(Exit::Success)
            }
            #[cfg(feature = "aws")]
            RunsPlace::InAws(there) => {
                let input = input(&values, &earlier.run, &there.aws.identity);
                let started = super::start::start_with(&there.aws, &there.stack, &input).await?;
                super::watch::started(&runs, &started, arguments.manner(), printer).await
            }
        }
    });
    match here {
        Some(earlier) => resume_here(of, arguments, earlier, allow_outside, printer),
        None => exit,
    }
}

/// What a run in AWS is started with that goes on with an earlier one, and by whom.
#[must_use]
pub fn input(values: &Value, earlier: &str, by: &str) -> Value {
    json!({ (field!(RunInput, by)): by, (field!(RunInput, parameters)): values, (field!(RunInput, resume)): earlier })
}

/// Refuses to go on with a run that has nothing left to do, or is not over.
///
/// # Errors
/// It cannot be resumed.
pub fn resumable(earlier: &str, status: Option<RunStatus>, option: &str) -> Result<(), EarlyEnd> {
    let start = match option {
        "" => "`sfc start`",
        _ => "`sfc run`",
    };
    let refused = |code, message: String, help: String| {
        let diagnostic = command_line(code, message).help(help);
        Err(EarlyEnd::with(Exit::BadInput, diagnostic))
    };
    match status {
        Some(RunStatus::Finished) => refused(
            Code::NothingToResume,
            format!("every step of the run `{earlier}` is FINISHED"),
            format!("{start} starts a run of all steps"),
        ),
        Some(RunStatus::Running) => refused(
            Code::RunGoesOn,
            format!("the run `{earlier}` goes on"),
            format!(
                "wait for it with `sfc watch {earlier}{option}`, or stop it with `sfc stop {earlier}{option}`"
            ),
        ),
        None => refused(
            Code::UnknownRun,
            format!("the run `{earlier}` has no state to go on from"),
            format!("{start} starts a run of all steps"),
        ),
        Some(_) => Ok(()),
    }
}

#[cfg(feature = "local")]
fn resume_here(
    of: &RunsOf,
    arguments: &Arguments,
    earlier: String,
    allow_outside: &[PathBuf],
    printer: &Printer,
) -> Exit {
    use crate::commands::laptop::run::{RunArguments, run};

    let given = RunArguments {
        parameters: arguments.parameters.clone(),
        lanes: None,
        manner: arguments.manner().unwrap_or_default(),
        resume: Some(earlier),
        allow_outside: allow_outside.to_vec(),
        ..RunArguments::default()
    };
    run(&of.path, of.environment.as_deref(), &given, printer)
}

#[cfg(not(feature = "local"))]
fn resume_here(_: &RunsOf, _: &Arguments, _: String, _: &[PathBuf], printer: &Printer) -> Exit {
    printer.note("this sfc was built without local runs");
    Exit::BadInput
}
