//! Stacks and change sets.

use aws_sdk_cloudformation::types::{
    Capability, ChangeAction, ChangeSetStatus, ChangeSetType, Parameter, PolicyAction, Replacement,
    ResourceChange, ResourceStatus, Tag,
};

use super::{Aws, AwsFailure, timestamp};
use crate::deploy::change::{ChangeSet, ChangedResource, ResourceAction};
use crate::deploy::event::StackEvent;
use crate::deploy::stack::{DeployedStack, StackResource};

/// What a change set is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeSetKind {
    /// A stack that is not there yet, or only in review.
    Create,
    /// A stack that is there.
    Update,
}

/// How the template is given.
#[derive(Debug, Clone)]
pub enum GivenTemplate {
    /// In the call itself.
    Inline(String),
    /// An object in a bucket.
    Url(String),
}

/// A change set to create.
#[derive(Debug)]
pub struct ChangeSetRequest<'a> {
    /// Name of the stack.
    pub stack: &'a str,
    /// Name of the change set, unique in the stack.
    pub name: &'a str,
    /// What it is for.
    pub kind: ChangeSetKind,
    /// The template, in the call or in a bucket.
    pub template: GivenTemplate,
    /// Parameters of the template.
    pub parameters: &'a [(String, String)],
    /// Tags of the stack and of everything in it.
    pub tags: &'a [(String, String)],
    /// Whether roles have names that the spec gives them, which has to be acknowledged on its own.
    pub names_roles: bool,
}

fn of_description(stack: &aws_sdk_cloudformation::types::Stack) -> DeployedStack {
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    DeployedStack {
        id: text(stack.stack_id()),
        name: text(stack.stack_name()),
        status: text(stack.stack_status().map(|status| status.as_str())),
        reason: stack.stack_status_reason().map(str::to_owned),
        outputs: stack
            .outputs()
            .iter()
            .filter_map(|output| {
                Some((
                    output.output_key()?.to_owned(),
                    output.output_value()?.to_owned(),
                ))
            })
            .collect(),
        tags: stack
            .tags()
            .iter()
            .filter_map(|tag| Some((tag.key()?.to_owned(), tag.value()?.to_owned())))
            .collect(),
    }
}

impl Aws {
    /// The stack with this name or id; `None` if there is none.
    ///
    /// # Errors
    /// A call failed.
    pub async fn stack(&self, name: &str) -> Result<Option<DeployedStack>, AwsFailure> {
        let described = self
            .cloudformation
            .describe_stacks()
            .stack_name(name)
            .send()
            .await
            .map_err(AwsFailure::of("cloudformation:DescribeStacks"));
        let described = match described {
            Ok(described) => described,
            Err(AwsFailure::Refused { code, message, .. })
                if code == "ValidationError" && message.contains("does not exist") =>
            {
                return Ok(None);
            }
            Err(failure) => return Err(failure),
        };
        Ok(described.stacks().first().map(of_description))
    }

    /// Every stack of the account in this Region that has the tag `key`.
    ///
    /// # Errors
    /// A call failed.
    pub async fn stacks_with_tag(&self, key: &str) -> Result<Vec<DeployedStack>, AwsFailure> {
        let pages = self.cloudformation.describe_stacks().into_paginator();
        let mut pages = pages.send();
        let mut stacks = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(AwsFailure::of("cloudformation:DescribeStacks"))?;
            stacks.extend(page.stacks().iter().map(of_description));
        }
        stacks.retain(|stack| stack.tags.contains_key(key));
        Ok(stacks)
    }

    /// Starts to create a change set; returns its ARN and the stack's.
    ///
    /// # Errors
    /// A call failed.
    pub async fn create_change_set(
        &self,
        request: &ChangeSetRequest<'_>,
    ) -> Result<(String, String), AwsFailure> {
        let mut call = self
            .cloudformation
            .create_change_set()
            .stack_name(request.stack)
            .change_set_name(request.name)
            .change_set_type(match request.kind {
                ChangeSetKind::Create => ChangeSetType::Create,
                ChangeSetKind::Update => ChangeSetType::Update,
            })
            .capabilities(if request.names_roles {
                Capability::CapabilityNamedIam
            } else {
                Capability::CapabilityIam
            });
        call = match &request.template {
            GivenTemplate::Inline(body) => call.template_body(body),
            GivenTemplate::Url(url) => call.template_url(url),
        };
        for (key, value) in request.parameters {
            call = call.parameters(
                Parameter::builder()
                    .parameter_key(key)
                    .parameter_value(value)
                    .build(),
            );
        }
        for (key, value) in request.tags {
            call = call.tags(Tag::builder().key(key).value(value).build());
        }
        let created = call
            .send()
            .await
            .map_err(AwsFailure::of("cloudformation:CreateChangeSet"))?;
        Ok((
            created.id().unwrap_or(request.name).to_owned(),
            created.stack_id().unwrap_or(request.stack).to_owned(),
        ))
    }

    /// What a change set would do; `None` while it is being made.
    ///
    /// # Errors
    /// A call failed.
    pub async fn change_set(&self, id: &str, stack: &str) -> Result<Option<ChangeSet>, AwsFailure> {
        let mut changes = Vec::new();
        let mut token: Option<String> = None;
        loop {
            let page = self
                .cloudformation
                .describe_change_set()
                .change_set_name(id)
                .stack_name(stack)
                .set_next_token(token)
                .send()
                .await
                .map_err(AwsFailure::of("cloudformation:DescribeChangeSet"))?;
            if matches!(
                page.status(),
                Some(ChangeSetStatus::CreatePending | ChangeSetStatus::CreateInProgress) | None
            ) {
                return Ok(None);
            }
            changes.extend(
                page.changes()
                    .iter()
                    .filter_map(|change| change.resource_change())
                    .map(change),
            );
            token = page.next_token().map(str::to_owned);
            if token.is_none() {
                return Ok(Some(ChangeSet {
                    failed: page.status() != Some(&ChangeSetStatus::CreateComplete),
                    reason: page.status_reason().unwrap_or_default().to_owned(),
                    changes,
                }));
            }
        }
    }

    /// Executes a change set.
    ///
    /// # Errors
    /// A call failed.
    pub async fn execute_change_set(
        &self,
        id: &str,
        stack: &str,
        token: &str,
    ) -> Result<(), AwsFailure> {
        self.cloudformation
            .execute_change_set()
            .change_set_name(id)
            .stack_name(stack)
            .client_request_token(token)
            .send()
            .await
            .map_err(AwsFailure::of("cloudformation:ExecuteChangeSet"))?;
        Ok(())
    }

    /// Deletes a change set; one that is gone is fine.
    ///
    /// # Errors
    /// A call failed.
    pub async fn delete_change_set(&self, id: &str, stack: &str) -> Result<(), AwsFailure> {
        let deleted = self
            .cloudformation
            .delete_change_set()
            .change_set_name(id)
            .stack_name(stack)
            .send()
            .await
            .map_err(AwsFailure::of("cloudformation:DeleteChangeSet"));
        match deleted {
            Err(failure) if failure.code() != "ChangeSetNotFound" => Err(failure),
            _ => Ok(()),
        }
    }

    /// Whether the stack has change sets.
    ///
    /// # Errors
    /// A call failed.
    pub async fn has_change_sets(&self, stack: &str) -> Result<bool, AwsFailure> {
        let list = self
            .cloudformation
            .list_change_sets()
            .stack_name(stack)
            .send()
            .await
            .map_err(AwsFailure::of("cloudformation:ListChangeSets"))?;
        Ok(!list.summaries().is_empty())
    }

    /// Starts to delete a stack.
    ///
    /// # Errors
    /// A call failed.
    pub async fn delete_stack(&self, stack: &str, token: &str) -> Result<(), AwsFailure> {
        self.cloudformation
            .delete_stack()
            .stack_name(stack)
            .client_request_token(token)
            .send()
            .await
            .map_err(AwsFailure::of("cloudformation:DeleteStack"))?;
        Ok(())
    }

    /// Events of a stack behind the one with the id `after`, oldest first; of all, if that is `None`.
    ///
    /// # Errors
    /// A call failed.
    pub async fn events(
        &self,
        stack: &str,
        after: Option<&str>,
    ) -> Result<Vec<StackEvent>, AwsFailure> {
        let mut events = Vec::new();
        let mut token: Option<String> = None;
        'pages: loop {
            let page = self
                .cloudformation
                .describe_stack_events()
                .stack_name(stack)
                .set_next_token(token)
                .send()
                .await
                .map_err(AwsFailure::of("cloudformation:DescribeStackEvents"))?;
            for event in page.stack_events() {
                if event.event_id().is_some() && event.event_id() == after {
                    break 'pages;
                }
                events.push(StackEvent {
                    id: event.event_id().unwrap_or_default().to_owned(),
                    time: event.timestamp().map(timestamp).unwrap_or_default(),
                    logical_id: event.logical_resource_id().unwrap_or_default().to_owned(),
                    kind: event.resource_type().unwrap_or_default().to_owned(),
                    status: event
                        .resource_status()
                        .map_or_else(String::new, |status| status.as_str().to_owned()),
                    reason: event.resource_status_reason().map(str::to_owned),
                    token: event.client_request_token().map(str::to_owned),
                    of_stack: event.physical_resource_id() == event.stack_id(),
                });
            }
            token = page.next_token().map(str::to_owned);
            if token.is_none() {
                break;
            }
        }
        events.reverse();
        Ok(events)
    }

    /// What a stack consists of. What it has deleted is not in it any more, though CloudFormation lists it.
    ///
    /// # Errors
    /// A call failed.
    pub async fn resources(&self, stack: &str) -> Result<Vec<StackResource>, AwsFailure> {
        let mut pages = self
            .cloudformation
            .list_stack_resources()
            .stack_name(stack)
            .into_paginator()
            .send();
        let mut resources = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(AwsFailure::of("cloudformation:ListStackResources"))?;
            resources.extend(
                page.stack_resource_summaries()
                    .iter()
                    .filter(|found| {
                        found.resource_status() != Some(&ResourceStatus::DeleteComplete)
                    })
                    .map(|found| StackResource {
                        logical_id: found.logical_resource_id().unwrap_or_default().to_owned(),
                        physical_id: found.physical_resource_id().unwrap_or_default().to_owned(),
                        kind: found.resource_type().unwrap_or_default().to_owned(),
                    }),
            );
        }
        Ok(resources)
    }

    /// The template that a stack was last made from, as it was written.
    ///
    /// # Errors
    /// A call failed.
    pub async fn template(&self, stack: &str) -> Result<String, AwsFailure> {
        let got = self
            .cloudformation
            .get_template()
            .stack_name(stack)
            .send()
            .await
            .map_err(AwsFailure::of("cloudformation:GetTemplate"))?;
        Ok(got.template_body().unwrap_or_default().to_owned())
    }
}

fn change(change: &ResourceChange) -> ChangedResource {
    let action = match (change.action(), change.replacement()) {
        (Some(ChangeAction::Add | ChangeAction::Import), _) => ResourceAction::Add,
        (Some(ChangeAction::Remove), _) => ResourceAction::Remove,
        (_, Some(Replacement::True)) => ResourceAction::Replace,
        (_, Some(Replacement::Conditional)) => ResourceAction::MayReplace,
        _ => ResourceAction::Change,
    };
    let mut properties: Vec<String> = change
        .details()
        .iter()
        .filter_map(|detail| detail.target())
        .filter_map(|target| {
            target.name().map(str::to_owned).or_else(|| {
                target
                    .attribute()
                    .map(|attribute| attribute.as_str().to_owned())
            })
        })
        .collect();
    properties.sort();
    properties.dedup();
    ChangedResource {
        action,
        logical_id: change.logical_resource_id().unwrap_or_default().to_owned(),
        physical_id: change.physical_resource_id().map(str::to_owned),
        kind: change.resource_type().unwrap_or_default().to_owned(),
        properties,
        retained: matches!(
            change.policy_action(),
            Some(PolicyAction::Retain | PolicyAction::ReplaceAndRetain)
        ),
    }
}
