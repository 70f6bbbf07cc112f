//! Mermaid's `flowchart`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use redshift_sql::lineage::Dataset;

use super::graph::{Direction, Edge, LineageGraph, LineageLink, LineageNode};

/// The lineage of a node as a flowchart: of columns where a column is asked for, otherwise of tables.
#[must_use]
pub fn mermaid(
    graph: &LineageGraph<'_>,
    asked: Option<&LineageNode>,
    direction: Direction,
) -> String {
    let edges = match asked {
        Some(node) => graph.all_edges(node, direction),
        None => graph
            .targets()
            .flat_map(|dataset| {
                let node = LineageNode {
                    dataset: dataset.clone(),
                    column: None,
                };
                graph.edges(&node, Direction::Upstream)
            })
            .collect(),
    };
    let mut nodes: BTreeMap<Dataset, BTreeSet<Option<String>>> = BTreeMap::new();
    let named = edges.iter().flat_map(|edge| [&edge.from, &edge.to]);
    for node in named.chain(asked) {
        let of = nodes.entry(node.dataset.clone()).or_default();
        of.insert(node.column.clone());
    }
    // Ids are made up, because some names are words of Mermaid's. Writing to a String cannot fail.
    let mut text = String::from("flowchart LR\n");
    let mut ids: BTreeMap<LineageNode, String> = BTreeMap::new();
    for (table, (dataset, columns)) in nodes.iter().enumerate() {
        let whole = columns.iter().all(Option::is_none);
        if whole {
            let shape = match dataset {
                Dataset::Table(_) => format!("[\"{}\"]", escaped(dataset.name())),
                Dataset::Files(_) => format!("[(\"{}\")]", escaped(dataset.name())),
            };
            let _ = writeln!(text, "    t{table}{shape}");
        } else {
            let _ = writeln!(
                text,
                "    subgraph g{table}[\"{}\"]",
                escaped(dataset.name())
            );
        }
        for (index, column) in columns.iter().enumerate() {
            let id = if whole {
                format!("t{table}")
            } else {
                format!("t{table}c{index}")
            };
            if !whole {
                let name = column.as_deref().unwrap_or("*");
                let _ = writeln!(text, "        {id}[\"{}\"]", escaped(name));
            }
            let node = LineageNode {
                dataset: dataset.clone(),
                column: column.clone(),
            };
            ids.insert(node, id);
        }
        if !whole {
            text.push_str("    end\n");
        }
    }
    let mut drawn = BTreeSet::new();
    for edge in &edges {
        let (Some(from), Some(to)) = (ids.get(&edge.from), ids.get(&edge.to)) else {
            continue;
        };
        let line = format!("    {from} {}|\"{}\"| {to}\n", arrow(edge), label(edge));
        if drawn.insert(line.clone()) {
            text.push_str(&line);
        }
    }
    text
}

/// A broken line for what only decides which rows or values there are.
fn arrow(edge: &Edge<'_>) -> &'static str {
    match edge.link {
        LineageLink::Derived(derivation) if !derivation.is_direct() => "-.->",
        _ => "-->",
    }
}

fn label(edge: &Edge<'_>) -> String {
    let step = escaped(&edge.written.step.name);
    match edge.link {
        LineageLink::Statement(how) => format!("{}: {step}", how.word()),
        LineageLink::Derived(derivation) => {
            let phrase = super::phrase::of_derivation(derivation);
            let word = phrase.rsplit_once(' ').map_or(phrase, |(word, _)| word);
            format!("{word}: {step}")
        }
    }
}

fn escaped(text: &str) -> String {
    text.replace('"', "#quot;")
}
