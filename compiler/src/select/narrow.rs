//! A plan of the chosen steps alone.

use std::collections::HashMap;

use indexmap::IndexSet;
use runtime_lambda::plan::Plan;

use super::ChosenSteps;

/// The plan without the steps that were not chosen. A step comes after the nearest chosen ones that it
/// came after, so that the order among them stays. It has no picture.
#[must_use]
pub fn narrowed(plan: &Plan, chosen: &ChosenSteps) -> Plan {
    let is_chosen: IndexSet<&str> = chosen.names.iter().map(String::as_str).collect();
    // What stands for each step in the order: itself, or what it comes after.
    let mut stands_for: HashMap<&str, IndexSet<&str>> = HashMap::new();
    let mut steps = Vec::with_capacity(is_chosen.len());
    for step in &plan.steps {
        let before = step.after.iter();
        let before: IndexSet<&str> = before
            .filter_map(|name| stands_for.get(name.as_str()))
            .flatten()
            .copied()
            .collect();
        if is_chosen.contains(step.name.as_str()) {
            let mut own = step.clone();
            own.after = before.iter().map(|name| (*name).into()).collect();
            steps.push(own);
            stands_for.insert(&step.name, IndexSet::from([step.name.as_str()]));
        } else {
            stands_for.insert(&step.name, before);
        }
    }
    Plan {
        steps,
        picture: None,
        ..plan.clone()
    }
}
