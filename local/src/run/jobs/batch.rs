//! AWS Batch on a laptop: a job is an RSQL script. The interpreter runs it over a session of the
//! embedded warehouse, with what the state machine puts into its container's environment.

use std::collections::BTreeSet;
use std::sync::Arc;

use asl::interpreter::{TaskCall, TaskFailure};
use runtime_lambda::ids::StepName;
use runtime_lambda::keys;
use runtime_lambda::plan;
use runtime_lambda::ports::{Store, WriteCondition};
use runtime_lambda::protocol::OfStep;
use serde_json::{Map, Value, json};

use crate::rsql::{RunnableScript, WarehouseSession, run};
use crate::run::faults::FaultyWarehouse;
use crate::warehouse::EmbeddedWarehouse;

/// What a job of AWS Batch needs so that its script runs here.
#[derive(Clone)]
pub struct Scripts {
    /// Whose sessions they have.
    pub warehouse: Arc<EmbeddedWarehouse>,
    /// What they think that they are connected to.
    pub place: plan::Warehouse,
    /// Steps whose scripts run; for others SQL stands in.
    pub steps: BTreeSet<StepName>,
    /// What lets tries of them go wrong.
    pub faults: Option<Arc<FaultyWarehouse>>,
}

impl std::fmt::Debug for Scripts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Scripts")
            .field("steps", &self.steps)
            .finish_non_exhaustive()
    }
}

/// The stores that a job reads its script from and leaves its output in.
pub(super) struct Stores {
    pub artifacts: Arc<dyn Store>,
    pub data: Arc<dyn Store>,
}

/// Runs the script of a step; its output lies in the run's folder, as it would in CloudWatch Logs.
pub(super) async fn submit(
    scripts: &Scripts,
    stores: &Stores,
    call: &TaskCall,
    step: &OfStep,
) -> Result<Value, TaskFailure> {
    let lost = |message: String| TaskFailure::new("Batch.ClientException", message);
    let location = variable(call, "SFC_SCRIPT").unwrap_or_default();
    let key = location
        .strip_prefix("s3://")
        .and_then(|rest| rest.split_once('/'))
        .map_or("", |(_, key)| key);
    let object = stores.artifacts.get(key).await;
    let text = object
        .map_err(|error| lost(error.to_string()))?
        .and_then(|object| String::from_utf8(object.body).ok())
        .ok_or_else(|| lost(format!("there is no script `{location}`")))?;
    let parameters: Map<String, Value> = variable(call, "SFC_PARAMETERS")
        .and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_default();
    let variables: Vec<(String, String)> = parameters
        .into_iter()
        .map(|(name, value)| match value {
            Value::String(text) => (name, text),
            other => (name, other.to_string()),
        })
        .collect();
    // Under the step's name, so that whoever stops the step finds what runs for it.
    let name = keys::statement_name(&step.pipeline, &step.run, &step.step, step.round, 0);
    if let Some(faults) = &scripts.faults
        && let Some(ended) = faults.instead(&name).await
    {
        let reason = ended.error.unwrap_or_default();
        return failed(json!({ "Status": "FAILED", "StatusReason": reason }));
    }
    let warehouse = Arc::clone(&scripts.warehouse);
    let mut session = WarehouseSession::open(warehouse, scripts.place.clone(), name)
        .map_err(|error| lost(error.to_string()))?;
    let script = RunnableScript {
        text: &text,
        variables: &variables,
        files: &|_| Err("a job has no other files".to_owned()),
    };
    let ended = run(script, &mut session).await;
    let log = keys::log(&step.pipeline, &step.run, &step.step, step.round);
    let written = stores
        .data
        .put(
            &log,
            ended.output.clone().into_bytes(),
            WriteCondition::Always,
        )
        .await;
    written.map_err(|error| lost(error.to_string()))?;
    let container = json!({ "ExitCode": ended.code });
    if ended.code == 0 {
        return Ok(json!({
            "JobId": log,
            "Status": "SUCCEEDED",
            "Container": container,
        }));
    }
    // Its last words say more than the number.
    let words = ended.error.or_else(|| {
        let lines = ended.output.lines().rev().map(str::trim);
        lines
            .into_iter()
            .find(|line| !line.is_empty())
            .map(str::to_owned)
    });
    let reason = match words {
        Some(words) => format!("the script exited with {}: {words}", ended.code),
        None => format!("the script exited with {}", ended.code),
    };
    failed(json!({
        "Status": "FAILED",
        "StatusReason": reason,
        "Container": container,
    }))
}

/// A job that failed, as the integration says it.
fn failed(description: Value) -> Result<Value, TaskFailure> {
    Err(TaskFailure::new(
        "States.TaskFailed",
        description.to_string(),
    ))
}

/// A variable of the container's environment.
fn variable<'a>(call: &'a TaskCall, name: &str) -> Option<&'a str> {
    let environment = call.arguments.pointer("/ContainerOverrides/Environment")?;
    let named = |variable: &&Value| variable.get("Name").and_then(Value::as_str) == Some(name);
    environment
        .as_array()?
        .iter()
        .find(named)?
        .get("Value")?
        .as_str()
}
