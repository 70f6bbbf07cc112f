//! Where states lead.

use std::collections::HashSet;

use super::problem::{Kind, Problems};
use crate::definition::{Catcher, State, States};

/// Checks the transitions of one graph.
pub fn check(start_at: &str, states: &States, holder: Option<&str>, problems: &mut Problems) {
    let mut whole = |kind, sentence: String| match holder {
        Some(holder) => problems.state(holder, kind, sentence),
        None => problems.machine(kind, sentence),
    };
    if states.is_empty() {
        whole(Kind::Empty, "holds no states".to_owned());
        return;
    }
    if !states.contains_key(start_at) {
        whole(
            Kind::MissingTarget,
            format!("starts at `{start_at}`, which does not exist"),
        );
    }
    for (name, state) in states {
        for target in targets(state) {
            if !states.contains_key(target) {
                problems.state(
                    name,
                    Kind::MissingTarget,
                    format!("leads to `{target}`, which does not exist"),
                );
            }
        }
        if let Some((next, end)) = exit(state)
            && next.is_some() == (end == Some(true))
        {
            problems.state(
                name,
                Kind::NextOrEnd,
                "needs either `Next` or `End`, and not both".to_owned(),
            );
        }
    }
    let reached = reached(start_at, states);
    let ending = ending(states);
    for name in states.keys().map(String::as_str) {
        if !reached.contains(name) {
            problems.state(
                name,
                Kind::Unreachable,
                format!("cannot be reached from `{start_at}`"),
            );
        } else if !ending.contains(name) {
            let kind = if ending.is_empty() {
                Kind::NoEnd
            } else {
                Kind::Endless
            };
            problems.state(name, kind, "leads to no end".to_owned());
        }
    }
}

fn reached<'a>(start_at: &'a str, states: &'a States) -> HashSet<&'a str> {
    let mut reached = HashSet::new();
    let mut left = vec![start_at];
    while let Some(name) = left.pop() {
        if reached.insert(name)
            && let Some(state) = states.get(name)
        {
            left.extend(targets(state));
        }
    }
    reached
}

/// The states from which an end can be reached. A target that does not exist
/// counts as one: it is a problem of its own already.
fn ending(states: &States) -> HashSet<&str> {
    let mut ending: HashSet<&str> = HashSet::new();
    loop {
        let before = ending.len();
        for (name, state) in states {
            let leads = |target: &&str| ending.contains(*target) || !states.contains_key(*target);
            if ends(state) || targets(state).iter().any(leads) {
                ending.insert(name);
            }
        }
        if ending.len() == before {
            return ending;
        }
    }
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
