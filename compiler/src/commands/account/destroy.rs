//! `sfc destroy`: the stack away, but not what it is told to keep.

use std::path::Path;

use jiff::Timestamp;
use runtime_lambda::ids::RunId;
use serde_json::Value;

use super::ask::ask;
use super::deploy::{follow, stranded};
use super::{Account, owned};
use crate::aws::Aws;
use crate::commands::session::{self, EarlyEnd, KnownPipeline};
use crate::deploy::cause::STACK_RUNS;
use crate::deploy::event::first_cause;
use crate::deploy::stack::{self, DeployedStack, StackResource, StackStanding};
use crate::diagnostic::{Code, Diagnostic};
use crate::exit::Exit;
use crate::machines::Machine;
use crate::printer::Printer;

/// Deletes the stack of the pipeline at `path`.
#[must_use]
pub fn destroy(
    path: &Path,
    environment: Option<&str>,
    account: &Account,
    yes: bool,
    printer: &Printer,
) -> Exit {
    session::block_on(printer, async {
        let known = KnownPipeline::open(path, environment)?;
        let aws = account.connect_to_change(&known, printer).await?;
        delete(&aws, known, yes, printer).await
    })
}

async fn delete(
    aws: &Aws,
    known: KnownPipeline,
    yes: bool,
    printer: &Printer,
) -> Result<Exit, EarlyEnd> {
    let name = stack::name(known.pipeline());
    let found = aws.stack(&name).await?;
    let Some(stack) = found.filter(|stack| stack.standing() != StackStanding::Absent) else {
        printer.note(&format!(
            "nothing to do: there is no stack `{name}` in account {} in {}",
            aws.account, aws.region
        ));
        return Ok(Exit::Success);
    };
    owned(&stack, known.pipeline())?;
    let before = if stack.status == "DELETE_IN_PROGRESS" {
        printer.note(&format!(
            "the stack `{name}` is being deleted already: following it"
        ));
        None
    } else {
        if stack.standing() == StackStanding::Busy {
            return Err(EarlyEnd::with(
                Exit::Trouble,
                Diagnostic::error(
                    Code::StackBusy,
                    format!("somebody is changing the stack `{name}`"),
                )
                .note(format!("its status is {}", stack.status))
                .help("wait until it is over; nothing was deleted"),
            ));
        }
        nothing_runs(aws, &stack).await?;
        let resources = aws.resources(&stack.id).await?;
        let template = template(aws, &stack).await?;
        let kept = kept(&template, &resources);
        printer.note(&format!(
            "delete the stack `{name}` with {} resources in account {} in {}",
            resources.len() - kept.len(),
            aws.account,
            aws.region
        ));
        for resource in &kept {
            printer.data(&format!(
                "stays: {} {} ({})\n",
                resource.logical_id, resource.physical_id, resource.kind
            ));
        }
        if runs_steps(&template) {
            printer.note("the steps with `when: destroy` run first; if one fails, the stack stays");
        }
        ask("Delete it?", yes).await?;
        let before = follow::last_event(aws, &stack.id).await?;
        let token = format!("sfc-destroy-{:x}", Timestamp::now().as_millisecond());
        aws.delete_stack(&stack.id, &token).await?;
        before
    };
    let ended = follow::to_its_end(aws, &stack.id, before, printer).await?;
    let Some(left) = ended.stack else {
        printer.note(&format!("the stack `{name}` is deleted"));
        return Ok(Exit::Success);
    };
    let cause = first_cause(&ended.events);
    let what = cause.map_or_else(
        || left.reason.clone().unwrap_or_default(),
        |event| {
            let reason = event.reason.as_deref().unwrap_or_default();
            format!("`{}` ({}): {reason}", event.logical_id, event.kind)
        },
    );
    let help = match cause {
        Some(event) if event.kind == STACK_RUNS => format!(
            "mend what the step needs, then `sfc destroy` again; `aws cloudformation delete-stack --stack-name {name} --retain-resources {}` deletes without these steps",
            event.logical_id
        ),
        _ => "mend what it names (a bucket must be empty), then `sfc destroy` again".to_owned(),
    };
    Err(EarlyEnd::with(
        Exit::Trouble,
        Diagnostic::error(
            Code::DestroyFailed,
            format!(
                "the stack `{name}` could not be deleted and is {}",
                left.status
            ),
        )
        .note(what)
        .help(help),
    ))
}

/// Nothing that runs may lose the machines it runs on: its statements would be left running.
async fn nothing_runs(aws: &Aws, stack: &DeployedStack) -> Result<(), EarlyEnd> {
    let running = stranded::running(aws, stack, Machine::Run).await?;
    let running: Vec<RunId> = running
        .iter()
        .map(|execution| runtime_lambda::keys::run_id(&execution.arn, execution.started))
        .collect();
    if running.is_empty() {
        // Between two of its runs.
        return no_backfill_goes_on(aws, stack).await;
    }
    Err(EarlyEnd::with(
        Exit::BadInput,
        Diagnostic::error(
            Code::RunGoesOn,
            "the pipeline is running, so it is not deleted",
        )
        .note(format!("running: {}", running.join(", ")))
        .help("wait for it with `sfc watch RUN`, or stop it with `sfc stop RUN`"),
    ))
}

async fn no_backfill_goes_on(aws: &Aws, stack: &DeployedStack) -> Result<(), EarlyEnd> {
    let running = stranded::running(aws, stack, Machine::Backfill).await?;
    let Some(execution) = running.first() else {
        return Ok(());
    };
    Err(EarlyEnd::with(
        Exit::BadInput,
        Diagnostic::error(
            Code::RunGoesOn,
            "a backfill goes on, so the pipeline is not deleted",
        )
        .note(format!("running: {}", execution.arn))
        .help("stop it with the command that has started it, and `--stop`"),
    ))
}

/// The template of the stack; null of a stack that has none yet.
async fn template(aws: &Aws, stack: &DeployedStack) -> Result<Value, EarlyEnd> {
    if stack.standing() == StackStanding::Review {
        return Ok(Value::Null);
    }
    Ok(serde_json::from_str(&aws.template(&stack.id).await?).unwrap_or_default())
}

/// What the template keeps when the stack goes.
fn kept(template: &Value, resources: &[StackResource]) -> Vec<StackResource> {
    let retained = |resource: &&StackResource| {
        let policy = template
            .get("Resources")
            .and_then(|all| all.get(&resource.logical_id))
            .and_then(|one| one.get("DeletionPolicy"))
            .and_then(Value::as_str);
        matches!(policy, Some("Retain" | "RetainExceptOnCreate"))
    };
    resources.iter().filter(retained).cloned().collect()
}

/// Whether deleting the stack runs steps: those of what is deployed, whatever the spec says by now.
fn runs_steps(template: &Value) -> bool {
    let resources = template.get("Resources").and_then(Value::as_object);
    resources.into_iter().flatten().any(|(_, resource)| {
        resource.get("Type").and_then(Value::as_str) == Some(STACK_RUNS)
            && resource
                .pointer("/Properties/Steps")
                .and_then(Value::as_array)
                .is_some_and(|steps| steps.iter().any(|step| step == "destroy"))
    })
}
