//! What roles may do that they may not do yet, and what they lose.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// What changes for one role or policy of the template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permissions {
    /// Its name in the template.
    pub logical_id: String,
    /// Actions that it has on some resource and did not have there.
    pub gained: Vec<String>,
    /// Actions that it had and has no more.
    pub lost: Vec<String>,
}

/// What changes between two templates.
#[must_use]
pub fn permissions(deployed: &Value, template: &Value) -> Vec<Permissions> {
    let (before, now) = (allowed(deployed), allowed(template));
    let ids: BTreeSet<&String> = before.keys().chain(now.keys()).collect();
    let nothing = BTreeSet::new();
    let mut found = Vec::new();
    for id in ids {
        let before = before.get(id).unwrap_or(&nothing);
        let now = now.get(id).unwrap_or(&nothing);
        let (gained, lost) = (actions(now, before), actions(before, now));
        if !gained.is_empty() || !lost.is_empty() {
            found.push(Permissions {
                logical_id: id.clone(),
                gained,
                lost,
            });
        }
    }
    found
}

/// An action, and where and when it is allowed, as JSON.
type Allowed = BTreeSet<(String, String)>;

/// The actions of `one` that `other` has not, or not on the same resources under the same conditions.
fn actions(one: &Allowed, other: &Allowed) -> Vec<String> {
    let only: BTreeSet<&String> = one.difference(other).map(|(action, _)| action).collect();
    only.into_iter().cloned().collect()
}

fn allowed(template: &Value) -> BTreeMap<String, Allowed> {
    let resources = template.get("Resources").and_then(Value::as_object);
    let mut found = BTreeMap::new();
    for (id, resource) in resources.into_iter().flatten() {
        let properties = &resource["Properties"];
        let own = properties["Policies"].as_array().into_iter().flatten();
        let documents = own
            .map(|policy| &policy["PolicyDocument"])
            .chain(std::iter::once(&properties["PolicyDocument"]))
            .chain(std::iter::once(&properties["AssumeRolePolicyDocument"]));
        let statements = documents.flat_map(|document| list(&document["Statement"]));
        let mut pairs = Allowed::new();
        for statement in statements.filter(|statement| statement["Effect"] == "Allow") {
            let place = ["Resource", "Principal", "Condition"].map(|part| &statement[part]);
            let place = Value::from(place.map(Value::clone).to_vec()).to_string();
            for action in list(&statement["Action"]) {
                let action = action.as_str().unwrap_or_default().to_owned();
                pairs.insert((action, place.clone()));
            }
        }
        if !pairs.is_empty() {
            found.insert(id.clone(), pairs);
        }
    }
    found
}

/// A value that may stand alone or in a list.
fn list(value: &Value) -> &[Value] {
    match value {
        Value::Array(values) => values,
        Value::Null => &[],
        value => std::slice::from_ref(value),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn template(statements: &Value) -> Value {
        json!({ "Resources": {
            "Role": { "Type": "AWS::IAM::Role", "Properties": {
                "Policies": [{ "PolicyDocument": { "Statement": statements } }],
            } },
            "Bucket": { "Type": "AWS::S3::Bucket" },
        } })
    }

    #[test]
    fn an_action_more_is_gained_and_one_less_is_lost() {
        let before = template(&json!([
            { "Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "a" },
        ]));
        let now = template(&json!([
            { "Effect": "Allow", "Action": "s3:GetObject", "Resource": ["a", "b"] },
            { "Effect": "Deny", "Action": "s3:DeleteObject", "Resource": "*" },
        ]));
        let [found] = permissions(&before, &now).try_into().unwrap();
        assert_eq!(found.logical_id, "Role");
        assert_eq!(found.gained, ["s3:GetObject"]);
        assert_eq!(found.lost, ["s3:GetObject", "s3:PutObject"]);
        assert!(permissions(&now, &now).is_empty());
    }

    #[test]
    fn everything_of_a_new_stack_is_gained() {
        let now =
            template(&json!([{ "Effect": "Allow", "Action": "sns:Publish", "Resource": "t" }]));
        let [found] = permissions(&Value::Null, &now).try_into().unwrap();
        assert_eq!(
            (found.gained.as_slice(), found.lost.len()),
            (&["sns:Publish".to_owned()][..], 0)
        );
    }
}
