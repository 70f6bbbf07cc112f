//! The entity tags of the global states that this process read or wrote last. So it reads and hashes a
//! large state only when somebody else has written it.

use std::collections::HashMap;
use std::io;
use std::time::SystemTime;

use cap_std::fs::{File, Metadata};
use parking_lot::Mutex;

/// Most states that are known, each with an open file: few runs are under way at a time.
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
struct State {
    stamp: Stamp,
    etag: String,
    /// Kept open: as long as it is, no other file gets its number.
    _file: File,
}

/// The states that were seen last, by key.
#[derive(Debug, Default)]
pub struct SeenStates(Mutex<HashMap<String, State>>);

impl SeenStates {
    /// The entity tag of the state under `key`, if this is its file.
    pub fn etag(&self, key: &str, stamp: Stamp) -> Option<String> {
        let states = self.0.lock();
        let known = states.get(key).filter(|known| known.stamp == stamp);
        known.map(|known| known.etag.clone())
    }

    /// Keeps what is known of the state that is in this file.
    pub fn keep(&self, key: &str, file: File, stamp: Stamp, etag: &str) {
        let mut states = self.0.lock();
        if states.len() >= MOST && !states.contains_key(key) {
            states.clear();
        }
        let state = State {
            stamp,
            etag: etag.to_owned(),
            _file: file,
        };
        states.insert(key.to_owned(), state);
    }
}
