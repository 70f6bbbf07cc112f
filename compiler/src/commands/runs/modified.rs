//! `state:modified`: the steps that the last run to have them did not finish as they are now.

use std::collections::{HashMap, HashSet};

use runtime_lambda::ids::Hash;
use runtime_lambda::keys;
use runtime_lambda::plan::{Plan, Step};
use runtime_lambda::state::StepStatus;

use super::Runs;
use crate::commands::session::EarlyEnd;

/// Runs that are looked at: of a step that none of these had, nothing is known.
const LOOKED_AT: usize = 50;

/// Names of the steps of `plan` that no run had, or that the last run with them did not finish. Steps
/// that were changed since that run are among them, too. A step that was kept counts as finished by the
/// run that kept it.
///
/// # Errors
/// The runs cannot be read.
pub async fn modified(runs: &Runs, plan: &Plan) -> Result<HashSet<String>, EarlyEnd> {
    let mut open: HashMap<&str, &Step> = plan
        .steps
        .iter()
        .map(|step| (step.name.as_str(), step))
        .collect();
    let mut found = HashSet::new();
    let mut plans: HashMap<Hash, Option<Plan>> = HashMap::new();
    for brief in runs.latest(LOOKED_AT).await? {
        if open.is_empty() {
            break;
        }
        let Some(state) = runs.state(&brief.run).await? else {
            continue;
        };
        if !plans.contains_key(&state.plan) {
            let bytes = runs.artifact(&keys::plan(&state.plan)).await?;
            let earlier = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
            plans.insert(state.plan.clone(), earlier);
        }
        let earlier = plans.get(&state.plan).and_then(Option::as_ref);
        for (name, step) in &state.steps {
            let Some(now) = open.remove(name.as_str()) else {
                continue;
            };
            let mut before = earlier.iter().flat_map(|plan| &plan.steps);
            let same = before.any(|before| before.name == *name && now.does_the_same(before));
            if step.status != StepStatus::Finished || !same {
                found.insert(name.to_string());
            }
        }
    }
    found.extend(open.into_keys().map(str::to_owned));
    Ok(found)
}
