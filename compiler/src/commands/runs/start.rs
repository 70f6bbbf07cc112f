//! `sfc start`: a run in AWS.

use runtime_lambda::field;
use runtime_lambda::protocol::{RunInput, STEPS_SINCE};
use std::collections::HashSet;
use std::path::Path;

use jiff::Timestamp;
use runtime_lambda::keys;
use runtime_lambda::plan::{Plan, When};
use serde_json::{Value, json};

use super::in_aws::InAws;
use super::modified::modified;
pub use super::parameters::Arguments;
use super::parameters::parameters;
use super::watch;
use super::{Brief, Runs, RunsPlace};
use crate::aws::Aws;
use crate::commands::account::{Account, deployed, output};
use crate::commands::choosing::{self, Choosing, nothing};
use crate::commands::session::{self, EarlyEnd, KnownPipeline};
use crate::compile::Overrides;
use crate::deploy::stack::DeployedStack;
use crate::diagnostic::{Code, Diagnostic};
use crate::exit::Exit;
use crate::printer::Printer;
use crate::select::StepChoice;
use crate::stack::RUN_INPUT_VERSION_OUTPUT;

/// Starts a run of the pipeline at `path`.
#[must_use]
pub fn start(
    path: &Path,
    environment: Option<&str>,
    account: &Account,
    arguments: &Arguments,
    choosing: &Choosing,
    printer: &Printer,
) -> Exit {
    let compiled = crate::commands::compiled(path, environment, Overrides::default(), printer);
    let compiled = match compiled {
        Ok((_, compiled)) => compiled,
        Err(exit) => return exit,
    };
    let values = match parameters(&compiled.plan, &arguments.parameters, false) {
        Ok(values) => values,
        Err(diagnostics) => {
            printer.diagnostics(&diagnostics);
            return Exit::BadInput;
        }
    };
    let choice = match choosing.choice(printer) {
        Ok(choice) => choice,
        Err(exit) => return exit,
    };
    session::block_on(printer, async {
        let known = KnownPipeline::open(path, environment)?;
        let aws = account.connect_to_change(&known, printer).await?;
        let stack = deployed(&aws, &known).await?;
        let runs = Runs {
            known,
            place: RunsPlace::InAws(InAws::of(aws.clone(), stack.clone())?),
        };
        let mut input = input(&values, &aws.identity);
        if let Some(names) = part(&runs, &choice, &compiled.plan).await? {
            if names.is_empty() {
                return Ok(nothing(printer));
            }
            knows_steps(&stack)?;
            printer.note(&choosing::in_words(&compiled.plan, &names));
            if let Some(input) = input.as_object_mut() {
                input.insert(field!(RunInput, steps).to_owned(), json!(names));
            }
        }
        let started = start_with(&aws, &stack, &input).await?;
        watch::started(&runs, &started, arguments.manner(), printer).await
    })
}

/// What a run of all steps is started with, and by whom.
#[must_use]
pub fn input(parameters: &Value, by: &str) -> Value {
    json!({ (field!(RunInput, by)): by, (field!(RunInput, parameters)): parameters })
}

/// Names of the chosen steps, if they are not all of a run.
///
/// # Errors
/// The choice names no step, or earlier runs cannot be read.
pub(super) async fn part(
    runs: &Runs,
    choice: &StepChoice,
    plan: &Plan,
) -> Result<Option<Vec<String>>, EarlyEnd> {
    if choice.is_everything() {
        return Ok(None);
    }
    let modified = match choice.asks_for_changes() {
        true => modified(runs, plan).await?,
        false => HashSet::new(),
    };
    let chosen = choice
        .steps(plan, &modified)
        .map_err(|diagnostics| EarlyEnd {
            exit: Exit::BadInput,
            diagnostics,
        })?;
    // Those for the stack run with a deploy and a destroy.
    Ok(choosing::part(plan, chosen, |when| when == When::Run))
}

/// Refuses a stack whose Lambda would pass over `steps`, and run everything.
///
/// # Errors
/// It is such a stack.
pub(super) fn knows_steps(stack: &DeployedStack) -> Result<(), EarlyEnd> {
    let version = stack.outputs.get(RUN_INPUT_VERSION_OUTPUT);
    let version = version.and_then(|version| version.parse::<u32>().ok());
    match version.unwrap_or_default() {
        STEPS_SINCE.. => Ok(()),
        _ => Err(too_old(stack, "runs of a part")),
    }
}

/// Says that a stack does not know of `what` yet.
pub(super) fn too_old(stack: &DeployedStack, what: &str) -> EarlyEnd {
    EarlyEnd::with(
        Exit::BadInput,
        Diagnostic::error(
            Code::StackTooOld,
            format!("the stack `{}` knows of no {what}", stack.name),
        )
        .note("an earlier version of sfc has deployed it")
        .help("`sfc deploy` brings it up to date"),
    )
}

/// Starts a run with this input.
///
/// # Errors
/// Step Functions does not start it.
pub async fn start_with(
    aws: &Aws,
    stack: &DeployedStack,
    input: &Value,
) -> Result<Brief, EarlyEnd> {
    let machine = output(stack, "RunStateMachineArn")?;
    // The name only has to be one that nobody else has chosen; the run's id is made from the ARN.
    let name = format!(
        "sfc-{:x}-{:x}",
        Timestamp::now().as_nanosecond(),
        std::process::id()
    );
    let (arn, started) = aws
        .start_execution(machine, &name, &input.to_string())
        .await?;
    Ok(Brief {
        run: keys::run_id(&arn, started),
        started: Some(started),
        execution: aws.execution(&arn).await?,
    })
}
