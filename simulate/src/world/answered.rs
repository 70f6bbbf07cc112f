//! What CloudFormation was answered for the custom resource.

use std::time::Duration;

use parking_lot::Mutex;
use runtime_lambda::ports::Response;
use tokio::sync::Notify;
use tokio::time::timeout;

/// What was answered, and where to.
#[derive(Debug, Default)]
pub struct SentAnswers {
    answers: Mutex<Vec<(String, Response)>>,
    changed: Notify,
}

impl SentAnswers {
    /// Adds an answer that came for this URL, and wakes whoever waits for it.
    pub fn add(&self, url: &str, response: &Response) {
        self.answers.lock().push((url.to_owned(), response.clone()));
        self.changed.notify_waiters();
    }

    /// The first answer that came for this URL: CloudFormation hears no other.
    pub fn first(&self, url: &str) -> Option<Response> {
        let answers = self.answers.lock();
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
