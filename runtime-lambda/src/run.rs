//! One run as an action meets it: its plan, which never changes, and its global state, which is
//! read, changed as a value, and swapped back if nobody else was faster.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::ActionError;
use crate::keys;
use crate::plan::{Plan, Script};
use crate::ports::{Condition, Ports, Store};
use crate::state::GlobalState;

/// Tries to swap the global state before the action gives up with an error that is retried.
const SWAP_ATTEMPTS: u32 = 40;

/// What is known of a run while an action works on it.
pub struct Run {
    pub ports: Ports,
    pub plan: Arc<Plan>,
    pub pipeline: String,
    pub id: String,
}

/// Plans read so far by this process. A plan is immutable, so it is read once.
#[derive(Default)]
pub struct Plans(Mutex<HashMap<String, Arc<Plan>>>);

impl Plans {
    /// The plan with this hash.
    pub async fn get(&self, artifacts: &dyn Store, hash: &str) -> Result<Arc<Plan>, ActionError> {
        if let Some(plan) = self.cached(hash) {
            return Ok(plan);
        }
        let key = keys::plan(hash);
        let plan: Arc<Plan> = Arc::new(parse(&key, &artifact(artifacts, &key, hash).await?)?);
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(hash.to_owned(), Arc::clone(&plan));
        Ok(plan)
    }

    fn cached(&self, hash: &str) -> Option<Arc<Plan>> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(hash)
            .cloned()
    }
}

impl Run {
    /// The run with this id.
    pub async fn open(
        ports: &Ports,
        plans: &Plans,
        pipeline: &str,
        id: &str,
    ) -> Result<(Self, GlobalState), ActionError> {
        let state: GlobalState = read(ports.data.as_ref(), &keys::state(pipeline, id)).await?;
        let plan = plans.get(ports.artifacts.as_ref(), &state.plan).await?;
        let run = Self {
            ports: ports.clone(),
            plan,
            pipeline: pipeline.to_owned(),
            id: id.to_owned(),
        };
        Ok((run, state))
    }

    /// The script of a step.
    pub async fn script(&self, hash: &str) -> Result<Script, ActionError> {
        let key = keys::script(hash);
        parse(
            &key,
            &artifact(self.ports.artifacts.as_ref(), &key, hash).await?,
        )
    }

    /// Reads the global state.
    pub async fn state(&self) -> Result<GlobalState, ActionError> {
        read(
            self.ports.data.as_ref(),
            &keys::state(&self.pipeline, &self.id),
        )
        .await
    }

    /// Changes the global state. `change` may be called several times, each time with the state as
    /// somebody else left it; it leaves the state alone if nothing is to be changed.
    ///
    /// Returns the state as it is afterwards and what `change` answered.
    pub async fn update<T>(
        &self,
        mut change: impl FnMut(&mut GlobalState) -> Result<T, ActionError>,
    ) -> Result<(GlobalState, T), ActionError> {
        let key = keys::state(&self.pipeline, &self.id);
        for attempt in 0..SWAP_ATTEMPTS {
            let object = self
                .ports
                .data
                .get(&key)
                .await?
                .ok_or_else(|| ActionError::Corrupt(format!("`{key}` is gone")))?;
            let before: GlobalState = parse(&key, &object.body)?;
            let mut after = before.clone();
            let answer = change(&mut after)?;
            if after == before {
                return Ok((after, answer));
            }
            let written = self
                .ports
                .data
                .put(&key, json(&after)?, Condition::Matches(&object.etag))
                .await;
            match written {
                Ok(_) => return Ok((after, answer)),
                Err(crate::ports::StoreError::Conflict) => {
                    self.ports.clock.sleep(backoff(&object.etag, attempt)).await;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(ActionError::Unavailable(format!(
            "`{key}` was changed by others {SWAP_ATTEMPTS} times in a row"
        )))
    }

    /// Writes a small document of this run, replacing what is there.
    pub async fn write(&self, key: &str, document: &impl Serialize) -> Result<(), ActionError> {
        self.ports
            .data
            .put(key, json(document)?, Condition::Always)
            .await?;
        Ok(())
    }
}

/// Waiting time before swap number `attempt` + 2: grows to 200 ms, and spread by the entity tag that
/// was met, so that lanes which lost the same race do not meet again in step.
fn backoff(etag: &str, attempt: u32) -> Duration {
    let spread = etag.bytes().fold(attempt, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(u32::from(byte))
    });
    let ceiling = (2_u32 << attempt.min(6)).min(200);
    Duration::from_millis(u64::from(spread % ceiling + 1))
}

/// Reads an artifact, whose key names its content by `hash`: what somebody else has put there is refused.
pub async fn artifact(store: &dyn Store, key: &str, hash: &str) -> Result<Vec<u8>, ActionError> {
    let object = store
        .get(key)
        .await?
        .ok_or_else(|| ActionError::Corrupt(format!("there is no `{key}`")))?;
    if keys::sha256(&object.body) != hash {
        return Err(ActionError::Corrupt(format!(
            "`{key}` is not what was deployed: its content has another hash"
        )));
    }
    Ok(object.body)
}

/// Reads and parses one JSON object of a bucket.
async fn read<T: DeserializeOwned>(store: &dyn Store, key: &str) -> Result<T, ActionError> {
    let object = store
        .get(key)
        .await?
        .ok_or_else(|| ActionError::Corrupt(format!("there is no `{key}`")))?;
    parse(key, &object.body)
}

/// Parses an object of a bucket.
pub fn parse<T: DeserializeOwned>(key: &str, body: &[u8]) -> Result<T, ActionError> {
    serde_json::from_slice(body)
        .map_err(|error| ActionError::Corrupt(format!("`{key}` cannot be read: {error}")))
}

/// A document as it is written to the bucket.
pub fn json(document: &impl Serialize) -> Result<Vec<u8>, ActionError> {
    let mut bytes = serde_json::to_vec_pretty(document)
        .map_err(|error| ActionError::Corrupt(format!("a document cannot be written: {error}")))?;
    bytes.push(b'\n');
    Ok(bytes)
}
