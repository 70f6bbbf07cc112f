//! What the verbs read of a place in which runs lie: one question a method.

use std::path::Path;

use async_trait::async_trait;
use runtime_lambda::ids::RunId;
use runtime_lambda::keys;
use runtime_lambda::state::GlobalState;

use super::Brief;
use crate::commands::session::EarlyEnd;
use crate::diagnostic::{Code, Diagnostic};
use crate::execution::AwsExecution;
use crate::exit::Exit;

/// A place in which runs lie. It fails where the folder or AWS does not play along.
#[async_trait]
pub trait Reads: Send + Sync {
    /// The pipeline's `.sfc`, where its runs are there.
    fn home(&self) -> Option<&Path>;

    /// What is typed behind a verb to mean runs of this place.
    fn option(&self) -> &'static str;

    /// What to do where there are no runs yet.
    fn how_to_begin(&self) -> &'static str;

    /// Where an object of the runs' bucket is, for people.
    fn location(&self, key: &str) -> String;

    /// The latest runs, the last one first.
    async fn latest(&self, pipeline: &str, most: usize) -> Result<Vec<Brief>, EarlyEnd>;

    /// Ids of the latest runs, the last one first: at least `most`, if there are so many. Nothing of a run is
    /// read for it that lies in a folder.
    async fn ids(&self, pipeline: &str, most: usize) -> Result<Vec<RunId>, EarlyEnd>;

    /// The execution of a run as it is now, if it is one of AWS's.
    async fn execution(
        &self,
        pipeline: &str,
        brief: &Brief,
    ) -> Result<Option<AwsExecution>, EarlyEnd>;

    /// An object of the runs' bucket; `None` if there is none.
    async fn object(&self, key: &str) -> Result<Option<Vec<u8>>, EarlyEnd>;

    /// An artifact; `None` if there is none.
    async fn artifact(&self, key: &str) -> Result<Option<Vec<u8>>, EarlyEnd>;

    /// The first bytes of an object, `most` or one more; `None` if there is none.
    async fn beginning(&self, key: &str, most: u64) -> Result<Option<Vec<u8>>, EarlyEnd>;

    /// What tells an object from what it was before, without reading it; `None` if there is none.
    async fn stamp(&self, key: &str) -> Result<Option<String>, EarlyEnd>;

    /// Keys in a folder of the runs' bucket, in order; `folder` ends with a slash.
    async fn keys(&self, folder: &str) -> Result<Vec<String>, EarlyEnd>;
}

/// The global state of a run; `None` before it has one.
///
/// # Errors
/// It cannot be read.
pub async fn state(
    place: &dyn Reads,
    pipeline: &str,
    run: &RunId,
) -> Result<Option<GlobalState>, EarlyEnd> {
    let key = keys::state(pipeline, run);
    let Some(bytes) = place.object(&key).await? else {
        return Ok(None);
    };
    serde_json::from_slice(&bytes).map(Some).map_err(|error| {
        EarlyEnd::with(
            Exit::Trouble,
            Diagnostic::error(
                Code::AwsRefused,
                format!("`{}` is no state of a run", place.location(&key)),
            )
            .note(error.to_string())
            .help("it may be of another version of sfc"),
        )
    })
}
