//! The states of a definition, those within others included.

use asl::definition::{Catcher, Retrier, State, StateMachine, States};

/// Each state with its name, in the order of the document.
pub fn all(machine: &StateMachine) -> Vec<(&str, &State)> {
    let mut found = Vec::new();
    gather(&machine.states, &mut found);
    found
}

fn gather<'a>(states: &'a States, found: &mut Vec<(&'a str, &'a State)>) {
    for (name, state) in states {
        found.push((name.as_str(), state));
        match state {
            State::Map(map) => gather(&map.item_processor.states, found),
            State::Parallel(parallel) => {
                for branch in &parallel.branches {
                    gather(&branch.states, found);
                }
            }
            _ => {}
        }
    }
}

/// What a state does about errors.
pub fn recovery(state: &State) -> (&[Retrier], &[Catcher]) {
    let (retry, catch) = match state {
        State::Task(task) => (&task.retry, &task.catch),
        State::Map(map) => (&map.retry, &map.catch),
        State::Parallel(parallel) => (&parallel.retry, &parallel.catch),
        _ => return (&[], &[]),
    };
    (
        retry.as_deref().unwrap_or_default(),
        catch.as_deref().unwrap_or_default(),
    )
}

/// Whether what the state itself says mentions `text`; what is within it does not count.
pub fn mentions(state: &State, text: &str) -> bool {
    let mut own = state.clone();
    match &mut own {
        State::Map(map) => map.item_processor.states.clear(),
        State::Parallel(parallel) => parallel.branches.clear(),
        _ => {}
    }
    serde_json::to_string(&own).is_ok_and(|written| written.contains(text))
}
