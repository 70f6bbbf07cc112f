//! What a deploy and a destroy run: the steps that are for them, and the run that a trigger asks for.
//!
//! They are runs like any other, with their own state, report and message.

use runtime_lambda::plan::{Plan, When};
use serde_json::json;

use crate::aws::Aws;
use crate::commands::runs::{Place, Runs};
use crate::commands::session::{Known, Stop, output};
use crate::commands::start::start_with;
use crate::commands::watch;
use crate::deploy::stack::Stack;
use crate::exit::Exit;
use crate::pipeline::{Pipeline, Start};
use crate::printer::Printer;

/// Runs the steps with `when: deploy` to their end, then starts what `triggers` want at a deploy.
///
/// # Errors
/// A run cannot be started or watched.
pub async fn after_deploy(
    aws: &Aws,
    stack: &Stack,
    known: Known,
    (pipeline, plan): (&Pipeline, &Plan),
    printer: &Printer,
) -> Result<Exit, Stop> {
    let ended = if plan.steps.iter().any(|step| step.when == When::Deploy) {
        steps(aws, stack, known, When::Deploy, printer).await?
    } else {
        Exit::Success
    };
    if ended != Exit::Success {
        printer.note("the stack is deployed, but not every step of the deploy is finished: `sfc deploy` runs them again");
        return Ok(ended);
    }
    let wanted = pipeline
        .triggers
        .iter()
        .filter(|trigger| trigger.start == Start::Deploy);
    for trigger in wanted {
        let input = json!({ "parameters": trigger.parameters, "trigger": "deploy" });
        let started = start_with(aws, stack, &input).await?;
        printer.note(&format!(
            "started the run {}; `sfc watch last` shows it",
            started.run
        ));
    }
    Ok(Exit::Success)
}

/// Runs the steps that are for this occasion, and waits for their end.
///
/// # Errors
/// The run cannot be started or watched.
pub async fn steps(
    aws: &Aws,
    stack: &Stack,
    known: Known,
    when: When,
    printer: &Printer,
) -> Result<Exit, Stop> {
    printer.note(match when {
        When::Destroy => "running the steps with `when: destroy`",
        _ => "running the steps with `when: deploy`",
    });
    let started = start_with(aws, stack, &json!({ "when": when })).await?;
    let runs = Runs {
        known,
        place: Place::Aws {
            bucket: output(stack, "DataBucket")?.to_owned(),
            aws: Box::new(aws.clone()),
            stack: Box::new(stack.clone()),
        },
    };
    watch::until_ended(&runs, &started, printer).await
}
