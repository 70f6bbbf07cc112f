//! A stack, and what its status allows.

use std::collections::BTreeMap;

pub use crate::stack::name;

/// Tag of every stack that sfc makes; its value is the pipeline's name.
pub const OWNER_TAG: &str = "sfc:pipeline";

/// A stack as CloudFormation describes it.
#[derive(Debug, Clone)]
pub struct DeployedStack {
    /// ARN of the stack, which ends with an id.
    pub id: String,
    /// Name of the stack in its account and Region.
    pub name: String,
    /// Status in CloudFormation's words, such as `UPDATE_COMPLETE`.
    pub status: String,
    /// What CloudFormation says about the status.
    pub reason: Option<String>,
    /// Values of outputs by their names.
    pub outputs: BTreeMap<String, String>,
    /// Values of tags by their keys.
    pub tags: BTreeMap<String, String>,
}

/// Something that a stack consists of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StackResource {
    /// Its name in the template.
    pub logical_id: String,
    /// Its name or ARN in AWS.
    pub physical_id: String,
    /// Its type, such as `AWS::S3::Bucket`.
    pub kind: String,
}

/// What can be done with a stack (AWS page: "Stack status codes").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StackStanding {
    /// It is not there.
    Absent,
    /// It can be updated.
    Ready,
    /// A change set was made for it, but it has nothing yet.
    Review,
    /// Something is changing it.
    Busy,
    /// It can only be deleted.
    Dead,
    /// A rollback did not end; somebody has to continue it.
    Stuck,
}

impl StackStanding {
    /// What a status allows.
    #[must_use]
    pub fn of(status: &str) -> Self {
        match status {
            "DELETE_COMPLETE" => Self::Absent,
            "REVIEW_IN_PROGRESS" => Self::Review,
            "ROLLBACK_COMPLETE" | "ROLLBACK_FAILED" | "CREATE_FAILED" | "DELETE_FAILED" => {
                Self::Dead
            }
            "UPDATE_ROLLBACK_FAILED" | "UPDATE_FAILED" => Self::Stuck,
            _ if status.ends_with("_IN_PROGRESS") => Self::Busy,
            _ => Self::Ready,
        }
    }
}

impl DeployedStack {
    /// What its status allows.
    #[must_use]
    pub fn standing(&self) -> StackStanding {
        StackStanding::of(&self.status)
    }

    /// Whether it was made for this pipeline. One in review need not have its tags yet, and has nothing
    /// that could be lost.
    #[must_use]
    pub fn is_of(&self, pipeline: &str) -> bool {
        match self.tags.get(OWNER_TAG) {
            Some(owner) => owner == pipeline,
            None => self.standing() == StackStanding::Review,
        }
    }

    /// Whether its last change did what it should.
    #[must_use]
    pub fn is_well(&self) -> bool {
        matches!(self.status.as_str(), "CREATE_COMPLETE" | "UPDATE_COMPLETE")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_has_its_standing() {
        for (status, standing) in [
            ("CREATE_COMPLETE", StackStanding::Ready),
            ("UPDATE_ROLLBACK_COMPLETE", StackStanding::Ready),
            ("IMPORT_ROLLBACK_COMPLETE", StackStanding::Ready),
            ("REVIEW_IN_PROGRESS", StackStanding::Review),
            ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", StackStanding::Busy),
            ("DELETE_IN_PROGRESS", StackStanding::Busy),
            ("ROLLBACK_COMPLETE", StackStanding::Dead),
            ("DELETE_FAILED", StackStanding::Dead),
            ("UPDATE_ROLLBACK_FAILED", StackStanding::Stuck),
            ("DELETE_COMPLETE", StackStanding::Absent),
        ] {
            assert_eq!(StackStanding::of(status), standing, "{status}");
        }
    }
}
