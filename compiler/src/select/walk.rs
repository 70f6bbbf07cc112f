//! Walks over the order of the steps.

use std::collections::{BTreeSet, HashMap};

use runtime_lambda::plan::Plan;

/// What comes directly before and behind each step, by its index in the plan.
#[derive(Debug)]
pub struct Graph {
    before: Vec<Vec<usize>>,
    after: Vec<Vec<usize>>,
}

impl Graph {
    /// The order of a plan's steps.
    pub fn of(plan: &Plan) -> Self {
        let names = plan.steps.iter().enumerate();
        let indexes: HashMap<&str, usize> = names
            .map(|(index, step)| (step.name.as_str(), index))
            .collect();
        let mut after = vec![Vec::new(); plan.steps.len()];
        let mut before = Vec::with_capacity(plan.steps.len());
        for (index, step) in plan.steps.iter().enumerate() {
            let names = step.after.iter();
            let own: Vec<usize> = names
                .filter_map(|name| indexes.get(name.as_str()).copied())
                .collect();
            for earlier in &own {
                if let Some(after) = after.get_mut(*earlier) {
                    after.push(index);
                }
            }
            before.push(own);
        }
        Self { before, after }
    }

    /// These steps, and those before them, `depth` steps far.
    pub fn before(&self, from: &BTreeSet<usize>, depth: Option<usize>) -> BTreeSet<usize> {
        walk(&self.before, from, depth)
    }

    /// These steps, and those behind them, `depth` steps far.
    pub fn after(&self, from: &BTreeSet<usize>, depth: Option<usize>) -> BTreeSet<usize> {
        walk(&self.after, from, depth)
    }
}

/// Breadth first, so that a step is met by its shortest way.
fn walk(edges: &[Vec<usize>], from: &BTreeSet<usize>, depth: Option<usize>) -> BTreeSet<usize> {
    let mut met = from.clone();
    let mut edge: Vec<usize> = from.iter().copied().collect();
    let mut left = depth;
    while !edge.is_empty() && left != Some(0) {
        left = left.map(|left| left - 1);
        let next = edge.iter().filter_map(|index| edges.get(*index)).flatten();
        edge = next.copied().filter(|index| met.insert(*index)).collect();
    }
    met
}
