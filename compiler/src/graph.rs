//! A plan's steps as a picture: Mermaid, DOT, SVG and HTML.
//!
//! An edge that follows from others is left out, so that the picture shows the order and nothing else.

mod dot;
mod mermaid;
mod svg;

use std::borrow::Cow;
use std::collections::HashMap;

use runtime_lambda::plan::{Plan, Step, When};

pub use dot::dot;
pub use mermaid::mermaid;
pub use svg::{html, svg};

/// Steps above which every edge is drawn: leaving some out costs a bit of memory a pair of steps.
const MOST_REDUCED_STEPS: usize = 4_000;

/// Steps and the edges between them, by index.
struct Graph<'a> {
    /// Names of steps; what does not run in ordinary runs says when it does.
    names: Vec<Cow<'a, str>>,
    edges: Vec<(usize, usize)>,
}

impl<'a> Graph<'a> {
    fn of(plan: &'a Plan) -> Self {
        let index: HashMap<&str, usize> = plan
            .steps
            .iter()
            .enumerate()
            .map(|(index, step)| (step.name.as_str(), index))
            .collect();
        let before: Vec<Vec<usize>> = plan
            .steps
            .iter()
            .map(|step| {
                step.after
                    .iter()
                    .filter_map(|name| index.get(name.as_str()).copied())
                    .collect()
            })
            .collect();
        let edges = if before.len() > MOST_REDUCED_STEPS {
            all_edges(&before)
        } else {
            reduced_edges(&before)
        };
        Self {
            names: plan.steps.iter().map(label).collect(),
            edges,
        }
    }
}

fn label(step: &Step) -> Cow<'_, str> {
    match step.when {
        When::Run => Cow::Borrowed(&step.name),
        When::Deploy => Cow::Owned(format!("{} (deploy)", step.name)),
        When::Destroy => Cow::Owned(format!("{} (destroy)", step.name)),
    }
}

fn all_edges(before: &[Vec<usize>]) -> Vec<(usize, usize)> {
    before
        .iter()
        .enumerate()
        .flat_map(|(to, from)| from.iter().map(move |from| (*from, to)))
        .collect()
}

/// The edges that do not follow from others. Steps are in topological order, so the ancestors of
/// whatever a step comes after are known when it is looked at.
#[expect(
    clippy::indexing_slicing,
    reason = "a step comes after earlier ones only, and each has a bit"
)]
pub(crate) fn reduced_edges(before: &[Vec<usize>]) -> Vec<(usize, usize)> {
    let words = before.len().div_ceil(64);
    let mut ancestors: Vec<Vec<u64>> = Vec::with_capacity(before.len());
    let mut edges = Vec::new();
    for (to, direct) in before.iter().enumerate() {
        let mut beyond = vec![0_u64; words];
        for &from in direct {
            for (word, more) in beyond.iter_mut().zip(&ancestors[from]) {
                *word |= more;
            }
        }
        for &from in direct {
            if beyond[from / 64] >> (from % 64) & 1 == 0 {
                edges.push((from, to));
            }
        }
        for &from in direct {
            beyond[from / 64] |= 1 << (from % 64);
        }
        ancestors.push(beyond);
    }
    edges
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edge_that_follows_from_others_is_left_out() {
        // 0 → 1 → 2, and 0 → 2 besides.
        let edges = reduced_edges(&[vec![], vec![0], vec![0, 1]]);
        assert_eq!(edges, [(0, 1), (1, 2)]);
    }
}
