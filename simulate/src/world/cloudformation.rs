//! CloudFormation, as far as it waits for what the custom resource answers.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use runtime_lambda::ports::{CustomResources, CustomResourcesError, Response};
use tokio::sync::Notify;
use tokio::time::timeout;

use super::World;
use crate::faults::Kind;
use crate::locked;
use crate::story::Party;

/// What was answered, and where to.
#[derive(Debug, Default)]
pub struct Answered {
    answers: std::sync::Mutex<Vec<(String, Response)>>,
    changed: Notify,
}

impl Answered {
    /// The first answer that came for this URL: CloudFormation hears no other.
    pub fn first(&self, url: &str) -> Option<Response> {
        let answers = locked(&self.answers);
        let first = answers.iter().find(|(known, _)| known == url);
        first.map(|(_, response)| response.clone())
    }

    /// The first answer for this URL, if one comes in time.
    pub async fn within(&self, url: &str, longest: Duration) -> Option<Response> {
        let answer = async {
            loop {
                let changed = self.changed.notified();
                if let Some(answer) = self.first(url) {
                    return answer;
                }
                changed.await;
            }
        };
        timeout(longest, answer).await.ok()
    }
}

/// The port `CustomResources` of the model: CloudFormation, as it waits for an answer.
pub struct CloudFormation(pub Arc<World>);

#[async_trait]
impl CustomResources for CloudFormation {
    async fn respond(&self, url: &str, response: &Response) -> Result<(), CustomResourcesError> {
        let world = &self.0;
        world.travel("answer", "stack", Kind::StoreSlow).await;
        let lost = || CustomResourcesError::Unavailable("no answer".to_owned());
        if world.fault(Kind::StackAnswerBefore, "stack").is_some() {
            return Err(lost());
        }
        world.story.tell(Party::States, || {
            format!("answers CloudFormation {:?}", response.status)
        });
        locked(&world.answered.answers).push((url.to_owned(), response.clone()));
        world.answered.changed.notify_waiters();
        if world.fault(Kind::StackAnswerAfter, "stack").is_some() {
            return Err(lost());
        }
        Ok(())
    }
}
