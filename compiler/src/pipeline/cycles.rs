//! Steps that wait for each other.

use std::collections::VecDeque;

use petgraph::algo::kosaraju_scc;
use petgraph::graph::DiGraph;

use super::resolver::Resolver;
use crate::diagnostic::{Code, Diagnostic};

/// Most members of a cycle that are named and shown.
const SHOWN: usize = 12;

/// Reports one cycle, a shortest one, in each knot of steps that wait for each other; whether there
/// was any.
pub(super) fn check(resolver: &mut Resolver<'_>, after: &[Vec<usize>]) -> bool {
    let knots = knots(after);
    for members in &knots {
        if let Some(cycle) = shortest(after, members) {
            report(resolver, after, &cycle);
        }
    }
    !knots.is_empty()
}

fn report(resolver: &mut Resolver<'_>, after: &[Vec<usize>], cycle: &[usize]) {
    let document = resolver.document;
    let steps = &document.spec.steps;
    let name = |index: usize| steps.get_index(index).map_or("", |(name, _)| name.as_str());
    let quoted = |index: &usize| format!("`{}`", name(*index));
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
    for (index, (step, before)) in cycle.iter().zip(followers).take(SHOWN).enumerate() {
        let place = after
            .get(*step)
            .and_then(|after| after.iter().position(|other| other == before));
        let Some((name, step)) = steps.get_index(*step).filter(|_| place.is_some()) else {
            continue;
        };
        let before = steps
            .get_index(*before)
            .map_or("", |(name, _)| name.as_str());
        // What was left out of `after` shifts its items, so the item is looked up by name.
        let item = step
            .after
            .as_ref()
            .and_then(|after| after.names().iter().position(|other| other == before))
            .unwrap_or_default();
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
fn shortest(after: &[Vec<usize>], members: &[usize]) -> Option<Vec<usize>> {
    let first = *members.first()?;
    let position = |step: usize| members.binary_search(&step).ok();
    let mut came_from: Vec<Option<usize>> = vec![None; members.len()];
    let mut queue = VecDeque::from([first]);
    while let Some(step) = queue.pop_front() {
        for &next in after.get(step)? {
            if next == first {
                let mut cycle = vec![step];
                let mut at = step;
                while at != first {
                    at = (*came_from.get(position(at)?)?)?;
                    cycle.push(at);
                }
                cycle.reverse();
                return Some(cycle);
            }
            if let Some(slot) = position(next).and_then(|at| came_from.get_mut(at))
                && slot.is_none()
            {
                *slot = Some(step);
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
