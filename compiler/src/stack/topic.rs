//! The topic that tells people how runs end, and what alarms publish to.

use runtime_lambda::plan::NotifyOn;
use runtime_lambda::state::RunStatus;
use serde::Serialize;
use serde_json::{Value, json};

use super::intrinsic::{Text, reference};
use super::names::TOPIC;
use super::parts::StackPart;
use super::policy::{PolicyDocument, PolicyStatement, Principal};
use super::resource::ResourceProperties;
use super::template::StackTemplate;
use crate::pipeline::{Notify, Recipient, Stack};

/// Adds the topic, its policy, and a subscription for each e-mail address. Other
/// topics are told by the Lambda, which may publish to them.
///
/// It is encrypted with the spec's key, or with AWS's own unless alarms publish to it. AWS's own
/// key for SNS does not let CloudWatch in (AWS page: "Encrypting messages published to Amazon
/// SNS"). A key of one's own would be billed every month.
pub fn add(template: &mut StackTemplate, settings: &Stack, notify: &[Notify]) {
    let alarms = settings.alarms;
    let of_aws = (!alarms).then(|| "alias/aws/sns".to_owned());
    let topic = TopicProperties {
        kms_master_key_id: settings.kms_key.clone().or(of_aws),
    };
    template.add(StackPart::Topic, topic);
    let mut statements = vec![PolicyStatement::deny_without_tls(
        "sns:Publish",
        vec![reference(TOPIC)],
    )];
    if alarms {
        statements.push(
            PolicyStatement::allow(Some("Alarms"), &["sns:Publish"], vec![reference(TOPIC)])
                .by(Principal::Service("cloudwatch.amazonaws.com"))
                .when(
                    "StringEquals",
                    "aws:SourceAccount",
                    reference("AWS::AccountId"),
                ),
        );
    }
    let policy = TopicPolicy {
        policy_document: PolicyDocument::new(statements),
        topics: [reference(TOPIC)],
    };
    template.add(StackPart::TopicPolicy, policy);
    let emails = notify.iter().filter_map(|notify| match &notify.recipient {
        Recipient::Email(address) => Some((address, filter(notify.on, &notify.tags))),
        // The Lambda sends the mails; of alarms only the topic knows.
        Recipient::Mail { to, .. } => {
            let wants = alarms && notify.on != NotifyOn::Success && notify.tags.is_empty();
            wants.then(|| (to, Some(json!({ "status": [{ "exists": false }] }))))
        }
        Recipient::Topic(_) => None,
    });
    for (number, (address, filter_policy)) in (1_usize..).zip(emails) {
        let subscription = Subscription {
            endpoint: address.clone(),
            filter_policy,
            protocol: "email",
            topic_arn: reference(TOPIC),
        };
        template.add(
            StackPart::Subscription.of(&number.to_string()),
            subscription,
        );
    }
}

/// Of which messages a subscription hears. A message about a run has its status as an attribute,
/// and the tags of the steps that failed if they have any. An alarm has neither: it is heard of
/// with all failures, but not with those of tags.
///
/// The same choice as the Lambda makes for the topics of others. Several conditions must all hold, `$or`
/// takes one of several (AWS page: "Amazon SNS subscription filter policies").
fn filter(on: NotifyOn, tags: &[String]) -> Option<Value> {
    let finished = json!([RunStatus::Finished.name()]);
    let unfinished = json!([{ "anything-but": [RunStatus::Finished.name()] }]);
    match (on, tags) {
        (NotifyOn::Both, []) => None,
        (NotifyOn::Both, tags) => {
            Some(json!({ "$or": [{ "status": finished }, { "tags": tags }] }))
        }
        (NotifyOn::Success, _) => Some(json!({ "status": finished })),
        (NotifyOn::Failure, []) => Some(
            json!({ "status": [{ "exists": false }, { "anything-but": [RunStatus::Finished.name()] }] }),
        ),
        (NotifyOn::Failure, tags) => Some(json!({ "status": unfinished, "tags": tags })),
    }
}

/// The properties that sfc sets of `AWS::SNS::Topic`.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct TopicProperties {
    #[serde(skip_serializing_if = "Option::is_none")]
    kms_master_key_id: Option<String>,
}

impl ResourceProperties for TopicProperties {
    const TYPE: &'static str = "AWS::SNS::Topic";
}

/// The properties that sfc sets of `AWS::SNS::TopicPolicy`.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct TopicPolicy {
    policy_document: PolicyDocument,
    topics: [Text; 1],
}

impl ResourceProperties for TopicPolicy {
    const TYPE: &'static str = "AWS::SNS::TopicPolicy";
}

/// The properties that sfc sets of `AWS::SNS::Subscription`.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Subscription {
    endpoint: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    filter_policy: Option<Value>,
    protocol: &'static str,
    topic_arn: Text,
}

impl ResourceProperties for Subscription {
    const TYPE: &'static str = "AWS::SNS::Subscription";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subscription_hears_of_what_it_asked_for() {
        let tags = ["finance".to_owned(), "tax".to_owned()];
        assert_eq!(filter(NotifyOn::Both, &[]), None);
        assert_eq!(
            filter(NotifyOn::Both, &tags),
            Some(json!({ "$or": [{ "status": ["FINISHED"] }, { "tags": ["finance", "tax"] }] }))
        );
        assert_eq!(
            filter(NotifyOn::Success, &tags),
            filter(NotifyOn::Success, &[])
        );
        assert_eq!(
            filter(NotifyOn::Failure, &tags),
            Some(json!({
                "status": [{ "anything-but": ["FINISHED"] }],
                "tags": ["finance", "tax"],
            }))
        );
    }
}
