//! Commands of `sfc` about a run, to be copied.

use serde::Serialize;

use super::run::ExecutionPlace;
use crate::plan::Plan;

/// Commands about a run, as they are typed in the pipeline's folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Commands {
    /// Goes on with the run: what is FINISHED is kept.
    pub resume: String,
    /// Prints the log; none of a local run without RSQL, which has none.
    pub logs: Option<String>,
    /// Fetches all rows of all results.
    pub results: String,
    /// Shows the run in a terminal.
    pub status: String,
}

/// The commands about this run.
pub fn commands(run: &str, place: &ExecutionPlace, plan: &Plan) -> Commands {
    let local = if place.is_local { " --local" } else { "" };
    Commands {
        resume: format!("sfc resume {run}{local}"),
        logs: (!place.is_local || plan.has_rsql()).then(|| format!("sfc logs {run}{local}")),
        results: format!("sfc results {run}{local}"),
        status: format!("sfc status {run}{local}"),
    }
}
