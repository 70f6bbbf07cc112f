//! One run as an action meets it: its plan, which never changes, and its global state. The state is
//! read, changed as a value, and swapped back if nobody else was faster.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::ActionError;
use crate::ids::{Hash, RunId};
use crate::keys;
use crate::plan::{Plan, Script, Step};
use crate::ports::{Ports, Store, StoreError, Versioned, WriteCondition};
use crate::report::{Renderer, TEMPLATE};
use crate::state::GlobalState;

/// Tries to swap the global state before the action gives up with an error that is retried.
const SWAP_TRIES: u32 = 40;

/// What is known of a run while an action works on it.
pub struct Run {
    pub ports: Ports,
    pub plan: Arc<Plan>,
    pub pipeline: String,
    pub id: RunId,
    memory: Memory,
    /// The state as it was read or written last, if nothing has been waited for since.
    seen: Mutex<Option<Versioned>>,
}

/// What this process has read so far and would only read again.
#[derive(Clone, Default)]
pub struct Memory {
    artifacts: Arc<Artifacts>,
    states: Arc<States>,
}

/// Artifacts by their hash: they are immutable, and are parsed once.
#[derive(Default)]
struct Artifacts {
    plans: Mutex<HashMap<Hash, Arc<Plan>>>,
    scripts: Mutex<HashMap<Hash, Arc<Script>>>,
    templates: Mutex<HashMap<Hash, Arc<Renderer>>>,
}

/// Most scripts that are kept: those of a step are asked for a few times, one after the other.
const MOST_SCRIPTS: usize = 64;

/// The global states that were read or written last, by key.
#[derive(Default)]
struct States(Mutex<HashMap<String, Versioned>>);

/// Most global states that are kept: a Lambda works on few runs at a time.
const MOST_STATES: usize = 8;

impl States {
    /// What is known of the state under this key.
    fn get(&self, key: &str) -> Option<Versioned> {
        self.0.lock().get(key).cloned()
    }

    /// Keeps what was read or written.
    fn keep(&self, key: &str, seen: &Versioned) {
        let mut states = self.0.lock();
        if states.len() >= MOST_STATES && !states.contains_key(key) {
            states.clear();
        }
        states.insert(key.to_owned(), seen.clone());
    }
}

impl Memory {
    /// A memory that has read these artifacts, by key.
    ///
    /// # Errors
    /// One of them is not what its key says.
    pub fn knowing<'a>(
        artifacts: impl IntoIterator<Item = (&'a str, &'a [u8])>,
    ) -> Result<Self, ActionError> {
        let memory = Self::default();
        let known = &memory.artifacts;
        for (key, body) in artifacts {
            let Some((folder, file)) = key.split_once('/') else {
                continue;
            };
            let hash = file.split_once('.').map_or(file, |(hash, _)| hash);
            let hash = Hash::from(hash);
            match folder {
                "plans" => {
                    known.plans.lock().insert(hash, Arc::new(parse(key, body)?));
                }
                "scripts" => {
                    known
                        .scripts
                        .lock()
                        .insert(hash, Arc::new(parse(key, body)?));
                }
                "templates" => {
                    known.templates.lock().insert(hash, template(key, body)?);
                }
                _ => {}
            }
        }
        Ok(memory)
    }

    /// The memory of another process that has read the same artifacts, and no states.
    #[must_use]
    pub fn of_another_process(&self) -> Self {
        Self {
            artifacts: Arc::clone(&self.artifacts),
            states: Arc::default(),
        }
    }

    /// The plan with this hash.
    pub(crate) async fn plan(
        &self,
        artifacts: &dyn Store,
        hash: &Hash,
    ) -> Result<Arc<Plan>, ActionError> {
        let known = self.artifacts.plans.lock().get(hash).cloned();
        if let Some(plan) = known {
            return Ok(plan);
        }
        let key = keys::plan(hash);
        let plan: Arc<Plan> = Arc::new(parse(&key, &artifact(artifacts, &key, hash).await?)?);
        self.artifacts
            .plans
            .lock()
            .insert(hash.clone(), Arc::clone(&plan));
        Ok(plan)
    }

    /// The script with this hash.
    pub(crate) async fn script(
        &self,
        artifacts: &dyn Store,
        hash: &Hash,
    ) -> Result<Arc<Script>, ActionError> {
        let scripts = &self.artifacts.scripts;
        let known = scripts.lock().get(hash).cloned();
        if let Some(script) = known {
            return Ok(script);
        }
        let key = keys::script(hash);
        let body = artifact(artifacts, &key, hash).await?;
        let script: Arc<Script> = Arc::new(parse(&key, &body)?);
        let mut scripts = scripts.lock();
        if scripts.len() >= MOST_SCRIPTS {
            scripts.clear();
        }
        scripts.insert(hash.clone(), Arc::clone(&script));
        Ok(script)
    }
}

/// Reads a template: sfc's own is shared, another one is parsed.
fn template(key: &str, body: &[u8]) -> Result<Arc<Renderer>, ActionError> {
    let text = std::str::from_utf8(body)
        .map_err(|_| ActionError::Corrupt(format!("`{key}` is not UTF-8")))?;
    if text == TEMPLATE {
        return Ok(Renderer::usual());
    }
    let own = Renderer::read(text);
    own.map(Arc::new)
        .map_err(|error| ActionError::Corrupt(format!("`{key}`: {error}")))
}

impl Run {
    /// The run with this id.
    pub async fn open(
        ports: &Ports,
        memory: &Memory,
        pipeline: &str,
        id: &RunId,
    ) -> Result<(Self, Arc<GlobalState>), ActionError> {
        let key = keys::state(pipeline, id);
        let seen = read(ports.data.as_ref(), &memory.states, &key).await?;
        let state = Arc::clone(&seen.state);
        let plan = memory.plan(ports.artifacts.as_ref(), &state.plan).await?;
        let run = Self {
            ports: ports.clone(),
            plan,
            pipeline: pipeline.to_owned(),
            id: id.clone(),
            memory: memory.clone(),
            seen: Mutex::new(Some(seen)),
        };
        Ok((run, state))
    }

    /// The step of the plan with this name.
    ///
    /// # Errors
    /// The plan has none, although the state or the event speaks of it.
    pub fn planned(&self, step: &str) -> Result<&Step, ActionError> {
        let mut planned = self.plan.steps.iter();
        planned
            .find(|planned| planned.name == step)
            .ok_or_else(|| ActionError::Corrupt(format!("the run's plan has no step `{step}`")))
    }

    /// The script of a step.
    pub async fn script(&self, hash: &Hash) -> Result<Arc<Script>, ActionError> {
        let artifacts = self.ports.artifacts.as_ref();
        self.memory.script(artifacts, hash).await
    }

    /// The template of the report.
    pub async fn template(&self) -> Result<Arc<Renderer>, ActionError> {
        let hash = &self.plan.report_template;
        let known = self.memory.artifacts.templates.lock().get(hash).cloned();
        if let Some(template) = known {
            return Ok(template);
        }
        let key = keys::template(hash);
        let body = artifact(self.ports.artifacts.as_ref(), &key, hash).await?;
        let template = template(&key, &body)?;
        self.memory
            .artifacts
            .templates
            .lock()
            .insert(hash.clone(), Arc::clone(&template));
        Ok(template)
    }

    /// Reads the global state.
    pub async fn state(&self) -> Result<Arc<GlobalState>, ActionError> {
        let key = keys::state(&self.pipeline, &self.id);
        let seen = read(self.ports.data.as_ref(), &self.memory.states, &key).await?;
        let state = Arc::clone(&seen.state);
        *self.seen.lock() = Some(seen);
        Ok(state)
    }

    /// Says that time passes: whoever changes the state next reads it first.
    pub fn waits(&self) {
        *self.seen.lock() = None;
    }

    /// Changes the global state. `change` may be called several times, each time with the state as
    /// somebody else left it. It leaves the state alone if nothing is to be changed. The first time
    /// it may be given the state that this action has read a moment ago. Whatever it makes of an
    /// old one is not written.
    ///
    /// Returns the state as it is afterwards and what `change` answered.
    pub async fn update<T>(
        &self,
        mut change: impl FnMut(&mut GlobalState) -> Result<T, ActionError>,
    ) -> Result<(Arc<GlobalState>, T), ActionError> {
        let key = keys::state(&self.pipeline, &self.id);
        for swap in 0..SWAP_TRIES {
            let turn = self.ports.data.turn(&key).await;
            // While somebody waits for a turn, others change what was seen.
            let known = self.seen.lock().take().filter(|_| turn.is_none());
            let before = match known {
                Some(seen) => seen,
                None => read(self.ports.data.as_ref(), &self.memory.states, &key).await?,
            };
            let mut after = GlobalState::clone(&before.state);
            let answer = change(&mut after)?;
            if after == *before.state {
                return Ok((before.state, answer));
            }
            let condition = WriteCondition::Matches(&before.etag);
            let state = Arc::new(after);
            let written = self.ports.data.put_state(&key, &state, condition).await;
            match written {
                Ok(etag) => {
                    let seen = Versioned {
                        etag,
                        state: Arc::clone(&state),
                    };
                    self.memory.states.keep(&key, &seen);
                    *self.seen.lock() = Some(seen);
                    return Ok((state, answer));
                }
                Err(StoreError::Conflict) => {
                    drop(turn);
                    self.ports.clock.sleep(backoff(&before.etag, swap)).await;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(ActionError::Unavailable(format!(
            "`{key}` was changed by others {SWAP_TRIES} times in a row"
        )))
    }

    /// Writes a small document of this run, replacing what is there.
    pub async fn write(&self, key: &str, document: &impl Serialize) -> Result<(), ActionError> {
        self.ports
            .data
            .put(key, json(document)?, WriteCondition::Always)
            .await?;
        Ok(())
    }
}

/// Waiting time before swap number `swap` + 2: it grows to 200 ms. The entity tag that was met spreads
/// it, so that lanes which lost the same race do not meet again in step.
fn backoff(etag: &str, swap: u32) -> Duration {
    let spread = etag.bytes().fold(swap, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(u32::from(byte))
    });
    let ceiling = (2_u32 << swap.min(6)).min(200);
    Duration::from_millis(u64::from(spread % ceiling + 1))
}

/// Reads an artifact, whose key names its content by `hash`: what somebody else has put there is refused.
pub async fn artifact(store: &dyn Store, key: &str, hash: &Hash) -> Result<Vec<u8>, ActionError> {
    let object = store
        .get(key)
        .await?
        .ok_or_else(|| ActionError::Corrupt(format!("there is no `{key}`")))?;
    if keys::sha256(&object.body) != hash.as_str() {
        return Err(ActionError::Corrupt(format!(
            "`{key}` is not what was deployed: its content has another hash"
        )));
    }
    Ok(object.body)
}

/// Reads a global state.
async fn read(store: &dyn Store, states: &States, key: &str) -> Result<Versioned, ActionError> {
    let seen = store
        .state(key, states.get(key))
        .await?
        .ok_or_else(|| ActionError::Corrupt(format!("there is no `{key}`")))?;
    states.keep(key, &seen);
    Ok(seen)
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
