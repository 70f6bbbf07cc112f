//! Steps that wait for each other.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};

use petgraph::algo::kosaraju_scc;
use petgraph::graph::DiGraph;

use super::resolver::Resolver;
use crate::diagnostic::{Code, Diagnostic};
use crate::pipeline_yaml::Step;

/// Most members of a cycle that are named and shown.
const SHOWN: usize = 12;

/// Reports one cycle, a shortest one, in each knot of steps that wait for each other; whether there
/// was any.
#[expect(
    clippy::expect_used,
    reason = "from a step of a knot, every other one is reached and leads back"
)]
pub(super) fn check(resolver: &mut Resolver<'_>, after: &[Vec<usize>]) -> bool {
    let knots = knots(after);
    for members in &knots {
        let cycle = shortest(after, members).expect("a knot has a cycle through each step");
        report(resolver, &cycle);
    }
    !knots.is_empty()
}

/// Reports steps, each of which names the next one in its `after`, and the last one the first.
#[expect(
    clippy::expect_used,
    reason = "`after` is resolved from the names that are looked up here"
)]
fn report(resolver: &mut Resolver<'_>, cycle: &[usize]) {
    let document = resolver.document;
    let cycle: Vec<(&str, &Step)> = cycle.iter().map(|step| resolver.step(*step)).collect();
    let quoted = |(name, _): &(&str, &Step)| format!("`{name}`");
    let mut names: Vec<String> = cycle.iter().take(SHOWN).map(quoted).collect();
    if let Some(more) = cycle.len().checked_sub(SHOWN)
        && more > 0
    {
        names.push(format!("{more} more"));
    }
    names.extend(cycle.first().map(quoted));
    let sentence = format!("these steps wait for each other: {}", names.join(" → "));
    let mut diagnostic = Diagnostic::error(Code::Cycle, sentence)
        .help("remove one of these `after`, or split a step in two");
    let followers = cycle.iter().cycle().skip(1);
    for (index, ((name, step), (before, _))) in cycle.iter().zip(followers).take(SHOWN).enumerate()
    {
        // What was left out of `after` shifts its items, so the item is looked up by name.
        let mut items = step.after.iter().flat_map(|after| after.names());
        let item = items.position(|other| other == before);
        let item = item.expect("a step of a cycle does not name the step that it waits for");
        let span = document.at(&["steps", name, "after", &item.to_string()]);
        let text = format!("`{name}` waits for `{before}`");
        diagnostic = if index == 0 {
            diagnostic.at(&document.file, span, text)
        } else {
            diagnostic.also(&document.file, span, text)
        };
    }
    resolver.push(diagnostic);
}

/// The strongly connected components of more than one step, each in the order of the spec.
fn knots(after: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let edges = after
        .iter()
        .enumerate()
        .flat_map(|(step, after)| after.iter().map(move |before| (step, *before)));
    let graph = DiGraph::<(), (), usize>::from_edges(edges);
    // Tarjan's algorithm would go as deep as the longest chain of steps is long.
    let mut knots: Vec<Vec<usize>> = kosaraju_scc(&graph)
        .into_iter()
        .filter(|members| members.len() > 1)
        .map(|members| members.into_iter().map(|step| step.index()).collect())
        .collect();
    for members in &mut knots {
        members.sort_unstable();
    }
    knots.sort_unstable();
    knots
}

/// A shortest cycle through the first member of a knot.
#[expect(
    clippy::indexing_slicing,
    reason = "`after` names steps by their places in it"
)]
fn shortest(after: &[Vec<usize>], members: &[usize]) -> Option<Vec<usize>> {
    let first = *members.first()?;
    let mut came_from: HashMap<usize, usize> = HashMap::with_capacity(members.len());
    let mut queue = VecDeque::from([first]);
    while let Some(step) = queue.pop_front() {
        for &next in &after[step] {
            if next == first {
                let back = std::iter::successors(Some(step), |step| came_from.get(step).copied());
                let mut cycle: Vec<usize> = back.collect();
                cycle.reverse();
                return Some(cycle);
            }
            if members.binary_search(&next).is_ok()
                && let Entry::Vacant(unmet) = came_from.entry(next)
            {
                unmet.insert(step);
                queue.push_back(next);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_each_knot_once_and_a_shortest_cycle_in_it() {
        let after = vec![
            vec![1],
            vec![2, 3],
            vec![0],
            vec![0],
            vec![],
            vec![6],
            vec![5, 0],
        ];
        let knots = knots(&after);
        assert_eq!(knots, [vec![0, 1, 2, 3], vec![5, 6]]);
        assert_eq!(shortest(&after, &knots[0]), Some(vec![0, 1, 2]));
        assert_eq!(shortest(&after, &knots[1]), Some(vec![5, 6]));
    }

    #[test]
    fn a_long_chain_is_no_knot() {
        let chain: Vec<Vec<usize>> = (0..50_000usize)
            .map(|i| i.checked_sub(1).into_iter().collect())
            .collect();
        assert!(knots(&chain).is_empty());
    }
}
