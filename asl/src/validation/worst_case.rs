//! What an execution of a definition can come to at worst, from its graph and
//! from what is declared about it. That is the proof that it stays within the quotas
//! ("Step Functions service quotas").

use std::collections::HashMap;

use super::DEFINITION_BYTES;
use super::bounds::DeclaredBounds;
use super::cost::of_visit;
use super::flow::targets;
use super::problem::{DefinitionProblem, ProblemKind, Problems};
use super::walk::{WalkPlace, Ways, most};
use crate::definition::{State, StateMachine, States};
use crate::interpreter::{HISTORY_EVENTS, PAYLOAD_BYTES};

/// The worst that can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorstCase {
    /// Events in the history of one execution, its first and last included.
    pub events: u64,
    /// Bytes of what a task, a branch or an iteration is given, as JSON text.
    pub payload_bytes: usize,
    /// Bytes of the definition, as indented JSON text.
    pub definition_bytes: usize,
}

impl WorstCase {
    /// Most events: one more fails the execution.
    pub const MOST_EVENTS: u64 = HISTORY_EVENTS - 1;
    /// Most bytes that a state is given.
    pub const MOST_PAYLOAD_BYTES: usize = PAYLOAD_BYTES;
    /// Most bytes of a definition.
    pub const MOST_DEFINITION_BYTES: usize = DEFINITION_BYTES;
}

/// The worst case of a definition that [`super::validate`] has nothing against.
///
/// Every state is visited as often as it can be, each time with all of its
/// retries. Where states lead to one another, at least one of each circle needs
/// a declared bound.
///
/// # Errors
/// [`ProblemKind::UnboundedCycle`], [`ProblemKind::UnboundedItems`], and
/// [`ProblemKind::UnknownBound`] for declarations about states that do not exist.
pub fn worst_case(
    machine: &StateMachine,
    bounds: &DeclaredBounds,
) -> Result<WorstCase, Vec<DefinitionProblem>> {
    let mut problems = Problems::default();
    for name in bounds.names() {
        if !holds(&machine.states, name) {
            problems.machine(
                ProblemKind::UnknownBound,
                format!("there is no state `{name}` for the bound that is declared"),
            );
        }
    }
    let events = events(&machine.start_at, &machine.states, bounds, &mut problems);
    let problems = problems.into_vec();
    if problems.is_empty() {
        Ok(WorstCase {
            // `ExecutionStarted`, and how it ended.
            events: events.saturating_add(2),
            payload_bytes: payload_bytes(&machine.states, bounds),
            definition_bytes: machine.to_json().map_or(usize::MAX, |text| text.len()),
        })
    } else {
        Err(problems)
    }
}

fn holds(states: &States, name: &str) -> bool {
    states.contains_key(name)
        || states
            .values()
            .flat_map(inner)
            .any(|(_, states)| holds(states, name))
}

/// The graphs within a state: where each starts, and its states.
fn inner(state: &State) -> Vec<(&str, &States)> {
    match state {
        State::Map(map) => {
            let processor = &map.item_processor;
            vec![(processor.start_at.as_str(), &processor.states)]
        }
        State::Parallel(parallel) => parallel
            .branches
            .iter()
            .map(|branch| (branch.start_at.as_str(), &branch.states))
            .collect(),
        _ => Vec::new(),
    }
}

/// The most events of one walk through a graph.
fn events(
    start_at: &str,
    states: &States,
    bounds: &DeclaredBounds,
    problems: &mut Problems,
) -> u64 {
    let mut ways = Ways::new();
    let mut places = HashMap::with_capacity(states.len());
    for (name, state) in states {
        let inside = inside(name, state, bounds, problems);
        let place = ways.add_node(WalkPlace {
            cost: of_visit(state, inside),
            visits: bounds.of(name),
        });
        places.insert(name.as_str(), place);
    }
    for (name, state) in states {
        for target in targets(state) {
            if let (Some(from), Some(to)) = (places.get(name.as_str()), places.get(target)) {
                ways.update_edge(*from, *to, ());
            }
        }
    }
    let Some(start) = places.get(start_at) else {
        return 0;
    };
    match most(&ways, *start) {
        Ok(events) => events,
        Err(circles) => {
            for circle in circles {
                let names: Vec<&str> = circle
                    .iter()
                    .filter_map(|place| states.get_index(place.index()))
                    .map(|(name, _)| name.as_str())
                    .collect();
                unbounded(&names, problems);
            }
            0
        }
    }
}

fn unbounded(names: &[&str], problems: &mut Problems) {
    if let Some(first) = names.first() {
        let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        problems.state(
            first,
            ProblemKind::UnboundedCycle,
            format!(
                "is part of a circle without a declared bound: {}",
                names.join(", ")
            ),
        );
    }
}

/// The most events within one attempt of a state.
fn inside(name: &str, state: &State, bounds: &DeclaredBounds, problems: &mut Problems) -> u64 {
    let graphs: u64 = inner(state)
        .into_iter()
        .map(|(start_at, states)| events(start_at, states, bounds, problems))
        .fold(0, u64::saturating_add);
    if !matches!(state, State::Map(_)) {
        return graphs;
    }
    let Some(items) = bounds.items_of(name) else {
        problems.state(
            name,
            ProblemKind::UnboundedItems,
            "has no declared number of items".to_owned(),
        );
        return 0;
    };
    // `MapIterationStarted` and `MapIterationSucceeded`.
    graphs.saturating_add(2).saturating_mul(items)
}

/// The most bytes that a task, a branch or an iteration is given.
fn payload_bytes(states: &States, bounds: &DeclaredBounds) -> usize {
    let of_state = |state: &State| {
        let given = match state {
            State::Task(task) => task.arguments.as_ref(),
            State::Parallel(parallel) => parallel.arguments.as_ref(),
            State::Map(map) => map.item_selector.as_ref(),
            _ => None,
        };
        let own = given.map_or(0, |value| {
            let text = value.to_string();
            let expressions = text.matches("{%").count();
            text.len()
                .saturating_add(expressions.saturating_mul(bounds.bytes()))
        });
        inner(state)
            .into_iter()
            .map(|(_, states)| payload_bytes(states, bounds))
            .fold(own, usize::max)
    };
    states.values().map(of_state).max().unwrap_or(0)
}
