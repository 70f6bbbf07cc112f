//! SVG, alone or in a page of HTML: where each step stands is laid out as for the page of a run.

use std::fmt::Write as _;

use runtime_lambda::picture::{Picture, StepNode};
use runtime_lambda::plan::{Plan, When};

use crate::picture::picture;

/// Characters of a label that have room in a node, as on the page of a run.
const LABEL: usize = 16;

/// Space around the picture, in pixels.
const MARGIN: u32 = 8;

/// The steps of ordinary runs as an SVG document. Steps that are too many to read stand in groups.
#[must_use]
pub fn svg(plan: &Plan) -> String {
    let picture = picture(plan).unwrap_or_else(|| single(plan));
    let (width, height) = (picture.width + 2 * MARGIN, picture.height + 2 * MARGIN);
    // Writing to a String cannot fail. Names of pipelines and steps need no escaping.
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
         height=\"{height}\" font-family=\"sans-serif\" font-size=\"12\" role=\"img\" \
         aria-label=\"Order of the steps of {}\">\n",
        plan.pipeline
    );
    let _ = writeln!(
        text,
        "<rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>\n\
         <g transform=\"translate({MARGIN} {MARGIN})\">\n\
         <path fill=\"none\" stroke=\"#8a909c\" d=\"{}\"/>",
        edges(&picture)
    );
    for node in &picture.nodes {
        let _ = writeln!(
            text,
            "<g><title>{}</title><rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"4\" \
             fill=\"#f1f3f6\" stroke=\"#5f6673\"/><text x=\"{}\" y=\"{}\" fill=\"#16181d\">{}</text></g>",
            title(plan, node),
            node.x,
            node.y,
            picture.node_width,
            picture.node_height,
            node.x + 6,
            node.y + picture.node_height / 2 + 4,
            label(node)
        );
    }
    text.push_str("</g>\n</svg>\n");
    text
}

/// The same as a page.
#[must_use]
pub fn html(plan: &Plan) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{0}</title>\n\
         <style>body{{font-family:sans-serif;margin:2rem}}svg{{max-width:100%;height:auto}}</style>\n\
         <h1>{0}</h1>\n{1}</html>\n",
        plan.pipeline,
        svg(plan)
    )
}

/// The picture of a pipeline with one step in ordinary runs, or none.
fn single(plan: &Plan) -> Picture {
    let (node_width, node_height) = (126, 22);
    let steps = plan.steps.iter().zip(0..);
    let only = steps
        .filter(|(step, _)| step.when == When::Run)
        .map(|(step, index)| StepNode {
            x: 0,
            y: 0,
            label: step.name.to_string(),
            steps: vec![index],
        });
    Picture {
        width: node_width,
        height: node_height,
        node_width,
        node_height,
        nodes: only.collect(),
        edges: Vec::new(),
    }
}

/// Curves from the right edge of a node to the left edge of another.
fn edges(picture: &Picture) -> String {
    let node = |index: u32| picture.nodes.get(usize::try_from(index).ok()?);
    let half = picture.node_height / 2;
    let mut path = String::new();
    for (from, to) in &picture.edges {
        if let (Some(from), Some(to)) = (node(*from), node(*to)) {
            let (x, y) = (from.x + picture.node_width, from.y + half);
            let (end, level) = (to.x, to.y + half);
            let middle = x.midpoint(end);
            let _ = write!(path, "M{x} {y}C{middle} {y} {middle} {level} {end} {level}");
        }
    }
    path
}

fn label(node: &StepNode) -> String {
    if node.label.chars().count() <= LABEL {
        return node.label.clone();
    }
    let start: String = node.label.chars().take(LABEL - 1).collect();
    format!("{start}…")
}

/// Names of the steps that a node stands for.
fn title(plan: &Plan, node: &StepNode) -> String {
    let names = node.steps.iter().filter_map(|index| {
        let step = plan.steps.get(usize::try_from(*index).ok()?)?;
        Some(step.name.as_str())
    });
    names.collect::<Vec<_>>().join(", ")
}
