//! What backfills have done, in `.sfc/backfills`: so that the same one, started again, does what is left.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use runtime_lambda::ids::RunId;
use runtime_lambda::keys::sha256;
use runtime_lambda::state::RunStatus;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The `format` of what this version reads and writes.
const FORMAT: u32 = 1;

/// What tells one backfill from another: not its range, so that a longer one only adds to a shorter one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackfillIdentity {
    /// Name of the pipeline.
    pub pipeline: String,
    /// The environment whose spec it was.
    pub environment: Option<String>,
    /// The parameter that has another value in each run.
    pub parameter: String,
    /// Values of other parameters.
    pub others: Value,
    /// Names of the steps, if not all were run.
    pub steps: Option<Vec<String>>,
}

/// What became of a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndedValue {
    /// Id of the last run for the value.
    pub run: RunId,
    /// Status that this run ended with.
    pub status: RunStatus,
}

/// The document in `.sfc/backfills`, one for each backfill.
#[derive(Debug, Serialize, Deserialize)]
struct Document {
    format: u32,
    about: BackfillIdentity,
    values: BTreeMap<String, EndedValue>,
}

/// A record, and where it lies.
#[derive(Debug)]
pub struct BackfillRecord {
    path: PathBuf,
    document: Document,
}

impl BackfillRecord {
    /// The record of a backfill in a pipeline's local folder. One that cannot be read, or is of another
    /// format, is as good as none: its values are run again.
    pub fn open(home: &Path, about: BackfillIdentity) -> Self {
        let text = serde_json::to_string(&about).unwrap_or_default();
        let hash: String = sha256(text.as_bytes()).chars().take(12).collect();
        let path = home
            .join("backfills")
            .join(format!("{}-{hash}.json", about.parameter));
        let known = fs::read(&path).ok();
        let known = known.and_then(|bytes| serde_json::from_slice::<Document>(&bytes).ok());
        let known = known.filter(|known| known.format == FORMAT && known.about == about);
        Self {
            path,
            document: known.unwrap_or(Document {
                format: FORMAT,
                about,
                values: BTreeMap::new(),
            }),
        }
    }

    /// The run that has finished a value.
    pub fn finished(&self, value: &str) -> Option<&str> {
        let done = self.document.values.get(value)?;
        (done.status == RunStatus::Finished).then_some(done.run.as_str())
    }

    /// Writes down what became of a value. The file is whole at every moment.
    ///
    /// # Errors
    /// The disk does not take it.
    pub fn note(&mut self, value: &str, done: EndedValue) -> io::Result<()> {
        self.document.values.insert(value.to_owned(), done);
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut bytes = serde_json::to_vec_pretty(&self.document)?;
        bytes.push(b'\n');
        let part = self
            .path
            .with_extension(format!("part-{}", std::process::id()));
        fs::write(&part, bytes)?;
        fs::rename(part, &self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_of_the_same_backfill_only() {
        let folder = tempfile::tempdir().unwrap();
        let about = |shop: &str| BackfillIdentity {
            pipeline: "demo".to_owned(),
            environment: None,
            parameter: "day".to_owned(),
            others: serde_json::json!({ "shop": shop }),
            steps: None,
        };
        let done = |status| EndedValue {
            run: "r".into(),
            status,
        };
        let mut record = BackfillRecord::open(folder.path(), about("1"));
        record.note("a", done(RunStatus::Finished)).unwrap();
        record.note("b", done(RunStatus::Failed)).unwrap();
        let again = BackfillRecord::open(folder.path(), about("1"));
        assert_eq!(again.finished("a"), Some("r"));
        assert_eq!(again.finished("b"), None);
        assert_eq!(
            BackfillRecord::open(folder.path(), about("2")).finished("a"),
            None
        );
        fs::write(&record.path, "{").unwrap();
        assert_eq!(
            BackfillRecord::open(folder.path(), about("1")).finished("a"),
            None
        );
    }
}
