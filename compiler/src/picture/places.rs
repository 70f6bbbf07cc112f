//! Where nodes stand: layered from left to right by Sugiyama's method.

use std::collections::BTreeSet;

use rust_sugiyama::configure::Config;
use rust_sugiyama::from_vertices_and_edges;

use super::{HEIGHT, SPACE_BETWEEN};

/// Where a node stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NodePlace {
    /// Its column, from 0.
    pub column: u32,
    /// Pixels between it and the picture's top.
    pub from_above: u32,
}

/// Where the nodes stand, by index.
pub struct Places {
    /// One for each node.
    pub of_nodes: Vec<NodePlace>,
}

/// Lays out so many nodes. Parts that no edge connects come one below the other, in the order of their
/// first nodes.
pub fn places(nodes: usize, edges: &[(usize, usize)]) -> Places {
    let number = |index: usize| u32::try_from(index).unwrap_or(u32::MAX);
    // The library's layers lie one below the other, ours beside each other: its widths are our heights.
    let vertices: Vec<(u32, (f64, f64))> = (0..nodes)
        .map(|index| (number(index), (f64::from(HEIGHT), 1.0)))
        .collect();
    let edges: Vec<(u32, u32)> = edges
        .iter()
        .map(|(from, to)| (number(*from), number(*to)))
        .collect();
    let config = Config {
        vertex_spacing: f64::from(SPACE_BETWEEN),
        ..Config::default()
    };
    let mut parts: Vec<Vec<(usize, (f64, f64))>> =
        from_vertices_and_edges(&vertices, &edges, &config)
            .into_iter()
            .map(|(part, _, _)| part)
            .collect();
    // The library gives parts and nodes in no order of its own.
    for part in &mut parts {
        part.sort_by_key(|(node, _)| *node);
    }
    parts.sort_by_key(|part| part.first().map(|(node, _)| *node));
    let mut of_nodes = vec![NodePlace::default(); nodes];
    let mut top = 0;
    for part in &parts {
        let layers: BTreeSet<i64> = part.iter().map(|(_, (_, layer))| pixels(*layer)).collect();
        let highest = part.iter().map(|(_, (x, _))| pixels(*x)).min().unwrap_or(0);
        let mut bottom = top;
        for (node, (x, layer)) in part {
            let below = u32::try_from(pixels(*x) - highest).unwrap_or(0);
            let column = layers.range(..pixels(*layer)).count();
            if let Some(place) = of_nodes.get_mut(*node) {
                *place = NodePlace {
                    column: number(column),
                    from_above: top + below,
                };
            }
            bottom = bottom.max(top + below + HEIGHT + SPACE_BETWEEN);
        }
        top = bottom;
    }
    Places { of_nodes }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a picture of a few dozen nodes"
)]
fn pixels(length: f64) -> i64 {
    length.round() as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_later_stands_to_the_right_and_nothing_overlaps() {
        let edges = [(0, 1), (0, 2), (1, 3), (2, 3), (4, 5)];
        let places = places(7, &edges).of_nodes;
        for (from, to) in edges {
            assert!(places[from].column < places[to].column, "{from} {to}");
        }
        for a in 0..places.len() {
            for b in 0..a {
                let apart = places[a].from_above.abs_diff(places[b].from_above) >= HEIGHT;
                assert!(places[a].column != places[b].column || apart, "{a} {b}");
            }
        }
    }

    #[test]
    fn the_same_edges_give_the_same_places() {
        let edges: Vec<(usize, usize)> = (6..60)
            .flat_map(|to| (1..4).map(move |n| (to - 6 + (to * n) % 6, to)))
            .filter(|(from, to)| from < to)
            .collect();
        let first = places(60, &edges).of_nodes;
        for _ in 0..5 {
            assert_eq!(places(60, &edges).of_nodes, first);
        }
    }
}
