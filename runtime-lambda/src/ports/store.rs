//! A bucket: whole objects with conditional writes, and a writer for objects that do not fit in memory.
//!
//! The global state is such an object. It has methods of its own, because a bucket that is a model can
//! keep the value and needs no JSON.

use std::sync::Arc;

use async_trait::async_trait;

use crate::state::GlobalState;

/// A bucket. Keys have no leading slash.
#[async_trait]
pub trait Store: Send + Sync {
    /// Reads an object; `None` if there is none under `key`.
    async fn get(&self, key: &str) -> Result<Option<StoredObject>, StoreError>;
    /// Reads at most the first `bytes` bytes of an object; `None` if there is none under `key`.
    async fn get_start(&self, key: &str, bytes: u64) -> Result<Option<Vec<u8>>, StoreError>;
    /// Writes an object in one piece if `condition` holds; returns its new entity tag.
    async fn put(
        &self,
        key: &str,
        body: Vec<u8>,
        condition: WriteCondition<'_>,
    ) -> Result<String, StoreError>;
    /// Reads the global state under `key`; `None` if there is none. What the caller knows already is given
    /// back if it is still what the bucket has. To read a large state takes longer than most of what is
    /// done with it.
    async fn state(
        &self,
        key: &str,
        known: Option<Versioned>,
    ) -> Result<Option<Versioned>, StoreError> {
        let Some(object) = self.get(key).await? else {
            return Ok(None);
        };
        if let Some(known) = known.filter(|known| known.etag == object.etag) {
            return Ok(Some(known));
        }
        Versioned::read(key, object).map(Some)
    }
    /// Writes a global state as [`Self::put`] writes an object: as JSON on one line, because it is written
    /// often, and for programs.
    async fn put_state(
        &self,
        key: &str,
        state: &Arc<GlobalState>,
        condition: WriteCondition<'_>,
    ) -> Result<String, StoreError> {
        self.put(key, state_body(key, state)?, condition).await
    }
    /// Waits until nobody else of this process changes the object under `key`. What decides is the condition
    /// of the write, as ever: a turn only spares this process to write in vain.
    async fn turn(&self, _key: &str) -> Option<Turn> {
        None
    }
    /// Starts an object that is written in pieces and appears, whole, when the writer is finished.
    async fn writer(&self, key: &str) -> Result<Box<dyn ObjectWriter>, StoreError>;
    /// Where a person finds `key`: a URL or a path.
    fn location(&self, key: &str) -> String;

    /// Where a program finds an object: `s3://<bucket>/<key>`.
    fn uri(&self, key: &str) -> String;
}

/// A turn to change an object; over when it is dropped.
pub struct Turn(#[expect(dead_code, reason = "held, and dropped")] Box<dyn Send>);

impl Turn {
    /// A turn that lasts as long as somebody holds this.
    pub fn new(held: impl Send + 'static) -> Self {
        Self(Box::new(held))
    }
}

/// An object that is being written. Dropped unfinished, it leaves nothing under its key.
#[async_trait]
pub trait ObjectWriter: Send {
    /// Appends these bytes to the object.
    async fn write(&mut self, bytes: &[u8]) -> Result<(), StoreError>;
    /// Makes the object appear; it replaces what was there.
    async fn finish(self: Box<Self>) -> Result<(), StoreError>;
}

/// An object that was read.
#[derive(Debug, Clone)]
pub struct StoredObject {
    /// The whole object, as bytes.
    pub body: Vec<u8>,
    /// Its entity tag, for [`WriteCondition::Matches`].
    pub etag: String,
}

/// A global state under the entity tag that it has in the bucket.
#[derive(Debug, Clone)]
pub struct Versioned {
    /// Its entity tag, for [`WriteCondition::Matches`].
    pub etag: String,
    /// The state itself, shared with whoever has read it before.
    pub state: Arc<GlobalState>,
}

impl Versioned {
    /// The state that an object is.
    ///
    /// # Errors
    /// It is none.
    pub fn read(key: &str, object: StoredObject) -> Result<Self, StoreError> {
        let state = serde_json::from_slice(&object.body)
            .map_err(|error| StoreError::Corrupt(format!("`{key}` cannot be read: {error}")))?;
        Ok(Self {
            etag: object.etag,
            state: Arc::new(state),
        })
    }
}

/// A state as the body of an object. Its steps come last, and those that have not changed since
/// they were written are not written anew.
///
/// # Errors
/// It cannot be written as JSON.
pub fn state_body(key: &str, state: &GlobalState) -> Result<Vec<u8>, StoreError> {
    body(state).map_err(|error| StoreError::Corrupt(format!("`{key}` cannot be written: {error}")))
}

fn body(state: &GlobalState) -> serde_json::Result<Vec<u8>> {
    let mut body = serde_json::to_vec(&state.without_steps())?;
    // An object without members, and the end of the document.
    body.truncate(body.len() - b"}}".len());
    for (index, (name, step)) in state.steps.iter().enumerate() {
        if index > 0 {
            body.push(b',');
        }
        serde_json::to_writer(&mut body, name)?;
        body.push(b':');
        body.extend_from_slice(step.json()?);
    }
    body.extend_from_slice(b"}}");
    Ok(body)
}

/// When a write may happen (AWS page: S3 conditional writes).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteCondition<'a> {
    /// Writes whatever is there.
    Always,
    /// Only if there is no object under the key (`If-None-Match: *`).
    Absent,
    /// Only if the object still has this entity tag (`If-Match`).
    Matches(&'a str),
}

/// Why the bucket did not do what was asked.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// The condition of a write did not hold, or another write was in flight.
    #[error("the object was changed by somebody else")]
    Conflict,
    /// The call may work if it is made again.
    #[error("the bucket did not answer: {0}")]
    Unavailable(String),
    /// The call will not work: no permission, no bucket, no space.
    #[error("the bucket refused: {0}")]
    Refused(String),
    /// What lies in the bucket is not what should lie there.
    #[error("{0}")]
    Corrupt(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_body_of_a_state_is_the_state_as_json() {
        for steps in [
            serde_json::json!({}),
            serde_json::json!({ "a\"b": { "status": "INITIAL", "round": 0 } }),
            serde_json::json!({ "a": { "status": "FINISHED" }, "b": { "status": "INITIAL" } }),
        ] {
            let state = serde_json::json!({
                "format": 1, "pipeline": "p", "run": "r", "plan": "", "execution": "", "status": "RUNNING",
                "round": 1, "started": "2026-01-01T00:00:00Z", "deadline": "2026-01-01T01:00:00Z",
                "steps": steps,
            });
            let state: GlobalState = serde_json::from_value(state).unwrap();
            let body = state_body("state.json", &state).unwrap();
            let expected = serde_json::to_string(&state).unwrap();
            assert_eq!(String::from_utf8(body).unwrap(), expected);
        }
    }
}
