//! `sfc start`: a run in AWS.

use runtime_lambda::field;
use runtime_lambda::protocol::RunInput;
use std::path::Path;

use jiff::Timestamp;
use runtime_lambda::keys;
use serde_json::{Value, json};

pub use super::parameters::Arguments;
use super::parameters::parameters;
use super::runs::{Brief, Place, Runs};
use super::session::{self, Account, Known, Stop, deployed, output};
use super::watch;
use crate::aws::Aws;
use crate::compile::Overrides;
use crate::deploy::stack::Stack;
use crate::exit::Exit;
use crate::printer::Printer;

/// Starts a run of the pipeline at `path`.
#[must_use]
pub fn start(
    path: &Path,
    environment: Option<&str>,
    account: &Account,
    arguments: &Arguments,
    printer: &Printer,
) -> Exit {
    let compiled = super::compiled(path, environment, Overrides::default(), printer);
    let compiled = match compiled {
        Ok((_, compiled)) => compiled,
        Err(exit) => return exit,
    };
    let parameters = match parameters(&compiled.plan, &arguments.parameters, false) {
        Ok(parameters) => parameters,
        Err(diagnostics) => {
            printer.diagnostics(&diagnostics);
            return Exit::BadInput;
        }
    };
    session::block_on(printer, async {
        let known = Known::open(path, environment)?;
        let aws = account.connect_to_change(&known, printer).await?;
        let stack = deployed(&aws, &known).await?;
        let input = input(&parameters, &aws.identity);
        let started = start_with(&aws, &stack, &input).await?;
        printer.data(&format!("{}\n", started.run));
        if !arguments.watch {
            printer.note("started; `sfc watch last` shows it");
            return Ok(Exit::Success);
        }
        let runs = Runs {
            known,
            place: Place::Aws {
                bucket: output(&stack, "DataBucket")?.to_owned(),
                aws: Box::new(aws),
                stack: Box::new(stack),
            },
        };
        watch::until_ended(&runs, &started, printer).await
    })
}

/// What a run of all steps is started with, and by whom.
#[must_use]
pub fn input(parameters: &Value, by: &str) -> Value {
    json!({ (field!(RunInput, by)): by, (field!(RunInput, parameters)): parameters })
}

/// Starts a run with this input.
///
/// # Errors
/// Step Functions does not start it.
pub async fn start_with(aws: &Aws, stack: &Stack, input: &Value) -> Result<Brief, Stop> {
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
