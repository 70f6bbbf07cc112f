//! Messages to people and machines about the end of a run.

use async_trait::async_trait;
use serde_json::Value;

/// Tells subscribers how a run ended.
#[async_trait]
pub trait Notifier: Send + Sync {
    /// Tells one of the notification's recipients. Where the peer can, a second message with the same key is
    /// dropped.
    async fn notify(
        &self,
        notification: &Notification,
        to: &Recipient,
    ) -> Result<(), NotifierError>;
}

/// Whom a message goes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recipient {
    /// Whoever has subscribed to the notifier's own topic; nobody where it has none.
    Own,
    /// A topic of others, by its ARN.
    Topic(String),
    /// A person who gets a mail of their own.
    Mail(Mail),
}

impl Recipient {
    /// What tells it from the other recipients of the same message.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Own => "topic".to_owned(),
            Self::Topic(arn) => arn.clone(),
            Self::Mail(mail) => format!("{} by {}", mail.to, mail.from),
        }
    }
}

/// One message about a run, which each recipient gets in the form that suits it.
#[derive(Debug, Clone, PartialEq)]
pub struct Notification {
    /// The run that it is about: `<pipeline>/<run id>`.
    pub key: String,
    /// At most 100 printable ASCII characters (AWS page: `Publish`).
    pub subject: String,
    /// Plain text for a person.
    pub text: String,
    /// The same for a machine.
    pub data: Value,
    /// What subscriptions choose by, beside `key` and the run's `status`, each with its values: `tags`,
    /// those of the steps that failed, if any.
    pub attributes: Vec<(String, Vec<String>)>,
    /// Topics beside the notifier's own that want to hear of this, by ARN.
    pub topics: Vec<String>,
    /// Mails that this is to be sent as.
    pub mails: Vec<Mail>,
    /// The same as `text` for whoever reads mails as HTML; empty where there are no mails.
    pub html: String,
}

impl Notification {
    /// Whom it goes to, each once; the notifier's own topic comes last.
    #[must_use]
    pub fn recipients(&self) -> Vec<Recipient> {
        let mails = self.mails.iter().cloned().map(Recipient::Mail);
        let topics = self.topics.iter().cloned().map(Recipient::Topic);
        let mut recipients: Vec<Recipient> = Vec::new();
        for recipient in mails.chain(topics).chain([Recipient::Own]) {
            if !recipients.contains(&recipient) {
                recipients.push(recipient);
            }
        }
        recipients
    }
}

/// A mail to one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Address of a verified identity, or at a verified domain.
    pub from: String,
    /// Address of the person.
    pub to: String,
}

/// Why a message could not be published.
#[derive(Debug, Clone, thiserror::Error)]
pub enum NotifierError {
    /// The call may work if it is made again.
    #[error("the message was not taken: {0}")]
    Unavailable(String),
    /// The call will not work.
    #[error("the message was refused: {0}")]
    Refused(String),
}
