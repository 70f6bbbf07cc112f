//! Mermaid's `flowchart`.

use std::fmt::Write as _;

use runtime_lambda::plan::Plan;

use super::Graph;

/// The plan as a Mermaid flowchart.
#[must_use]
pub fn mermaid(plan: &Plan) -> String {
    let graph = Graph::of(plan);
    let mut text = String::from("flowchart LR\n");
    // Writing to a String cannot fail. Ids are made up, because some names are words of Mermaid's.
    for (index, name) in graph.names.iter().enumerate() {
        let _ = writeln!(text, "    s{index}[\"{name}\"]");
    }
    for (from, to) in &graph.edges {
        let _ = writeln!(text, "    s{from} --> s{to}");
    }
    text
}
