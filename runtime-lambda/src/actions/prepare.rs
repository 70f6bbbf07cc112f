//! `prepare`: what a step's job is given, with the values of this run's parameters.

use serde_json::{Map, Value, json};

use crate::error::ActionError;
use crate::keys;
use crate::parameters::fill;
use crate::plan::{Job, Step};
use crate::ports::Ports;
use crate::protocol::{
    CrawlerArguments, FunctionArguments, GlueArguments, JobArguments, MachineArguments, OfStep,
    PreparedJob, RsqlArguments,
};
use crate::run::{Memory, Run};
use crate::state::GlobalState;
use crate::tried::{Try, submitted};

/// Least time limit of a job of AWS Batch, in seconds (AWS page: `JobTimeout`).
const LEAST_JOB_SECONDS: u64 = 60;

/// Answers with the kind of job and its arguments, each under the name that the state machine uses.
pub async fn prepare(
    ports: &Ports,
    memory: &Memory,
    event: &OfStep,
) -> Result<PreparedJob, ActionError> {
    let (run, state) = Run::open(ports, memory, &event.pipeline, &event.run).await?;
    let tried = Try {
        step: &event.step,
        round: event.round,
    };
    submitted(&state, tried)?;
    let prepared =
        job(&run, &event.step).and_then(|step| arguments(ports, &run, &state, event, step));
    run.or_fail(tried, prepared).await
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
    event: &OfStep,
    (step, job): (&Step, &Job),
) -> Result<PreparedJob, ActionError> {
    let arguments = match job {
        Job::Rsql { script } => JobArguments::Rsql(RsqlArguments {
            script: ports.artifacts.uri(&keys::rsql(script)),
            database: run.plan.warehouse.database.clone(),
            parameters: json!(state.parameters).to_string(),
            timeout_seconds: step.limit_seconds.max(LEAST_JOB_SECONDS),
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
            JobArguments::GlueJob(GlueArguments {
                name: name.clone(),
                arguments: filled,
                timeout_minutes: step.limit_seconds.div_ceil(60),
            })
        }
        Job::GlueCrawler { name } => {
            JobArguments::GlueCrawler(CrawlerArguments { name: name.clone() })
        }
        Job::Lambda { function, payload } => JobArguments::Lambda(FunctionArguments {
            function: function.clone(),
            payload: filled(payload, state)?,
        }),
        Job::StateMachine { arn, input } => JobArguments::StateMachine(MachineArguments {
            arn: arn.clone(),
            input: filled(input, state)?,
        }),
    };
    Ok(PreparedJob {
        arguments,
        kind: job.kind(),
        id: keys::step_execution_name(&event.run, &event.step, event.round),
    })
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
