//! `prepare`: what a step's job is given, with the values of this run's parameters.

use serde_json::{Map, Value, json};

use super::StepEvent;
use super::submit::submitted;
use crate::error::ActionError;
use crate::keys;
use crate::outcome::Try;
use crate::parameters::fill;
use crate::plan::{Job, Step};
use crate::ports::Ports;
use crate::run::{Memory, Run};
use crate::state::GlobalState;

/// Least time limit of a job of AWS Batch, in seconds (AWS page: `JobTimeout`).
const LEAST_JOB_SECONDS: u64 = 60;

/// Answers with the kind of job and its arguments, each under the name that the state machine uses.
pub async fn prepare(
    ports: &Ports,
    memory: &Memory,
    event: &StepEvent,
) -> Result<Value, ActionError> {
    let (run, state) = Run::open(ports, memory, &event.pipeline, &event.run).await?;
    let attempt = Try {
        step: &event.step,
        round: event.round,
    };
    submitted(&state, attempt)?;
    let prepared =
        job(&run, &event.step).and_then(|step| arguments(ports, &run, &state, event, step));
    run.or_fail(attempt, prepared).await
}

fn job<'a>(run: &'a Run, step: &str) -> Result<(&'a Step, &'a Job), ActionError> {
    run.plan
        .steps
        .iter()
        .find(|known| known.name == step)
        .and_then(|step| Some((step, step.job.as_ref()?)))
        .ok_or_else(|| ActionError::InvalidEvent(format!("`{step}` is no job")))
}

fn arguments(
    ports: &Ports,
    run: &Run,
    state: &GlobalState,
    event: &StepEvent,
    (step, job): (&Step, &Job),
) -> Result<Value, ActionError> {
    let mut arguments = match job {
        Job::Rsql { script } => json!({
            "script": ports.artifacts.uri(&keys::rsql(script)),
            "database": run.plan.warehouse.database,
            "parameters": json!(state.parameters).to_string(),
            "timeout_seconds": step.limit_seconds.max(LEAST_JOB_SECONDS),
        }),
        Job::GlueJob { name, arguments } => {
            let filled: Map<String, Value> = arguments
                .iter()
                .map(|(argument, text)| {
                    Ok((
                        format!("--{argument}"),
                        fill(text, &state.parameters)?.into(),
                    ))
                })
                .collect::<Result<_, ActionError>>()?;
            json!({
                "name": name,
                "arguments": filled,
                "timeout_minutes": step.limit_seconds.div_ceil(60),
            })
        }
        Job::GlueCrawler { name } => json!({ "name": name }),
        Job::Lambda { function, payload } => {
            json!({ "function": function, "payload": filled(payload, state)? })
        }
        Job::StateMachine { arn, input } => {
            json!({ "arn": arn, "input": filled(input, state)? })
        }
    };
    if let Some(fields) = arguments.as_object_mut() {
        fields.insert("kind".to_owned(), job.kind().into());
        // An execution's name has at most 80 characters, a Batch job's 128 (AWS pages:
        // `StartExecution`, `SubmitJob`).
        let id = format!("{}-{}-{}", event.run, event.round, event.step);
        fields.insert("id".to_owned(), id.into());
    }
    Ok(arguments)
}

/// The value with the parameters that its texts mention.
fn filled(value: &Value, state: &GlobalState) -> Result<Value, ActionError> {
    Ok(match value {
        Value::String(text) => fill(text, &state.parameters)?.into(),
        Value::Array(items) => items
            .iter()
            .map(|item| filled(item, state))
            .collect::<Result<Vec<_>, _>>()?
            .into(),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, field)| Ok((name.clone(), filled(field, state)?)))
            .collect::<Result<Map<_, _>, ActionError>>()?
            .into(),
        other => other.clone(),
    })
}
