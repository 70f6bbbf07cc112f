//! A tree for the terminal.

use std::collections::BTreeSet;

use redshift_sql::lineage::Dataset;
use redshift_sql::names::Derivation;

use super::graph::{Direction, LineageGraph, LineageLink, LineageNode, leads_on};
use super::phrase;

/// Most levels of a tree; what lies deeper can be asked for.
const MAX_LEVELS: usize = 40;

/// The lineage of a node as a tree; without one, what is written and what it directly comes from.
#[must_use]
pub fn tree(graph: &LineageGraph<'_>, asked: Option<&LineageNode>, direction: Direction) -> String {
    let mut roots = Vec::new();
    match asked {
        Some(node) => {
            let mut seen = BTreeSet::from([node.clone()]);
            roots.push(root(graph, node, direction, &mut seen));
        }
        None => roots.extend(graph.targets().map(|dataset| overview(graph, dataset))),
    }
    let mut text = String::new();
    for (index, root) in roots.iter().enumerate() {
        if index > 0 {
            text.push('\n');
        }
        root.write("", &mut text);
    }
    if roots.is_empty() {
        text.push_str("no step writes a table\n");
    }
    let unknown = graph.unknown();
    if asked.is_none() && !unknown.is_empty() {
        text.push_str("\nnot known:\n");
        for line in unknown {
            text.push_str(&format!("  {line}\n"));
        }
    }
    text
}

/// A line and those below it.
struct Branch {
    line: String,
    below: Vec<Branch>,
}

impl Branch {
    fn leaf(line: String) -> Self {
        Self {
            line,
            below: Vec::new(),
        }
    }

    fn write(&self, prefix: &str, text: &mut String) {
        text.push_str(&self.line);
        text.push('\n');
        for (index, branch) in self.below.iter().enumerate() {
            let last = index + 1 == self.below.len();
            text.push_str(prefix);
            text.push_str(if last { "└── " } else { "├── " });
            let deeper = if last { "    " } else { "│   " };
            branch.write(&format!("{prefix}{deeper}"), text);
        }
    }
}

/// Something that is written, its columns, and what they directly come from.
fn overview(graph: &LineageGraph<'_>, dataset: &Dataset) -> Branch {
    let mut below = writers(graph, dataset);
    for column in graph.columns(dataset) {
        let node = column_of(dataset, column);
        let edges = graph.edges(&node, Direction::Upstream);
        let mut from: Vec<String> = Vec::new();
        for edge in &edges {
            let text = format!("{} {}", phrase::of_link(edge), edge.from.text());
            if !from.contains(&text) {
                from.push(text);
            }
        }
        if !from.is_empty() {
            below.push(Branch::leaf(format!("{column}: {}", from.join(", "))));
        }
    }
    Branch {
        line: dataset.name().to_owned(),
        below,
    }
}

/// The statements that write a dataset, and what they read.
fn writers(graph: &LineageGraph<'_>, dataset: &Dataset) -> Vec<Branch> {
    let writes = graph.writes(dataset).into_iter();
    let lines = writes.map(|written| {
        let from: Vec<&str> = written.write.from.iter().map(Dataset::name).collect();
        let from = if from.is_empty() {
            String::new()
        } else {
            format!(" from {}", from.join(", "))
        };
        let done = phrase::done(written.write.how);
        format!("{done}{from} ({})", written.place())
    });
    let mut lines: Vec<String> = lines.collect();
    lines.dedup();
    lines.into_iter().map(Branch::leaf).collect()
}

fn root(
    graph: &LineageGraph<'_>,
    node: &LineageNode,
    direction: Direction,
    seen: &mut BTreeSet<LineageNode>,
) -> Branch {
    let mut below = Vec::new();
    match (direction, &node.column) {
        (Direction::Upstream, None) => {
            below.extend(writers(graph, &node.dataset));
            for column in graph.columns(&node.dataset) {
                let column = column_of(&node.dataset, column);
                seen.insert(column.clone());
                let from = branches(graph, &column, direction, seen, 2);
                if !from.is_empty() {
                    below.push(Branch {
                        line: column.column.unwrap_or_default(),
                        below: from,
                    });
                }
            }
            below.extend(rows(graph, node));
            if graph.writes(&node.dataset).is_empty() {
                below.push(Branch::leaf("no step writes it".to_owned()));
            }
        }
        (Direction::Upstream, Some(_)) => {
            below.extend(branches(graph, node, direction, seen, 1));
            below.extend(rows(graph, node));
            if below.is_empty() {
                let no_step = graph.writes(&node.dataset).is_empty();
                let why = if no_step {
                    "no step writes it"
                } else {
                    "no step fills it from another column"
                };
                below.push(Branch::leaf(why.to_owned()));
            }
        }
        (Direction::Downstream, _) => {
            below.extend(branches(graph, node, direction, seen, 1));
            let readers = graph.readers(&node.dataset).iter();
            if node.column.is_none() {
                below.extend(readers.map(|place| Branch::leaf(format!("read ({place})"))));
            }
            if below.is_empty() {
                below.push(Branch::leaf("no step makes anything of it".to_owned()));
            }
        }
    }
    Branch {
        line: node.text(),
        below,
    }
}

/// What decides which rows there are: of all who write the table, or the column.
fn rows(graph: &LineageGraph<'_>, node: &LineageNode) -> Vec<Branch> {
    let mut lines = Vec::new();
    for written in graph.writes(&node.dataset) {
        let write = written.write;
        let writes = write.columns.is_empty()
            || node.column.as_ref().is_none_or(|wanted| {
                let mut columns = write.columns.iter();
                columns.any(|column| column.name == wanted.as_str() || column.name == "*")
            });
        if writes && !write.influences.is_empty() {
            let by = phrase::of_influences(&write.influences);
            lines.push(Branch::leaf(format!("rows: {by} ({})", written.place())));
        }
    }
    lines
}

/// What a node comes from or goes to. A node that was shown before is not followed again.
fn branches(
    graph: &LineageGraph<'_>,
    node: &LineageNode,
    direction: Direction,
    seen: &mut BTreeSet<LineageNode>,
    level: usize,
) -> Vec<Branch> {
    let mut all = Vec::new();
    for edge in graph.edges(node, direction) {
        let phrase = phrase::of_link(&edge);
        let (next, text) = match direction {
            Direction::Upstream => (&edge.from, format!("{phrase} {}", edge.from.text())),
            Direction::Downstream => {
                let to = edge.to.text();
                let text = match edge.link {
                    LineageLink::Statement(how) => format!("{to}: {}", phrase::done(how)),
                    LineageLink::Derived(derivation) if derivation > Derivation::Window => {
                        format!("rows of {to}: {phrase} it")
                    }
                    LineageLink::Derived(_) => format!("{to}: {phrase} it"),
                };
                (&edge.to, text)
            }
        };
        let mut line = format!("{text} ({})", edge.written.place());
        let mut below = Vec::new();
        if leads_on(&edge) {
            let goes_on = || !graph.edges(next, direction).is_empty();
            if !seen.insert(next.clone()) {
                if goes_on() {
                    line.push_str(", shown already");
                }
            } else if level < MAX_LEVELS {
                below = branches(graph, next, direction, seen, level + 1);
            } else if goes_on() {
                line.push_str(&format!(", goes on: sfc lineage {}", next.text()));
            }
        }
        all.push(Branch { line, below });
    }
    all
}

fn column_of(dataset: &Dataset, column: &str) -> LineageNode {
    LineageNode {
        dataset: dataset.clone(),
        column: Some(column.to_owned()),
    }
}
