//! The global states that this process read or wrote last. So it reads a large state only when somebody
//! else has written it.

use std::collections::HashMap;
use std::io;
use std::time::SystemTime;

use cap_std::fs::{File, Metadata};
use parking_lot::Mutex;
use runtime_lambda::ports::Versioned;

/// Most keys whose states are known: few runs are under way at a time.
const MOST: usize = 8;

/// What tells one content of a path from another. Every write makes a new file, and a person who
/// writes into the old one changes its time or its length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    file: u64,
    modified: SystemTime,
    bytes: u64,
}

impl Stamp {
    /// The stamp of a file of which this is known.
    ///
    /// # Errors
    /// The system does not tell when it was changed.
    pub fn of(metadata: &Metadata) -> io::Result<Self> {
        use cap_std::fs::MetadataExt as _;
        Ok(Self {
            file: metadata.ino(),
            modified: metadata.modified()?.into_std(),
            bytes: metadata.len(),
        })
    }
}

/// A state's file as it was seen.
#[derive(Debug)]
struct SeenState {
    stamp: Stamp,
    state: Versioned,
    /// Kept open: as long as it is, no other file gets its number.
    _file: File,
}

/// The states of a key: the newest, and the one that it takes the place of. While a write goes on,
/// readers may find either.
#[derive(Debug, Default)]
struct OfKey {
    newest: Option<SeenState>,
    before: Option<SeenState>,
}

/// The states that were seen last, by key.
#[derive(Debug, Default)]
pub struct SeenStates(Mutex<HashMap<String, OfKey>>);

impl SeenStates {
    /// The state under `key`, if this is its file.
    pub fn get(&self, key: &str, stamp: Stamp) -> Option<Versioned> {
        let keys = self.0.lock();
        let known = keys.get(key)?;
        [&known.newest, &known.before]
            .into_iter()
            .flatten()
            .find(|seen| seen.stamp == stamp)
            .map(|seen| seen.state.clone())
    }

    /// Keeps the state that is in this file.
    pub fn keep(&self, key: &str, file: File, stamp: Stamp, state: Versioned) {
        let mut keys = self.0.lock();
        if keys.len() >= MOST && !keys.contains_key(key) {
            keys.clear();
        }
        let known = keys.entry(key.to_owned()).or_default();
        known.before = known.newest.replace(SeenState {
            stamp,
            state,
            _file: file,
        });
    }
}
