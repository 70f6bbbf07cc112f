//! CloudFormation, as far as it waits for what the custom resource answers.

use std::sync::Arc;

use async_trait::async_trait;
use runtime_lambda::ports::{CustomResources, CustomResourcesError, Response};

use crate::faults::FaultKind;
use crate::story::Party;
use crate::world::World;

/// The port `CustomResources` of the model: CloudFormation, as it waits for an answer.
pub struct CloudFormation(pub Arc<World>);

#[async_trait]
impl CustomResources for CloudFormation {
    async fn respond(&self, url: &str, response: &Response) -> Result<(), CustomResourcesError> {
        let world = &self.0;
        world.travel("answer", "stack", FaultKind::StoreSlow).await;
        let lost = || CustomResourcesError::Unavailable("no answer".to_owned());
        if world.fault(FaultKind::StackAnswerBefore, "stack").is_some() {
            return Err(lost());
        }
        world.story.tell(Party::States, || {
            format!("answers CloudFormation {:?}", response.status)
        });
        world.answered.add(url, response);
        if world.fault(FaultKind::StackAnswerAfter, "stack").is_some() {
            return Err(lost());
        }
        Ok(())
    }
}
