//! What a run keeps of an earlier one that it goes on with: steps that were FINISHED and would do the same
//! again, and the values of its parameters.

use std::collections::HashMap;

use indexmap::IndexMap;
use serde_json::Value;

use crate::error::ActionError;
use crate::keys;
use crate::plan::{Plan, Step};
use crate::ports::Ports;
use crate::run::{Plans, Run};
use crate::state::{GlobalState, RunStatus, StepState, StepStatus};

/// What is kept; nothing by default.
#[derive(Debug, Default)]
pub struct Kept {
    steps: HashMap<String, StepState>,
    parameters: IndexMap<String, String>,
}

impl Kept {
    /// What `plan` keeps of the run whose id is `earlier`.
    ///
    /// # Errors
    /// There is no such run, or it goes on.
    pub async fn of(
        ports: &Ports,
        plans: &Plans,
        pipeline: &str,
        earlier: &Value,
        plan: &Plan,
    ) -> Result<Self, ActionError> {
        let Some(id) = earlier.as_str().filter(|id| !id.contains('/')) else {
            return Err(ActionError::InvalidParameter(
                "`resume` must be the id of an earlier run".to_owned(),
            ));
        };
        let key = keys::state(pipeline, id);
        if ports.data.get(&key).await?.is_none() {
            return Err(ActionError::Refused(format!(
                "there is no run `{id}` to go on with"
            )));
        }
        let (run, state) = Run::open(ports, plans, pipeline, id).await?;
        if state.status == RunStatus::Running {
            return Err(ActionError::Refused(format!(
                "the run `{id}` has not ended, so nothing can go on with it"
            )));
        }
        Ok(Self::from_run(&run.plan, &state, plan))
    }

    /// A step is kept if it was FINISHED, has not changed since, and everything that it comes after is
    /// kept as well: otherwise it could see other data now.
    fn from_run(old: &Plan, state: &GlobalState, new: &Plan) -> Self {
        let mut steps: HashMap<String, StepState> = HashMap::new();
        let old_steps: HashMap<&str, _> = old
            .steps
            .iter()
            .map(|step| (step.name.as_str(), step))
            .collect();
        for step in &new.steps {
            let same = old_steps
                .get(step.name.as_str())
                .is_some_and(|old| does_the_same(old, step));
            let after_kept = step.after.iter().all(|name| steps.contains_key(name));
            let finished = state
                .steps
                .get(&step.name)
                .filter(|found| found.status == StepStatus::Finished);
            if let Some(found) = finished
                && same
                && after_kept
            {
                let mut kept = found.clone();
                kept.kept_from = Some(found.kept_from.clone().unwrap_or_else(|| state.run.clone()));
                kept.round = 0;
                steps.insert(step.name.clone(), kept);
            }
        }
        let parameters = state
            .parameters
            .iter()
            .filter(|(name, _)| new.parameters.contains_key(*name))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        Self { steps, parameters }
    }

    /// A step as the run begins with it.
    pub fn step(&self, name: &str) -> StepState {
        self.steps
            .get(name)
            .cloned()
            .unwrap_or_else(StepState::initial)
    }

    /// The parameters of the run: the earlier one's, and what was given beside them.
    ///
    /// # Errors
    /// Another value was given for one of them: the steps that are kept had the old one.
    pub fn parameters(&self, given: Option<&Value>) -> Result<Option<Value>, ActionError> {
        let mut values: serde_json::Map<String, Value> = self
            .parameters
            .iter()
            .map(|(name, value)| (name.clone(), value.clone().into()))
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

/// Whether a step would do again what it did: all but its limit is the same.
fn does_the_same(old: &Step, new: &Step) -> bool {
    let without_limit = |step: &Step| Step {
        limit_seconds: 0,
        ..step.clone()
    };
    without_limit(old) == without_limit(new)
}
