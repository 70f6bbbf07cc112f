//! Where states lead.

use std::collections::HashSet;

use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::{Dfs, IntoNeighbors, Reversed, Visitable};

use super::problem::{ProblemKind, Problems};
use crate::definition::{Catcher, State, States};

/// Checks the transitions of one graph.
pub fn check(start_at: &str, states: &States, holder: Option<&str>, problems: &mut Problems) {
    let mut whole = |kind, sentence: String| match holder {
        Some(holder) => problems.state(holder, kind, sentence),
        None => problems.machine(kind, sentence),
    };
    if states.is_empty() {
        whole(ProblemKind::Empty, "holds no states".to_owned());
        return;
    }
    if !states.contains_key(start_at) {
        whole(
            ProblemKind::MissingTarget,
            format!("starts at `{start_at}`, which does not exist"),
        );
    }
    for (name, state) in states {
        for target in targets(state) {
            if !states.contains_key(target) {
                problems.state(
                    name,
                    ProblemKind::MissingTarget,
                    format!("leads to `{target}`, which does not exist"),
                );
            }
        }
        if let Some((next, end)) = exit(state)
            && next.is_some() == (end == Some(true))
        {
            problems.state(
                name,
                ProblemKind::NextOrEnd,
                "needs either `Next` or `End`, and not both".to_owned(),
            );
        }
    }
    let ways = ways(states);
    let start = states.get_index_of(start_at).map(NodeIndex::new);
    let reached = leading(&ways, start.into_iter().collect());
    let ending = leading(Reversed(&ways), ends_of(states));
    for (place, name) in states.keys().enumerate() {
        let place = NodeIndex::new(place);
        if !reached.contains(&place) {
            problems.state(
                name,
                ProblemKind::Unreachable,
                format!("cannot be reached from `{start_at}`"),
            );
        } else if !ending.contains(&place) {
            let kind = if ending.is_empty() {
                ProblemKind::NoEnd
            } else {
                ProblemKind::Endless
            };
            problems.state(name, kind, "leads to no end".to_owned());
        }
    }
}

/// The states at their places, and the ways between them.
fn ways(states: &States) -> DiGraph<(), ()> {
    let mut ways = DiGraph::new();
    for _ in states.keys() {
        ways.add_node(());
    }
    for (place, state) in states.values().enumerate() {
        let targets = targets(state).into_iter();
        for target in targets.filter_map(|target| states.get_index_of(target)) {
            ways.add_edge(NodeIndex::new(place), NodeIndex::new(target), ());
        }
    }
    ways
}

/// The places that ways lead to from these, themselves among them.
fn leading<G>(ways: G, from: Vec<NodeIndex>) -> HashSet<NodeIndex>
where
    G: IntoNeighbors<NodeId = NodeIndex> + Visitable<NodeId = NodeIndex>,
{
    let mut walk = Dfs::from_parts(from, ways.visit_map());
    std::iter::from_fn(|| walk.next(ways)).collect()
}

/// The states at which the graph ends. A target that does not exist counts as
/// an end: it is a problem of its own already.
fn ends_of(states: &States) -> Vec<NodeIndex> {
    let is_missing = |target: &&str| !states.contains_key(*target);
    let places = states.values().enumerate();
    places
        .filter(|(_, state)| ends(state) || targets(state).iter().any(is_missing))
        .map(|(place, _)| NodeIndex::new(place))
        .collect()
}

fn ends(state: &State) -> bool {
    matches!(state, State::Succeed(_) | State::Fail(_))
        || exit(state).is_some_and(|(_, end)| end == Some(true))
        || matches!(state, State::Choice(choice) if choice.default.is_none())
}

/// `Next` and `End` of a state that has them.
fn exit(state: &State) -> Option<(Option<&String>, Option<bool>)> {
    match state {
        State::Pass(state) => Some((state.next.as_ref(), state.end)),
        State::Task(state) => Some((state.next.as_ref(), state.end)),
        State::Wait(state) => Some((state.next.as_ref(), state.end)),
        State::Map(state) => Some((state.next.as_ref(), state.end)),
        State::Parallel(state) => Some((state.next.as_ref(), state.end)),
        State::Choice(_) | State::Succeed(_) | State::Fail(_) => None,
    }
}

/// Every state that `state` can lead to within its graph.
pub fn targets(state: &State) -> Vec<&str> {
    let mut targets: Vec<&str> = exit(state)
        .and_then(|(next, _)| next)
        .map(String::as_str)
        .into_iter()
        .collect();
    if let State::Choice(choice) = state {
        targets.extend(choice.choices.iter().map(|rule| rule.next.as_str()));
        targets.extend(choice.default.as_deref());
    }
    targets.extend(catchers(state).iter().map(|catcher| catcher.next.as_str()));
    targets
}

/// The catchers of a state that can have them.
pub fn catchers(state: &State) -> &[Catcher] {
    match state {
        State::Task(state) => state.catch.as_deref(),
        State::Map(state) => state.catch.as_deref(),
        State::Parallel(state) => state.catch.as_deref(),
        _ => None,
    }
    .unwrap_or_default()
}
