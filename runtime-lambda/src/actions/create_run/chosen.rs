//! Which steps a run is to run, if not all of its kind.

use std::collections::HashSet;

use serde_json::Value;

use crate::error::ActionError;
use crate::field;
use crate::plan::{Plan, When};
use crate::protocol::RunInput;

/// The steps that were named; none if every step is meant.
#[derive(Debug)]
pub struct NamedSteps(Option<HashSet<String>>);

impl NamedSteps {
    /// What a run's input says.
    ///
    /// # Errors
    /// The input names a step that runs of this kind do not have, or its list of steps is empty. Or the run
    /// goes on with an earlier one, which says by itself which steps are meant.
    pub fn of(input: &Value, plan: &Plan, when: When) -> Result<Self, ActionError> {
        let wrong = |why: String| Err(ActionError::InvalidParameter(why));
        let names = match input.get(field!(RunInput, steps)) {
            None | Some(Value::Null) => return Ok(Self(None)),
            Some(names) => names,
        };
        let Ok(names) = serde_json::from_value::<HashSet<String>>(names.clone()) else {
            return wrong("`steps` must be a list of names".to_owned());
        };
        if input
            .get(field!(RunInput, resume))
            .is_some_and(|earlier| !earlier.is_null())
        {
            return wrong(
                "the run goes on with an earlier one, so it has the steps of that one".to_owned(),
            );
        }
        if names.is_empty() {
            return wrong("`steps` names no step".to_owned());
        }
        let known: HashSet<&str> = plan
            .steps
            .iter()
            .filter(|step| step.when == when)
            .map(|step| step.name.as_str())
            .collect();
        match names.iter().find(|name| !known.contains(name.as_str())) {
            Some(name) => wrong(format!("a run of this plan has no step `{name}`")),
            None => Ok(Self(Some(names))),
        }
    }

    /// Whether a step is among them.
    pub fn has(&self, name: &str) -> bool {
        self.0.as_ref().is_none_or(|names| names.contains(name))
    }
}
