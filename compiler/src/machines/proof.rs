//! The worst case of an execution, from what its machine declares about its states.
//!
//! `asl::validation::worst_case` finds the circles that the states make, and refuses one of which no state says
//! how often it is visited.

use asl::definition::StateMachine;
use asl::validation::{DefinitionProblem, WorstCase};

use super::counts::MostCounts;
use super::declared::DeclaredStates;
use super::{Machine, backfill, query, query_loop, query_timeout, report, run};

/// Most bytes that an expression in a payload stands for: task tokens are the longest of what travels
/// between states (AWS page: `SendTaskSuccess`). The input that a run is started with is its
/// starter's, and AWS itself refuses one that is too long.
const LONGEST_REFERENCE: usize = 2_048;

/// The worst case of one execution.
///
/// # Errors
/// Nothing bounds a part of the definition.
pub fn worst_case(
    machine: Machine,
    definition: &StateMachine,
    counts: &MostCounts,
) -> Result<WorstCase, Vec<DefinitionProblem>> {
    let declared = match machine {
        Machine::Query => declared::<query::StateName>(definition, counts),
        Machine::QueryTimeout => declared::<query_timeout::StateName>(definition, counts),
        Machine::QueryLoop => declared::<query_loop::StateName>(definition, counts),
        Machine::Run => declared::<run::StateName>(definition, counts),
        Machine::Report => declared::<report::StateName>(definition, counts),
        Machine::Backfill => declared::<backfill::StateName>(definition, counts),
    };
    asl::validation::worst_case(definition, &declared)
}

/// What is declared about those states that this definition has.
fn declared<N: DeclaredStates>(
    definition: &StateMachine,
    counts: &MostCounts,
) -> asl::validation::DeclaredBounds {
    let mut declared =
        asl::validation::DeclaredBounds::default().expression_bytes(LONGEST_REFERENCE);
    for name in definition.states.keys() {
        let Ok(state) = N::from_str(name) else {
            continue;
        };
        if let Some(most) = state.most_visits(counts) {
            declared = declared.visits(name, most);
        }
        if let Some(most) = state.most_items(counts) {
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
        fn unknown<N: DeclaredStates>(machine: &StateMachine) -> Vec<&String> {
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
                    Machine::Query => unknown::<query::StateName>(document),
                    Machine::QueryTimeout => unknown::<query_timeout::StateName>(document),
                    Machine::QueryLoop => unknown::<query_loop::StateName>(document),
                    Machine::Run => unknown::<run::StateName>(document),
                    Machine::Report => unknown::<report::StateName>(document),
                    Machine::Backfill => unknown::<backfill::StateName>(document),
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
            let bounds = asl::validation::DeclaredBounds::default().items("Run lanes", 1);
            let bounds = match machine {
                Machine::Run => bounds,
                _ => asl::validation::DeclaredBounds::default(),
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
