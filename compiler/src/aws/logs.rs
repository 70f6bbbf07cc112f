//! Events of a log group.

use jiff::Timestamp;

use super::{Aws, AwsFailure};

/// A line that the function wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEvent {
    /// Its id in the log group.
    pub id: String,
    /// When it was written.
    pub time: Timestamp,
    /// What it says, without a newline at its end.
    pub message: String,
}

impl Aws {
    /// What a log group has from `since` on, oldest first; only what contains `text`, if that is given.
    /// `None` if there is no such group.
    ///
    /// # Errors
    /// A call failed.
    pub async fn log_events(
        &self,
        group: &str,
        since: Timestamp,
        text: Option<&str>,
    ) -> Result<Option<Vec<LogEvent>>, AwsFailure> {
        let mut pages = self
            .logs
            .filter_log_events()
            .log_group_name(group)
            .start_time(since.as_millisecond())
            .set_filter_pattern(text.map(|text| format!("\"{}\"", text.replace('"', ""))))
            .into_paginator()
            .send();
        let mut events = Vec::new();
        while let Some(page) = pages.next().await {
            let page = match page.map_err(AwsFailure::of("logs:FilterLogEvents")) {
                Ok(page) => page,
                Err(failure) if failure.code() == "ResourceNotFoundException" => return Ok(None),
                Err(failure) => return Err(failure),
            };
            events.extend(page.events().iter().map(|event| {
                LogEvent {
                    id: event.event_id().unwrap_or_default().to_owned(),
                    time: event
                        .timestamp()
                        .and_then(|time| Timestamp::from_millisecond(time).ok())
                        .unwrap_or_default(),
                    message: event.message().unwrap_or_default().trim_end().to_owned(),
                }
            }));
        }
        events.sort_by_key(|event| event.time);
        Ok(Some(events))
    }
}
