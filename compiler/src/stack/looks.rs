//! Schedules that look whether what was expected has happened: `expect_by` of the pipeline, and `fresh`
//! of its steps.

use runtime_lambda::protocol::{LookInput, Written};

use super::intrinsic::{Text, attribute, reference};
use super::key as kms_key;
use super::names::{self, UNDELIVERED};
use super::parts::StackPart;
use super::policy::{PolicyDocument, PolicyStatement, RoleProperties};
use super::schedules::Schedule;
use super::template::StackTemplate;
use crate::machines::Machine;
use crate::pipeline::{Pipeline, Stack};

const ROLE: &str = StackPart::LooksRole.form();

/// The moment that a schedule stands for (AWS page: "Adding context attributes in EventBridge Scheduler").
const AT: &str = "<aws.scheduler.scheduled-time>";

/// How often it is looked at steps that are to be fresh. Where only runs are expected, such a look finds nothing to
/// say, but an alarm hears that looks happen.
const EVERY: &str = "rate(1 hour)";

/// Logical id of the schedule of these looks.
pub const HOURLY: &str = StackPart::HourlyLook.form();

/// Adds the schedules, if anything is expected.
pub fn add(template: &mut StackTemplate, pipeline: &Pipeline) {
    if !pipeline.is_watched() {
        return;
    }
    let mut schedules = Vec::new();
    if let Some(by) = &pipeline.expect_by {
        for (number, schedule) in (1_usize..).zip(by.schedules()) {
            let name = StackPart::ExpectedBy.of(&number.to_string());
            schedules.push((
                name,
                schedule.expression,
                by.timezone.as_str(),
                schedule.hours,
            ));
        }
    }
    schedules.push((StackPart::HourlyLook.into(), EVERY.to_owned(), "UTC", 0));
    role(template, &pipeline.stack);
    for (name, expression, timezone, hours) in schedules {
        let input = LookInput::<Written> {
            look: AT.into(),
            hours: hours.into(),
        };
        let schedule = Schedule::new(
            "Looks whether what was expected has happened".to_owned(),
            &expression,
            timezone,
            (machine(), attribute(ROLE, "Arn")),
            input.value().to_string(),
        );
        template.add(name, schedule);
    }
}

fn machine() -> Text {
    reference(names::state_machine(Machine::Report))
}

fn role(template: &mut StackTemplate, settings: &Stack) {
    let mut permissions = vec![
        PolicyStatement::allow(Some("Look"), &["states:StartExecution"], vec![machine()]),
        PolicyStatement::allow(
            Some("Undelivered"),
            &["sqs:SendMessage"],
            vec![attribute(UNDELIVERED, "Arn")],
        ),
    ];
    permissions.extend(kms_key(settings));
    let trust = PolicyDocument::trust("scheduler.amazonaws.com", None);
    let description = "Schedules that look whether what was expected has happened".to_owned();
    template.add(
        StackPart::LooksRole,
        RoleProperties::new(description, trust, permissions),
    );
}
