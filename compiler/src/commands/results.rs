//! `sfc results`: what a run has returned, fetched to a folder.

use std::fs;
use std::path::{Path, PathBuf};

use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use runtime_lambda::keys;
use runtime_lambda::state::GlobalState;

use super::runs::{Of, Runs};
use super::session::{self, Stop, command_line};
use crate::diagnostic::{Code, Diagnostic, Nearest};
use crate::exit::Exit;
use crate::printer::Printer;

/// Objects that are fetched at the same time.
const AT_ONCE: usize = 8;

/// Fetches the results of a run, or of one step of it, to `to`, and prints the files.
#[must_use]
pub fn results(
    of: &Of,
    run: &str,
    step: Option<&str>,
    to: Option<&Path>,
    printer: &Printer,
) -> Exit {
    session::block_on(printer, async {
        let runs = Runs::open(of).await?;
        let brief = runs.find(run).await?;
        let Some(state) = runs.state(&brief.run).await? else {
            return Err(nothing(&brief.run));
        };
        let keys = wanted(&state, step)?;
        if keys.is_empty() {
            return Err(nothing(&brief.run));
        }
        let folder = to.map_or_else(
            || PathBuf::from(format!("results-{}", brief.run)),
            PathBuf::from,
        );
        fs::create_dir_all(&folder).map_err(|error| unwritable(&folder, &error))?;
        let runs = &runs;
        let folder = &folder;
        let paths: Vec<PathBuf> = stream::iter(keys)
            .map(|key| async move { fetch(runs, &key, folder).await })
            .buffered(AT_ONCE)
            .try_collect()
            .await?;
        for path in paths {
            printer.data(&format!("{}\n", path.display()));
        }
        Ok(Exit::Success)
    })
}

/// Keys of the results: those of a step that was kept lie in the folder of the run that made them.
fn wanted(state: &GlobalState, step: Option<&str>) -> Result<Vec<String>, Stop> {
    if let Some(step) = step
        && !state.steps.contains_key(step)
    {
        let known = state.steps.keys().map(String::as_str);
        let help = Nearest::default()
            .suggest(step, known)
            .unwrap_or_else(|| "`sfc status RUN` lists them".to_owned());
        return Err(Stop::with(
            Exit::BadInput,
            command_line(
                Code::NoResults,
                format!("the run `{}` has no step `{step}`", state.run),
            )
            .help(help),
        ));
    }
    Ok(state
        .steps
        .iter()
        .filter(|(name, found)| found.has_result && step.is_none_or(|step| step == name.as_str()))
        .flat_map(|(name, found)| {
            let run = found.kept_from.as_deref().unwrap_or(&state.run);
            [
                keys::result_json(&state.pipeline, run, name),
                keys::result_csv(&state.pipeline, run, name),
            ]
        })
        .collect())
}

async fn fetch(runs: &Runs, key: &str, folder: &Path) -> Result<PathBuf, Stop> {
    let name = key.rsplit('/').next().unwrap_or(key);
    let path = folder.join(name);
    let bytes = runs.object(key).await?.ok_or_else(|| {
        Stop::with(
            Exit::Trouble,
            Diagnostic::error(Code::NoResults, format!("`{}` is gone", runs.location(key)))
                .help("it may have expired: `stack.data.expire_days` says when"),
        )
    })?;
    fs::write(&path, bytes).map_err(|error| unwritable(&path, &error))?;
    Ok(path)
}

fn nothing(run: &str) -> Stop {
    Stop::with(
        Exit::BadInput,
        command_line(
            Code::NoResults,
            format!("the run `{run}` has returned no rows"),
        )
        .help("`sfc status RUN` shows its steps"),
    )
}

fn unwritable(path: &Path, error: &std::io::Error) -> Stop {
    Stop::with(
        Exit::Trouble,
        Diagnostic::error(
            Code::LocalTrouble,
            format!("`{}` cannot be written", path.display()),
        )
        .note(error.to_string())
        .help("check the folder's permissions and the space on its disk"),
    )
}
