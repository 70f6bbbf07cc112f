//! The dashboard: how runs and steps end, how long runs take, how the Lambda is.

use serde::Serialize;
use serde_json::{Value, json};

use super::intrinsic::{Text, substitution};
use super::names::{self, FUNCTION};
use super::parts::StackPart;
use super::resource::ResourceProperties;
use super::template::StackTemplate;
use crate::machines::Machine;

/// Adds the dashboard. It has no name of its own, because names of dashboards are shared by all Regions.
pub fn add(template: &mut StackTemplate) {
    let machine = |machine| {
        let value = format!("${{{}}}", names::state_machine(machine));
        ["AWS/States".to_owned(), "StateMachineArn".to_owned(), value]
    };
    let function = [
        "AWS/Lambda".to_owned(),
        "FunctionName".to_owned(),
        format!("${{{FUNCTION}}}"),
    ];
    let ends = [
        ("ExecutionsSucceeded", "Sum"),
        ("ExecutionsFailed", "Sum"),
        ("ExecutionsTimedOut", "Sum"),
        ("ExecutionsAborted", "Sum"),
    ];
    let widgets = json!([
        widget("Runs", &machine(Machine::Run), &ends),
        widget(
            "Duration of runs in milliseconds",
            &machine(Machine::Run),
            &[("ExecutionTime", "p50"), ("ExecutionTime", "Maximum")],
        ),
        widget("Steps", &machine(Machine::Query), &ends),
        widget(
            "Lambda",
            &function,
            &[
                ("Invocations", "Sum"),
                ("Errors", "Sum"),
                ("Throttles", "Sum"),
                ("Duration", "Maximum"),
            ],
        ),
    ]);
    let dashboard = Dashboard {
        dashboard_body: substitution(json!({ "widgets": widgets }).to_string()),
    };
    template.add(StackPart::Dashboard, dashboard);
}

/// A graph of metrics of one subject: namespace, dimension and its value. What a metric shares with
/// the one before it is a dot. A statistic is said where it is not the widget's (AWS page:
/// "Dashboard body structure and syntax").
fn widget(title: &str, subject: &[String; 3], metrics: &[(&str, &str)]) -> Value {
    let [namespace, dimension, value] = subject;
    let stat = metrics.first().map_or("Sum", |(_, stat)| *stat);
    let metrics: Vec<Value> = metrics
        .iter()
        .enumerate()
        .map(|(index, (metric, own))| {
            let mut entry = if index == 0 {
                vec![
                    json!(namespace),
                    json!(metric),
                    json!(dimension),
                    json!(value),
                ]
            } else {
                vec![json!("."), json!(metric), json!("."), json!(".")]
            };
            if *own != stat {
                entry.push(json!({ "stat": own }));
            }
            json!(entry)
        })
        .collect();
    json!({
        "type": "metric",
        "width": 12,
        "height": 6,
        "properties": {
            "title": title,
            "region": "${AWS::Region}",
            "stat": stat,
            "metrics": metrics,
        },
    })
}

/// The properties that sfc sets of `AWS::CloudWatch::Dashboard`.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Dashboard {
    dashboard_body: Text,
}

impl ResourceProperties for Dashboard {
    const TYPE: &'static str = "AWS::CloudWatch::Dashboard";
}
