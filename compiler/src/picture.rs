//! The order of the steps as a picture for the page of a run. Pure, and the same plan gives the same
//! picture: its places are a part of the plan, and so of its hash.
//!
//! What follows from other edges is left out. Where there are more steps than anybody could read, a node
//! stands for several: see [`groups`].

mod groups;
mod places;

use runtime_lambda::picture::{Picture, StepNode};
use runtime_lambda::plan::{Plan, When};

use crate::graph::reduced_edges;
use groups::groups;
use places::places;

/// Pixels that a character of a label needs.
const CHARACTER: u32 = 7;

/// Longest label that nodes are made wide enough for, in characters.
const LABEL: u32 = 16;

/// Height of a node, and what lies between two, in pixels.
const HEIGHT: u32 = 22;
const SPACE_BETWEEN: u32 = 9;

/// What lies between two columns, in pixels: edges need it.
const SPACE_BESIDE: u32 = 30;

/// The picture of the steps of ordinary runs; none where there is nothing to see: fewer than two steps.
#[must_use]
pub fn picture(plan: &Plan) -> Option<Picture> {
    let ordinary = plan.steps.iter().filter(|step| step.when == When::Run);
    if ordinary.count() < 2 {
        return None;
    }
    let groups = groups(plan);
    let edges = reduced_edges(&groups.before);
    let places = places(groups.nodes.len(), &edges);
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let longest = groups.nodes.iter().map(|group| {
        // Behind a group's name stands how many of its steps are finished: ` 9/10`.
        let digits = group.steps.len().to_string().len();
        let number = if group.steps.len() > 1 {
            2 * digits + 2
        } else {
            0
        };
        group.label.chars().count() + number
    });
    let characters = count(longest.max().unwrap_or(0)).min(LABEL);
    let node_width = characters * CHARACTER + 14;
    let nodes = groups.nodes.into_iter().zip(&places.of_nodes);
    let nodes: Vec<StepNode> = nodes
        .map(|(group, place)| StepNode {
            x: place.column * (node_width + SPACE_BESIDE),
            y: place.from_above,
            label: group.label,
            steps: group.steps.into_iter().map(count).collect(),
        })
        .collect();
    let right = nodes.iter().map(|node| node.x + node_width).max()?;
    let bottom = nodes.iter().map(|node| node.y + HEIGHT).max()?;
    Some(Picture {
        width: right,
        height: bottom,
        node_width,
        node_height: HEIGHT,
        nodes,
        edges: edges
            .into_iter()
            .map(|(from, to)| (count(from), count(to)))
            .collect(),
    })
}
