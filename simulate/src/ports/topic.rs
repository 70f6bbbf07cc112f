//! Topics and mails: counts the messages about each run to each recipient.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use runtime_lambda::ports::{Notification, Notifier, NotifierError, Recipient};
use tokio::time::timeout;

use crate::delivery;
use crate::faults::FaultKind;
use crate::story::Party;
use crate::world::{Sent, World};

/// How long the Lambda's client waits for the topic at the most: it makes a call of a few seconds three times.
const PATIENCE: Duration = Duration::from_secs(45);

fn lost() -> NotifierError {
    NotifierError::Unavailable("no answer".to_owned())
}

/// The port `Notifier` of the model: it remembers whom it told what.
pub struct ModelNotifier(pub Arc<World>);

#[async_trait]
impl Notifier for ModelNotifier {
    async fn notify(
        &self,
        notification: &Notification,
        to: &Recipient,
    ) -> Result<(), NotifierError> {
        let sent = timeout(PATIENCE, self.send(notification, to)).await;
        sent.unwrap_or_else(|_| Err(lost()))
    }
}

impl ModelNotifier {
    async fn send(&self, notification: &Notification, to: &Recipient) -> Result<(), NotifierError> {
        let world = &self.0;
        let to = to.name();
        world.travel("notify", &to, FaultKind::StoreSlow).await;
        if world.fault(FaultKind::NotifierBefore, &to).is_some() {
            return Err(lost());
        }
        let text = |field: &str| {
            notification
                .data
                .get(field)
                .and_then(|value| value.as_str())
        };
        let status = text("status").unwrap_or_default().to_owned();
        world.story.tell(Party::Topic, || {
            format!("sends the message to {to}: {status}")
        });
        let answered = world.fault(FaultKind::NotifierAfter, &to).is_none();
        let place = {
            let mut sent = world.sent.lock();
            sent.push(Sent {
                key: notification.key.clone(),
                to: to.clone(),
                status,
                answered: false,
                sender: delivery::here(),
            });
            sent.len() - 1
        };
        world
            .travel("notify's answer", &to, FaultKind::StoreSlow)
            .await;
        if !answered {
            return Err(lost());
        }
        if let Some(sent) = world.sent.lock().get_mut(place) {
            sent.answered = true;
        }
        Ok(())
    }
}
