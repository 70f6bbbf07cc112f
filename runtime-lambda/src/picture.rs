//! The order of a pipeline's steps as a picture: where each stands was decided when it was compiled.

use serde::{Deserialize, Serialize};

/// Where the steps of ordinary runs stand. Places are in pixels, from the upper left corner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Picture {
    /// Width of the whole.
    pub width: u32,
    /// Height of the whole.
    pub height: u32,
    /// Width of each node.
    pub node_width: u32,
    /// Height of each node.
    pub node_height: u32,
    /// The nodes: what an edge comes from stands before what it goes to.
    pub nodes: Vec<StepNode>,
    /// Edges between nodes, by their indices; those that follow from others are left out.
    pub edges: Vec<(u32, u32)>,
}

/// A step, or a group of steps where there are too many to read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepNode {
    /// Left edge in pixels, from the picture's left.
    pub x: u32,
    /// Upper edge in pixels, from the picture's top.
    pub y: u32,
    /// What it is called: the step's name, or what the names of its steps have in common.
    pub label: String,
    /// Indices of its steps in the plan.
    pub steps: Vec<u32>,
}
