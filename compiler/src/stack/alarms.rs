//! Alarms: what nobody would hear of otherwise, because the part that tells people may be what failed.

use serde::Serialize;

use super::intrinsic::{Text, attribute, reference};
use super::names::{self, FUNCTION, TOPIC, UNDELIVERED};
use super::template::{Properties, Template};
use crate::machines::Machine;

/// Length of the periods that are looked at, in seconds.
const PERIOD_SECONDS: u32 = 300;

/// Adds the alarms.
pub fn add(template: &mut Template) {
    let runs = || Subject {
        namespace: "AWS/States",
        dimension: "StateMachineArn",
        value: reference(names::state_machine(Machine::Retry)),
    };
    let function = || Subject {
        namespace: "AWS/Lambda",
        dimension: "FunctionName",
        value: reference(FUNCTION),
    };
    let undelivered = Subject {
        namespace: "AWS/SQS",
        dimension: "QueueName",
        value: attribute(UNDELIVERED, "QueueName"),
    };
    let alarms = [
        ("RunFailed", runs(), "ExecutionsFailed", "A run failed", 1),
        (
            "RunTimedOut",
            runs(),
            "ExecutionsTimedOut",
            "A run ran past its limit",
            1,
        ),
        (
            "RunThrottled",
            runs(),
            "ExecutionThrottled",
            "Step Functions slows the runs down",
            1,
        ),
        (
            "FunctionThrottled",
            function(),
            "Throttles",
            "Too many Lambda functions run in this account",
            1,
        ),
        // A statement that fails is an error of the Lambda, too, and is reported with its run. Errors
        // that go on for a quarter of an hour are no single step's.
        (
            "FunctionErrors",
            function(),
            "Errors",
            "The Lambda keeps failing",
            3,
        ),
        (
            "EventsUndelivered",
            undelivered,
            "ApproximateNumberOfMessagesVisible",
            "An event could not be delivered: what it was about may still be running",
            1,
        ),
    ];
    for (name, subject, metric, description, periods) in alarms {
        let alarm = Alarm {
            alarm_description: description,
            alarm_actions: [reference(TOPIC)],
            namespace: subject.namespace,
            metric_name: metric,
            dimensions: [Dimension {
                name: subject.dimension,
                value: subject.value,
            }],
            statistic: "Sum",
            period: PERIOD_SECONDS,
            evaluation_periods: periods,
            threshold: 1,
            comparison_operator: "GreaterThanOrEqualToThreshold",
            treat_missing_data: "notBreaching",
        };
        template.add(format!("{name}Alarm"), Properties::Alarm(alarm));
    }
}

/// What an alarm is about.
struct Subject {
    namespace: &'static str,
    dimension: &'static str,
    value: Text,
}

/// Properties of `AWS::CloudWatch::Alarm`.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Alarm {
    alarm_description: &'static str,
    alarm_actions: [Text; 1],
    namespace: &'static str,
    metric_name: &'static str,
    dimensions: [Dimension; 1],
    statistic: &'static str,
    period: u32,
    evaluation_periods: u32,
    threshold: u32,
    comparison_operator: &'static str,
    treat_missing_data: &'static str,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Dimension {
    name: &'static str,
    value: Text,
}
