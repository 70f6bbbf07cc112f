//! A folder as a bucket: one file an object, whole at every moment, with conditional writes that hold
//! across threads and processes.

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Component, Path, PathBuf};

use async_trait::async_trait;
use runtime_lambda::keys::sha256;
use runtime_lambda::ports::{Condition, Object, ObjectWriter, Store, StoreError};
use tempfile::NamedTempFile;

/// Lock file of a bucket, beside its objects.
const LOCK: &str = ".lock";

/// A folder whose files are the objects.
#[derive(Debug, Clone)]
pub struct FolderBucket {
    root: PathBuf,
}

impl FolderBucket {
    /// The bucket in this folder, which is made if it is not there.
    ///
    /// # Errors
    /// The folder cannot be made.
    pub fn open(root: impl Into<PathBuf>) -> io::Result<Self> {
        let root = root.into();
        fs::create_dir_all(&root)?;
        Ok(Self { root })
    }

    /// Path of the object's file.
    ///
    /// # Errors
    /// The key leaves the folder.
    pub fn path(&self, key: &str) -> Result<PathBuf, StoreError> {
        let path = Path::new(key);
        let inside = path
            .components()
            .all(|component| matches!(component, Component::Normal(_)));
        if inside && !key.is_empty() {
            Ok(self.root.join(path))
        } else {
            Err(StoreError::Refused(format!("`{key}` is no key")))
        }
    }

    /// Names of the folders below `key`, in order; none if there is no such folder.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn folders(&self, key: &str) -> Result<Vec<String>, StoreError> {
        let entries = match fs::read_dir(self.path(key)?) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(refused(key, &error)),
        };
        let mut names = Vec::new();
        for entry in entries {
            let entry = entry.map_err(|error| refused(key, &error))?;
            if entry.path().is_dir() {
                names.push(entry.file_name().to_string_lossy().into_owned());
            }
        }
        names.sort();
        Ok(names)
    }

    fn read(&self, key: &str) -> Result<Option<Object>, StoreError> {
        match fs::read(self.path(key)?) {
            Ok(body) => Ok(Some(Object {
                etag: sha256(&body),
                body,
            })),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(refused(key, &error)),
        }
    }

    fn write(
        &self,
        key: &str,
        body: &[u8],
        condition: Condition<'_>,
    ) -> Result<String, StoreError> {
        let mut file = self.start(key)?;
        file.write_all(body)
            .and_then(|()| file.flush())
            .map_err(|error| refused(key, &error))?;
        let lock = File::create(self.root.join(LOCK)).map_err(|error| refused(key, &error))?;
        lock.lock().map_err(|error| refused(key, &error))?;
        let holds = match condition {
            Condition::Always => true,
            Condition::Absent => self.read(key)?.is_none(),
            Condition::Matches(etag) => self.read(key)?.is_some_and(|object| object.etag == *etag),
        };
        if !holds {
            return Err(StoreError::Conflict);
        }
        file.persist(self.path(key)?)
            .map_err(|error| refused(key, &error.error))?;
        Ok(sha256(body))
    }

    /// A file beside the object's, which takes its place when it is whole.
    fn start(&self, key: &str) -> Result<NamedTempFile, StoreError> {
        let path = self.path(key)?;
        let folder = path.parent().unwrap_or(&self.root);
        fs::create_dir_all(folder)
            .and_then(|()| {
                tempfile::Builder::new()
                    .prefix(".part-")
                    .tempfile_in(folder)
            })
            .map_err(|error| refused(key, &error))
    }
}

#[async_trait]
impl Store for FolderBucket {
    async fn get(&self, key: &str) -> Result<Option<Object>, StoreError> {
        let (bucket, key) = (self.clone(), key.to_owned());
        blocking(move || bucket.read(&key)).await
    }

    async fn get_start(&self, key: &str, bytes: u64) -> Result<Option<Vec<u8>>, StoreError> {
        let (path, key) = (self.path(key)?, key.to_owned());
        blocking(move || match File::open(&path) {
            Ok(file) => {
                let mut start = Vec::new();
                file.take(bytes)
                    .read_to_end(&mut start)
                    .map_err(|error| refused(&key, &error))?;
                Ok(Some(start))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(refused(&key, &error)),
        })
        .await
    }

    async fn put(
        &self,
        key: &str,
        body: Vec<u8>,
        condition: Condition<'_>,
    ) -> Result<String, StoreError> {
        let (bucket, key) = (self.clone(), key.to_owned());
        let etag = match condition {
            Condition::Matches(etag) => Some(etag.to_owned()),
            _ => None,
        };
        let absent = condition == Condition::Absent;
        blocking(move || {
            let condition = match &etag {
                Some(etag) => Condition::Matches(etag),
                None if absent => Condition::Absent,
                None => Condition::Always,
            };
            bucket.write(&key, &body, condition)
        })
        .await
    }

    async fn writer(&self, key: &str) -> Result<Box<dyn ObjectWriter>, StoreError> {
        let (bucket, key) = (self.clone(), key.to_owned());
        blocking(move || {
            let file = bucket.start(&key)?;
            let path = bucket.path(&key)?;
            Ok(Box::new(FileWriter { key, path, file }) as Box<dyn ObjectWriter>)
        })
        .await
    }

    fn uri(&self, key: &str) -> String {
        format!("s3://local/{key}")
    }

    fn location(&self, key: &str) -> String {
        self.root.join(key).display().to_string()
    }
}

/// An object that is being written: a temporary file, gone when dropped.
struct FileWriter {
    key: String,
    path: PathBuf,
    file: NamedTempFile,
}

#[async_trait]
impl ObjectWriter for FileWriter {
    async fn write(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        self.file
            .write_all(bytes)
            .map_err(|error| refused(&self.key, &error))
    }

    async fn finish(self: Box<Self>) -> Result<(), StoreError> {
        let Self { key, path, file } = *self;
        file.persist(path)
            .map(|_| ())
            .map_err(|error| refused(&key, &error.error))
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
            .put("a/b", b"1".to_vec(), Condition::Absent)
            .await
            .unwrap();
        assert!(matches!(
            bucket.put("a/b", b"2".to_vec(), Condition::Absent).await,
            Err(StoreError::Conflict)
        ));
        let second = bucket
            .put("a/b", b"2".to_vec(), Condition::Matches(&first))
            .await
            .unwrap();
        assert!(matches!(
            bucket
                .put("a/b", b"3".to_vec(), Condition::Matches(&first))
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
            .put("k", b"0".to_vec(), Condition::Absent)
            .await
            .unwrap();
        let mut swaps = tokio::task::JoinSet::new();
        for number in 0..16_u8 {
            let (bucket, etag) = (bucket.clone(), etag.clone());
            swaps.spawn(async move {
                bucket
                    .put("k", vec![b'a' + number], Condition::Matches(&etag))
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
