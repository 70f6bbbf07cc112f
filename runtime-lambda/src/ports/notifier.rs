//! Messages to people and machines about the end of a run.

use async_trait::async_trait;
use serde_json::Value;

/// Tells subscribers how a run ended.
#[async_trait]
pub trait Notifier: Send + Sync {
    /// Publishes `notification`. Where the peer can, a second one with the same key is dropped.
    async fn notify(&self, notification: &Notification) -> Result<(), NotifierError>;
}

/// One message.
#[derive(Debug, Clone, PartialEq)]
pub struct Notification {
    /// The run that it is about: `<pipeline>/<run id>`.
    pub key: String,
    /// At most 100 printable ASCII characters (AWS page: `Publish`).
    pub subject: String,
    /// For a person.
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
