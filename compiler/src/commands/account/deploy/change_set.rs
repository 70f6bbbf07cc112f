//! A change set: made, shown, executed or taken away.

use std::time::Duration;

use jiff::Timestamp;

use crate::aws::{Aws, AwsFailure, ChangeSetKind, ChangeSetRequest, GivenTemplate};
use crate::commands::session::EarlyEnd;
use crate::deploy::change::ChangeSet;
use crate::deploy::deployment::Deployment;
use crate::deploy::stack::StackStanding;
use crate::diagnostic::{Code, Diagnostic};
use crate::exit::Exit;
use crate::printer::Printer;
use crate::stack::MOST_BYTES_INLINE;

/// First and longest pause between two looks at something that takes a while.
pub const PAUSES: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(2));

/// A change set that was made.
#[derive(Debug, Clone)]
pub struct MadeChangeSet {
    /// ARN of the change set.
    pub id: String,
    /// ARN of its stack.
    pub stack: String,
    /// Whether the stack is there only because of it.
    pub creates: bool,
}

/// What became of it.
#[derive(Debug)]
pub enum Review {
    /// There is nothing to change; it has been deleted.
    Empty,
    /// It can be executed.
    Changes(MadeChangeSet, ChangeSet),
}

/// Makes a change set to be executed and waits until it says what it would do. `made` hears of it as soon as
/// it is there.
///
/// # Errors
/// CloudFormation does not take the template, or a call failed.
pub async fn create(
    aws: &Aws,
    deployment: &Deployment,
    kind: ChangeSetKind,
    bucket: &str,
    made: impl FnOnce(&MadeChangeSet),
) -> Result<Review, EarlyEnd> {
    let template = template(aws, deployment, bucket, false).await?;
    of_template(aws, deployment, kind, (bucket, template), made).await
}

/// The same for a change set that is only looked at.
///
/// # Errors
/// Those of [`create`].
pub async fn review(
    aws: &Aws,
    deployment: &Deployment,
    kind: ChangeSetKind,
    bucket: &str,
) -> Result<Review, EarlyEnd> {
    let template = template(aws, deployment, bucket, true).await?;
    of_template(aws, deployment, kind, (bucket, template), |_| {}).await
}

async fn of_template(
    aws: &Aws,
    deployment: &Deployment,
    kind: ChangeSetKind,
    (bucket, template): (&str, GivenTemplate),
    made: impl FnOnce(&MadeChangeSet),
) -> Result<Review, EarlyEnd> {
    let name = format!(
        "sfc-{}-{:x}",
        short(&deployment.hash()),
        Timestamp::now().as_millisecond()
    );
    let parameters = deployment.parameters(bucket);
    let created = aws
        .create_change_set(&ChangeSetRequest {
            stack: &deployment.stack,
            name: &name,
            kind,
            template,
            parameters: &parameters,
            tags: &deployment.tags,
            names_roles: deployment.names_roles,
        })
        .await;
    let (id, stack) = match created {
        Ok(created) => created,
        Err(AwsFailure::Refused { code, message, .. })
            if message.contains("_IN_PROGRESS state") || code == "OperationInProgressException" =>
        {
            return Err(busy(&deployment.stack, &message));
        }
        Err(AwsFailure::Refused { code, message, .. }) if code == "ValidationError" => {
            return Err(refused(&deployment.stack, &message));
        }
        Err(failure) => return Err(failure.into()),
    };
    let this = MadeChangeSet {
        id,
        stack,
        creates: kind == ChangeSetKind::Create,
    };
    made(&this);
    let mut pause = PAUSES.0;
    let changes = loop {
        if let Some(changes) = aws.change_set(&this.id, &this.stack).await? {
            break changes;
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(PAUSES.1);
    };
    if changes.is_empty() {
        discard(aws, &this).await;
        return Ok(Review::Empty);
    }
    if changes.failed {
        discard(aws, &this).await;
        return Err(refused(&deployment.stack, &changes.reason));
    }
    Ok(Review::Changes(this, changes))
}

async fn template(
    aws: &Aws,
    deployment: &Deployment,
    bucket: &str,
    is_review: bool,
) -> Result<GivenTemplate, EarlyEnd> {
    if deployment.template.len() <= MOST_BYTES_INLINE {
        return Ok(GivenTemplate::Inline(deployment.template.clone()));
    }
    let key = deployment.template_key(is_review);
    aws.put_once(bucket, &key, deployment.template.clone().into_bytes())
        .await?;
    let suffix = if aws.region.starts_with("cn-") {
        ".cn"
    } else {
        ""
    };
    Ok(GivenTemplate::Url(format!(
        "https://{bucket}.s3.{}.amazonaws.com{suffix}/{key}",
        aws.region
    )))
}

fn refused(stack: &str, reason: &str) -> EarlyEnd {
    EarlyEnd::with(
        Exit::Trouble,
        Diagnostic::error(
            Code::ChangeSetRefused,
            format!("CloudFormation makes no change set for the stack `{stack}`"),
        )
        .note(reason)
        .help("nothing was changed; the sentence above is CloudFormation's own"),
    )
}

fn busy(stack: &str, reason: &str) -> EarlyEnd {
    EarlyEnd::with(
        Exit::Trouble,
        Diagnostic::error(
            Code::StackBusy,
            format!("somebody else has begun to change the stack `{stack}`"),
        )
        .note(reason)
        .help("wait until it is over, then look at `sfc diff` and deploy again; of this deploy nothing was changed"),
    )
}

/// Executes the change set.
///
/// # Errors
/// Somebody else was faster, or a call failed.
pub async fn execute(
    aws: &Aws,
    deployment: &Deployment,
    made: &MadeChangeSet,
) -> Result<(), EarlyEnd> {
    let token = format!(
        "{}{:x}",
        deployment.token_prefix(),
        Timestamp::now().as_millisecond()
    );
    match aws.execute_change_set(&made.id, &made.stack, &token).await {
        Ok(()) => Ok(()),
        Err(AwsFailure::Refused { code, message, .. })
            if matches!(
                code.as_str(),
                "InvalidChangeSetStatus" | "ChangeSetNotFound" | "OperationInProgressException"
            ) || message.contains("_IN_PROGRESS state") =>
        {
            discard(aws, made).await;
            Err(busy(&deployment.stack, &message))
        }
        Err(failure) => {
            discard(aws, made).await;
            Err(EarlyEnd::from(failure).note("the change set was not executed and is deleted"))
        }
    }
}

/// Takes a change set away that nobody will execute, and a stack that is there only because of it. What
/// does not go away by this is harmless: it has no resources.
pub async fn discard(aws: &Aws, made: &MadeChangeSet) {
    let _ = aws.delete_change_set(&made.id, &made.stack).await;
    if !made.creates {
        return;
    }
    let in_review = aws
        .stack(&made.stack)
        .await
        .ok()
        .flatten()
        .is_some_and(|stack| stack.standing() == StackStanding::Review);
    // Somebody else's change set may be waiting for its answer in the same stack.
    if in_review && !aws.has_change_sets(&made.stack).await.unwrap_or(true) {
        let _ = aws.delete_stack(&made.stack, "sfc-review").await;
    }
}

/// Shows what would be done, with the hash of what is reviewed: the list is data.
pub fn show(
    aws: &Aws,
    deployment: &Deployment,
    (kind, reviewed): (ChangeSetKind, &str),
    changes: &ChangeSet,
    printer: &Printer,
) {
    printer.note(&format!(
        "{} the stack `{}` in account {} in {}:",
        match kind {
            ChangeSetKind::Create => "create",
            ChangeSetKind::Update => "update",
        },
        deployment.stack,
        aws.account,
        aws.region
    ));
    printer.data(&changes.render());
    printer.data(&format!("deployment {}\n", short(reviewed)));
}

/// The digits of a hash that people are shown.
#[must_use]
pub fn short(hash: &str) -> &str {
    hash.get(..16).unwrap_or(hash)
}
