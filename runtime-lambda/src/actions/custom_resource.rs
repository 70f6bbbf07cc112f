//! CloudFormation makes, changes or deletes the stack's own resource. Starts the run of
//! the steps that are for it, whose end answers ([`super::answer_custom_resource`]); without such steps it
//! answers at once.
//!
//! CloudFormation waits for an hour if nobody answers, so whatever goes wrong here is an answer, too.

use crate::field;
use crate::protocol::RunInput;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::custom_resource::{KeptRequest, Properties, RequestType, failed_before, made, response};
use crate::error::ActionError;
use crate::ports::{ExecutionsError, Ports};

/// Pauses between tries. The permissions of a stack that was just made may take a while to be known
/// everywhere. So a refusal is tried again as well (AWS page: "Troubleshoot IAM": "Changes that I make are
/// not always immediately visible").
const PAUSES: [Duration; 4] = [
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
    Duration::from_secs(8),
];

/// What CloudFormation sends (AWS page: "Custom resource request objects").
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct CustomResourceEvent {
    request_type: RequestType,
    #[serde(rename = "ResponseURL")]
    response_url: String,
    stack_id: String,
    request_id: String,
    logical_resource_id: String,
    physical_resource_id: Option<String>,
    resource_properties: Value,
    old_resource_properties: Option<Value>,
}

/// What became of a request, as the action answers.
#[derive(Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum RequestOutcome {
    /// CloudFormation was told that all is well: there was nothing to wait for.
    Done,
    /// A run will answer the request.
    Started,
    /// The request was answered before.
    Answered,
    /// CloudFormation was told a failure.
    Failed,
}

/// What has become of a request.
enum Begun {
    /// There was nothing to wait for.
    Done,
    /// A run will answer it.
    Started,
    /// It was answered before.
    Answered,
}

/// Answers whether a run was started.
pub async fn custom_resource(
    ports: &Ports,
    event: &CustomResourceEvent,
) -> Result<Value, ActionError> {
    let read = serde_json::from_value::<Properties>(event.resource_properties.clone());
    let properties = match read {
        Ok(properties) => properties,
        Err(error) => {
            let reason = format!("the properties of the resource cannot be read: {error}");
            let id = event.physical_resource_id.clone();
            let id = id.unwrap_or_else(|| event.logical_resource_id.clone());
            let ids = (
                event.stack_id.as_str(),
                event.request_id.as_str(),
                event.logical_resource_id.as_str(),
            );
            let response = response(id, ids, Err(reason));
            ports
                .custom_resources
                .respond(&event.response_url, &response)
                .await?;
            return Ok(json!({ "status": RequestOutcome::Failed }));
        }
    };
    let request = KeptRequest {
        url: Some(event.response_url.clone()),
        kind: event.request_type,
        rollback: false,
        stack_id: event.stack_id.clone(),
        request_id: event.request_id.clone(),
        logical_resource_id: event.logical_resource_id.clone(),
        properties,
    };
    let mut begun = begin(ports, event, &request).await;
    for pause in PAUSES {
        if begun.is_ok() {
            break;
        }
        ports.clock.sleep(pause).await;
        begun = begin(ports, event, &request).await;
    }
    let (status, ended) = match begun {
        Ok(Begun::Started) => return Ok(json!({ "status": RequestOutcome::Started })),
        Ok(Begun::Answered) => return Ok(json!({ "status": RequestOutcome::Answered })),
        Ok(Begun::Done) => (RequestOutcome::Done, Ok(())),
        Err(error) => (
            RequestOutcome::Failed,
            Err(format!("no run could be started: {error}")),
        ),
    };
    request.answer(ports, &event.response_url, ended).await?;
    if request.when().is_some() {
        // Answered it is in any case; what is kept of it only shall not hold its secret any longer.
        let _ = request.close(ports).await;
    }
    Ok(json!({ "status": status }))
}

async fn begin(
    ports: &Ports,
    event: &CustomResourceEvent,
    request: &KeptRequest,
) -> Result<Begun, ActionError> {
    let Some(when) = request.when() else {
        return Ok(Begun::Done);
    };
    let mut request = request.clone();
    match request.kind {
        RequestType::Create => {}
        RequestType::Update => {
            let old = event.old_resource_properties.clone();
            let old = old.and_then(|old| serde_json::from_value::<Properties>(old).ok());
            if let Some(old) = old {
                request.rollback = failed_before(ports, &old).await?;
            }
        }
        // A creation that failed is taken back. Nothing is dropped then: what the finished deploy steps
        // have made may have been there before this stack was, and may hold data. The next deploy
        // makes it anew. Only what was deployed in full is destroyed.
        RequestType::Delete => {
            let id = event.physical_resource_id.as_deref();
            if id != Some(made(&request.properties.pipeline).as_str()) {
                return Ok(Begun::Done);
            }
        }
    }
    let request = request.keep(ports).await?;
    if request.url.is_none() {
        return Ok(Begun::Answered);
    }
    let started = ports
        .executions
        .start(
            &request.properties.state_machine,
            &request.execution(),
            &json!({ (field!(RunInput, by)): "a deploy", (field!(RunInput, when)): when }),
        )
        .await;
    match started {
        Ok(()) => Ok(Begun::Started),
        // What is left of a stack that was never whole, or was deleted by hand, can go.
        Err(ExecutionsError::NoMachine) if request.kind == RequestType::Delete => Ok(Begun::Done),
        Err(error) => Err(error.into()),
    }
}
