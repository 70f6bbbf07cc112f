//! A change that CloudFormation is making, followed to its end.

use std::time::{Duration, Instant};

use super::PreparedDeployment;
use super::change_set::PAUSES;
use crate::aws::{Aws, AwsFailure};
use crate::commands::session::EarlyEnd;
use crate::deploy::cause;
use crate::deploy::deployment::Deployment;
use crate::deploy::event::{StackEvent, first_cause};
use crate::deploy::stack::{DeployedStack, StackStanding};
use crate::diagnostic::{Code, Diagnostic};
use crate::exit::Exit;
use crate::pipeline_yaml;
use crate::printer::Printer;

/// Looks at the stack that may fail one after the other. A network may be away for a while, and the
/// change goes on without us.
const MOST_FAILURES: u32 = 30;

/// Looks at a stack that is well but says nothing about itself: the outputs of one of ours may come a
/// moment after its status.
const MOST_SILENT: u32 = 10;

/// How long a change may take to show its first event: until then the stack's status may be the old one.
const BEGINNING: Duration = Duration::from_secs(15);

/// How a change ended.
#[derive(Debug)]
pub struct EndedChange {
    /// The stack afterwards; `None` if it is gone.
    pub stack: Option<DeployedStack>,
    /// What happened, oldest first.
    pub events: Vec<StackEvent>,
}

/// Id of the last event so far.
///
/// # Errors
/// A call failed.
pub async fn last_event(aws: &Aws, stack: &str) -> Result<Option<String>, EarlyEnd> {
    let events = aws.events(stack, None).await?;
    Ok(events.last().map(|event| event.id.clone()))
}

/// Whether the change under way is this very deployment's, begun by a deploy that was interrupted.
///
/// # Errors
/// A call failed.
pub async fn is_ours(
    aws: &Aws,
    stack: &DeployedStack,
    deployment: &Deployment,
) -> Result<bool, EarlyEnd> {
    let prefix = deployment.token_prefix();
    let events = aws.events(&stack.id, None).await?;
    Ok(operation(&events).iter().any(|event| {
        event
            .token
            .as_deref()
            .is_some_and(|token| token.starts_with(&prefix))
    }))
}

/// The events of the last operation on the stack: from its beginning, which CloudFormation calls the
/// user's, to now.
fn operation(events: &[StackEvent]) -> &[StackEvent] {
    let start = events
        .iter()
        .rposition(|event| {
            event.of_stack
                && matches!(
                    event.status.as_str(),
                    "CREATE_IN_PROGRESS" | "UPDATE_IN_PROGRESS" | "DELETE_IN_PROGRESS"
                )
        })
        .unwrap_or(0);
    events.get(start..).unwrap_or_default()
}

/// Shows the events behind `after` as they come, until nothing changes the stack any more. Without
/// `after`, those of the operation under way.
///
/// # Errors
/// Nobody has answered for a long time.
pub async fn to_its_end(
    aws: &Aws,
    stack: &str,
    after: Option<String>,
    printer: &Printer,
) -> Result<EndedChange, EarlyEnd> {
    let mut after = after;
    let mut all: Vec<StackEvent> = Vec::new();
    let mut pause = PAUSES.0;
    let mut failures = 0;
    let mut silent = 0;
    let begun = Instant::now();
    let follows = after.is_some();
    loop {
        match look(aws, stack, after.as_deref()).await {
            Ok((found, events)) => {
                failures = 0;
                let new = if after.is_none() {
                    operation(&events)
                } else {
                    &events
                };
                for event in new {
                    printer.note(&event.line());
                }
                all.extend(new.iter().cloned());
                if let Some(last) = events.last() {
                    after = Some(last.id.clone());
                    pause = PAUSES.0;
                }
                let busy = found.as_ref().is_some_and(|stack| {
                    matches!(
                        stack.standing(),
                        StackStanding::Busy | StackStanding::Review
                    )
                });
                let late = begun.elapsed() > BEGINNING || found.is_none();
                // A stack of ours has outputs; an endpoint may show them a moment after the status.
                let is_silent = found
                    .as_ref()
                    .is_some_and(|stack| stack.is_well() && stack.outputs.is_empty());
                if is_silent && silent < MOST_SILENT {
                    silent += 1;
                } else if !busy && (!follows || !all.is_empty() || late) {
                    return Ok(EndedChange {
                        stack: found.filter(|stack| stack.standing() != StackStanding::Absent),
                        events: all,
                    });
                }
            }
            Err(failure) if failures < MOST_FAILURES && may_pass(&failure) => failures += 1,
            Err(failure) => {
                return Err(EarlyEnd::from(failure).note(
                    "CloudFormation goes on with the stack; the same command again follows it",
                ));
            }
        }
        tokio::time::sleep(pause).await;
        pause = (pause + Duration::from_millis(200)).min(PAUSES.1);
    }
}

async fn look(
    aws: &Aws,
    stack: &str,
    after: Option<&str>,
) -> Result<(Option<DeployedStack>, Vec<StackEvent>), AwsFailure> {
    // The status first: events of its last change are there by then.
    let found = aws.stack(stack).await?;
    let events = match &found {
        Some(_) => aws.events(stack, after).await?,
        None => Vec::new(),
    };
    Ok((found, events))
}

/// Whether the same call may be answered in a while.
pub fn may_pass(failure: &AwsFailure) -> bool {
    matches!(
        failure,
        AwsFailure::Unreachable { .. } | AwsFailure::Throttled { .. }
    )
}

/// The stack if the change did what it should; otherwise why not, with the place in the spec that the
/// cause comes from.
///
/// # Errors
/// It did not.
pub fn judge(
    prepared: &PreparedDeployment,
    ended: EndedChange,
    aws: &Aws,
    printer: &Printer,
) -> Result<DeployedStack, EarlyEnd> {
    let status = ended
        .stack
        .as_ref()
        .map_or("DELETE_COMPLETE", |stack| stack.status.as_str())
        .to_owned();
    if let Some(stack) = ended.stack
        && stack.is_well()
    {
        return Ok(stack);
    }
    let name = &prepared.deployment.stack;
    let Some(event) = first_cause(&ended.events) else {
        return Err(EarlyEnd::with(
            Exit::Trouble,
            Diagnostic::error(
                Code::DeployFailed,
                format!("the stack `{name}` could not be changed and is {status}"),
            )
            .help(after(&status)),
        ));
    };
    let reason = event
        .reason
        .as_deref()
        .unwrap_or("CloudFormation does not say why");
    let mut diagnostic = Diagnostic::error(
        Code::DeployFailed,
        format!(
            "`{}` could not be deployed: {}",
            event.logical_id,
            reason.trim()
        ),
    );
    let loaded = pipeline_yaml::load(&prepared.project.spec);
    if let Some(document) = loaded.value
        && let Some(span) = cause::place(&document, &prepared.deployment.template, event)
    {
        diagnostic = diagnostic.at(&document.file, span, "comes from here");
    }
    printer.note(&format!(
        "the change has failed; the stack `{name}` in {} is {status}",
        aws.region
    ));
    Err(EarlyEnd::with(
        Exit::Trouble,
        diagnostic
            .note(format!(
                "`{}` is of the type {}",
                event.logical_id, event.kind
            ))
            .note(format!(
                "the stack `{name}` is {status}: {}",
                meaning(&status)
            ))
            .help(after(&status)),
    ))
}

fn meaning(status: &str) -> &'static str {
    match status {
        "UPDATE_ROLLBACK_COMPLETE" => "everything is as it was before",
        "ROLLBACK_COMPLETE" => "everything that had been made is deleted",
        "DELETE_COMPLETE" => "it is gone",
        _ => "some of it may be left as it is now",
    }
}

fn after(status: &str) -> &'static str {
    match status {
        "ROLLBACK_COMPLETE" | "ROLLBACK_FAILED" | "CREATE_FAILED" => {
            "mend that, delete the stack with `sfc destroy`, and deploy again"
        }
        "UPDATE_ROLLBACK_FAILED" => {
            "mend that, end the rollback with `aws cloudformation continue-update-rollback`, and deploy again"
        }
        _ => "mend that and deploy again",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(id: &str, status: &str) -> StackEvent {
        StackEvent {
            id: id.to_owned(),
            time: jiff::Timestamp::UNIX_EPOCH,
            logical_id: "demo".to_owned(),
            kind: "AWS::CloudFormation::Stack".to_owned(),
            status: status.to_owned(),
            reason: None,
            token: None,
            of_stack: true,
        }
    }

    #[test]
    fn an_operation_starts_where_the_user_began_it() {
        let events = [
            event("1", "CREATE_IN_PROGRESS"),
            event("2", "CREATE_COMPLETE"),
            event("3", "UPDATE_IN_PROGRESS"),
            event("4", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"),
        ];
        let ids: Vec<&str> = operation(&events)
            .iter()
            .map(|event| event.id.as_str())
            .collect();
        assert_eq!(ids, ["3", "4"]);
    }
}
