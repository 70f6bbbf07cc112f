//! Walks over the order of the steps.

use std::collections::{BTreeSet, HashMap};

use petgraph::Direction;
use petgraph::graph::{DiGraph, NodeIndex};
use runtime_lambda::plan::Plan;

/// The order of a plan's steps: an edge leads to each step from those that it comes after, by their indices
/// in the plan. A step that nothing comes before or behind may have no node.
#[derive(Debug)]
pub struct StepGraph(DiGraph<(), (), usize>);

impl StepGraph {
    /// The order of a plan's steps.
    pub fn of(plan: &Plan) -> Self {
        let names = plan.steps.iter().enumerate();
        let indexes: HashMap<&str, usize> = names
            .map(|(index, step)| (step.name.as_str(), index))
            .collect();
        let mut edges: Vec<(usize, usize)> = Vec::new();
        for (index, step) in plan.steps.iter().enumerate() {
            let names = step.after.iter();
            let before = names.filter_map(|name| indexes.get(name.as_str()));
            edges.extend(before.map(|before| (*before, index)));
        }
        Self(DiGraph::from_edges(edges))
    }

    /// These steps, and those before them, `depth` steps far.
    pub fn before(&self, from: &BTreeSet<usize>, depth: Option<usize>) -> BTreeSet<usize> {
        self.walk(from, depth, Direction::Incoming)
    }

    /// These steps, and those behind them, `depth` steps far.
    pub fn after(&self, from: &BTreeSet<usize>, depth: Option<usize>) -> BTreeSet<usize> {
        self.walk(from, depth, Direction::Outgoing)
    }

    /// Breadth first, so that a step is met by its shortest way.
    fn walk(
        &self,
        from: &BTreeSet<usize>,
        depth: Option<usize>,
        direction: Direction,
    ) -> BTreeSet<usize> {
        let beside = |index: &usize| {
            let step = NodeIndex::new(*index);
            self.0.neighbors_directed(step, direction)
        };
        let mut met = from.clone();
        let mut edge: Vec<usize> = from.iter().copied().collect();
        let mut left = depth;
        while !edge.is_empty() && left != Some(0) {
            left = left.map(|left| left - 1);
            let next = edge.iter().flat_map(beside).map(NodeIndex::index);
            edge = next.filter(|index| met.insert(*index)).collect();
        }
        met
    }
}
