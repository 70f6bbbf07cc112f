//! A folder as a bucket: one file an object, whole at every moment, with conditional writes that hold
//! across threads and processes.

mod seen;
mod turns;

use std::io::{self, Read as _, Write as _};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use cap_std::fs::File;
use runtime_lambda::ports::{
    ObjectWriter, Store, StoreError, StoredObject, Turn, Versioned, WriteCondition, state_body,
};
use runtime_lambda::state::GlobalState;
use twox_hash::XxHash3_128;

use self::seen::{SeenStates, Stamp};
use self::turns::Turns;

use crate::folder::{Folder, PartFile, Within};

/// Lock file of a bucket, beside its objects.
const LOCK: &str = ".lock";

/// A folder whose files are the objects. No key and no link leads out of its bound.
#[derive(Debug, Clone)]
pub struct FolderBucket {
    folder: Folder,
    seen: Arc<SeenStates>,
    turns: Arc<Turns>,
}

impl FolderBucket {
    /// The bucket in this folder, which is made if it is not there.
    ///
    /// # Errors
    /// The folder cannot be made, or a link leads out of its bound.
    pub fn open(folder: impl Into<Within>) -> io::Result<Self> {
        let folder = Folder::open(folder)?;
        folder.create_dirs(Path::new(""))?;
        Ok(Self {
            folder,
            seen: Arc::default(),
            turns: Arc::default(),
        })
    }

    /// Path of the object's file.
    ///
    /// # Errors
    /// The key leaves the folder.
    pub fn path(&self, key: &str) -> Result<PathBuf, StoreError> {
        Ok(self.folder.path().join(inside(key)?))
    }

    /// Names of the folders below `key`, in order; none if there is no such folder.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn folders(&self, key: &str) -> Result<Vec<String>, StoreError> {
        let path = inside(key)?;
        let names = match self.folder.names(path) {
            Ok(names) => names,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(refused(key, &error)),
        };
        let mut folders: Vec<String> = names
            .into_iter()
            .filter(|name| {
                let metadata = self.folder.metadata(&path.join(name));
                metadata.is_ok_and(|metadata| metadata.is_dir())
            })
            .map(|name| name.to_string_lossy().into_owned())
            .collect();
        folders.sort();
        Ok(folders)
    }

    fn read(&self, key: &str) -> Result<Option<StoredObject>, StoreError> {
        match self.folder.read(inside(key)?) {
            Ok(body) => Ok(Some(StoredObject {
                etag: etag(&body),
                body,
            })),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(refused(key, &error)),
        }
    }

    fn read_start(&self, key: &str, bytes: u64) -> Result<Option<Vec<u8>>, StoreError> {
        let mut start = Vec::new();
        let file = self.folder.file(inside(key)?);
        match file.and_then(|file| file.take(bytes).read_to_end(&mut start)) {
            Ok(_) => Ok(Some(start)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(refused(key, &error)),
        }
    }

    /// The global state under `key`: read only if this process has not seen its file.
    fn read_state(&self, key: &str) -> Result<Option<Versioned>, StoreError> {
        if let Some(seen) = self.state_seen(key)? {
            return Ok(Some(seen));
        }
        let mut file = match self.folder.file(inside(key)?) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(refused(key, &error)),
        };
        let stamp = stamp(&file).map_err(|error| refused(key, &error))?;
        let mut body = Vec::new();
        file.read_to_end(&mut body)
            .map_err(|error| refused(key, &error))?;
        let etag = etag(&body);
        let read = Versioned::read(key, StoredObject { body, etag })?;
        self.seen.keep(key, file, stamp, read.clone());
        Ok(Some(read))
    }

    fn write_state(
        &self,
        key: &str,
        state: &Arc<GlobalState>,
        condition: WriteCondition<'_>,
    ) -> Result<String, StoreError> {
        let body = state_body(key, state)?;
        let etag = etag(&body);
        let (state, seen) = (Arc::clone(state), etag.clone());
        self.write(key, &body, condition, |file| {
            if let Ok(stamp) = stamp(&file) {
                let state = Versioned { etag: seen, state };
                self.seen.keep(key, file, stamp, state);
            }
        })?;
        Ok(etag)
    }

    /// The state under `key`, if its file is one that this process saw last.
    fn state_seen(&self, key: &str) -> Result<Option<Versioned>, StoreError> {
        let found = self.folder.metadata(inside(key)?);
        let stamp = found.and_then(|metadata| Stamp::of(&metadata));
        Ok(stamp.ok().and_then(|stamp| self.seen.get(key, stamp)))
    }

    /// The entity tag of the object under `key`, if there is one.
    fn etag(&self, key: &str) -> Result<Option<String>, StoreError> {
        match self.state_seen(key)? {
            Some(seen) => Ok(Some(seen.etag)),
            None => Ok(self.read(key)?.map(|object| object.etag)),
        }
    }

    /// Writes an object. Gives its file to `keep` just before it appears: somebody may read it at once.
    fn write(
        &self,
        key: &str,
        body: &[u8],
        condition: WriteCondition<'_>,
        keep: impl FnOnce(File),
    ) -> Result<(), StoreError> {
        let mut part = self.start(key)?;
        part.file
            .write_all(body)
            .map_err(|error| refused(key, &error))?;
        let file = part.file.try_clone();
        let file = file.map_err(|error| refused(key, &error))?;
        let lock = self
            .folder
            .open_or_create(Path::new(LOCK))
            .map_err(|error| refused(key, &error))?
            .into_std();
        lock.lock().map_err(|error| refused(key, &error))?;
        let holds = match condition {
            WriteCondition::Always => true,
            WriteCondition::Absent => self.etag(key)?.is_none(),
            WriteCondition::Matches(etag) => self.etag(key)?.as_deref() == Some(etag),
        };
        if !holds {
            return Err(StoreError::Conflict);
        }
        keep(file);
        part.finish().map_err(|error| refused(key, &error))
    }

    /// A file beside the object's, which takes its place when it is whole.
    fn start(&self, key: &str) -> Result<PartFile, StoreError> {
        self.folder
            .part(inside(key)?)
            .map_err(|error| refused(key, &error))
    }
}

/// The entity tag of a content. Whoever writes here is the same person, so it need not be a hash that
/// nobody can forge. A large state is hashed at each write, so it has to be a quick one.
fn etag(body: &[u8]) -> String {
    format!("{:032x}", XxHash3_128::oneshot(body))
}

fn stamp(file: &File) -> io::Result<Stamp> {
    Stamp::of(&file.metadata()?)
}

/// A key as a path that names nothing above it.
fn inside(key: &str) -> Result<&Path, StoreError> {
    let path = Path::new(key);
    let inside = path
        .components()
        .all(|component| matches!(component, Component::Normal(_)));
    if inside && !key.is_empty() {
        Ok(path)
    } else {
        Err(StoreError::Refused(format!("`{key}` is no key")))
    }
}

#[async_trait]
impl Store for FolderBucket {
    async fn get(&self, key: &str) -> Result<Option<StoredObject>, StoreError> {
        let (bucket, key) = (self.clone(), key.to_owned());
        blocking(move || bucket.read(&key)).await
    }

    async fn get_start(&self, key: &str, bytes: u64) -> Result<Option<Vec<u8>>, StoreError> {
        let (bucket, key) = (self.clone(), key.to_owned());
        blocking(move || bucket.read_start(&key, bytes)).await
    }

    async fn put(
        &self,
        key: &str,
        body: Vec<u8>,
        condition: WriteCondition<'_>,
    ) -> Result<String, StoreError> {
        let (bucket, key) = (self.clone(), key.to_owned());
        let condition = Owned::from(condition);
        blocking(move || {
            let etag = etag(&body);
            bucket.write(&key, &body, condition.borrowed(), drop)?;
            Ok(etag)
        })
        .await
    }

    async fn state(
        &self,
        key: &str,
        _known: Option<Versioned>,
    ) -> Result<Option<Versioned>, StoreError> {
        let (bucket, key) = (self.clone(), key.to_owned());
        blocking(move || bucket.read_state(&key)).await
    }

    async fn put_state(
        &self,
        key: &str,
        state: &Arc<GlobalState>,
        condition: WriteCondition<'_>,
    ) -> Result<String, StoreError> {
        let (bucket, key, state) = (self.clone(), key.to_owned(), Arc::clone(state));
        let condition = Owned::from(condition);
        blocking(move || bucket.write_state(&key, &state, condition.borrowed())).await
    }

    async fn turn(&self, key: &str) -> Option<Turn> {
        Some(self.turns.next(key).await)
    }

    async fn writer(&self, key: &str) -> Result<Box<dyn ObjectWriter>, StoreError> {
        let (bucket, key) = (self.clone(), key.to_owned());
        blocking(move || {
            let part = bucket.start(&key)?;
            Ok(Box::new(FileWriter { key, part }) as Box<dyn ObjectWriter>)
        })
        .await
    }

    fn uri(&self, key: &str) -> String {
        format!("s3://local/{key}")
    }

    fn location(&self, key: &str) -> String {
        self.folder.path().join(key).display().to_string()
    }
}

/// A condition that goes along to another thread.
enum Owned {
    Always,
    Absent,
    Matches(String),
}

impl From<WriteCondition<'_>> for Owned {
    fn from(condition: WriteCondition<'_>) -> Self {
        match condition {
            WriteCondition::Always => Self::Always,
            WriteCondition::Absent => Self::Absent,
            WriteCondition::Matches(etag) => Self::Matches(etag.to_owned()),
        }
    }
}

impl Owned {
    fn borrowed(&self) -> WriteCondition<'_> {
        match self {
            Self::Always => WriteCondition::Always,
            Self::Absent => WriteCondition::Absent,
            Self::Matches(etag) => WriteCondition::Matches(etag),
        }
    }
}

/// An object that is being written: gone when dropped.
struct FileWriter {
    key: String,
    part: PartFile,
}

#[async_trait]
impl ObjectWriter for FileWriter {
    async fn write(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        self.part
            .file
            .write_all(bytes)
            .map_err(|error| refused(&self.key, &error))
    }

    async fn finish(self: Box<Self>) -> Result<(), StoreError> {
        let Self { key, part } = *self;
        part.finish().map_err(|error| refused(&key, &error))
    }
}

fn refused(key: &str, error: &io::Error) -> StoreError {
    StoreError::Refused(format!("`{key}`: {error}"))
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| StoreError::Unavailable(error.to_string()))?
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn bucket() -> (tempfile::TempDir, FolderBucket) {
        let folder = tempfile::tempdir().unwrap();
        let bucket = FolderBucket::open(folder.path()).unwrap();
        (folder, bucket)
    }

    #[tokio::test]
    async fn writes_hold_to_their_condition() {
        let (_folder, bucket) = bucket();
        let first = bucket
            .put("a/b", b"1".to_vec(), WriteCondition::Absent)
            .await
            .unwrap();
        assert!(matches!(
            bucket
                .put("a/b", b"2".to_vec(), WriteCondition::Absent)
                .await,
            Err(StoreError::Conflict)
        ));
        let second = bucket
            .put("a/b", b"2".to_vec(), WriteCondition::Matches(&first))
            .await
            .unwrap();
        assert!(matches!(
            bucket
                .put("a/b", b"3".to_vec(), WriteCondition::Matches(&first))
                .await,
            Err(StoreError::Conflict)
        ));
        let object = bucket.get("a/b").await.unwrap().unwrap();
        assert_eq!(
            (object.body.as_slice(), object.etag),
            (b"2".as_slice(), second)
        );
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn of_many_swaps_at_once_one_wins() {
        let (_folder, bucket) = bucket();
        let etag = bucket
            .put("k", b"0".to_vec(), WriteCondition::Absent)
            .await
            .unwrap();
        let mut swaps = tokio::task::JoinSet::new();
        for number in 0..16_u8 {
            let (bucket, etag) = (bucket.clone(), etag.clone());
            swaps.spawn(async move {
                bucket
                    .put("k", vec![b'a' + number], WriteCondition::Matches(&etag))
                    .await
                    .is_ok()
            });
        }
        let won = swaps
            .join_all()
            .await
            .into_iter()
            .filter(|won| *won)
            .count();
        assert_eq!(won, 1);
    }

    fn state(run: &str) -> Arc<GlobalState> {
        let state = serde_json::json!({
            "format": 1, "pipeline": "p", "run": run, "plan": "", "execution": "", "status": "RUNNING",
            "round": 1, "started": "2026-01-01T00:00:00Z", "deadline": "2026-01-01T01:00:00Z", "steps": {},
        });
        Arc::new(serde_json::from_value(state).unwrap())
    }

    /// The run that the state is of, by one who knows an earlier state.
    async fn run_of(bucket: &FolderBucket, known: &mut Option<Versioned>) -> String {
        let seen = bucket.state("p/state.json", known.take()).await.unwrap();
        *known = seen;
        known.as_ref().unwrap().state.run.to_string()
    }

    #[tokio::test]
    async fn a_state_that_somebody_else_has_written_is_read_anew() {
        let (folder, bucket) = bucket();
        let other = FolderBucket::open(folder.path()).unwrap();
        let key = "p/state.json";
        let written = state("a");
        let first = bucket.put_state(key, &written, WriteCondition::Absent);
        let first = first.await.unwrap();
        let mut known = None;
        assert_eq!(run_of(&bucket, &mut known).await, "a");
        // What is known is given back, and not read again.
        let same = bucket.state(key, known.clone()).await.unwrap().unwrap();
        assert!(Arc::ptr_eq(&same.state, &known.as_ref().unwrap().state));
        let seen = other.state(key, None).await.unwrap().unwrap();
        assert_eq!(seen.etag, first);
        // Of the same length, and more than once within a tick of the file system's clock.
        for run in ["b", "c", "d"] {
            let condition = WriteCondition::Always;
            other.put_state(key, &state(run), condition).await.unwrap();
            assert_eq!(run_of(&bucket, &mut known).await, run);
        }
        let written = state("e");
        let late = bucket.put_state(key, &written, WriteCondition::Matches(&first));
        assert!(matches!(late.await, Err(StoreError::Conflict)));
        // In place, as some editors do.
        let text = serde_json::to_string(state("by hand").as_ref()).unwrap();
        fs::write(folder.path().join(key), text).unwrap();
        assert_eq!(run_of(&bucket, &mut known).await, "by hand");
        fs::remove_file(folder.path().join(key)).unwrap();
        assert!(bucket.state(key, None).await.unwrap().is_none());
        let written = state("f");
        let again = bucket.put_state(key, &written, WriteCondition::Absent);
        again.await.unwrap();
        fs::write(folder.path().join(key), "{").unwrap();
        let torn = bucket.state(key, None).await;
        assert!(matches!(torn, Err(StoreError::Corrupt(_))));
    }

    #[tokio::test]
    async fn a_writer_that_is_dropped_leaves_nothing() {
        let (folder, bucket) = bucket();
        let mut writer = bucket.writer("r/x.csv").await.unwrap();
        writer.write(b"half").await.unwrap();
        drop(writer);
        assert!(bucket.get("r/x.csv").await.unwrap().is_none());
        assert_eq!(fs::read_dir(folder.path().join("r")).unwrap().count(), 0);
        let mut writer = bucket.writer("r/x.csv").await.unwrap();
        writer.write(b"whole").await.unwrap();
        writer.finish().await.unwrap();
        assert_eq!(
            bucket.get_start("r/x.csv", 3).await.unwrap().unwrap(),
            b"who"
        );
    }

    #[tokio::test]
    async fn a_key_cannot_leave_the_folder() {
        let (_folder, bucket) = bucket();
        for key in ["../x", "/etc/passwd", "a/../../x", ""] {
            assert!(bucket.get(key).await.is_err(), "{key}");
        }
    }
}
