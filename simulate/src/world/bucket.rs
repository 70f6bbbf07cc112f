//! The bucket: objects with entity tags, conditional writes, and large objects that appear whole. The
//! global state is read as it is written, and held against the promises at each write.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use runtime_lambda::ports::{Condition, Object, ObjectWriter, Store, StoreError};
use runtime_lambda::state::GlobalState;

use super::{ByKey, World, short};
use crate::faults::Kind;
use crate::locked;
use crate::promises;
use crate::story::Party;

/// What lies in the bucket.
#[derive(Debug, Default)]
pub struct Objects {
    objects: ByKey<Stored>,
    tags: AtomicU64,
}

/// One object.
#[derive(Debug, Clone)]
pub struct Stored {
    pub body: Arc<Vec<u8>>,
    tag: u64,
    /// The same, read, if it is a global state.
    pub state: Option<Arc<GlobalState>>,
}

impl Objects {
    /// The object under this key.
    pub fn get(&self, key: &str) -> Option<&Stored> {
        self.objects.get(key)
    }

    /// Puts an object, and returns its tag and the state that was there before.
    fn put(
        &mut self,
        key: &str,
        body: Vec<u8>,
        state: Option<Arc<GlobalState>>,
    ) -> (u64, Option<Arc<GlobalState>>) {
        let tag = self.tags.fetch_add(1, Ordering::Relaxed) + 1;
        let stored = Stored {
            body: Arc::new(body),
            tag,
            state,
        };
        let before = self.objects.insert(key.to_owned(), stored);
        (tag, before.and_then(|before| before.state))
    }
}

/// The bucket of runs.
pub struct ModelBucket(pub Arc<World>);

fn lost(what: &str) -> StoreError {
    StoreError::Unavailable(what.to_owned())
}

/// Writes an object, if the condition holds.
fn write(
    world: &Arc<World>,
    key: &str,
    body: Vec<u8>,
    condition: Condition<'_>,
) -> Result<u64, StoreError> {
    let is_state = key.ends_with("/state.json");
    let parsed = is_state.then(|| serde_json::from_slice::<GlobalState>(&body));
    let state = match parsed {
        Some(Ok(state)) => Some(Arc::new(state)),
        Some(Err(error)) => return Err(StoreError::Refused(error.to_string())),
        None => None,
    };
    let (tag, before) = {
        let mut objects = locked(&world.objects);
        let present = objects.get(key).map(|stored| stored.tag);
        let holds = match condition {
            Condition::Always => true,
            Condition::Absent => present.is_none(),
            Condition::Matches(tag) => present.is_some_and(|present| present.to_string() == tag),
        };
        if !holds {
            return Err(StoreError::Conflict);
        }
        objects.put(key, body, state.clone())
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
fn start(object: Object, bytes: u64) -> Vec<u8> {
    let mut body = object.body;
    body.truncate(usize::try_from(bytes).unwrap_or(usize::MAX));
    body
}

#[async_trait]
impl Store for ModelBucket {
    async fn get(&self, key: &str) -> Result<Option<Object>, StoreError> {
        let (world, place) = (&self.0, short(key));
        world.travel("get", place, Kind::StoreSlow).await;
        if world.fault(Kind::StoreGetUnavailable, place).is_some() {
            return Err(lost("no answer"));
        }
        Ok(locked(&world.objects).get(key).map(|stored| Object {
            body: stored.body.to_vec(),
            etag: stored.tag.to_string(),
        }))
    }

    async fn get_start(&self, key: &str, bytes: u64) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.get(key).await?.map(|object| start(object, bytes)))
    }

    async fn put(
        &self,
        key: &str,
        body: Vec<u8>,
        condition: Condition<'_>,
    ) -> Result<String, StoreError> {
        let (world, place) = (&self.0, short(key));
        let is_conditional = condition != Condition::Always;
        let tag = match condition {
            Condition::Matches(tag) => Some(tag.to_owned()),
            Condition::Always | Condition::Absent => None,
        };
        let is_absent = condition == Condition::Absent;
        let request = {
            let (world, key) = (Arc::clone(world), key.to_owned());
            async move {
                let place = short(&key);
                world.travel("put", place, Kind::StoreSlow).await;
                if world.fault(Kind::StorePutBefore, place).is_some() {
                    return Err(lost("no answer"));
                }
                if is_conditional && world.fault(Kind::StoreConflictBefore, place).is_some() {
                    return Err(StoreError::Conflict);
                }
                let condition = match &tag {
                    Some(tag) => Condition::Matches(tag),
                    None if is_absent => Condition::Absent,
                    None => Condition::Always,
                };
                write(&world, &key, body, condition)
            }
        };
        let written = world.request(place, request).await;
        let tag = written.ok_or_else(|| lost("no answer"))??;
        world.travel("put's answer", place, Kind::StoreSlow).await;
        if world.fault(Kind::StorePutAfter, place).is_some() {
            return Err(lost("no answer, after the write"));
        }
        if is_conditional && world.fault(Kind::StoreConflictAfter, place).is_some() {
            return Err(StoreError::Conflict);
        }
        Ok(tag.to_string())
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
        world.travel("finish", place, Kind::StoreSlow).await;
        if world.fault(Kind::StoreFinishBefore, place).is_some() {
            return Err(lost("no answer"));
        }
        write(&world, &key, bytes, Condition::Always)?;
        if world.fault(Kind::StoreFinishAfter, place).is_some() {
            return Err(lost("no answer, after the write"));
        }
        Ok(())
    }
}

/// The artifacts, which nobody changes.
pub struct Artifacts(pub Arc<World>);

#[async_trait]
impl Store for Artifacts {
    async fn get(&self, key: &str) -> Result<Option<Object>, StoreError> {
        let world = &self.0;
        world.travel("artifact", "", Kind::StoreSlow).await;
        if world.fault(Kind::StoreGetUnavailable, "artifact").is_some() {
            return Err(lost("no answer"));
        }
        Ok(world.subject.artifacts.get(key).map(|body| Object {
            body: body.clone(),
            etag: "1".to_owned(),
        }))
    }

    async fn get_start(&self, key: &str, bytes: u64) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.get(key).await?.map(|object| start(object, bytes)))
    }

    async fn put(&self, _: &str, _: Vec<u8>, _: Condition<'_>) -> Result<String, StoreError> {
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
