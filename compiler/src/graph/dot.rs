//! Graphviz's DOT.

use std::fmt::Write as _;

use runtime_lambda::plan::Plan;

use super::Graph;

/// The plan as a DOT digraph.
#[must_use]
pub fn dot(plan: &Plan) -> String {
    let graph = Graph::of(plan);
    let mut text = format!("digraph \"{}\" {{\n", plan.pipeline);
    text.push_str("    rankdir=LR;\n    node [shape=box, style=rounded];\n");
    // Writing to a String cannot fail. Names of steps need no escaping inside of quotes.
    for name in &graph.names {
        let _ = writeln!(text, "    \"{name}\";");
    }
    for (from, to) in &graph.edges {
        if let (Some(from), Some(to)) = (graph.names.get(*from), graph.names.get(*to)) {
            let _ = writeln!(text, "    \"{from}\" -> \"{to}\";");
        }
    }
    text.push_str("}\n");
    text
}
