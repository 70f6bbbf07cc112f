//! Mails about the end of a run, sent by Amazon SES (API: `SendEmail` of version 2).

use aws_sdk_sesv2::Client;
use aws_sdk_sesv2::error::BuildError;
use aws_sdk_sesv2::types::{Body, Content, Destination, EmailContent, Message};

use super::failure::{CallFailure, FailureKind};
use crate::ports::{Mail, Notification, NotifierError};

/// What every text of a mail is written in.
const CHARSET: &str = "UTF-8";

/// Sends a mail by SES to one recipient at a time.
pub struct Mailer {
    client: Client,
}

impl Mailer {
    /// Sends by this client.
    #[must_use]
    pub fn new(client: Client) -> Self {
        Self { client }
    }

    /// Sends one mail, as text and as HTML.
    ///
    /// # Errors
    /// SES does not take it, now or ever.
    pub async fn send(
        &self,
        mail: &Mail,
        notification: &Notification,
    ) -> Result<(), NotifierError> {
        let content =
            content(notification).map_err(|error| NotifierError::Refused(error.to_string()))?;
        let sent = self
            .client
            .send_email()
            .from_email_address(&mail.from)
            .destination(Destination::builder().to_addresses(&mail.to).build())
            .content(content)
            .send()
            .await;
        sent.map(|_| ()).map_err(|error| {
            let failure = CallFailure::of("SendEmail", &error);
            match failure.kind {
                FailureKind::Throttled | FailureKind::Unavailable => {
                    NotifierError::Unavailable(failure.sentence)
                }
                FailureKind::Refused => NotifierError::Refused(failure.sentence),
            }
        })
    }
}

fn content(notification: &Notification) -> Result<EmailContent, BuildError> {
    let text = |data: &str| Content::builder().data(data).charset(CHARSET).build();
    let mut body = Body::builder().text(text(&notification.text)?);
    if !notification.html.is_empty() {
        body = body.html(text(&notification.html)?);
    }
    let message = Message::builder()
        .subject(text(&notification.subject)?)
        .body(body.build());
    Ok(EmailContent::builder().simple(message.build()).build())
}
