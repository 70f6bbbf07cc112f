//! The stack's own resource, by which CloudFormation has steps run. Here is what the template says
//! of it, what is kept of a request until its run has ended, and the answer.
//!
//! The properties are the contract between the compiler, which writes them into the template, and the
//! actions.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::error::ActionError;
use crate::ids::Hash;
use crate::keys;
use crate::plan::When;
use crate::ports::{
    CustomResourcesError, Ports, Response, ResponseStatus, StoreError, WriteCondition,
};
use crate::run::{self, json};

/// Longest that CloudFormation waits for a custom resource, in seconds (AWS page:
/// `AWS::CloudFormation::CustomResource`).
pub const LONGEST_WAIT_SECONDS: u64 = 3_600;

/// Longest that a run with `when: deploy` or `when: destroy` may take, its turn waited for included, in
/// seconds. What is left of CloudFormation's patience is for stopping statements and for the report.
pub const LONGEST_RUN_SECONDS: u64 = 3_000;

/// What must be left of that for a run to go on waiting for its turn, in seconds. With less, its
/// steps have no time, and its answer may come too late if CloudFormation's request did.
const LEFT_FOR_STEPS_SECONDS: u64 = 300;

/// Pause between two looks of such a run whether it has the turn, in seconds.
pub const TURN_SECONDS: u64 = 20;

/// What names of executions that CloudFormation waits for start with; nothing else's do.
pub const EXECUTION_PREFIX: &str = "sfc-stack-";

/// What the names of runs start with that a deploy has triggered.
const TRIGGERED_PREFIX: &str = "sfc-deploy-";

/// Most bytes of a response (AWS page: "Custom resource response objects").
const MOST_RESPONSE_BYTES: usize = 4_096;

/// Most bytes of the reason in it: the ids of the request need room too.
pub(crate) const MOST_REASON_BYTES: usize = 1_000;

/// When a run that CloudFormation waits for must be over.
#[must_use]
pub fn deadline(started: Timestamp) -> Timestamp {
    after(started, LONGEST_RUN_SECONDS)
}

/// How long a run that CloudFormation waits for may wait for its turn.
#[must_use]
pub fn waits_until(started: Timestamp) -> Timestamp {
    after(started, LONGEST_RUN_SECONDS - LEFT_FOR_STEPS_SECONDS)
}

fn after(started: Timestamp, seconds: u64) -> Timestamp {
    let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
    started
        .checked_add(SignedDuration::from_secs(seconds))
        .unwrap_or(Timestamp::MAX)
}

/// What the template says of the resource. CloudFormation hands every value over as text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Properties {
    /// Name of the pipeline.
    pub pipeline: String,
    /// Hash of the plan: with another one, the steps run again.
    pub plan: Hash,
    /// ARN of the run's state machine.
    pub state_machine: String,
    /// When there are steps for the stack.
    #[serde(default)]
    pub steps: Vec<When>,
    /// Inputs of the runs that a deploy triggers, each as JSON.
    #[serde(default)]
    pub triggers: Vec<String>,
}

/// What CloudFormation does with the resource (AWS page: "Custom resource request objects").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum RequestType {
    /// The stack is made.
    Create,
    /// The stack or the resource's properties were changed.
    Update,
    /// It is to go.
    Delete,
}

/// A request as it is kept while a run decides about the answer. It has a secret, so it cannot be printed.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct KeptRequest {
    /// Where the answer goes: a secret, gone once it is answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// What CloudFormation does with the resource.
    pub kind: RequestType,
    /// Whether CloudFormation takes back a change that failed.
    pub rollback: bool,
    /// ARN of the stack.
    pub stack_id: String,
    /// Id of the request.
    pub request_id: String,
    /// Name of the resource in the template.
    pub logical_resource_id: String,
    /// What the template says of the resource.
    pub properties: Properties,
}

impl KeptRequest {
    /// Name of the execution that decides about the answer: the same however often the request comes.
    pub(crate) fn execution(&self) -> String {
        format!("{EXECUTION_PREFIX}{}", self.digest())
    }

    fn digest(&self) -> String {
        let text = format!("{} {}", self.stack_id, self.request_id);
        keys::sha256(text.as_bytes()).chars().take(32).collect()
    }

    /// The kind of run that the request wants, if there are steps for it.
    pub(crate) fn when(&self) -> Option<When> {
        let when = match self.kind {
            RequestType::Create | RequestType::Update => When::Deploy,
            RequestType::Delete => When::Destroy,
        };
        self.properties.steps.contains(&when).then_some(when)
    }

    /// Tells CloudFormation how it ended, and does what follows from that. May be done twice.
    pub(crate) async fn answer(
        &self,
        ports: &Ports,
        url: &str,
        ended: Result<(), String>,
    ) -> Result<(), ActionError> {
        let mut ended = ended;
        if self.kind != RequestType::Delete && !self.rollback {
            if ended.is_ok() {
                ended = self.start_triggered(ports).await?;
            }
            self.remember_failure(ports, ended.is_err()).await?;
        }
        if self.rollback {
            // A rollback that fails leaves a stack that nobody can change; the run's own message says
            // what could not be brought back.
            ended = Ok(());
        }
        let sent = ports
            .custom_resources
            .respond(url, &self.response(ended))
            .await;
        match sent {
            // Where it is refused nobody waits any more, and asking again changes nothing.
            Ok(()) | Err(CustomResourcesError::Refused(_)) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    fn response(&self, ended: Result<(), String>) -> Response {
        let made = match (self.kind, &ended) {
            (RequestType::Create, Err(_)) => not_made(&self.properties.pipeline),
            _ => made(&self.properties.pipeline),
        };
        response(
            made,
            (&self.stack_id, &self.request_id, &self.logical_resource_id),
            ended,
        )
    }

    /// Starts what the triggers want at a deploy. Nobody waits for these runs.
    async fn start_triggered(&self, ports: &Ports) -> Result<Result<(), String>, ActionError> {
        for (number, input) in (1..).zip(&self.properties.triggers) {
            let name = format!("{TRIGGERED_PREFIX}{}-{number}", self.digest());
            let Ok(input) = serde_json::from_str(input) else {
                return Ok(Err("the input of a triggered run is no JSON".to_owned()));
            };
            let machine = &self.properties.state_machine;
            match ports
                .executions
                .start(machine, &name, &input)
                .await
                .map_err(ActionError::from)
            {
                Ok(()) => {}
                Err(error @ ActionError::Unavailable(_)) => return Err(error),
                Err(error) => {
                    return Ok(Err(format!("the triggered run does not start: {error}")));
                }
            }
        }
        Ok(Ok(()))
    }

    /// Writes down what was to be deployed and was not, so that the request to take it back is known
    /// for what it is. A later success of the same takes that back.
    async fn remember_failure(&self, ports: &Ports, failed: bool) -> Result<(), ActionError> {
        let is_known = failed_before(ports, &self.properties).await?;
        if failed == is_known {
            return Ok(());
        }
        let failed = Failed {
            properties: failed.then(|| self.properties.clone()),
        };
        let key = keys::custom_resource_failed(&self.properties.pipeline);
        ports
            .data
            .put(&key, json(&failed)?, WriteCondition::Always)
            .await?;
        Ok(())
    }

    /// Keeps the request for the end of its run. What was kept of it before wins: it may be answered.
    pub(crate) async fn keep(&self, ports: &Ports) -> Result<Self, ActionError> {
        let key = keys::custom_resource_request(&self.properties.pipeline, &self.execution());
        match ports
            .data
            .put(&key, json(self)?, WriteCondition::Absent)
            .await
        {
            Ok(_) => Ok(self.clone()),
            Err(StoreError::Conflict) => {
                let kept = Self::kept(ports, &self.properties.pipeline, &self.execution()).await?;
                kept.ok_or_else(|| {
                    ActionError::Unavailable(format!("`{key}` is being written by somebody else"))
                })
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The request that was kept for the execution of this name.
    pub(crate) async fn kept(
        ports: &Ports,
        pipeline: &str,
        execution: &str,
    ) -> Result<Option<Self>, ActionError> {
        let key = keys::custom_resource_request(pipeline, execution);
        match ports.data.get(&key).await? {
            Some(object) => run::parse(&key, &object.body).map(Some),
            None => Ok(None),
        }
    }

    /// Writes down that it is answered; its secret goes.
    pub(crate) async fn close(&self, ports: &Ports) -> Result<(), ActionError> {
        let closed = Self {
            url: None,
            ..self.clone()
        };
        let key = keys::custom_resource_request(&self.properties.pipeline, &self.execution());
        ports
            .data
            .put(&key, json(&closed)?, WriteCondition::Always)
            .await?;
        Ok(())
    }
}

/// What could not be deployed last.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Failed {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    properties: Option<Properties>,
}

/// Whether deploying just this has failed, and nothing was deployed since.
pub(crate) async fn failed_before(
    ports: &Ports,
    properties: &Properties,
) -> Result<bool, ActionError> {
    let key = keys::custom_resource_failed(&properties.pipeline);
    let Some(object) = ports.data.get(&key).await? else {
        return Ok(false);
    };
    let failed: Failed = run::parse(&key, &object.body)?;
    Ok(failed.properties.as_ref() == Some(properties))
}

/// What identifies the resource once it is made. It never changes, so it is never replaced.
pub(crate) fn made(pipeline: &str) -> String {
    format!("{pipeline}-runs")
}

/// What identifies it if making it has failed. CloudFormation deletes it by that name, and so says that
/// it takes a creation back.
fn not_made(pipeline: &str) -> String {
    format!("{pipeline}-runs-not-made")
}

/// The answer to a request of this stack, with this id, about this resource.
pub(crate) fn response(
    physical_resource_id: String,
    (stack_id, request_id, logical_resource_id): (&str, &str, &str),
    ended: Result<(), String>,
) -> Response {
    let mut response = Response {
        status: ResponseStatus::of(&ended),
        reason: None,
        physical_resource_id,
        stack_id: stack_id.to_owned(),
        request_id: request_id.to_owned(),
        logical_resource_id: logical_resource_id.to_owned(),
    };
    if let Err(reason) = ended {
        let rest = serde_json::to_vec(&response).map_or(0, |bytes| bytes.len());
        // A byte may be quoted, and so take two.
        let room = MOST_RESPONSE_BYTES.saturating_sub(rest + 64) / 2;
        let line: String = reason
            .chars()
            .map(|character| {
                if character.is_control() {
                    ' '
                } else {
                    character
                }
            })
            .collect();
        response.reason = Some(cut(&line, room.min(MOST_REASON_BYTES)).to_owned());
    }
    response
}

/// The first bytes of a text, at most so many, whole characters.
pub(crate) fn cut(text: &str, most_bytes: usize) -> &str {
    if text.len() <= most_bytes {
        return text;
    }
    let mut end = most_bytes;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}
