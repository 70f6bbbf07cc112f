//! What becomes of the steps.

use std::collections::{BTreeSet, HashMap};

use runtime_lambda::plan::{Plan, Step};

/// How the steps of a plan differ from those of the deployed one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StepDifferences {
    /// Names of new steps, in the plan's order.
    pub added: Vec<String>,
    /// Steps that do something else than before, and what is different.
    pub changed: Vec<(String, Vec<&'static str>)>,
    /// Names of steps that are gone, in the deployed plan's order.
    pub removed: Vec<String>,
    /// Steps that are as they were, but come after one that is new or does something else.
    pub following: Vec<String>,
}

impl StepDifferences {
    /// Of a plan, and of the one that is deployed, if there is one.
    #[must_use]
    pub fn between(deployed: Option<&Plan>, plan: &Plan) -> Self {
        let before: HashMap<&str, &Step> = deployed
            .iter()
            .flat_map(|plan| &plan.steps)
            .map(|step| (step.name.as_str(), step))
            .collect();
        let mut steps = Self::default();
        let mut touched = BTreeSet::new();
        // In the plan's order, which is a topological one.
        for step in &plan.steps {
            let differences = before
                .get(step.name.as_str())
                .map(|before| differences(before, step));
            match differences {
                None => steps.added.push(step.name.to_string()),
                Some(found) if !found.is_empty() => {
                    steps.changed.push((step.name.to_string(), found));
                }
                Some(_)
                    if step
                        .after
                        .iter()
                        .any(|name| touched.contains(name.as_str())) =>
                {
                    steps.following.push(step.name.to_string());
                }
                Some(_) => continue,
            }
            touched.insert(step.name.as_str());
        }
        let is_left = |name: &str| plan.steps.iter().any(|step| step.name == name);
        steps.removed = deployed
            .iter()
            .flat_map(|plan| &plan.steps)
            .filter(|step| !is_left(&step.name))
            .map(|step| step.name.to_string())
            .collect();
        steps
    }

    /// Whether every step is as it was.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.changed.is_empty() && self.removed.is_empty()
    }
}

/// What is different, in words.
fn differences(before: &Step, now: &Step) -> Vec<&'static str> {
    let found = [
        ("SQL", before.script != now.script),
        ("job", before.job != now.job),
        ("`after`", before.after != now.after),
        (
            "limit",
            (before.limit_seconds, before.fresh_seconds) != (now.limit_seconds, now.fresh_seconds),
        ),
        ("retries", before.retry != now.retry),
        (
            "`expect`",
            before.expect != now.expect || before.checks != now.checks,
        ),
        ("signals", before.signals != now.signals),
        ("tags", before.tags != now.tags),
        ("`when`", before.when != now.when),
    ];
    let different = found.into_iter().filter(|(_, is)| *is);
    different.map(|(what, _)| what).collect()
}
