//! What the machines declare about their states, and the worst case that follows.
//!
//! Each machine has an enum of its states' names. `asl::validation::worst_case` finds the circles that
//! the states make, and refuses one of which no state says how often it is visited.

use std::str::FromStr;

use asl::definition::StateMachine;
use asl::validation::{Problem, WorstCase};

use super::bounds::Bounds;
use super::{Machine, backfill, query, query_loop, query_timeout, report, run};

/// Most bytes that an expression in a payload stands for: task tokens are the longest of what travels
/// between states (AWS page: `SendTaskSuccess`). The input that a run is started with is its
/// starter's, and AWS itself refuses one that is too long.
const LONGEST_REFERENCE: usize = 2_048;

/// The names of a machine's states, and what the machine declares about them.
pub trait Declared: Copy + FromStr {
    /// How often an execution visits the state at the most. One state of each circle has an answer.
    fn most_visits(self, bounds: &Bounds) -> Option<u64>;

    /// How many items the state has at the most, if it is a map.
    fn most_items(self, _bounds: &Bounds) -> Option<u64> {
        None
    }
}

/// The worst case of one execution.
///
/// # Errors
/// Nothing bounds a part of the definition.
pub fn worst_case(
    machine: Machine,
    definition: &StateMachine,
    bounds: &Bounds,
) -> Result<WorstCase, Vec<Problem>> {
    let declared = match machine {
        Machine::Query => declared::<query::Name>(definition, bounds),
        Machine::QueryTimeout => declared::<query_timeout::Name>(definition, bounds),
        Machine::QueryLoop => declared::<query_loop::Name>(definition, bounds),
        Machine::Run => declared::<run::Name>(definition, bounds),
        Machine::Report => declared::<report::Name>(definition, bounds),
        Machine::Backfill => declared::<backfill::Name>(definition, bounds),
    };
    asl::validation::worst_case(definition, &declared)
}

/// What is declared about those states that this definition has.
fn declared<N: Declared>(definition: &StateMachine, bounds: &Bounds) -> asl::validation::Bounds {
    let mut declared = asl::validation::Bounds::default().expression_bytes(LONGEST_REFERENCE);
    for name in definition.states.keys() {
        let Ok(state) = N::from_str(name) else {
            continue;
        };
        if let Some(most) = state.most_visits(bounds) {
            declared = declared.visits(name, most);
        }
        if let Some(most) = state.most_items(bounds) {
            declared = declared.items(name, most);
        }
    }
    declared
}

#[cfg(test)]
mod tests {
    use runtime_lambda::plan::{Completion, Job, Overlap};

    use super::*;
    use crate::machines::bounds::tests::plan;
    use crate::machines::machines;

    /// Every state of a definition has a name of its machine's enum, so none escapes the declarations.
    #[test]
    fn every_state_has_a_declared_name() {
        fn unknown<N: Declared>(machine: &StateMachine) -> Vec<&String> {
            let names = machine.states.keys();
            names.filter(|name| N::from_str(name).is_err()).collect()
        }
        let mut plan = plan(3_600, 2, 2);
        plan.overlap = Overlap::Queue;
        let crawler = Job::GlueCrawler {
            name: "raw".to_owned(),
        };
        plan.steps[0].job = Some(crawler);
        for completion in [Completion::Poll, Completion::Event] {
            plan.completion = completion;
            let machines = machines(&plan, "0").unwrap();
            for (machine, definition) in &machines.definitions {
                let document = &definition.machine;
                let unknown = match machine {
                    Machine::Query => unknown::<query::Name>(document),
                    Machine::QueryTimeout => unknown::<query_timeout::Name>(document),
                    Machine::QueryLoop => unknown::<query_loop::Name>(document),
                    Machine::Run => unknown::<run::Name>(document),
                    Machine::Report => unknown::<report::Name>(document),
                    Machine::Backfill => unknown::<backfill::Name>(document),
                };
                assert!(unknown.is_empty(), "{machine:?} {unknown:?}");
            }
        }
    }

    /// Without what the machines declare, the circles are found.
    #[test]
    fn a_machine_without_declarations_has_no_worst_case() {
        let machines = machines(&plan(3_600, 2, 2), "0").unwrap();
        let circles = |machine: Machine| {
            let (_, definition) = machines
                .definitions
                .iter()
                .find(|(found, _)| *found == machine)
                .unwrap();
            let bounds = asl::validation::Bounds::default().items("Run lanes", 1);
            let bounds = match machine {
                Machine::Run => bounds,
                _ => asl::validation::Bounds::default(),
            };
            asl::validation::worst_case(&definition.machine, &bounds).is_err()
        };
        for machine in [
            Machine::Query,
            Machine::QueryTimeout,
            Machine::QueryLoop,
            Machine::Run,
        ] {
            assert!(circles(machine), "{machine:?}");
        }
        assert!(!circles(Machine::Report));
    }
}
