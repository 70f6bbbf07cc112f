//! A queue, and handing over by hand what lies in it.

use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::InvocationType;
use aws_sdk_sqs::types::{Message, MessageSystemAttributeName};
use jiff::Timestamp;

use super::{Aws, AwsFailure};
use crate::deploy::undelivered::Undelivered;

/// Messages of one call (AWS page: `ReceiveMessage`).
const AT_ONCE: i32 = 10;

/// How long messages that were looked at are nobody else's, in seconds.
const HELD_SECONDS: i32 = 60;

/// Calls in a row that bring nothing new: a queue answers from some of its servers only.
const EMPTY: u32 = 3;

impl Aws {
    /// What lies in a queue, the oldest first. It stays there, and is back for others in a minute.
    ///
    /// # Errors
    /// A call failed.
    pub async fn messages(&self, queue: &str) -> Result<Vec<Undelivered>, AwsFailure> {
        let mut found: Vec<(String, Undelivered)> = Vec::new();
        let mut empty = 0;
        while empty < EMPTY {
            let received = self
                .sqs
                .receive_message()
                .queue_url(queue)
                .max_number_of_messages(AT_ONCE)
                .visibility_timeout(HELD_SECONDS)
                .message_attribute_names("All")
                .message_system_attribute_names(MessageSystemAttributeName::SentTimestamp)
                .send()
                .await
                .map_err(AwsFailure::of("sqs:ReceiveMessage"))?;
            let before = found.len();
            for message in received.messages() {
                let id = message.message_id().unwrap_or_default();
                if found.iter().all(|(known, _)| known != id) {
                    found.push((id.to_owned(), undelivered(message)));
                }
            }
            empty = if found.len() == before { empty + 1 } else { 0 };
        }
        let mut messages: Vec<Undelivered> = found.into_iter().map(|(_, one)| one).collect();
        messages.sort_by_key(|message| message.sent);
        Ok(messages)
    }

    /// Takes a message out of a queue.
    ///
    /// # Errors
    /// A call failed.
    pub async fn delete_message(&self, queue: &str, receipt: &str) -> Result<(), AwsFailure> {
        self.sqs
            .delete_message()
            .queue_url(queue)
            .receipt_handle(receipt)
            .send()
            .await
            .map_err(AwsFailure::of("sqs:DeleteMessage"))?;
        Ok(())
    }

    /// Gives a function an event, and does not wait for what becomes of it.
    ///
    /// # Errors
    /// A call failed.
    pub async fn send_event(&self, function: &str, payload: &str) -> Result<(), AwsFailure> {
        self.lambda
            .invoke()
            .function_name(function)
            .invocation_type(InvocationType::Event)
            .payload(Blob::new(payload.as_bytes()))
            .send()
            .await
            .map_err(AwsFailure::of("lambda:InvokeFunction"))?;
        Ok(())
    }
}

fn undelivered(message: &Message) -> Undelivered {
    let attribute = |name: &str| {
        let value = message.message_attributes()?.get(name)?;
        value.string_value().map(str::to_owned)
    };
    let code = attribute("ERROR_CODE").or_else(|| attribute("ErrorCode"));
    let sentence = attribute("ERROR_MESSAGE").or_else(|| attribute("ErrorMessage"));
    let sent = message
        .attributes()
        .and_then(|all| all.get(&MessageSystemAttributeName::SentTimestamp))
        .and_then(|text| text.parse().ok())
        .and_then(|milliseconds| Timestamp::from_millisecond(milliseconds).ok());
    Undelivered {
        receipt: message.receipt_handle().unwrap_or_default().to_owned(),
        sent,
        why: match (code, sentence) {
            (Some(code), Some(sentence)) => Some(format!("{code}: {sentence}")),
            (one, other) => one.or(other),
        },
        target: attribute("TARGET_ARN"),
        body: message.body().unwrap_or_default().to_owned(),
    }
}
