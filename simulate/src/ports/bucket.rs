//! The bucket: objects with entity tags, conditional writes, and large objects that appear whole. The
//! global state is read as it is written, and held against the promises at each write.

use std::sync::Arc;

use async_trait::async_trait;
use runtime_lambda::ports::{
    ObjectWriter, Store, StoreError, StoredObject, Versioned, WriteCondition,
};
use runtime_lambda::state::GlobalState;

use super::short;
use crate::delivery;
use crate::faults::FaultKind;
use crate::promises;
use crate::story::Party;
use crate::world::{ObjectBody, Stored, World};

/// The bucket of runs.
pub struct ModelBucket(pub Arc<World>);

fn lost(what: &str) -> StoreError {
    StoreError::Unavailable(what.to_owned())
}

/// One write of a global state in so many goes through JSON, as all do in AWS.
const BY_JSON: u64 = 64;

/// The state as whoever reads it from a real bucket gets it.
fn through_json(state: &Arc<GlobalState>) -> Result<Arc<GlobalState>, StoreError> {
    let corrupt = |why: String| StoreError::Corrupt(format!("the state is no JSON: {why}"));
    let json = serde_json::to_vec(state.as_ref()).map_err(|error| corrupt(error.to_string()))?;
    let read: GlobalState =
        serde_json::from_slice(&json).map_err(|error| corrupt(error.to_string()))?;
    if read != **state {
        return Err(corrupt("it changes on the way".to_owned()));
    }
    Ok(Arc::new(read))
}

/// Writes an object, if the condition holds.
fn write(
    world: &Arc<World>,
    key: &str,
    body: ObjectBody,
    condition: WriteCondition<'_>,
) -> Result<u64, StoreError> {
    let (state, body) = match body {
        ObjectBody::State(state) => {
            let written = world.objects.lock().written();
            let state = if written.is_multiple_of(BY_JSON) {
                through_json(&state)?
            } else {
                state
            };
            (Some(Arc::clone(&state)), ObjectBody::State(state))
        }
        ObjectBody::Bytes(_) if key.ends_with("/state.json") => {
            return Err(StoreError::Refused(format!("`{key}` is a global state")));
        }
        ObjectBody::Bytes(_) => (None, body),
    };
    let (tag, before) = {
        let mut objects = world.objects.lock();
        let present = objects.get(key).map(|stored| stored.tag);
        let holds = match condition {
            WriteCondition::Always => true,
            WriteCondition::Absent => present.is_none(),
            WriteCondition::Matches(tag) => {
                present.is_some_and(|present| present.to_string() == tag)
            }
        };
        if !holds {
            return Err(StoreError::Conflict);
        }
        objects.put(key, body)
    };
    match state {
        Some(state) => promises::state_written(world, before.as_deref(), &state),
        None => world
            .story
            .tell(Party::Bucket, || format!("puts {}", short(key))),
    }
    Ok(tag)
}

/// The first bytes of an object.
fn start(object: StoredObject, bytes: u64) -> Vec<u8> {
    let mut body = object.body;
    body.truncate(usize::try_from(bytes).unwrap_or(usize::MAX));
    body
}

#[async_trait]
impl Store for ModelBucket {
    async fn get(&self, key: &str) -> Result<Option<StoredObject>, StoreError> {
        Ok(self.read(key).await?.map(|stored| StoredObject {
            body: stored.body.bytes(),
            etag: stored.tag.to_string(),
        }))
    }

    async fn state(
        &self,
        key: &str,
        _: Option<Versioned>,
    ) -> Result<Option<Versioned>, StoreError> {
        if let Some(here) = delivery::here() {
            here.reads();
        }
        let Some(stored) = self.read(key).await? else {
            return Ok(None);
        };
        let state = stored.state().map(Arc::clone);
        let state = state.ok_or_else(|| StoreError::Corrupt(format!("`{key}` is no state")))?;
        Ok(Some(Versioned {
            etag: stored.tag.to_string(),
            state,
        }))
    }

    async fn get_start(&self, key: &str, bytes: u64) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.get(key).await?.map(|object| start(object, bytes)))
    }

    async fn put(
        &self,
        key: &str,
        body: Vec<u8>,
        condition: WriteCondition<'_>,
    ) -> Result<String, StoreError> {
        self.write(key, ObjectBody::Bytes(Arc::new(body)), condition)
            .await
    }

    async fn put_state(
        &self,
        key: &str,
        state: &Arc<GlobalState>,
        condition: WriteCondition<'_>,
    ) -> Result<String, StoreError> {
        if let Some(here) = delivery::here() {
            here.writes();
        }
        self.write(key, ObjectBody::State(Arc::clone(state)), condition)
            .await
    }

    async fn writer(&self, key: &str) -> Result<Box<dyn ObjectWriter>, StoreError> {
        Ok(Box::new(Writer {
            world: Arc::clone(&self.0),
            key: key.to_owned(),
            bytes: Vec::new(),
        }))
    }

    fn location(&self, key: &str) -> String {
        self.uri(key)
    }

    fn uri(&self, key: &str) -> String {
        format!("s3://simulated/{key}")
    }
}

impl ModelBucket {
    /// Reads an object; the read may take long or go unanswered.
    async fn read(&self, key: &str) -> Result<Option<Stored>, StoreError> {
        let (world, place) = (&self.0, short(key));
        world.travel("get", place, FaultKind::StoreSlow).await;
        if world.fault(FaultKind::StoreGetUnavailable, place).is_some() {
            return Err(lost("no answer"));
        }
        Ok(world.objects.lock().get(key).cloned())
    }

    /// Writes an object; the answer may be lost after the write.
    async fn write(
        &self,
        key: &str,
        body: ObjectBody,
        condition: WriteCondition<'_>,
    ) -> Result<String, StoreError> {
        let (world, place) = (&self.0, short(key));
        let is_conditional = condition != WriteCondition::Always;
        let tag = match condition {
            WriteCondition::Matches(tag) => Some(tag.to_owned()),
            WriteCondition::Always | WriteCondition::Absent => None,
        };
        let is_absent = condition == WriteCondition::Absent;
        let request = {
            let (world, key) = (Arc::clone(world), key.to_owned());
            async move {
                let place = short(&key);
                world.travel("put", place, FaultKind::StoreSlow).await;
                if world.fault(FaultKind::StorePutBefore, place).is_some() {
                    return Err(lost("no answer"));
                }
                if is_conditional && world.fault(FaultKind::StoreConflictBefore, place).is_some() {
                    return Err(StoreError::Conflict);
                }
                let condition = match &tag {
                    Some(tag) => WriteCondition::Matches(tag),
                    None if is_absent => WriteCondition::Absent,
                    None => WriteCondition::Always,
                };
                write(&world, &key, body, condition)
            }
        };
        let written = world.request(place, request).await;
        let tag = written.ok_or_else(|| lost("no answer"))??;
        world
            .travel("put's answer", place, FaultKind::StoreSlow)
            .await;
        if world.fault(FaultKind::StorePutAfter, place).is_some() {
            return Err(lost("no answer, after the write"));
        }
        if is_conditional && world.fault(FaultKind::StoreConflictAfter, place).is_some() {
            return Err(StoreError::Conflict);
        }
        Ok(tag.to_string())
    }
}

/// A large object, which appears when it is finished.
struct Writer {
    world: Arc<World>,
    key: String,
    bytes: Vec<u8>,
}

#[async_trait]
impl ObjectWriter for Writer {
    async fn write(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }

    async fn finish(self: Box<Self>) -> Result<(), StoreError> {
        let Self { world, key, bytes } = *self;
        let place = short(&key);
        world.travel("finish", place, FaultKind::StoreSlow).await;
        if world.fault(FaultKind::StoreFinishBefore, place).is_some() {
            return Err(lost("no answer"));
        }
        write(
            &world,
            &key,
            ObjectBody::Bytes(Arc::new(bytes)),
            WriteCondition::Always,
        )?;
        if world.fault(FaultKind::StoreFinishAfter, place).is_some() {
            return Err(lost("no answer, after the write"));
        }
        Ok(())
    }
}

/// The artifacts, which nobody changes.
pub struct Artifacts(pub Arc<World>);

#[async_trait]
impl Store for Artifacts {
    async fn get(&self, key: &str) -> Result<Option<StoredObject>, StoreError> {
        let world = &self.0;
        world.travel("artifact", "", FaultKind::StoreSlow).await;
        if world
            .fault(FaultKind::StoreGetUnavailable, "artifact")
            .is_some()
        {
            return Err(lost("no answer"));
        }
        Ok(world.subject.artifacts.get(key).map(|body| StoredObject {
            body: body.clone(),
            etag: "1".to_owned(),
        }))
    }

    async fn get_start(&self, key: &str, bytes: u64) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.get(key).await?.map(|object| start(object, bytes)))
    }

    async fn put(&self, _: &str, _: Vec<u8>, _: WriteCondition<'_>) -> Result<String, StoreError> {
        Err(StoreError::Refused("artifacts do not change".to_owned()))
    }

    async fn writer(&self, _: &str) -> Result<Box<dyn ObjectWriter>, StoreError> {
        Err(StoreError::Refused("artifacts do not change".to_owned()))
    }

    fn location(&self, key: &str) -> String {
        self.uri(key)
    }

    fn uri(&self, key: &str) -> String {
        format!("s3://simulated-artifacts/{key}")
    }
}
