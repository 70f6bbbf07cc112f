//! What a run keeps of an earlier one that it goes on with. It keeps steps that were FINISHED and
//! would do the same again, and the values of its parameters.

use std::collections::{HashMap, HashSet};

use indexmap::IndexMap;
use serde_json::Value;

use crate::error::ActionError;
use crate::ids::{RunId, StepName};
use crate::keys;
use crate::plan::{Plan, When};
use crate::ports::Ports;
use crate::protocol::errors::PROCESS_DIED;
use crate::run::{Memory, Run};
use crate::shared::Shared;
use crate::state::{GlobalState, RunStatus, StepError, StepState, StepStatus};

/// What is kept; nothing by default.
#[derive(Debug, Default)]
pub struct Kept {
    steps: HashMap<StepName, Shared<StepState>>,
    /// Steps that the earlier run was not to run, and so neither is this one.
    left_out: HashSet<StepName>,
    /// A null is one that had no value.
    parameters: IndexMap<String, Value>,
}

impl Kept {
    /// What `plan` keeps of the run whose id is `earlier`.
    ///
    /// # Errors
    /// There is no such run, or it goes on.
    pub async fn of(
        ports: &Ports,
        memory: &Memory,
        pipeline: &str,
        earlier: &Value,
        plan: &Plan,
    ) -> Result<Self, ActionError> {
        let Some(id) = earlier.as_str().filter(|id| !id.contains('/')) else {
            return Err(ActionError::InvalidParameter(
                "`resume` must be the id of an earlier run".to_owned(),
            ));
        };
        let id = RunId::from(id);
        let key = keys::state(pipeline, &id);
        if ports.data.state(&key, None).await?.is_none() {
            return Err(ActionError::Refused(format!(
                "there is no run `{id}` to go on with"
            )));
        }
        let (run, state) = Run::open(ports, memory, pipeline, &id).await?;
        if state.status == RunStatus::Running {
            return Err(ActionError::Refused(format!(
                "the run `{id}` has not ended, so nothing can go on with it"
            )));
        }
        Ok(Self::from_run(&run.plan, &state, plan))
    }

    /// A step is kept if it was FINISHED, has not changed since, and everything that it comes after
    /// is kept as well. Otherwise it could see other data now. Under the same conditions a step
    /// that was cut off goes on where it was.
    fn from_run(old: &Plan, state: &GlobalState, new: &Plan) -> Self {
        let mut steps: HashMap<StepName, Shared<StepState>> = HashMap::new();
        let old_steps: HashMap<&str, _> = old
            .steps
            .iter()
            .map(|step| (step.name.as_str(), step))
            .collect();
        let mut left_out = HashSet::new();
        // Those of them behind which everything is kept.
        let mut passed: HashSet<&str> = HashSet::new();
        for step in &new.steps {
            let is_left_out = state.left_out > 0
                && step.when == When::Run
                && old_steps.contains_key(step.name.as_str())
                && !state.steps.contains_key(&step.name);
            let same = old_steps
                .get(step.name.as_str())
                .is_some_and(|old| step.does_the_same(old));
            let is_kept = |name: &StepName| {
                let kept = steps.get(name);
                kept.is_some_and(|kept| kept.status == StepStatus::Finished)
                    || passed.contains(name.as_str())
            };
            let after_kept = step.after.iter().all(is_kept);
            if is_left_out {
                left_out.insert(step.name.clone());
                if after_kept {
                    passed.insert(&step.name);
                }
                continue;
            }
            let Some(found) = state.step(&step.name).filter(|_| same && after_kept) else {
                continue;
            };
            if found.status == StepStatus::Finished {
                let mut kept = found.clone();
                kept.kept_from = Some(found.kept_from.clone().unwrap_or_else(|| state.run.clone()));
                kept.round = 0;
                steps.insert(step.name.clone(), kept.into());
            } else {
                let mut begun = StepState::initial();
                begun.continues = cut_off(state, &step.name, found);
                steps.insert(step.name.clone(), begun.into());
            }
        }
        let parameters = old
            .parameters
            .iter()
            .filter(|(name, old)| {
                let new = new.parameters.get(*name);
                // A secret is read anew.
                new.is_some_and(|new| new.secret.is_none()) && old.secret.is_none()
            })
            .filter_map(|(name, old)| match state.parameters.get(name) {
                Some(value) => Some((name.clone(), value.clone().into())),
                None if old.nullable => Some((name.clone(), Value::Null)),
                None => None,
            })
            .collect();
        Self {
            steps,
            left_out,
            parameters,
        }
    }

    /// Whether the earlier run was not to run this step.
    pub fn leaves_out(&self, name: &str) -> bool {
        self.left_out.contains(name)
    }

    /// A step as the run begins with it.
    pub fn step(&self, name: &str) -> Shared<StepState> {
        let begun = self.steps.get(name).cloned();
        begun.unwrap_or_else(|| StepState::initial().into())
    }

    /// The parameters of the run: the earlier one's, and what was given beside them.
    ///
    /// # Errors
    /// Another value was given for one of them: the steps that are kept had the old one.
    pub fn parameters(&self, given: Option<&Value>) -> Result<Option<Value>, ActionError> {
        let mut values: serde_json::Map<String, Value> = self
            .parameters
            .iter()
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        match given {
            None | Some(Value::Null) => {}
            Some(Value::Object(given)) => {
                for (name, value) in given {
                    if values.get(name).is_some_and(|kept| kept != value) {
                        return Err(ActionError::InvalidParameter(format!(
                            "the run goes on with an earlier one, and the parameter `{name}` had another value there"
                        )));
                    }
                    values.insert(name.clone(), value.clone());
                }
            }
            Some(other) => return Ok(Some(other.clone())),
        }
        Ok(Some(Value::Object(values)))
    }
}

/// Names of the statements that a step goes on with. One is the statement that was cut off with the
/// process of its run. The others are those that this one had gone on with.
fn cut_off(state: &GlobalState, name: &StepName, step: &StepState) -> Vec<String> {
    let died = |error: &StepError| error.error == PROCESS_DIED;
    let last =
        step.error.as_ref().filter(|error| died(error)).map(|_| {
            keys::statement_name(&state.pipeline, &state.run, name, step.round, step.again)
        });
    last.into_iter()
        .chain(step.continues.iter().cloned())
        .collect()
}
