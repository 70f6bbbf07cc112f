//! The context object, `$states.context` ("Accessing execution data from the
//! Context object").

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{RunningExecution, StateVisit, Strand};
use crate::interpreter::history::StateKind;
use crate::interpreter::record::ExecutionInfo;

/// As Step Functions writes times: UTC, milliseconds.
pub fn time_text(timestamp: Timestamp) -> String {
    format!("{timestamp:.3}")
}

/// The sections that stay the same for all of an execution.
pub struct Constant {
    execution: Arc<Value>,
    machine: Arc<Value>,
}

impl Constant {
    /// Only Standard executions can be redriven, and say how often they were.
    /// A state that is tested without a role shows `null` for it.
    pub fn of(info: &ExecutionInfo, express: bool) -> Self {
        let mut execution = json!({
            "Id": info.arn.as_ref(),
            "Input": info.input.as_ref(),
            "Name": info.name.as_ref(),
            "RoleArn": Some(info.role_arn.as_ref()).filter(|role| !role.is_empty()),
            "StartTime": time_text(info.start),
        });
        if let Value::Object(fields) = &mut execution
            && !express
        {
            fields.insert("RedriveCount".to_owned(), Value::from(0));
        }
        Self {
            execution: Arc::new(execution),
            machine: Arc::new(json!({
                "Id": info.machine_arn.as_ref(),
                "Name": info.machine_name.as_ref(),
            })),
        }
    }
}

/// The section of an iteration.
pub fn map_section(index: usize, value: &Value) -> Arc<Value> {
    Arc::new(json!({"Item": {"Index": index, "Value": value}}))
}

/// Only states that can be retried say how often they were.
fn state_section(visit: &StateVisit<'_>) -> Value {
    let mut state = json!({
        "Name": visit.node.name.as_ref(),
        "EnteredTime": time_text(visit.entered),
    });
    if let Value::Object(fields) = &mut state
        && matches!(
            visit.node.kind,
            StateKind::Task | StateKind::Map | StateKind::Parallel
        )
    {
        fields.insert("RetryCount".to_owned(), Value::from(visit.retries));
    }
    state
}

impl RunningExecution {
    fn constant(&self) -> &Constant {
        self.constant
            .get_or_init(|| Constant::of(&self.record.info, self.program.express))
    }

    /// One section of the context object as the state sees it now.
    pub fn section(
        &self,
        visit: &StateVisit<'_>,
        strand: &Strand,
        name: &str,
    ) -> Option<Arc<Value>> {
        if let Some(context) = &self.context {
            return context.get(name).cloned().map(Arc::new);
        }
        match name {
            "Execution" => Some(Arc::clone(&self.constant().execution)),
            "StateMachine" => Some(Arc::clone(&self.constant().machine)),
            "State" => Some(Arc::new(state_section(visit))),
            "Map" => visit.item.as_ref().or(strand.item.as_ref()).cloned(),
            "Task" => visit
                .token
                .as_ref()
                .map(|token| Arc::new(json!({"Token": token.as_ref()}))),
            _ => None,
        }
    }
}
