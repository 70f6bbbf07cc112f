//! A run whose execution was over before the run had a global state: what is kept of it, and how people hear of it.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::notify::{mails, topics};
use super::telling::{self, Ledger, Told};
use crate::error::ActionError;
use crate::ids::RunId;
use crate::keys;
use crate::mail;
use crate::plan::Plan;
use crate::ports::{Notification, Ports, StoreError, StoredObject, WriteCondition};
use crate::protocol::{CreateRun, ExecutionStatus, Sweep};
use crate::run::{self, Memory};
use crate::state::RunStatus;

/// Tries to swap what is kept.
const SWAP_ATTEMPTS: u32 = 40;

/// Most characters of a reason.
const LONGEST_REASON: usize = 2_000;

/// What is kept of an execution that was over before its run had a global state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnbegunExecution {
    /// How the execution ended.
    pub status: String,
    /// When that was noted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// Who has heard of it.
    #[serde(flatten)]
    told: Told,
}

impl UnbegunExecution {
    /// An execution that ended like this, as was noted at that moment.
    pub fn new(status: &str, since: Timestamp) -> Self {
        Self {
            status: status.to_owned(),
            since: Some(since),
            told: Told::default(),
        }
    }
}

/// Why a run could not be created.
#[derive(Debug, Serialize, Deserialize)]
struct Reason {
    error: String,
    message: String,
}

/// Keeps why a run cannot be created, for whoever tells people. An error that passes is no reason. Where the
/// bucket takes nothing, the message leads to the execution.
pub async fn keep_reason(ports: &Ports, event: &CreateRun, error: &ActionError) {
    let passes = matches!(
        error,
        ActionError::Throttled(_)
            | ActionError::Unavailable(_)
            | ActionError::Duplicate(_)
            | ActionError::Superseded(_)
    );
    let reason = Reason {
        error: error.name().to_owned(),
        message: error.to_string().chars().take(LONGEST_REASON).collect(),
    };
    let id = keys::run_id(&event.execution, event.started);
    let key = keys::reason(&event.pipeline, &id);
    if !passes && let Ok(reason) = run::json(&reason) {
        let _ = ports.data.put(&key, reason, WriteCondition::Always).await;
    }
}

/// What can be read. None of what nobody will ever read, which may be why the run has no state: the
/// pipeline's own topic is told without it.
fn readable<T>(read: Result<T, ActionError>) -> Result<Option<T>, ActionError> {
    match read {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.is_permanent() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Tells people how a run ended that never had a state, and why. Nobody may create it any more.
pub async fn tell(
    ports: &Ports,
    memory: &Memory,
    event: &Sweep,
    id: &RunId,
) -> Result<(), ActionError> {
    let plan = match &event.plan {
        Some(hash) => readable(memory.plan(ports.artifacts.as_ref(), hash).await)?,
        None => None,
    };
    let key = keys::reason(&event.pipeline, id);
    let reason: Option<Reason> = match ports.data.get(&key).await? {
        Some(object) => readable(run::parse(&key, &object.body))?,
        None => None,
    };
    let ledger = OfOver {
        ports,
        key: keys::over(&event.pipeline, id),
    };
    telling::tell(ports, &ledger, |over| {
        message(event, id, plan.as_deref(), over, reason.as_ref())
    })
    .await?;
    Ok(())
}

fn message(
    event: &Sweep,
    id: &RunId,
    plan: Option<&Plan>,
    over: &UnbegunExecution,
    reason: Option<&Reason>,
) -> Notification {
    let is = |status: ExecutionStatus| over.status == status.name();
    let (status, ended) = match () {
        () if is(ExecutionStatus::Aborted) => (RunStatus::Stopped, "was stopped"),
        () if is(ExecutionStatus::TimedOut) => (RunStatus::TimedOut, "ran past its limit"),
        () => (RunStatus::Failed, "failed"),
    };
    let why = match reason {
        Some(Reason { error, message }) => format!("{error}: {message}"),
        None => "The history of its execution says why.".to_owned(),
    };
    let text = format!(
        "Pipeline {} {ended} before its first step.\n\n{why}\n\nRun: {id}\nExecution: {}\n",
        event.pipeline, event.execution
    );
    let key = keys::run(&event.pipeline, id);
    let mails = plan.map_or_else(Vec::new, |plan| mails(plan, false, &[]));
    Notification {
        html: match mails.is_empty() {
            true => String::new(),
            false => mail::of_text(&text),
        },
        mails,
        subject: format!("{} {ended} before it began", event.pipeline)
            .chars()
            .take(100)
            .collect(),
        topics: plan.map_or_else(Vec::new, |plan| topics(plan, false, &[])),
        attributes: Vec::new(),
        data: json!({
            "key": key,
            "pipeline": event.pipeline,
            "run": id,
            "status": status,
            "execution": event.execution,
            "started": event.started.0,
            "error": reason.map(|reason| &reason.error),
            "reason": reason.map(|reason| &reason.message),
        }),
        key,
        text,
    }
}

/// What is kept of the execution says who has heard of it.
struct OfOver<'a> {
    ports: &'a Ports,
    key: String,
}

impl OfOver<'_> {
    async fn read(&self) -> Result<(UnbegunExecution, StoredObject), ActionError> {
        let object = self.ports.data.get(&self.key).await?;
        let object =
            object.ok_or_else(|| ActionError::Corrupt(format!("there is no `{}`", self.key)))?;
        Ok((run::parse(&self.key, &object.body)?, object))
    }
}

impl Ledger for OfOver<'_> {
    type Seen = UnbegunExecution;

    async fn update<T: Send>(
        &self,
        mut change: impl FnMut(&mut Told) -> T + Send,
    ) -> Result<(UnbegunExecution, T), ActionError> {
        for _ in 0..SWAP_ATTEMPTS {
            let (before, object) = self.read().await?;
            let mut after = before.clone();
            let answer = change(&mut after.told);
            if after == before {
                return Ok((before, answer));
            }
            let condition = WriteCondition::Matches(&object.etag);
            let written = self
                .ports
                .data
                .put(&self.key, run::json(&after)?, condition)
                .await;
            match written {
                Ok(_) => return Ok((after, answer)),
                Err(StoreError::Conflict) => {
                    self.ports.clock.sleep(Duration::from_millis(200)).await;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(ActionError::Unavailable(format!(
            "`{}` was changed by others {SWAP_ATTEMPTS} times in a row",
            self.key
        )))
    }
}
