//! The earliest moment at which each step can start, counted in steps before it.

use std::collections::HashMap;

use runtime_lambda::plan::Plan;

/// For each step of the plan its stage: 1 where nothing must come before it, otherwise one more than
/// the latest stage of its `after`.
#[must_use]
pub fn stages(plan: &Plan) -> Vec<usize> {
    let mut stage_of: HashMap<&str, usize> = HashMap::with_capacity(plan.steps.len());
    plan.steps
        .iter()
        .map(|step| {
            let stage = 1 + step
                .after
                .iter()
                .filter_map(|name| stage_of.get(name.as_str()))
                .max()
                .copied()
                .unwrap_or(0);
            stage_of.insert(&step.name, stage);
            stage
        })
        .collect()
}
