//! Events of a stack, and which of them says why a change failed.

use jiff::Timestamp;

/// An event of a stack (AWS page: `StackEvent`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StackEvent {
    /// Id that no other event of the stack has.
    pub id: String,
    /// When it happened, by CloudFormation's clock.
    pub time: Timestamp,
    /// Name of the resource in the template.
    pub logical_id: String,
    /// Type of the resource.
    pub kind: String,
    /// Status of the resource from then on, such as `CREATE_FAILED`.
    pub status: String,
    /// CloudFormation's reason; none where it gives none.
    pub reason: Option<String>,
    /// Token of the operation that it belongs to.
    pub token: Option<String>,
    /// Whether it is about the stack itself.
    pub of_stack: bool,
}

impl StackEvent {
    /// As a line for people.
    #[must_use]
    pub fn line(&self) -> String {
        let time = self.time.strftime("%H:%M:%S");
        let text = format!(
            "{time}  {:<35}  {}  {}  {}",
            self.status,
            self.logical_id,
            self.kind,
            self.reason.as_deref().unwrap_or_default()
        );
        text.trim_end().to_owned()
    }

    /// Whether it says why something failed, and not only that something else did.
    fn is_cause(&self) -> bool {
        let reason = self.reason.as_deref().unwrap_or_default();
        self.status.ends_with("_FAILED")
            && !self.of_stack
            && !reason.contains("cancelled")
            && !reason.contains("canceled")
    }
}

/// The first real cause among the events of one change, oldest first. It is not what was cancelled
/// because of it, and not what failed in the rollback behind it.
#[must_use]
pub fn first_cause(events: &[StackEvent]) -> Option<&StackEvent> {
    events
        .iter()
        .find(|event| event.is_cause())
        .or_else(|| {
            events
                .iter()
                .find(|event| event.status.ends_with("_FAILED") && event.reason.is_some())
        })
        .or_else(|| {
            events.iter().find(|event| {
                event.of_stack && event.status.contains("ROLLBACK") && event.reason.is_some()
            })
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(id: &str, status: &str, reason: &str) -> StackEvent {
        StackEvent {
            id: id.to_owned(),
            time: Timestamp::UNIX_EPOCH,
            logical_id: id.to_owned(),
            kind: String::new(),
            status: status.to_owned(),
            reason: (!reason.is_empty()).then(|| reason.to_owned()),
            token: None,
            of_stack: id == "stack",
        }
    }

    #[test]
    fn what_was_cancelled_is_no_cause() {
        let events = [
            event("stack", "UPDATE_IN_PROGRESS", "User Initiated"),
            event("Role", "CREATE_FAILED", "Resource creation cancelled"),
            event(
                "Rule",
                "CREATE_FAILED",
                "Parameter ScheduleExpression is not valid.",
            ),
            event(
                "stack",
                "UPDATE_ROLLBACK_IN_PROGRESS",
                "The following resource(s) failed to create: [Role, Rule].",
            ),
            event("Topic", "DELETE_FAILED", "still in use"),
        ];
        assert_eq!(
            first_cause(&events).map(|event| event.id.as_str()),
            Some("Rule")
        );
        assert_eq!(
            first_cause(&events[..2]).map(|event| event.id.as_str()),
            Some("Role")
        );
        assert_eq!(first_cause(&events[..1]), None);
    }
}
