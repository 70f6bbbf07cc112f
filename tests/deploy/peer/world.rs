//! What the peer has, and what is to go wrong.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::test_state;

/// Everything of one account.
#[derive(Default)]
pub struct World {
    /// Operations that were called, in order.
    pub calls: Vec<String>,
    /// Capabilities that the last change set acknowledged.
    pub capabilities: Vec<String>,
    /// Access key and Region that each request was signed with, in order.
    pub signed: Vec<(String, String)>,
    pub broken: Broken,
    pub stacks: BTreeMap<String, Stack>,
    pub change_sets: BTreeMap<String, ChangeSet>,
    pub buckets: BTreeMap<String, Bucket>,
    /// Definitions by ARN of the state machine.
    pub definitions: BTreeMap<String, String>,
    pub executions: Vec<Execution>,
    /// SHA-256 of the function's code in Base64, and the key that it came from.
    pub code: String,
    pub code_key: String,
    /// Log events: milliseconds and message.
    pub logs: Vec<(i64, String)>,
    pub next: u64,
    /// Messages of the queue by their receipt: bodies, and ARNs of targets.
    pub queue: BTreeMap<String, (String, String)>,
    /// Events that the function was given.
    pub invoked: Vec<serde_json::Value>,
    /// What `TestState` answers, in place of our own answer.
    pub test_state: Option<Box<test_state::Script>>,
}

/// What the peer does wrong on purpose; nothing by default.
#[derive(Default)]
pub struct Broken {
    /// Operations that are answered with AccessDenied.
    pub denied: BTreeSet<String>,
    /// How often an operation is throttled before it works.
    pub throttled: BTreeMap<String, u32>,
    /// Whether the credentials have expired.
    pub expired: bool,
    /// Another account has every bucket.
    pub bucket_taken: bool,
    /// Why change sets fail.
    pub change_set: Option<String>,
    /// Events of failing resources, `(logical id, reason)`, when a change set is executed.
    pub failing: Vec<(String, String)>,
    /// Whether deleting a stack fails.
    pub undeletable: Option<(String, String)>,
    /// Looks at a stack that an operation takes.
    pub looks: u32,
    /// Whether an operation never ends by itself.
    pub endless: bool,
    /// Whether the peer does not know how to validate definitions.
    pub no_validation: bool,
    /// What the validation of a definition finds; none if it is well.
    pub finding: Option<String>,
    /// Whether the Region has no warehouse.
    pub no_warehouse: bool,
    /// Whether the peer does not know the Redshift Data API.
    pub no_data_api: bool,
    /// Somebody executes their own change set as soon as one is made here.
    pub overtaken: bool,
}

#[derive(Clone, Default)]
pub struct Stack {
    pub id: String,
    pub status: String,
    pub reason: String,
    pub tags: BTreeMap<String, String>,
    pub template: String,
    pub parameters: BTreeMap<String, String>,
    pub outputs: BTreeMap<String, String>,
    pub events: Vec<Event>,
    /// What happens when nobody looks any more: looks left, and how it ends.
    pub going: Option<(u32, End)>,
}

#[derive(Clone)]
pub struct End {
    pub status: String,
    pub events: Vec<Event>,
    /// The change set that has been made true by then.
    pub applied: Option<ChangeSet>,
}

#[derive(Clone, Default)]
pub struct Event {
    pub id: String,
    pub logical: String,
    pub kind: String,
    pub status: String,
    pub reason: String,
    pub token: String,
    pub of_stack: bool,
}

#[derive(Clone, Default)]
pub struct ChangeSet {
    pub id: String,
    pub stack: String,
    pub template: String,
    pub parameters: BTreeMap<String, String>,
    pub tags: BTreeMap<String, String>,
    pub failed: Option<String>,
    /// `(action, logical id, type)`.
    pub changes: Vec<(String, String, String)>,
    pub looks: u32,
}

#[derive(Clone, Default)]
pub struct Bucket {
    pub objects: BTreeMap<String, Vec<u8>>,
    /// Sub-resources that were set: `versioning`, `policy` and so on.
    pub settings: BTreeMap<String, String>,
}

#[derive(Clone)]
pub struct Execution {
    pub arn: String,
    pub machine: String,
    pub status: String,
    pub started: f64,
    pub input: Value,
    pub error: String,
    pub cause: String,
    /// What it returned, as JSON; empty before its end.
    pub output: String,
}

impl World {
    pub fn number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    /// Notes a call, and says how it is refused if it is.
    pub fn refuses(&mut self, operation: &str) -> Option<(u16, &'static str, String)> {
        self.calls.push(operation.to_owned());
        if self.broken.expired {
            let message = "The security token included in the request is expired";
            return Some((403, "ExpiredToken", message.to_owned()));
        }
        if self.broken.denied.contains(operation) {
            let message = format!(
                "User: arn:aws:iam::111122223333:user/tester is not authorized to perform: test:{operation} on resource: x"
            );
            return Some((403, "AccessDenied", message));
        }
        if let Some(left) = self.broken.throttled.get_mut(operation)
            && *left > 0
        {
            *left -= 1;
            return Some((400, "Throttling", "Rate exceeded".to_owned()));
        }
        None
    }

    /// How often an operation was called.
    pub fn count(&self, operation: &str) -> usize {
        self.calls.iter().filter(|call| *call == operation).count()
    }
}
