//! The files of results, fetched to a folder.

use std::fs;
use std::path::{Path, PathBuf};

use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use runtime_lambda::keys;

use super::gone;
use super::wanted::WantedResults;
use crate::commands::runs::Runs;
use crate::commands::session::EarlyEnd;
use crate::diagnostic::{Code, Diagnostic};
use crate::exit::Exit;
use crate::printer::Printer;

/// Objects that are fetched at the same time.
const AT_ONCE: usize = 8;

/// Fetches JSON and CSV of each result, and prints the paths.
///
/// # Errors
/// A result is gone, or the folder cannot be written.
pub async fn fetch(
    runs: &Runs,
    found: &WantedResults,
    folder: &Path,
    printer: &Printer,
) -> Result<(), EarlyEnd> {
    fs::create_dir_all(folder).map_err(|error| unwritable(folder, &error))?;
    let keys = found.steps.iter().flat_map(|step| {
        [
            keys::result_json(&found.pipeline, &step.run, &step.name),
            keys::result_csv(&found.pipeline, &step.run, &step.name),
        ]
    });
    let paths: Vec<PathBuf> = stream::iter(keys)
        .map(|key| async move { one(runs, &key, folder).await })
        .buffered(AT_ONCE)
        .try_collect()
        .await?;
    for path in paths {
        printer.data(&format!("{}\n", path.display()));
    }
    Ok(())
}

async fn one(runs: &Runs, key: &str, folder: &Path) -> Result<PathBuf, EarlyEnd> {
    let name = key.rsplit('/').next().unwrap_or(key);
    let path = folder.join(name);
    let bytes = runs.object(key).await?;
    let bytes = bytes.ok_or_else(|| gone(&runs.location(key)))?;
    fs::write(&path, bytes).map_err(|error| unwritable(&path, &error))?;
    Ok(path)
}

fn unwritable(path: &Path, error: &std::io::Error) -> EarlyEnd {
    EarlyEnd::with(
        Exit::Trouble,
        Diagnostic::error(
            Code::LocalTrouble,
            format!("`{}` cannot be written", path.display()),
        )
        .note(error.to_string())
        .help("check the folder's permissions and the space on its disk"),
    )
}
