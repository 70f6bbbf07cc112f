//! What a change set would do, in words.

/// What becomes of a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ResourceAction {
    /// The resource is made.
    Add,
    /// It is changed where it is.
    Change,
    /// CloudFormation does not know yet whether it is changed or replaced.
    MayReplace,
    /// Another one takes its place.
    Replace,
    /// The resource is deleted, or leaves the stack.
    Remove,
}

impl ResourceAction {
    /// The sign and the word for it.
    #[must_use]
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Add => ("+", "add"),
            Self::Change => ("~", "change"),
            Self::MayReplace => ("?", "may replace"),
            Self::Replace => ("±", "replace"),
            Self::Remove => ("-", "remove"),
        }
    }
}

/// One change of a change set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedResource {
    /// What becomes of the resource.
    pub action: ResourceAction,
    /// Its name in the template.
    pub logical_id: String,
    /// Its name or ARN in AWS, if it is there.
    pub physical_id: Option<String>,
    /// Type of the resource, such as `AWS::Lambda::Function`.
    pub kind: String,
    /// Names of the properties that change.
    pub properties: Vec<String>,
    /// Whether what leaves the stack stays in the account.
    pub retained: bool,
}

impl ChangedResource {
    /// Whether it changes who may do what.
    #[must_use]
    pub fn is_about_permissions(&self) -> bool {
        self.kind.starts_with("AWS::IAM::")
            || matches!(
                self.kind.as_str(),
                "AWS::Lambda::Permission"
                    | "AWS::S3::BucketPolicy"
                    | "AWS::SNS::TopicPolicy"
                    | "AWS::Events::EventBusPolicy"
            )
    }
}

/// A change set, as CloudFormation describes it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChangeSet {
    /// Whether it cannot be executed.
    pub failed: bool,
    /// What CloudFormation says about that.
    pub reason: String,
    /// What it would do.
    pub changes: Vec<ChangedResource>,
}

impl ChangeSet {
    /// Whether it failed because there is nothing to change (AWS page: "Troubleshooting CloudFormation").
    #[must_use]
    pub fn is_empty(&self) -> bool {
        if self.failed {
            self.reason.contains("didn't contain changes")
                || self.reason.contains("No updates are to be performed")
        } else {
            false
        }
    }

    /// A line for each change, and one that counts them.
    #[must_use]
    pub fn render(&self) -> String {
        let mut changes: Vec<&ChangedResource> = self.changes.iter().collect();
        changes.sort_by(|a, b| {
            (a.action, &a.kind, &a.logical_id).cmp(&(b.action, &b.kind, &b.logical_id))
        });
        let width =
            |of: fn(&ChangedResource) -> usize| changes.iter().map(|change| of(change)).max();
        let id_width = width(|change| change.logical_id.len()).unwrap_or(0);
        let kind_width = width(|change| change.kind.len()).unwrap_or(0);
        let mut text = String::new();
        for change in &changes {
            let (sign, word) = change.action.words();
            let mark = if change.is_about_permissions() {
                "!"
            } else {
                " "
            };
            let mut notes = change.properties.join(", ");
            if change.retained {
                notes = join(&notes, "stays in the account");
            }
            let line = format!(
                "{mark} {sign} {word:<11}  {:<id_width$}  {:<kind_width$}  {notes}",
                change.logical_id, change.kind
            );
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text.push_str(&self.count());
        text
    }

    fn count(&self) -> String {
        let of = |actions: &[ResourceAction]| {
            let same = |change: &&ChangedResource| actions.contains(&change.action);
            self.changes.iter().filter(same).count()
        };
        let permissions = self
            .changes
            .iter()
            .filter(|change| change.is_about_permissions())
            .count();
        let mut text = format!(
            "{} to add, {} to change, {} to replace, {} to remove",
            of(&[ResourceAction::Add]),
            of(&[ResourceAction::Change]),
            of(&[ResourceAction::Replace, ResourceAction::MayReplace]),
            of(&[ResourceAction::Remove]),
        );
        if permissions > 0 {
            text.push_str(&format!(
                "; {permissions} of them, marked `!`, change permissions"
            ));
        }
        text.push('\n');
        text
    }
}

fn join(first: &str, second: &str) -> String {
    if first.is_empty() {
        second.to_owned()
    } else {
        format!("{first}; {second}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(action: ResourceAction, id: &str, kind: &str) -> ChangedResource {
        ChangedResource {
            action,
            logical_id: id.to_owned(),
            physical_id: None,
            kind: kind.to_owned(),
            properties: Vec::new(),
            retained: false,
        }
    }

    #[test]
    fn permissions_are_marked_and_everything_is_counted() {
        let mut bucket = change(ResourceAction::Remove, "Data", "AWS::S3::Bucket");
        bucket.retained = true;
        let set = ChangeSet {
            changes: vec![
                bucket,
                change(ResourceAction::Add, "Role", "AWS::IAM::Role"),
                change(ResourceAction::Replace, "Function", "AWS::Lambda::Function"),
            ],
            ..ChangeSet::default()
        };
        assert_eq!(
            set.render(),
            "! + add          Role      AWS::IAM::Role\n\
             \u{20} ± replace      Function  AWS::Lambda::Function\n\
             \u{20} - remove       Data      AWS::S3::Bucket        stays in the account\n\
             1 to add, 0 to change, 1 to replace, 1 to remove; 1 of them, marked `!`, change permissions\n"
        );
    }

    #[test]
    fn nothing_to_change_is_no_failure() {
        let with = |reason: &str| ChangeSet {
            failed: true,
            reason: reason.to_owned(),
            changes: Vec::new(),
        };
        assert!(with("The submitted information didn't contain changes. Submit different information to create a change set.").is_empty());
        assert!(with("No updates are to be performed.").is_empty());
        assert!(!with("Template error: x").is_empty());
    }
}
