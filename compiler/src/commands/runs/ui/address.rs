//! The run that an address names, and its state.

use runtime_lambda::ids::RunId;
use runtime_lambda::state::{GlobalState, RunStatus};

use super::pages::ProblemPage;
use super::site::{Opened, Site};
use crate::commands::runs::{dead_runs, home};
use crate::commands::session::{EarlyEnd, command_line};
use crate::diagnostic::Code;
use crate::exit::Exit;

/// What an address of a run names: place, pipeline, run.
pub type RunAddress = (String, String, String);

/// The state of a run. One that goes on while nobody has the folder has died, and is ended first.
///
/// # Errors
/// It cannot be read.
pub async fn living(
    site: &Site,
    opened: &Opened,
    run: &RunId,
) -> Result<Option<GlobalState>, EarlyEnd> {
    let runs = &opened.runs;
    let state = runs.state(run).await?;
    let goes_on = state
        .as_ref()
        .is_some_and(|state| state.status == RunStatus::Running);
    match runs.home().filter(|_| goes_on) {
        Some(folder) if matches!(home::hold(folder), Ok(Some(_))) => {
            dead_runs::end(runs, &site.printer).await?;
            runs.state(run).await
        }
        _ => Ok(state),
    }
}

/// The id of a run that an address names; nothing else leads into the bucket.
///
/// # Errors
/// It is no such id.
pub fn run_in(text: &str) -> Result<RunId, ProblemPage> {
    let is_id = text
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if is_id && text.len() <= 64 {
        Ok(text.into())
    } else {
        Err(ProblemPage::no_page())
    }
}

/// The state of a run that must have one.
///
/// # Errors
/// It has none, or it cannot be read.
pub async fn known(site: &Site, opened: &Opened, run: &RunId) -> Result<GlobalState, ProblemPage> {
    let state = living(site, opened, run).await?;
    state.ok_or_else(|| {
        let early = EarlyEnd::with(
            Exit::BadInput,
            command_line(
                Code::UnknownRun,
                format!(
                    "the pipeline `{}` has no run `{run}`",
                    opened.runs.pipeline()
                ),
            )
            .help("the page of the pipeline lists its runs"),
        );
        ProblemPage::from(early).back_to(&opened.href)
    })
}
