//! What starts runs by itself: schedules, objects and events. Each has a rule or a schedule of its own;
//! one role a service starts the run's state machine, and may do nothing else.

use runtime_lambda::field;
use runtime_lambda::protocol::RunInput;
use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde_json::{Map, Value, json};

use super::events::{RuleProperties, RuleTarget, TargetInput, mark};
use super::intrinsic::{attribute, reference};
use super::key as kms_key;
use super::names::{self, UNDELIVERED};
use super::parts::StackPart;
use super::policy::{PolicyDocument, PolicyStatement, RoleProperties};
use super::schedules::Schedule;
use super::template::StackTemplate;
use crate::machines::Machine;
use crate::pipeline::{Stack, Trigger, TriggerKind};

const RULES_ROLE: &str = StackPart::TriggerRulesRole.form();
const SCHEDULES_ROLE: &str = StackPart::TriggerSchedulesRole.form();

/// Adds the trigger of this number, counted from 1. Where the stack has runs of its own, it starts
/// nothing before these are over, and nothing any more once the stack is being deleted.
pub fn add(
    template: &mut StackTemplate,
    number: usize,
    trigger: &Trigger,
    settings: &Stack,
    has_runs: bool,
) {
    let parameters = &trigger.parameters;
    let by = by(&trigger.start);
    let number = number.to_string();
    let rule = || StackPart::TriggerRule.of(&number);
    let added = match &trigger.start {
        TriggerKind::Schedule {
            expression,
            timezone: None,
        } => {
            let target = RuleTarget::run(rules_role(template), of_schedule(&by, parameters));
            let description = "Starts a run".to_owned();
            template.add(
                rule(),
                RuleProperties::at(description, expression.clone(), target),
            )
        }
        TriggerKind::Schedule {
            expression,
            timezone: Some(timezone),
        } => {
            let role = schedules_role(template, settings);
            let schedule = Schedule::new(
                "Starts a run".to_owned(),
                expression,
                timezone,
                (reference(names::state_machine(Machine::Run)), role),
                json!({ (field!(RunInput, trigger)): MOMENT, (field!(RunInput, by)): by, (field!(RunInput, parameters)): parameters }).to_string(),
            );
            template.add(StackPart::TriggerSchedule.of(&number), schedule)
        }
        TriggerKind::Object {
            bucket,
            prefix,
            suffix,
        } => {
            let mut detail = json!({ "bucket": { "name": [bucket] } });
            if let (Some(condition), Some(detail)) = (key(prefix, suffix), detail.as_object_mut()) {
                detail.insert("object".to_owned(), json!({ "key": [condition] }));
            }
            let pattern = json!({
                "source": ["aws.s3"],
                "detail-type": ["Object Created"],
                "detail": detail,
            });
            let target = RuleTarget::run(rules_role(template), of_event(&by, parameters));
            let description = format!(
                "Starts a run for an object in {bucket}, which must have EventBridge notifications on"
            );
            template.add(rule(), RuleProperties::on(description, pattern, target))
        }
        // The stack's own resource has that run started.
        TriggerKind::Deploy => return,
        TriggerKind::Event { pattern } => {
            let target = RuleTarget::run(rules_role(template), of_event(&by, parameters));
            let description = "Starts a run for an event".to_owned();
            template.add(
                rule(),
                RuleProperties::on(description, json!(pattern), target),
            )
        }
    };
    if has_runs {
        added.after([names::STACK_RUNS.to_owned()]);
    }
}

/// What an object's key must look like. Two conditions would be alternatives, so both ends are one
/// (AWS page: "Content filtering in event patterns").
fn key(prefix: &str, suffix: &str) -> Option<Value> {
    let literal = |text: &str| text.replace('\\', "\\\\").replace('*', "\\*");
    match (prefix, suffix) {
        ("", "") => None,
        (prefix, "") => Some(json!({ "prefix": prefix })),
        ("", suffix) => Some(json!({ "suffix": suffix })),
        (prefix, suffix) => Some(json!({
            "wildcard": format!("{}*{}", literal(prefix), literal(suffix)),
        })),
    }
}

/// The same for every delivery of one moment of a schedule, as Scheduler writes it (AWS page: "Adding context
/// attributes in EventBridge Scheduler").
const MOMENT: &str = "<aws.scheduler.schedule-arn> <aws.scheduler.scheduled-time>";

/// Tells an event from all others, so that one which comes twice starts one run. No parameter has this name.
const EVENT_ID: &str = "event-id";

/// What a run says that started it.
fn by(start: &TriggerKind) -> String {
    match start {
        TriggerKind::Schedule {
            expression,
            timezone: Some(timezone),
        } => format!("schedule {expression}, {timezone}"),
        TriggerKind::Schedule { expression, .. } => format!("schedule {expression}"),
        TriggerKind::Object { bucket, .. } => format!("an object in {bucket}"),
        TriggerKind::Deploy => "a deploy".to_owned(),
        TriggerKind::Event { .. } => "an event".to_owned(),
    }
}

fn of_schedule(by: &str, parameters: &IndexMap<String, String>) -> TargetInput {
    let paths = BTreeMap::from([(EVENT_ID.to_owned(), "$.id".to_owned())]);
    let document = json!({ (field!(RunInput, trigger)): mark(EVENT_ID), (field!(RunInput, by)): by, (field!(RunInput, parameters)): parameters });
    TargetInput::transformed(&document, paths)
}

fn of_event(by: &str, parameters: &IndexMap<String, String>) -> TargetInput {
    let mut paths = BTreeMap::from([(EVENT_ID.to_owned(), "$.id".to_owned())]);
    let values: Map<String, Value> = parameters
        .iter()
        .map(|(name, value)| {
            let value = if value.starts_with("$.") {
                paths.insert(name.clone(), value.clone());
                mark(name)
            } else {
                value.clone()
            };
            (name.clone(), json!(value))
        })
        .collect();
    let document = json!({ (field!(RunInput, trigger)): mark(EVENT_ID), (field!(RunInput, by)): by, (field!(RunInput, parameters)): values });
    TargetInput::transformed(&document, paths)
}

fn rules_role(template: &mut StackTemplate) -> super::intrinsic::Text {
    let start = vec![start()];
    let trust = PolicyDocument::trust("events.amazonaws.com", None);
    let description = "Rules that start a run".to_owned();
    template.add(
        StackPart::TriggerRulesRole,
        RoleProperties::new(description, trust, start),
    );
    attribute(RULES_ROLE, "Arn")
}

fn schedules_role(template: &mut StackTemplate, settings: &Stack) -> super::intrinsic::Text {
    let mut permissions = vec![
        start(),
        PolicyStatement::allow(
            Some("Undelivered"),
            &["sqs:SendMessage"],
            vec![attribute(UNDELIVERED, "Arn")],
        ),
    ];
    permissions.extend(kms_key(settings));
    let trust = PolicyDocument::trust("scheduler.amazonaws.com", None);
    let description = "Schedules that start a run".to_owned();
    template.add(
        StackPart::TriggerSchedulesRole,
        RoleProperties::new(description, trust, permissions),
    );
    attribute(SCHEDULES_ROLE, "Arn")
}

fn start() -> PolicyStatement {
    PolicyStatement::allow(
        Some("Start"),
        &["states:StartExecution"],
        vec![reference(names::state_machine(Machine::Run))],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ends_of_a_key_are_one_condition_and_a_star_in_them_is_a_star() {
        assert_eq!(key("", ""), None);
        assert_eq!(key("in/", ""), Some(json!({ "prefix": "in/" })));
        assert_eq!(key("", ".csv"), Some(json!({ "suffix": ".csv" })));
        assert_eq!(
            key("a*b/", ".csv"),
            Some(json!({ "wildcard": r"a\*b/*.csv" }))
        );
    }

    #[test]
    fn parameters_are_constants_and_paths_into_the_event() {
        let parameters = IndexMap::from([
            ("object".to_owned(), "$.detail.object.key".to_owned()),
            ("kind".to_owned(), "<toll>".to_owned()),
        ]);
        assert_eq!(
            serde_json::to_value(of_event("an object in in", &parameters)).unwrap(),
            json!({ "InputTransformer": {
                "InputPathsMap": { "event-id": "$.id", "object": "$.detail.object.key" },
                "InputTemplate": r#"{"trigger":<event-id>,"by":"an object in in","parameters":{"object":<object>,"kind":"\u003ctoll\u003e"}}"#,
            } })
        );
        assert_eq!(
            serde_json::to_value(of_schedule("schedule rate(1 day)", &parameters)).unwrap(),
            json!({ "InputTransformer": {
                "InputPathsMap": { "event-id": "$.id" },
                "InputTemplate": r#"{"trigger":<event-id>,"by":"schedule rate(1 day)","parameters":{"object":"$.detail.object.key","kind":"\u003ctoll\u003e"}}"#,
            } })
        );
    }
}
