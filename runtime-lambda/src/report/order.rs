//! The order of the steps as a picture, and how each of them ended.

use std::collections::{HashMap, HashSet};

use serde::Serialize;

use super::critical::WaitedFor;
use super::facts::Facts;
use super::failures::culprits;
use super::timeline::Timeline;
use crate::picture::{Picture, StepNode};
use crate::state::StepStatus;

/// Characters of a label that have room in a node.
const LABEL: usize = 16;

/// The order of the steps. Places are in pixels, from the upper left corner.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StepOrder {
    /// Width of the whole.
    pub width: u32,
    /// Height of the whole.
    pub height: u32,
    /// Width of each node.
    pub node_width: u32,
    /// Height of each node.
    pub node_height: u32,
    /// Whether nodes stand for several steps.
    pub is_grouped: bool,
    /// Steps, or groups of them.
    pub nodes: Vec<OrderNode>,
    /// The edges between them as the `d` of an SVG path.
    pub edges: String,
    /// Those that the critical path goes along, likewise.
    pub critical_edges: String,
}

/// A step, or a group of steps.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OrderNode {
    /// Left edge in pixels, from the picture's left.
    pub x: u32,
    /// Upper edge in pixels, from the picture's top.
    pub y: u32,
    /// What stands in it.
    pub label: String,
    /// What it is called in full.
    pub title: String,
    /// The step that a link goes to: of a group, the first of those that ended worst.
    pub step: String,
    /// How it ended; of a group, the worst.
    pub status: StepStatus,
    /// How many steps it stands for.
    pub steps: usize,
    /// How many of these are FINISHED.
    pub finished: usize,
    /// Whether a step of it is on the critical path.
    pub is_critical: bool,
}

/// The picture of a run; none of one that the plan has no picture for.
pub fn order(facts: &Facts<'_>, timeline: Option<&Timeline>) -> Option<StepOrder> {
    let picture = facts.plan.picture.as_ref()?;
    let critical = timeline.and_then(|timeline| timeline.critical.as_ref());
    let path = critical.map(|critical| critical.path.as_slice());
    let path = path.unwrap_or_default();
    let culprits = culprits(facts);
    let on_path: HashSet<&str> = path.iter().map(|link| link.step.as_str()).collect();
    let along: HashSet<(&str, &str)> = path
        .windows(2)
        .filter_map(|pair| match pair {
            [from, to] if to.waited_for == WaitedFor::Step => {
                Some((from.step.as_str(), to.step.as_str()))
            }
            _ => None,
        })
        .collect();
    let names = |node: &StepNode| names(facts, node);
    let is_part = facts.state.left_out > 0;
    let nodes = picture
        .nodes
        .iter()
        .map(|node| told(facts, node, &culprits, &on_path));
    let nodes: Option<Vec<OrderNode>> = match is_part {
        // Where steps were left out, the others stay where they are.
        true => Some(nodes.flatten().collect()),
        false => nodes.collect(),
    };
    let is_here = |node: &StepNode| {
        let mut names = names(node).into_iter();
        names.any(|name| facts.state.status_of(name).is_some())
    };
    let mut edges = String::new();
    let mut critical_edges = String::new();
    for (from, to) in &picture.edges {
        let (from, to) = (node(picture, *from)?, node(picture, *to)?);
        if is_part && !(is_here(from) && is_here(to)) {
            continue;
        }
        let pairs = names(from);
        let is_critical = names(to).into_iter().any(|to| {
            let mut pairs = pairs.iter();
            pairs.any(|from| along.contains(&(*from, to)))
        });
        let lines = if is_critical {
            &mut critical_edges
        } else {
            &mut edges
        };
        lines.push_str(&line(picture, from, to));
    }
    Some(StepOrder {
        width: picture.width,
        height: picture.height,
        node_width: picture.node_width,
        node_height: picture.node_height,
        is_grouped: picture.nodes.iter().any(|node| node.steps.len() > 1),
        // A run of a deploy's steps has none of these.
        nodes: nodes?,
        edges,
        critical_edges,
    })
}

fn node(picture: &Picture, index: u32) -> Option<&StepNode> {
    picture.nodes.get(usize::try_from(index).ok()?)
}

fn names<'a>(facts: &Facts<'a>, node: &StepNode) -> Vec<&'a str> {
    let plan = facts.plan;
    let steps = node.steps.iter();
    steps
        .filter_map(|index| plan.steps.get(usize::try_from(*index).ok()?))
        .map(|step| step.name.as_str())
        .collect()
}

/// A node as it ended; none if the run has none of its steps.
fn told(
    facts: &Facts<'_>,
    node: &StepNode,
    culprits: &HashMap<&str, Vec<&str>>,
    on_path: &HashSet<&str>,
) -> Option<OrderNode> {
    let names = names(facts, node);
    let status = |name: &&str| facts.state.status_of(name);
    let worst = names
        .iter()
        .rev()
        .filter(|name| status(name).is_some())
        .max_by_key(|name| status(name).map(badness))?;
    let finished = names
        .iter()
        .filter(|name| status(name) == Some(StepStatus::Finished))
        .count();
    let count = names.len();
    Some(OrderNode {
        x: node.x,
        y: node.y,
        label: shortened(&node.label, count, finished),
        title: if count == 1 {
            match culprits.get(worst) {
                Some(culprits) => format!("{}, held back by {}", node.label, culprits.join(", ")),
                None => node.label.clone(),
            }
        } else {
            format!("{}: {count} steps{}", node.label, failed(facts, &names))
        },
        step: (*worst).to_owned(),
        status: status(worst)?,
        steps: count,
        finished,
        is_critical: names.iter().any(|name| on_path.contains(name)),
    })
}

/// Which of these steps FAILED, for the title of a group.
fn failed(facts: &Facts<'_>, names: &[&str]) -> String {
    let is_failed = |name: &&&str| facts.state.status_of(name) == Some(StepStatus::Failed);
    let failed: Vec<&str> = names.iter().filter(is_failed).copied().collect();
    match failed.as_slice() {
        [] => String::new(),
        [one] => format!("; {one} failed"),
        [first, rest @ ..] => format!("; {first} and {} more failed", rest.len()),
    }
}

/// How bad a status is.
fn badness(status: StepStatus) -> u8 {
    match status {
        StepStatus::Finished => 0,
        StepStatus::Initial => 1,
        StepStatus::Skipped => 2,
        StepStatus::Running => 3,
        StepStatus::Failed => 4,
    }
}

/// A label that has room; of a group, with the number of its steps and of those that are FINISHED.
fn shortened(label: &str, steps: usize, finished: usize) -> String {
    let number = match steps {
        1 => String::new(),
        _ if finished == steps => format!(" ×{steps}"),
        _ => format!(" {finished}/{steps}"),
    };
    let room = LABEL.saturating_sub(number.chars().count());
    if label.chars().count() <= room {
        return format!("{label}{number}");
    }
    let start: String = label.chars().take(room.saturating_sub(1)).collect();
    format!("{start}…{number}")
}

/// From the right edge of one node to the left edge of another, bent.
fn line(picture: &Picture, from: &StepNode, to: &StepNode) -> String {
    let half = picture.node_height / 2;
    let (x, y) = (from.x + picture.node_width, from.y + half);
    let (to_x, to_y) = (to.x, to.y + half);
    let bend = to_x.saturating_sub(x).min(60) / 2 + 6;
    format!(
        "M{x} {y}C{} {y} {} {to_y} {to_x} {to_y}",
        x + bend,
        to_x.saturating_sub(bend)
    )
}
