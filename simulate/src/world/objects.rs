//! Objects of the bucket, with entity tags. A global state is kept as a value.

use std::collections::HashMap;
use std::sync::Arc;

use runtime_lambda::state::GlobalState;

/// What lies in the bucket.
#[derive(Debug, Default)]
pub struct BucketContents {
    objects: HashMap<String, Stored>,
    written: u64,
}

/// An object with its entity tag, which each write changes.
#[derive(Debug, Clone)]
pub struct Stored {
    pub body: ObjectBody,
    pub tag: u64,
}

/// What an object holds.
#[derive(Debug, Clone)]
pub enum ObjectBody {
    /// Bytes, as somebody wrote them.
    Bytes(Arc<Vec<u8>>),
    /// A global state, which is JSON only for whoever asks for bytes.
    State(Arc<GlobalState>),
}

impl ObjectBody {
    /// The bytes of the object.
    pub fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Bytes(bytes) => bytes.to_vec(),
            // A state that is no JSON is found as it is written.
            Self::State(state) => serde_json::to_vec(state.as_ref()).unwrap_or_default(),
        }
    }
}

impl Stored {
    /// The global state that it is.
    pub fn state(&self) -> Option<&Arc<GlobalState>> {
        match &self.body {
            ObjectBody::State(state) => Some(state),
            ObjectBody::Bytes(_) => None,
        }
    }
}

impl BucketContents {
    /// The object under this key.
    pub fn get(&self, key: &str) -> Option<&Stored> {
        self.objects.get(key)
    }

    /// How often objects were written.
    pub fn written(&self) -> u64 {
        self.written
    }

    /// Puts an object, and returns its tag and the state that was there before.
    pub fn put(&mut self, key: &str, body: ObjectBody) -> (u64, Option<Arc<GlobalState>>) {
        self.written += 1;
        let tag = self.written;
        let before = self.objects.insert(key.to_owned(), Stored { body, tag });
        (tag, before.and_then(|before| before.state().cloned()))
    }
}
