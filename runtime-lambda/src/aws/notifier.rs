//! Messages about the end of a run, published to a topic.

use async_trait::async_trait;
use aws_sdk_sns::Client;
use aws_sdk_sns::types::MessageAttributeValue;
use serde_json::json;

use super::failure::{CallFailure, FailureKind};
use super::mailer::Mailer;
use crate::custom_resource::cut;
use crate::keys;
use crate::ports::{Notification, Notifier, NotifierError, Recipient};

/// A subject has fewer than 100 characters (AWS page: `Publish`).
const LONGEST_SUBJECT: usize = 99;

/// A message with all its variants has at most 262,144 bytes (AWS page: `Publish`). Text for people
/// stands in it twice, and quoting may double it.
const LONGEST_TEXT: usize = 48 * 1024;

/// A topic, or none: then nobody but others' topics and people with mails wants to hear.
pub struct SnsNotifier {
    client: Client,
    arn: Option<String>,
    mailer: Mailer,
}

impl SnsNotifier {
    /// Publishes to the topic `arn`, and sends mails by `mailer`.
    #[must_use]
    pub fn new(client: Client, arn: Option<String>, mailer: Mailer) -> Self {
        Self {
            client,
            arn,
            mailer,
        }
    }
}

#[async_trait]
impl Notifier for SnsNotifier {
    async fn notify(
        &self,
        notification: &Notification,
        to: &Recipient,
    ) -> Result<(), NotifierError> {
        let sent = match (to, &self.arn) {
            (Recipient::Mail(mail), _) => self.mailer.send(mail, notification).await,
            (Recipient::Topic(arn), _) | (Recipient::Own, Some(arn)) => {
                self.publish(arn, notification).await
            }
            (Recipient::Own, None) => {
                tracing::info!(key = notification.key, "no topic is set, nobody is told");
                Ok(())
            }
        };
        if let Err(error) = &sent {
            tracing::warn!(key = notification.key, to = to.name(), %error, "a message was not taken");
        }
        sent
    }
}

impl SnsNotifier {
    async fn publish(&self, arn: &str, notification: &Notification) -> Result<(), NotifierError> {
        let status = notification.data.get("status").and_then(|s| s.as_str());
        let mut publish = self
            .client
            .publish()
            .topic_arn(arn)
            .subject(subject(&notification.subject))
            .message(message(notification))
            .message_structure("json")
            .message_attributes("key", attribute(&notification.key)?);
        if let Some(status) = status {
            publish = publish.message_attributes("status", attribute(status)?);
        }
        for (name, values) in &notification.attributes {
            publish = publish.message_attributes(name, list(values)?);
        }
        if arn.ends_with(".fifo") {
            let of_this = format!("{} {}", notification.key, status.unwrap_or_default());
            publish = publish
                .message_group_id(keys::sha256(notification.key.as_bytes()))
                .message_deduplication_id(keys::sha256(of_this.as_bytes()));
        }
        publish.send().await.map(|_| ()).map_err(|error| {
            let failure = CallFailure::of("Publish", &error);
            match failure.kind {
                FailureKind::Throttled | FailureKind::Unavailable => {
                    NotifierError::Unavailable(failure.sentence)
                }
                FailureKind::Refused => NotifierError::Refused(failure.sentence),
            }
        })
    }
}

/// Text for people, JSON for machines: SNS chooses by a subscription's protocol.
fn message(notification: &Notification) -> String {
    let text = cut(&notification.text, LONGEST_TEXT);
    let data = notification.data.to_string();
    json!({
        "default": text,
        "email": text,
        "http": data,
        "https": data,
        "lambda": data,
        "sqs": data,
    })
    .to_string()
}

/// ASCII that begins with a letter, a digit or punctuation and has no control characters.
fn subject(text: &str) -> String {
    let printable: String = text
        .chars()
        .map(|character| match character {
            ' '..='~' => character,
            _ => '?',
        })
        .collect();
    let trimmed: String = printable.trim().chars().take(LONGEST_SUBJECT).collect();
    if trimmed.is_empty() {
        "sfc".to_owned()
    } else {
        trimmed
    }
}

fn attribute(value: &str) -> Result<MessageAttributeValue, NotifierError> {
    MessageAttributeValue::builder()
        .data_type("String")
        .string_value(value)
        .build()
        .map_err(|error| NotifierError::Refused(error.to_string()))
}

/// A filter policy matches any of the values.
fn list(values: &[String]) -> Result<MessageAttributeValue, NotifierError> {
    MessageAttributeValue::builder()
        .data_type("String.Array")
        .string_value(json!(values).to_string())
        .build()
        .map_err(|error| NotifierError::Refused(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_short_printable_ascii() {
        assert_eq!(subject(" Größe\nfertig"), "Gr??e?fertig");
        assert_eq!(subject(&"x".repeat(200)).len(), LONGEST_SUBJECT);
        assert_eq!(subject("\t"), "?");
        assert_eq!(subject("  "), "sfc");
    }

    #[test]
    fn text_is_cut_between_two_characters() {
        assert_eq!(cut("aöb", 2), "a");
        assert_eq!(cut("aöb", 3), "aö");
        assert_eq!(cut("aöb", 9), "aöb");
    }
}
