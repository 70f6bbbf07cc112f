//! A statement of an IAM policy, as `ci-roles.yaml` has it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

/// One statement: allows actions on resources.
#[derive(Debug, Clone, Serialize)]
pub struct AllowStatement {
    /// Its name: letters and digits.
    pub sid: String,
    /// Why it is as it is, for whoever reads the file.
    pub comment: Option<&'static str>,
    /// What is allowed, such as `sqs:CreateQueue`.
    pub actions: BTreeSet<&'static str>,
    /// Where, as text that `Fn::Sub` fills in. None is everywhere.
    pub resources: Vec<String>,
    /// Conditions that must hold, all of them; none: it holds always.
    pub conditions: Vec<PolicyCondition>,
}

/// A condition: a key has one of these values.
#[derive(Debug, Clone, Serialize)]
pub struct PolicyCondition {
    /// How they are compared, such as `StringEquals`.
    pub operator: &'static str,
    /// The key, such as `iam:PassedToService`.
    pub key: &'static str,
    /// The values; none where the key is to be true.
    pub values: Vec<String>,
}

/// Why a statement is about every resource.
const EVERYWHERE: &str = "AWS has no resource-level permission for these.";

impl AllowStatement {
    /// Allows `actions` on `resources`.
    pub fn new(
        sid: &str,
        actions: impl IntoIterator<Item = &'static str>,
        resources: Vec<String>,
    ) -> Self {
        Self {
            sid: sid.to_owned(),
            comment: None,
            actions: actions.into_iter().collect(),
            resources,
            conditions: Vec::new(),
        }
    }

    /// Allows actions for which AWS knows no resource-level permission; the comment says so.
    pub fn everywhere(sid: &str, actions: impl IntoIterator<Item = &'static str>) -> Self {
        Self::new(sid, actions, Vec::new()).because(EVERYWHERE)
    }

    /// The statement with a comment that says what it is for.
    pub fn because(mut self, comment: &'static str) -> Self {
        self.comment = Some(comment);
        self
    }

    /// Under this condition, too.
    pub fn when(mut self, key: &'static str, values: Vec<String>) -> Self {
        self.conditions.push(PolicyCondition {
            operator: "StringEquals",
            key,
            values,
        });
        self
    }

    /// Only where this key is true, too.
    pub fn only_if(mut self, key: &'static str) -> Self {
        self.conditions.push(PolicyCondition {
            operator: "Bool",
            key,
            values: Vec::new(),
        });
        self
    }
}

/// Statements about the same resources become one.
#[derive(Debug, Default)]
pub struct Grouped {
    by_resources: BTreeMap<Vec<String>, (String, BTreeSet<&'static str>)>,
}

impl Grouped {
    /// Allows `actions` on `resources`, too; `sid` is the statement's name if it is the first about them.
    pub fn add(&mut self, sid: &str, actions: &[&'static str], resources: Vec<String>) {
        let (_, allowed) = self
            .by_resources
            .entry(resources)
            .or_insert_with(|| (sid.to_owned(), BTreeSet::new()));
        allowed.extend(actions);
    }

    /// The statements, by their names.
    pub fn statements(self) -> Vec<AllowStatement> {
        let mut all: Vec<AllowStatement> = self
            .by_resources
            .into_iter()
            .map(|(resources, (sid, actions))| AllowStatement::new(&sid, actions, resources))
            .collect();
        all.sort_by(|one, other| one.sid.cmp(&other.sid));
        all
    }
}
