//! What can be said about a definition without running it: whether Step
//! Functions would take it, and what an execution can come to at worst.

mod bounds;
mod cost;
mod expressions;
mod fields;
mod flow;
pub(crate) mod language;
mod numbers;
mod problem;
mod recovery;
mod resources;
mod task;
mod values;
mod walk;
mod worst_case;

use crate::definition::{Quantity, State, StateMachine, States};
use crate::interpreter::MachineType;

pub use bounds::DeclaredBounds;
pub(crate) use flow::targets;
pub use problem::{DefinitionProblem, ProblemKind};
pub(crate) use resources::{IntegrationPattern, TaskResource, recognize};
pub use worst_case::{WorstCase, worst_case};

use problem::Problems;

/// Bytes of a definition as JSON text ("Step Functions service quotas").
pub const DEFINITION_BYTES: usize = 1_048_576;

/// Characters of a state's name ("State machine structure in Amazon States
/// Language").
pub const NAME_CHARACTERS: usize = 80;

/// [`validate_as`] for a Standard machine.
#[must_use]
pub fn validate(machine: &StateMachine) -> Vec<DefinitionProblem> {
    validate_as(machine, MachineType::Standard)
}

/// What `ValidateStateMachineDefinition` gets: the text of a definition.
/// [`ProblemKind::Unreadable`] is the only problem of a text that is none.
#[must_use]
pub fn validate_text(text: &str, machine_type: MachineType) -> Vec<DefinitionProblem> {
    match StateMachine::from_json(text) {
        Ok(machine) => validate_as(&machine, machine_type),
        Err(error) => {
            let mut problems = Problems::default();
            problems.machine(ProblemKind::Unreadable, error.to_string());
            problems.into_vec()
        }
    }
}

/// Everything that Step Functions would refuse in a definition, and everything
/// that this crate does not know; [`ProblemKind::is_refused_by_step_functions`] tells
/// the one from the other. Empty when there is nothing.
///
/// Of states in JSONPath, only what they share with those in JSONata is
/// checked, and the names of their fields.
#[must_use]
pub fn validate_as(machine: &StateMachine, machine_type: MachineType) -> Vec<DefinitionProblem> {
    let mut problems = Problems::default();
    match serde_json::to_string(machine) {
        Ok(text) if text.len() > DEFINITION_BYTES => problems.machine(
            ProblemKind::DefinitionTooLarge,
            format!(
                "the definition has {} bytes, {DEFINITION_BYTES} are allowed",
                text.len()
            ),
        ),
        Ok(_) => {}
        Err(error) => problems.machine(ProblemKind::DefinitionTooLarge, error.to_string()),
    }
    fields::of_machine(machine, &mut problems);
    let mut names = Vec::new();
    graph(
        &machine.start_at,
        &machine.states,
        &Scope {
            machine,
            machine_type,
            holder: None,
            assigned: &[],
        },
        &mut names,
        &mut problems,
    );
    problems.into_vec()
}

/// Where a graph stands.
struct Scope<'a> {
    machine: &'a StateMachine,
    machine_type: MachineType,
    /// The `Map` or `Parallel` that holds the graph.
    holder: Option<&'a str>,
    /// Variables of the scopes around it.
    assigned: &'a [&'a str],
}

fn graph<'a>(
    start_at: &str,
    states: &'a States,
    scope: &Scope<'_>,
    names: &mut Vec<&'a str>,
    problems: &mut Problems,
) {
    flow::check(start_at, states, scope.holder, problems);
    let mut assigned: Vec<(&str, &str)> = Vec::new();
    for (name, state) in states {
        if names.contains(&name.as_str()) {
            problems.state(
                name,
                ProblemKind::DuplicateName,
                "has the name of another state; names are unique in the whole machine".to_owned(),
            );
        }
        names.push(name);
        if name.chars().count() > NAME_CHARACTERS {
            problems.state(
                name,
                ProblemKind::NameTooLong,
                format!(
                    "has a name of {} characters, {NAME_CHARACTERS} are allowed",
                    name.chars().count()
                ),
            );
        }
        let language = language::of(scope.machine, state);
        fields::of_state(scope, name, state, problems);
        values::of_state(scope, name, state, problems);
        expressions::of_state(name, state, language, problems);
        for variable in expressions::assigned(state, language) {
            if scope.assigned.contains(&variable) {
                problems.state(
                    name,
                    ProblemKind::OuterVariable,
                    format!("assigns `{variable}`, a variable of the scope around it"),
                );
            }
            assigned.push((name, variable));
        }
    }
    for (name, state) in states {
        let own = expressions::assigned_by_catchers_only(state, language::of(scope.machine, state));
        let around: Vec<&str> = assigned
            .iter()
            // By the time that a catcher assigns, the scopes within are gone.
            .filter(|(by, variable)| by != name || !own.contains(variable))
            .map(|(_, variable)| *variable)
            .chain(scope.assigned.iter().copied())
            .collect();
        let inner = Scope {
            machine: scope.machine,
            machine_type: scope.machine_type,
            holder: Some(name),
            assigned: &around,
        };
        match state {
            // The older `Iterator` is read by nobody here.
            State::Map(map)
                if map.item_processor.is_absent() && map.unknown.contains_key("Iterator") => {}
            State::Map(map) => {
                let processor = &map.item_processor;
                graph(
                    &processor.start_at,
                    &processor.states,
                    &inner,
                    names,
                    problems,
                );
            }
            State::Parallel(parallel) => {
                for branch in &parallel.branches {
                    graph(&branch.start_at, &branch.states, &inner, names, problems);
                }
            }
            _ => {}
        }
    }
}

/// The numbers of a state that may be expressions, by field name.
fn quantities(state: &State) -> Vec<(&'static str, &Quantity)> {
    let fields = match state {
        State::Task(task) => vec![
            ("TimeoutSeconds", &task.timeout_seconds),
            ("HeartbeatSeconds", &task.heartbeat_seconds),
        ],
        State::Wait(wait) => vec![("Seconds", &wait.seconds)],
        State::Map(map) => vec![
            ("MaxConcurrency", &map.max_concurrency),
            ("ToleratedFailureCount", &map.tolerated_failure_count),
            (
                "ToleratedFailurePercentage",
                &map.tolerated_failure_percentage,
            ),
        ],
        _ => Vec::new(),
    };
    fields
        .into_iter()
        .filter_map(|(name, quantity)| quantity.as_ref().map(|quantity| (name, quantity)))
        .collect()
}

#[cfg(test)]
mod tests;
