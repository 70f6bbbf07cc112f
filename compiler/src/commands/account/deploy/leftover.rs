//! A stack in which nothing is: what a first deploy leaves that did not come about. CloudFormation
//! keeps its name, lets nobody update it, and often forgets its tags.

use jiff::Timestamp;

use super::follow;
use crate::aws::Aws;
use crate::commands::session::EarlyEnd;
use crate::deploy::stack::{DeployedStack, OWNER_TAG, StackStanding};
use crate::printer::Printer;

/// Deletes `stack` where it stands in the way and nothing would be lost. Whether it is gone.
///
/// # Errors
/// A call failed, or the stack does not go away.
pub async fn cleared(
    aws: &Aws,
    stack: &DeployedStack,
    pipeline: &str,
    printer: &Printer,
) -> Result<bool, EarlyEnd> {
    if !in_the_way(stack, pipeline) || !aws.resources(&stack.id).await?.is_empty() {
        return Ok(false);
    }
    printer.note(&format!(
        "the stack `{}` is {} and has no resources, so its first deploy did not come about: it is deleted first",
        stack.name, stack.status
    ));
    let before = follow::last_event(aws, &stack.id).await?;
    let token = format!("sfc-leftover-{:x}", Timestamp::now().as_millisecond());
    aws.delete_stack(&stack.id, &token).await?;
    let ended = follow::to_its_end(aws, &stack.id, before, printer).await?;
    Ok(ended.stack.is_none())
}

/// Whether it can only be deleted, and is this pipeline's or nobody's.
fn in_the_way(stack: &DeployedStack, pipeline: &str) -> bool {
    let whose = stack.tags.get(OWNER_TAG);
    stack.standing() == StackStanding::Dead
        && whose.map_or_else(|| stack.tags.is_empty(), |owner| owner == pipeline)
}
