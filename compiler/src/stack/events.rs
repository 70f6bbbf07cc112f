//! Rules of EventBridge: the sweep at the end of a run, the answer to CloudFormation, and the
//! completion of statements. They also say where goes what could not be delivered.

use std::collections::BTreeMap;

use runtime_lambda::custom_resource::EXECUTION_PREFIX;
use runtime_lambda::ports::StatementStatus;
use runtime_lambda::protocol::ExecutionStatus::{Aborted, Failed, Succeeded, TimedOut};
use runtime_lambda::protocol::{JsonataValue, OverInput, Request, Resume, Sweep, Written};
use serde::Serialize;
use serde_json::{Value, json};

use super::delivery::{DeadLetterConfig, RetryPolicy};
use super::function::Permission;
use super::intrinsic::{Text, attribute, reference};
use super::names::{self, FUNCTION, UNDELIVERED};
use super::parts::StackPart;
use super::policy::{PolicyDocument, PolicyStatement, Principal, RoleProperties};
use super::resource::ResourceProperties;
use super::template::StackTemplate;
use crate::machines::Machine;
use crate::pipeline::Pipeline;

/// Adds the sweep: an execution of the report's machine looks after a run whose execution ended in any
/// other way than well. The machine tries it for hours; the Lambda alone would be tried for minutes.
pub fn add_sweep(template: &mut StackTemplate, pipeline: &Pipeline) {
    const ROLE: &str = StackPart::SweepRuleRole.form();
    let pattern = json!({
        "source": ["aws.states"],
        "detail-type": ["Step Functions Execution Status Change"],
        "detail": {
            "stateMachineArn": [reference(names::state_machine(Machine::Run))],
            "status": [Failed.name(), TimedOut.name(), Aborted.name()],
        },
    });
    let over = OverInput::<Written> {
        execution: of_event("execution"),
        started: of_event("started"),
        status: of_event("status"),
    };
    let input = TargetInput::of(&over.value(), &OF_EXECUTION);
    let machine = || reference(names::state_machine(Machine::Report));
    let permission =
        PolicyStatement::allow(Some("Sweep"), &["states:StartExecution"], vec![machine()]);
    let trust = PolicyDocument::trust("events.amazonaws.com", None);
    let role = RoleProperties::new(
        format!(
            "Has the runs of {} swept that did not end by themselves",
            pipeline.name
        ),
        trust,
        vec![permission],
    );
    template.add(StackPart::SweepRuleRole, role);
    let target = RuleTarget {
        arn: machine(),
        role_arn: Some(attribute(ROLE, "Arn")),
        ..RuleTarget::undecided(input)
    };
    let description = "Ends what a run that did not end by itself left running".to_owned();
    template.add(
        StackPart::SweepRule,
        RuleProperties::on(description, pattern, target),
    );
}

/// Adds the rule that tells the Lambda of the end of a run that CloudFormation waits for.
pub fn add_answer(template: &mut StackTemplate, pipeline: &Pipeline) {
    let pattern = json!({
        "source": ["aws.states"],
        "detail-type": ["Step Functions Execution Status Change"],
        "detail": {
            "stateMachineArn": [reference(names::state_machine(Machine::Run))],
            "name": [{ "prefix": EXECUTION_PREFIX }],
            "status": [Succeeded.name(), Failed.name(), TimedOut.name(), Aborted.name()],
        },
    });
    let request = Request::<Written>::AnswerCustomResource(Sweep {
        pipeline: pipeline.name.as_str().into(),
        execution: of_event("execution"),
        started: of_event("started"),
        status: of_event("status"),
        gives_up: None,
        plan: None,
    });
    let input = TargetInput::of(&request.event(), &OF_EXECUTION);
    let description = "Tells CloudFormation how the run that it waits for has ended";
    let parts = (StackPart::AnswerRule, StackPart::AnswerPermission);
    add_to_function(template, parts, description, pattern, input);
}

/// Adds the rule that tells the Lambda which statement has ended.
pub fn add_completion(template: &mut StackTemplate, pipeline: &Pipeline) {
    let pattern = json!({
        "source": ["aws.redshift-data"],
        "detail-type": ["Redshift Data Statement Status Change"],
        "detail": {
            "statementName": [{ "prefix": format!("{}/", pipeline.name) }],
            "state": StatementStatus::ENDS.map(StatementStatus::name),
        },
    });
    let request = Request::<Written>::Resume(Resume {
        pipeline: pipeline.name.as_str().into(),
        statement_name: Some(of_event("statement_name")),
        statement_id: of_event("statement_id"),
        state: of_event("state"),
    });
    let paths = [
        ("statement_name", "$.detail.statementName"),
        ("statement_id", "$.detail.statementId"),
        ("state", "$.detail.state"),
    ];
    let input = TargetInput::of(&request.event(), &paths);
    let description = "Resumes the steps whose statements have ended";
    let parts = (StackPart::CompletionRule, StackPart::CompletionPermission);
    add_to_function(template, parts, description, pattern, input);
}

fn add_to_function(
    template: &mut StackTemplate,
    (rule, permission): (StackPart, StackPart),
    description: &str,
    pattern: Value,
    input: TargetInput,
) {
    let target = RuleTarget {
        arn: attribute(FUNCTION, "Arn"),
        role_arn: None,
        ..RuleTarget::undecided(input)
    };
    let properties = RuleProperties::on(description.to_owned(), pattern, target);
    template.add(rule, properties);
    template.add(permission, Permission::of_rule(rule.form()));
}

/// Adds the queue of what could not be delivered, for all rules that stand in the template.
pub fn add_undelivered(template: &mut StackTemplate, kms_key: Option<&str>) {
    template.add(
        StackPart::Undelivered,
        Queue {
            message_retention_period: 14 * 86_400,
            kms_master_key_id: kms_key.map(str::to_owned),
            sqs_managed_sse_enabled: kms_key.is_none().then_some(true),
        },
    );
    let queue = || vec![attribute(UNDELIVERED, "Arn")];
    let policy = QueuePolicy {
        policy_document: PolicyDocument::new(vec![
            PolicyStatement::deny_without_tls("sqs:SendMessage", queue()),
            PolicyStatement::allow(Some("Rules"), &["sqs:SendMessage"], queue())
                .by(Principal::Service("events.amazonaws.com"))
                .when(
                    "StringEquals",
                    "aws:SourceAccount",
                    reference("AWS::AccountId"),
                ),
        ]),
        queues: [reference(UNDELIVERED)],
    };
    template.add(StackPart::UndeliveredPolicy, policy);
}

/// What a target is sent.
#[derive(Debug, Clone, Serialize)]
pub enum TargetInput {
    /// The same every time: JSON.
    #[serde(rename = "Input")]
    Constant(String),
    /// With values of the event.
    #[serde(rename = "InputTransformer")]
    Transformed(InputTransformer),
}

/// Properties of `InputTransformer` (AWS page: "Amazon EventBridge input transformation").
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct InputTransformer {
    input_paths_map: BTreeMap<String, String>,
    input_template: String,
}

impl TargetInput {
    /// `document` with [`mark`]s of variables in it, which are paths into the event.
    pub fn of(document: &Value, paths: &[(&str, &str)]) -> Self {
        let paths = paths.iter();
        let paths = paths.map(|(name, path)| ((*name).to_owned(), (*path).to_owned()));
        Self::transformed(document, paths.collect())
    }

    /// `document` with [`mark`]s of variables in it. A variable stands outside of quotes, so that
    /// EventBridge writes text as JSON text and a number as a number. `<` and `>` of the document
    /// itself cannot be escaped but as JSON.
    pub fn transformed(document: &Value, paths: BTreeMap<String, String>) -> Self {
        let mut text = document
            .to_string()
            .replace('<', "\\u003c")
            .replace('>', "\\u003e");
        if paths.is_empty() {
            return Self::Constant(document.to_string());
        }
        for name in paths.keys() {
            let marked = json!(mark(name)).to_string();
            text = text.replace(&marked, &format!("<{name}>"));
        }
        Self::Transformed(InputTransformer {
            input_paths_map: paths,
            input_template: text,
        })
    }
}

/// Stands for a variable until the template is written: text that no spec can hold.
pub fn mark(name: &str) -> String {
    format!("\u{0}{name}\u{0}")
}

/// A field that the event gives by this variable.
fn of_event(name: &str) -> JsonataValue {
    mark(name).into()
}

/// Variables of an execution that has ended.
const OF_EXECUTION: [(&str, &str); 3] = [
    ("execution", "$.detail.executionArn"),
    ("started", "$.detail.startDate"),
    ("status", "$.detail.status"),
];

/// The properties that sfc sets of `AWS::Events::Rule`.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct RuleProperties {
    description: String,
    event_pattern: Option<Value>,
    schedule_expression: Option<String>,
    targets: [RuleTarget; 1],
}

impl ResourceProperties for RuleProperties {
    const TYPE: &'static str = "AWS::Events::Rule";
}

impl RuleProperties {
    /// For events of this pattern.
    pub fn on(description: String, pattern: Value, target: RuleTarget) -> Self {
        Self {
            description,
            event_pattern: Some(pattern),
            schedule_expression: None,
            targets: [target],
        }
    }

    /// For these moments, in UTC.
    pub fn at(description: String, schedule: String, target: RuleTarget) -> Self {
        Self {
            description,
            event_pattern: None,
            schedule_expression: Some(schedule),
            targets: [target],
        }
    }
}

/// Whom a rule tells.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct RuleTarget {
    /// ARN of the target.
    pub arn: Text,
    id: &'static str,
    /// Role to tell it with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role_arn: Option<Text>,
    #[serde(flatten)]
    input: TargetInput,
    retry_policy: RetryPolicy,
    dead_letter_config: DeadLetterConfig,
}

impl RuleTarget {
    fn undecided(input: TargetInput) -> Self {
        Self {
            arn: "".into(),
            id: "target",
            role_arn: None,
            input,
            retry_policy: RetryPolicy::default(),
            dead_letter_config: DeadLetterConfig::default(),
        }
    }

    /// The run's state machine, started with this role.
    pub fn run(role_arn: Text, input: TargetInput) -> Self {
        Self {
            arn: reference(names::state_machine(Machine::Run)),
            role_arn: Some(role_arn),
            ..Self::undecided(input)
        }
    }
}

/// The properties that sfc sets of `AWS::SQS::Queue`.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Queue {
    message_retention_period: u32,
    kms_master_key_id: Option<String>,
    /// Excludes a key (AWS page: `AWS::SQS::Queue`).
    sqs_managed_sse_enabled: Option<bool>,
}

impl ResourceProperties for Queue {
    const TYPE: &'static str = "AWS::SQS::Queue";
}

/// The properties that sfc sets of `AWS::SQS::QueuePolicy`.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct QueuePolicy {
    policy_document: PolicyDocument,
    queues: [Text; 1],
}

impl ResourceProperties for QueuePolicy {
    const TYPE: &'static str = "AWS::SQS::QueuePolicy";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_stand_outside_of_quotes_and_nothing_else_is_taken_for_one() {
        let document = json!({ "text": "<a> \"b\"", "a": mark("a") });
        let input = TargetInput::of(&document, &[("a", "$.detail.a")]);
        let TargetInput::Transformed(input) = input else {
            panic!("{input:?}");
        };
        assert_eq!(
            input.input_template,
            r#"{"text":"\u003ca\u003e \"b\"","a":<a>}"#
        );
        assert_eq!(input.input_paths_map["a"], "$.detail.a");
    }
}
