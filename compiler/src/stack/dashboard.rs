//! The dashboard: how runs and steps end, how long runs take, how the Lambda is.

use serde::Serialize;
use serde_json::{Value, json};

use super::intrinsic::{Text, substitution};
use super::names::{self, FUNCTION};
use super::template::{Properties, Template};
use crate::machines::Machine;

/// Adds the dashboard. It has no name of its own, because names of dashboards are shared by all Regions.
pub fn add(template: &mut Template) {
    let of = |machine| format!("${{{}}}", names::state_machine(machine));
    let states = |metric: &str, machine, options: Value| {
        json!([
            "AWS/States",
            metric,
            "StateMachineArn",
            of(machine),
            options
        ])
    };
    let ends = |machine| {
        [
            "ExecutionsSucceeded",
            "ExecutionsFailed",
            "ExecutionsTimedOut",
            "ExecutionsAborted",
        ]
        .map(|metric| states(metric, machine, json!({ "stat": "Sum" })))
    };
    let function = |metric: &str, stat: &str| json!(["AWS/Lambda", metric, "FunctionName", format!("${{{FUNCTION}}}"), { "stat": stat }]);
    let widgets = [
        ("Runs", json!(ends(Machine::Retry))),
        (
            "Duration of runs in milliseconds",
            json!([
                states("ExecutionTime", Machine::Retry, json!({ "stat": "p50" })),
                states(
                    "ExecutionTime",
                    Machine::Retry,
                    json!({ "stat": "Maximum" })
                ),
            ]),
        ),
        ("Steps", json!(ends(Machine::Query))),
        (
            "Lambda",
            json!([
                function("Invocations", "Sum"),
                function("Errors", "Sum"),
                function("Throttles", "Sum"),
                function("Duration", "Maximum"),
            ]),
        ),
    ];
    let widgets: Vec<Value> = widgets
        .into_iter()
        .map(|(title, metrics)| {
            json!({
                "type": "metric",
                "width": 12,
                "height": 6,
                "properties": { "title": title, "region": "${AWS::Region}", "metrics": metrics },
            })
        })
        .collect();
    let dashboard = Dashboard {
        dashboard_body: substitution(json!({ "widgets": widgets }).to_string()),
    };
    template.add("Dashboard", Properties::Dashboard(dashboard));
}

/// Properties of `AWS::CloudWatch::Dashboard`.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Dashboard {
    dashboard_body: Text,
}
