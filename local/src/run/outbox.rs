//! A folder as a mailbox: one text file and one JSON file a message, and an HTML file if it goes out as mail.

use std::io::{self, Write as _};
use std::path::Path;

use async_trait::async_trait;
use runtime_lambda::ports::{Notification, Notifier, NotifierError, Recipient};

use crate::folder::{Folder, Within};

/// A folder that takes messages.
#[derive(Debug, Clone)]
pub struct Outbox {
    folder: Folder,
}

impl Outbox {
    /// The mailbox in this folder, which is made if it is not there.
    ///
    /// # Errors
    /// The folder cannot be made, or a link leads out of its bound.
    pub fn open(folder: impl Into<Within>) -> io::Result<Self> {
        let folder = Folder::open(folder)?;
        folder.create_dirs(Path::new(""))?;
        Ok(Self { folder })
    }

    fn put(&self, notification: &Notification) -> io::Result<()> {
        let name = notification.key.replace('/', "-");
        let data = serde_json::to_vec_pretty(&notification.data)?;
        let text = format!("Subject: {}\n\n{}", notification.subject, notification.text);
        self.create(&format!("{name}.json"), &data)?;
        if !notification.mails.is_empty() {
            self.create(&format!("{name}.html"), notification.html.as_bytes())?;
        }
        // Last, so that the message is there once its text is.
        self.create(&format!("{name}.txt"), text.as_bytes())
    }

    /// A second message with the same key is dropped.
    fn create(&self, name: &str, body: &[u8]) -> io::Result<()> {
        let mut part = self.folder.part(Path::new(name))?;
        part.file.write_all(body)?;
        part.finish_if_absent().map(|_| ())
    }
}

#[async_trait]
impl Notifier for Outbox {
    /// One message here stands for those to all recipients.
    async fn notify(
        &self,
        notification: &Notification,
        to: &Recipient,
    ) -> Result<(), NotifierError> {
        if *to != Recipient::Own {
            return Ok(());
        }
        self.put(notification)
            .map_err(|error| NotifierError::Refused(error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[tokio::test]
    async fn the_second_message_of_a_run_is_dropped() {
        let folder = tempfile::tempdir().unwrap();
        let outbox = Outbox::open(folder.path()).unwrap();
        let mut notification = Notification {
            key: "p/run".into(),
            subject: "p finished".into(),
            text: "first".into(),
            data: serde_json::json!({}),
            attributes: Vec::new(),
            topics: Vec::new(),
            mails: Vec::new(),
            html: String::new(),
        };
        outbox.notify(&notification, &Recipient::Own).await.unwrap();
        notification.text = "second".into();
        outbox.notify(&notification, &Recipient::Own).await.unwrap();
        let text = fs::read_to_string(folder.path().join("p-run.txt")).unwrap();
        assert_eq!(text, "Subject: p finished\n\nfirst");
    }
}
