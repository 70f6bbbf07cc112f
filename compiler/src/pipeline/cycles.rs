//! Steps that wait for each other.

use std::collections::VecDeque;

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

/// The strongly connected components of more than one step, by Tarjan's algorithm without
/// recursion, each in the order of the spec.
fn knots(after: &[Vec<usize>]) -> Vec<Vec<usize>> {
    #[derive(Clone, Copy, Default)]
    struct Visit {
        index: usize,
        low: usize,
        seen: bool,
        stacked: bool,
    }
    let mut visits = vec![Visit::default(); after.len()];
    let mut stack = Vec::new();
    let mut knots = Vec::new();
    let mut counter = 0;
    for root in 0..after.len() {
        if visits.get(root).is_some_and(|visit| visit.seen) {
            continue;
        }
        let mut path: Vec<(usize, usize)> = vec![(root, 0)];
        while let Some((step, edge)) = path.pop() {
            if edge == 0
                && let Some(visit) = visits.get_mut(step)
            {
                *visit = Visit {
                    index: counter,
                    low: counter,
                    seen: true,
                    stacked: true,
                };
                counter += 1;
                stack.push(step);
            }
            let next = after.get(step).and_then(|after| after.get(edge)).copied();
            if let Some(next) = next {
                path.push((step, edge + 1));
                let Some(other) = visits.get(next).copied() else {
                    continue;
                };
                if !other.seen {
                    path.push((next, 0));
                } else if other.stacked
                    && let Some(visit) = visits.get_mut(step)
                {
                    visit.low = visit.low.min(other.index);
                }
                continue;
            }
            let Some(done) = visits.get(step).copied() else {
                continue;
            };
            if let Some((parent, _)) = path.last()
                && let Some(parent) = visits.get_mut(*parent)
            {
                parent.low = parent.low.min(done.low);
            }
            if done.low == done.index {
                let mut members = Vec::new();
                while let Some(member) = stack.pop() {
                    if let Some(visit) = visits.get_mut(member) {
                        visit.stacked = false;
                    }
                    members.push(member);
                    if member == step {
                        break;
                    }
                }
                if members.len() > 1 {
                    members.sort_unstable();
                    knots.push(members);
                }
            }
        }
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
