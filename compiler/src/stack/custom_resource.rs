//! The stack's own resource. With it CloudFormation, whoever drives it, has steps run. Those with
//! `when: deploy` run before CloudFormation calls a stack made or changed, those with `when: destroy`
//! before it takes anything away.
//!
//! What becomes of it is the Lambda's: `runtime_lambda::custom_resource` is the contract.

use runtime_lambda::custom_resource::{LONGEST_RUN_SECONDS, LONGEST_WAIT_SECONDS};
use runtime_lambda::field;
use runtime_lambda::plan::{Overlap, When};
use runtime_lambda::protocol::RunInput;
use serde::Serialize;
use serde_json::json;

use super::events;
use super::intrinsic::{Text, attribute, reference};
use super::names::{self, FUNCTION};
use super::parts::StackPart;
use super::resource::ResourceProperties;
use super::template::StackTemplate;
use crate::machines::Machine;
use crate::pipeline::{Pipeline, TriggerKind};

/// Whether the stack has such a resource.
pub fn wanted(pipeline: &Pipeline) -> bool {
    pipeline.steps.iter().any(|step| step.when != When::Run)
        || pipeline
            .triggers
            .iter()
            .any(|trigger| trigger.start == TriggerKind::Deploy)
}

/// Adds the resource, behind everything that is in the template by now. A run may need any of it, so it
/// is made last and deleted first. `plan` is the plan's hash; with another one the steps run again.
pub fn add(template: &mut StackTemplate, pipeline: &Pipeline, plan: &str) {
    let steps: Vec<When> = [When::Deploy, When::Destroy]
        .into_iter()
        .filter(|when| pipeline.steps.iter().any(|step| step.when == *when))
        .collect();
    if !steps.is_empty() {
        events::add_answer(template, pipeline);
    }
    let triggers = pipeline
        .triggers
        .iter()
        .filter(|trigger| trigger.start == TriggerKind::Deploy)
        .map(|trigger| json!({ (field!(RunInput, parameters)): trigger.parameters, (field!(RunInput, trigger)): "deploy", (field!(RunInput, by)): "a deploy" }).to_string())
        .collect();
    let machine = names::state_machine(Machine::Run);
    // What is referred to is waited for anyway.
    let others: Vec<String> = template
        .resources
        .keys()
        .filter(|logical_id| *logical_id != FUNCTION && *logical_id != machine)
        .cloned()
        .collect();
    let properties = CustomResource {
        service_token: attribute(FUNCTION, "Arn"),
        service_timeout: wait_seconds(pipeline),
        pipeline: pipeline.name.clone(),
        plan: plan.to_owned(),
        state_machine: reference(machine),
        steps,
        triggers,
    };
    template.add(StackPart::StackRuns, properties).after(others);
}

/// How long CloudFormation waits for an answer: the longest that a run may take, and what stopping and
/// reporting takes. A run that may have to wait for its turn gets all that there is.
fn wait_seconds(pipeline: &Pipeline) -> u64 {
    match pipeline.overlap {
        Overlap::Allow => (pipeline.limits.run_seconds
            + (LONGEST_WAIT_SECONDS - LONGEST_RUN_SECONDS))
            .min(LONGEST_WAIT_SECONDS),
        Overlap::Skip | Overlap::Queue => LONGEST_WAIT_SECONDS,
    }
}

/// Properties of the resource: those of every custom resource (AWS page:
/// `AWS::CloudFormation::CustomResource`), and [`runtime_lambda::custom_resource::Properties`].
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct CustomResource {
    service_token: Text,
    service_timeout: u64,
    pipeline: String,
    plan: String,
    state_machine: Text,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    steps: Vec<When>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    triggers: Vec<String>,
}

impl ResourceProperties for CustomResource {
    const TYPE: &'static str = "Custom::SfcStackRuns";
}
