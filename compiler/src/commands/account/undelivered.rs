//! `sfc undelivered`: events that reached nobody, and what is to become of them.

use jiff::Timestamp;

use super::output;
use crate::aws::{Aws, AwsFailure};
use crate::commands::runs::in_aws::InAws;
use crate::commands::runs::{Runs, RunsOf};
use crate::commands::session::{self, EarlyEnd, command_line};
use crate::deploy::stack::DeployedStack;
use crate::deploy::undelivered::{Undelivered, UndeliveredKind};
use crate::diagnostic::Code;
use crate::exit::Exit;
use crate::printer::Printer;
use crate::stack::UNDELIVERED;

/// What is done with them.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
#[group(multiple = false)]
pub struct What {
    /// Delivers them after all, and takes them out of the queue; runs that a trigger could not start stay.
    #[arg(long)]
    pub replay: bool,
    /// Delivers those runs, too: a run is started for each.
    #[arg(long)]
    pub replay_runs: bool,
    /// Takes them out of the queue.
    #[arg(long)]
    pub discard: bool,
}

/// Lists the events of the pipeline's queue.
#[must_use]
pub fn undelivered(of: &RunsOf, what: What, printer: &Printer) -> Exit {
    session::block_on(printer, async {
        if of.local {
            return Err(EarlyEnd::with(
                Exit::BadInput,
                command_line(Code::NoResults, "runs on this machine have no queue")
                    .help("leave out `--local`"),
            ));
        }
        let runs = Runs::open(of).await?;
        let Some(InAws { aws, stack, .. }) = runs.in_aws() else {
            return Ok(Exit::Success);
        };
        let pipeline = runs.known.pipeline();
        let resources = aws.resources(&stack.id).await?;
        let queue = resources
            .iter()
            .find(|resource| resource.logical_id == UNDELIVERED)
            .map(|resource| resource.physical_id.as_str())
            .ok_or_else(|| {
                EarlyEnd::with(
                    Exit::Trouble,
                    command_line(Code::NotDeployed, "the stack has no queue for events")
                        .help("`sfc deploy` completes it"),
                )
            })?;
        let messages = aws.messages(queue).await?;
        if messages.is_empty() {
            printer.note("every event was delivered");
        }
        let now = Timestamp::now();
        for message in &messages {
            let delivery = message.delivery(pipeline);
            printer.data(&line(message, &delivery, now));
            if handed_over(aws, stack, what, &delivery).await? || what.discard {
                aws.delete_message(queue, &message.receipt).await?;
            }
        }
        if !messages.is_empty() && !what.replay && !what.replay_runs && !what.discard {
            printer.note("`--replay` delivers them after all, `--discard` forgets them");
        }
        Ok(Exit::Success)
    })
}

/// Delivers an event, if that is asked for. Whether it was.
async fn handed_over(
    aws: &Aws,
    stack: &DeployedStack,
    what: What,
    delivery: &UndeliveredKind,
) -> Result<bool, EarlyEnd> {
    let (machine, input) = match delivery {
        UndeliveredKind::Function(payload) if what.replay || what.replay_runs => {
            let function = output(stack, "FunctionName")?;
            aws.send_event(function, &payload.to_string()).await?;
            return Ok(true);
        }
        UndeliveredKind::Report(input) if what.replay || what.replay_runs => {
            ("ReportStateMachineArn", input)
        }
        UndeliveredKind::Run(input) if what.replay_runs => ("RunStateMachineArn", input),
        _ => return Ok(false),
    };
    let name = runtime_lambda::keys::sha256(input.to_string().as_bytes());
    let name = format!("replayed-{}", name.get(..32).unwrap_or_default());
    match aws
        .start_execution(output(stack, machine)?, &name, &input.to_string())
        .await
    {
        Ok(_) => Ok(true),
        // Somebody has done so already, and died before the message was taken out.
        Err(AwsFailure::Refused { code, .. }) if code == "ExecutionAlreadyExists" => Ok(true),
        Err(failure) => Err(failure.into()),
    }
}

/// `2026-11-26T10:15:00Z  the sweep of …  (why)`
fn line(message: &Undelivered, delivery: &UndeliveredKind, now: Timestamp) -> String {
    let sent = message.sent.unwrap_or(now);
    let why = message.why.as_deref().map(|why| format!("  ({why})"));
    format!(
        "{sent:.0}  {}{}\n",
        delivery.words(),
        why.unwrap_or_default()
    )
}
