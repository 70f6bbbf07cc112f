//! The run itself: where it ran, with what, and how it ended.

use serde::Serialize;

use super::facts::Facts;
use super::tries::seconds;
use crate::ids::{Arn, Hash, RunId};
use crate::plan::Connection;
use crate::state::RunStatus;

/// Where a run took place, read off the ARN of its execution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExecutionPlace {
    /// Whether it was a run of `sfc run` on somebody's machine.
    pub is_local: bool,
    /// The account, twelve digits; none of a local run.
    pub account: Option<String>,
    /// The Region, such as `eu-central-1`; none of a local run.
    pub region: Option<String>,
    /// ARN of the execution that was the run.
    pub execution: Arn,
    /// Address of that execution in AWS's console; none of a local run.
    pub console: Option<String>,
    /// The warehouse in a few words: `workgroup analytics, database dev`.
    pub warehouse: String,
    /// The earlier run that this one went on with.
    pub resumed_from: Option<RunId>,
    /// Hash of the plan that it followed.
    pub plan: Hash,
}

/// Where the run took place.
pub fn place(facts: &Facts<'_>) -> ExecutionPlace {
    let execution = &facts.state.execution;
    let mut parts = execution.split(':').skip(1);
    let partition = parts.next().unwrap_or_default();
    let region = parts.nth(1).filter(|region| !region.is_empty());
    let account = parts.next().filter(|account| !account.is_empty());
    let is_local = facts.state.is_local();
    let in_aws = |part: Option<&str>| part.filter(|_| !is_local).map(str::to_owned);
    ExecutionPlace {
        is_local,
        account: in_aws(account),
        console: region
            .filter(|_| !is_local)
            .and_then(|region| console(partition, region, execution)),
        region: in_aws(region),
        execution: execution.clone(),
        warehouse: warehouse(facts),
        resumed_from: facts
            .state
            .steps
            .values()
            .find_map(|step| step.kept_from.clone()),
        plan: facts.state.plan.clone(),
    }
}

/// Address of the execution of a step's try, in the console; none of a local run, and of a step that did not
/// run. The lanes give it its name (`machines::query_loop`).
pub fn step_console(facts: &Facts<'_>, place: &ExecutionPlace, name: &str) -> Option<String> {
    let step = facts.state.step(name)?;
    if step.round == 0 || step.kept_from.is_some() || place.is_local {
        return None;
    }
    let state = facts.state;
    // arn:PARTITION:states:REGION:ACCOUNT:execution:MACHINE:NAME
    let parts: Vec<&str> = state.execution.split(':').take(6).collect();
    let [_, partition, _, region, _, _] = parts.as_slice() else {
        return None;
    };
    let execution = format!(
        "{}:{}-query:{}-{}-{name}",
        parts.join(":"),
        state.pipeline,
        state.run,
        step.round
    );
    console(partition, region, &execution)
}

/// Address of an execution in the console of its partition; none for a partition that is not known, and
/// for what is no Region's name. The address must lead nowhere else.
fn console(partition: &str, region: &str, execution: &str) -> Option<String> {
    let is_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if !region.bytes().all(is_name) {
        return None;
    }
    let host = match partition {
        "aws" => "console.aws.amazon.com",
        "aws-us-gov" => "console.amazonaws-us-gov.com",
        "aws-cn" => "console.amazonaws.cn",
        _ => return None,
    };
    Some(format!(
        "https://{region}.{host}/states/home?region={region}#/v2/executions/details/{execution}"
    ))
}

fn warehouse(facts: &Facts<'_>) -> String {
    let warehouse = &facts.plan.warehouse;
    let reached = match &warehouse.connection {
        Connection::Cluster { identifier, .. } => format!("cluster {identifier}"),
        Connection::Workgroup(name) => format!("workgroup {name}"),
        Connection::Secret {
            workgroup: Some(name),
            ..
        } => format!("workgroup {name}"),
        Connection::Secret {
            cluster: Some(identifier),
            ..
        } => format!("cluster {identifier}"),
        Connection::Secret { .. } => "a secret".to_owned(),
    };
    format!("{reached}, database {}", warehouse.database)
}

/// Seconds from the run's start to its end, or to now while it goes on.
pub fn run_seconds(facts: &Facts<'_>) -> Option<f64> {
    let ended = facts.state.ended.or(facts.now)?;
    Some(seconds(facts.state.started, ended))
}

/// How the run ended, in a word or two.
pub fn status_in_words(status: RunStatus) -> &'static str {
    match status {
        RunStatus::Running => "running",
        RunStatus::Finished => "finished",
        RunStatus::Failed => "failed",
        RunStatus::TimedOut => "timed out",
        RunStatus::Stopped => "stopped",
    }
}
