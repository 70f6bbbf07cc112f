//! Alarms: what nobody would hear of otherwise, because the part that tells people may be what failed.
//!
//! All but one count trouble: where nothing happens, such as between runs, there is no data and no trouble. That a
//! run did not start, did not end in time or was skipped twice is told by a look (`runtime_lambda`'s action `look`).
//! The alarm on looks counts what must happen, so there silence is the trouble.

use runtime_lambda::error::{LOOKS, METRICS, OUTCOMES, PIPELINE};
use serde::Serialize;

use super::intrinsic::{Text, attribute, reference};
use super::looks::HOURLY;
use super::names::{self, FUNCTION, TOPIC, UNDELIVERED};
use super::parts::StackPart;
use super::resource::ResourceProperties;
use super::template::StackTemplate;
use crate::machines::Machine;

/// Length of the periods that are looked at, in seconds.
const PERIOD_SECONDS: u32 = 300;

/// Seconds between two looks whether what was expected has happened.
const LOOK_SECONDS: u32 = 3_600;

/// Looks in a row that may be missing before people hear of it.
const MISSING_LOOKS: u32 = 3;

/// Adds the alarms; one on looks where something is expected.
pub fn add(template: &mut StackTemplate, pipeline: &str, is_watched: bool) {
    let runs = || Subject {
        namespace: "AWS/States",
        dimension: "StateMachineArn",
        value: reference(names::state_machine(Machine::Run)),
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
        (
            StackPart::RunFailedAlarm,
            runs(),
            "ExecutionsFailed",
            "A run failed",
            1,
        ),
        (
            StackPart::RunTimedOutAlarm,
            runs(),
            "ExecutionsTimedOut",
            "A run ran past its limit",
            1,
        ),
        (
            StackPart::RunThrottledAlarm,
            runs(),
            "ExecutionThrottled",
            "Step Functions slows the runs down",
            1,
        ),
        // It writes the page, sends the message, sweeps what died, and looks for what is missing.
        (
            StackPart::ReportFailedAlarm,
            Subject {
                namespace: "AWS/States",
                dimension: "StateMachineArn",
                value: reference(names::state_machine(Machine::Report)),
            },
            "ExecutionsFailed",
            "Nobody was told how a run ended, or whether one was missing",
            1,
        ),
        (
            StackPart::FunctionThrottledAlarm,
            function(),
            "Throttles",
            "Too many Lambda functions run in this account",
            1,
        ),
        (
            StackPart::EventsUndeliveredAlarm,
            undelivered,
            "ApproximateNumberOfMessagesVisible",
            "An event could not be delivered: what it was about may still be running",
            1,
        ),
    ];
    for (part, subject, metric, description, periods) in alarms {
        let alarm = Alarm::of(
            description,
            periods,
            Watched::Metric(Statistic::of(subject.metric(metric))),
        );
        template.add(part, alarm);
    }
    add_function_errors(template, pipeline, function().metric("Errors"));
    if is_watched {
        add_looks(template, pipeline);
    }
}

/// Adds the alarm that nobody looks any more whether what was expected has happened. It rings where
/// the schedule is gone or disabled, its executions fail, or the Lambda does. It comes after the
/// schedule, which looks at once when it is made; until then a new stack rings it.
fn add_looks(template: &mut StackTemplate, pipeline: &str) {
    let looks = own(LOOKS, pipeline);
    let alarm = Alarm {
        threshold: 1,
        comparison_operator: "LessThanThreshold",
        treat_missing_data: "breaching",
        ..Alarm::of(
            "Nobody looks whether runs are missing or late",
            MISSING_LOOKS,
            Watched::Metric(Statistic {
                period: LOOK_SECONDS,
                ..Statistic::of(looks)
            }),
        )
    };
    template
        .add(StackPart::LookMissingAlarm, alarm)
        .after([HOURLY.to_owned()]);
}

/// A metric that the Lambda counts in its log.
fn own(name: &str, pipeline: &str) -> Metric {
    Metric {
        namespace: METRICS,
        metric_name: name.into(),
        dimensions: vec![Dimension {
            name: PIPELINE,
            value: pipeline.into(),
        }],
    }
}

/// Adds the alarm on the Lambda's errors but for those that tell how a step went. A statement that fails is
/// an error of the Lambda, too, and is told with its run. The Lambda counts these in its log.
fn add_function_errors(template: &mut StackTemplate, pipeline: &str, errors: Metric) {
    let counted = |id, metric| Query {
        id,
        expression: None,
        metric_stat: Some(MetricStat {
            metric,
            period: PERIOD_SECONDS,
            stat: "Sum",
        }),
        return_data: false,
    };
    let told = own(OUTCOMES, pipeline);
    let rest = Query {
        id: "unexplained",
        expression: Some("errors - FILL(outcomes, 0)"),
        metric_stat: None,
        return_data: true,
    };
    let queries = vec![counted("errors", errors), counted("outcomes", told), rest];
    // One of them is tried again, and a line of the log may be counted a period late.
    let alarm = Alarm::of(
        "The Lambda keeps failing",
        3,
        Watched::Math { metrics: queries },
    );
    template.add(StackPart::FunctionErrorsAlarm, alarm);
}

/// What an alarm is about.
struct Subject {
    namespace: &'static str,
    dimension: &'static str,
    value: Text,
}

impl Subject {
    fn metric(self, name: &'static str) -> Metric {
        Metric {
            namespace: self.namespace,
            metric_name: name.into(),
            dimensions: vec![Dimension {
                name: self.dimension,
                value: self.value,
            }],
        }
    }
}

/// The properties that sfc sets of `AWS::CloudWatch::Alarm`.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Alarm {
    alarm_description: &'static str,
    alarm_actions: [Text; 1],
    #[serde(flatten)]
    watched: Watched,
    evaluation_periods: u32,
    threshold: u32,
    comparison_operator: &'static str,
    treat_missing_data: &'static str,
}

impl ResourceProperties for Alarm {
    const TYPE: &'static str = "AWS::CloudWatch::Alarm";
}

impl Alarm {
    /// An alarm where what is watched is 1 or more, as many periods in a row. No data is no trouble.
    fn of(description: &'static str, periods: u32, watched: Watched) -> Self {
        Self {
            alarm_description: description,
            alarm_actions: [reference(TOPIC)],
            watched,
            evaluation_periods: periods,
            threshold: 1,
            comparison_operator: "GreaterThanOrEqualToThreshold",
            treat_missing_data: "notBreaching",
        }
    }
}

/// What an alarm looks at.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
enum Watched {
    Metric(Statistic),
    #[serde(rename_all = "PascalCase")]
    Math {
        metrics: Vec<Query>,
    },
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Statistic {
    #[serde(flatten)]
    metric: Metric,
    statistic: &'static str,
    period: u32,
}

impl Statistic {
    fn of(metric: Metric) -> Self {
        Self {
            metric,
            statistic: "Sum",
            period: PERIOD_SECONDS,
        }
    }
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Metric {
    namespace: &'static str,
    metric_name: Text,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    dimensions: Vec<Dimension>,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Dimension {
    name: &'static str,
    value: Text,
}

/// `MetricDataQuery`: a metric, or what is computed of others.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Query {
    id: &'static str,
    expression: Option<&'static str>,
    metric_stat: Option<MetricStat>,
    return_data: bool,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct MetricStat {
    metric: Metric,
    period: u32,
    stat: &'static str,
}
