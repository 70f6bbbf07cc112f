//! What a run may cost at the most, from the plan, and the assertion that no quota is reached.
//!
//! A lane hands over to a fresh execution after a fixed number of turns. The pauses between two questions are
//! known, and rounds and lanes are limited ([`super::counts`]). Each machine declares which of its states that
//! bounds ([`super::declared`]); the worst case follows ([`super::proof`]).

use asl::validation::WorstCase;
use runtime_lambda::heartbeats::heartbeats;
use runtime_lambda::plan::{Completion, Plan, When};

use super::counts::MostCounts;
use super::{Definition, Machine, MachinesError, proof};

/// Transitions that a step costs in its lane: `Next step`, `What is next?`, `Run step`.
const STEP_TRANSITIONS_OF_ITS_LANE: u64 = 3;

/// `Run lane`, `Start lane`, and the three of the turn that finds nothing left.
const TRANSITIONS_OF_A_LANE: u64 = 5;

/// Those of the run itself, with one round.
const TRANSITIONS_OF_A_RUN: u64 = 10;

/// What each further round adds to them: `Run lanes`, `Close round`, `Another round?`.
const TRANSITIONS_OF_A_ROUND: u64 = 3;

/// The most transitions, over all levels, of a step that finishes within its limit and learns of the end of
/// statements by events. It takes no more however long it runs, whether the event comes or not.
pub const MOST_STEP_TRANSITIONS: u64 = 8;

/// What a run may cost at the most.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunBounds {
    /// State transitions of a run in which every step ends well within its first call and no lane has
    /// to wait.
    pub least_transitions: u64,
    /// Transitions that a step adds for each question about its statement; 0 where its end is learnt by
    /// an event.
    pub transitions_a_question: u64,
    /// Transitions that a step adds at the most because events are late or lost.
    pub most_asks: u64,
    /// Transitions of a step.
    a_step: u64,
    counts: MostCounts,
}

impl RunBounds {
    /// The bounds that follow from a plan's lanes, steps, rounds and limits.
    #[must_use]
    pub fn of(plan: &Plan) -> Self {
        let counts = MostCounts::of(plan);
        let told = plan.completion == Completion::Event;
        // A step: `Next step`, `What is next?`, `Run step`; `Submit`, `Has it ended?` if nobody tells,
        // `Collect result`. A lane: `Run lane`, `Start lane`, and the turn that finds nothing left. The run:
        // `Create run`, `Run lanes`, `Close round`, `Another round?`, `Report`, `How did it end?`,
        // `Run finished`; `Who asks?`, `Write report`, `Notify`.
        let a_step =
            STEP_TRANSITIONS_OF_ITS_LANE + if told { 2 } else { 3 } + u64::from(plan.has_jobs());
        let ordinary = plan.steps.iter().filter(|step| step.when == When::Run);
        let ordinary = ordinary.count() as u64;
        let least_transitions = a_step * ordinary
            + TRANSITIONS_OF_A_LANE * counts.lanes.min(ordinary.max(1))
            + TRANSITIONS_OF_A_RUN;
        Self {
            least_transitions,
            a_step,
            transitions_a_question: if told { 0 } else { 3 },
            most_asks: counts.asks,
            counts,
        }
    }

    /// Transitions of a step that is tried once, whose statement needs no question.
    #[must_use]
    pub fn transitions_a_step(&self) -> u64 {
        self.a_step
    }

    /// Transitions of a run beside those of its steps, if no lane has to wait.
    #[must_use]
    pub fn transitions_of_rounds(&self, rounds: u64) -> u64 {
        let others = rounds.saturating_sub(1) * TRANSITIONS_OF_A_ROUND;
        TRANSITIONS_OF_A_RUN + others + rounds * self.counts.lanes * TRANSITIONS_OF_A_LANE
    }

    /// Lanes of a round.
    #[must_use]
    pub fn lanes(&self) -> u64 {
        self.counts.lanes
    }

    /// Asserts that no execution of these definitions can reach the limit of its history, and no task
    /// that of a payload.
    pub fn check(
        &self,
        plan: &Plan,
        definitions: &[(Machine, Definition)],
    ) -> Result<(), MachinesError> {
        if plan.completion == Completion::Event {
            for step in &plan.steps {
                // The last heartbeat never passes: the step's limit does before.
                let asks = heartbeats(step.limit_seconds, plan.most_asks()).len() as u64 - 1;
                let transitions =
                    STEP_TRANSITIONS_OF_ITS_LANE + 2 + u64::from(plan.has_jobs()) + asks;
                if transitions > MOST_STEP_TRANSITIONS {
                    return Err(MachinesError::TooManyTransitions {
                        step: step.name.to_string(),
                        transitions,
                        limit: MOST_STEP_TRANSITIONS,
                    });
                }
            }
        }
        for (machine, definition) in definitions {
            let name = || machine.name(&plan.pipeline);
            let worst = proof::worst_case(*machine, &definition.machine, &self.counts).map_err(
                |problems| MachinesError::Unbounded {
                    machine: name(),
                    problems: super::sentences(&problems),
                },
            )?;
            if worst.events > WorstCase::MOST_EVENTS {
                return Err(MachinesError::TooManyEvents {
                    machine: name(),
                    events: worst.events,
                    limit: WorstCase::MOST_EVENTS,
                });
            }
            if worst.payload_bytes > WorstCase::MOST_PAYLOAD_BYTES {
                return Err(MachinesError::PayloadTooLarge {
                    machine: name(),
                    bytes: worst.payload_bytes,
                    limit: WorstCase::MOST_PAYLOAD_BYTES,
                });
            }
            if worst.definition_bytes > WorstCase::MOST_DEFINITION_BYTES {
                return Err(MachinesError::DefinitionTooLarge {
                    machine: name(),
                    bytes: worst.definition_bytes,
                    limit: WorstCase::MOST_DEFINITION_BYTES,
                });
            }
        }
        Ok(())
    }

    /// Most events of one execution: `u64::MAX` where nothing bounds it, which no definition of
    /// [`super::MachineDefinitions`] has.
    #[must_use]
    pub fn events(&self, machine: Machine, definition: &Definition) -> u64 {
        proof::worst_case(machine, &definition.machine, &self.counts)
            .map_or(u64::MAX, |worst| worst.events)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use runtime_lambda::plan::{Connection, FORMAT, Limits, Overlap, Step, Warehouse};

    use super::*;
    use crate::machines::machines;

    pub fn plan(limit_seconds: u64, rounds: u32, lanes: u32) -> Plan {
        let step = |name: String| Step {
            name: name.into(),
            after: Vec::new(),
            script: "0".repeat(64).into(),
            job: None,
            tags: Vec::new(),
            when: runtime_lambda::plan::When::Run,
            limit_seconds,
            fresh_seconds: None,
            retry: runtime_lambda::plan::Retry::default(),
            expect: None,
            signals: Vec::new(),
            checks: Vec::new(),
        };
        Plan {
            format: FORMAT,
            pipeline: "p".repeat(66),
            description: None,
            warehouse: Warehouse {
                database: "dev".into(),
                connection: Connection::Workgroup("w".into()),
            },
            completion: Completion::Poll,
            limits: Limits {
                run_seconds: 365 * 86_400,
                rounds,
                lanes,
            },
            parameters: indexmap::IndexMap::new(),
            overlap: Overlap::Allow,
            expect_by: None,
            topics: Vec::new(),
            mails: Vec::new(),
            rsql: None,
            report_template: "0".repeat(64).into(),
            report: runtime_lambda::plan::ReportStyle::default(),
            picture: None,
            prices: None,
            steps: (0..100)
                .map(|number| step(format!("step_{number}")))
                .collect(),
        }
    }

    #[test]
    fn the_longest_steps_the_most_rounds_and_lanes_stay_within_the_limits_of_a_history() {
        let plan = plan(
            86_400,
            crate::pipeline::MAX_ROUNDS,
            crate::pipeline::MAX_LANES,
        );
        let machines = machines(&plan, &"0".repeat(64)).unwrap();
        for (machine, definition) in &machines.definitions {
            let worst =
                proof::worst_case(*machine, &definition.machine, &machines.bounds.counts).unwrap();
            assert!(
                worst.events <= WorstCase::MOST_EVENTS,
                "{machine:?} {worst:?}"
            );
        }
    }

    #[test]
    fn with_events_a_step_of_any_limit_costs_at_most_eight_transitions_and_few_events() {
        for limit in [1, 60, 599, 600, 661, 3_600, 86_400] {
            let mut plan = plan(limit, 1, 4);
            plan.completion = Completion::Event;
            let machines = machines(&plan, &"0".repeat(64)).unwrap();
            assert_eq!(machines.bounds.transitions_a_question, 0);
            assert_eq!(machines.bounds.most_asks, 3);
            let (_, query) = &machines.definitions[0];
            let worst =
                proof::worst_case(Machine::Query, &query.machine, &machines.bounds.counts).unwrap();
            // Each statement of the round has as many.
            let most = 300 * machines.bounds.counts.statements;
            assert!(worst.events < most, "{worst:?}");
        }
    }

    #[test]
    fn the_longest_jobs_and_queues_stay_within_the_limits_of_a_history() {
        use runtime_lambda::plan::Job;
        let mut plan = plan(
            86_400,
            crate::pipeline::MAX_ROUNDS,
            crate::pipeline::MAX_LANES,
        );
        plan.overlap = Overlap::Queue;
        let jobs = [
            Job::GlueCrawler {
                name: "raw".to_owned(),
            },
            Job::Rsql {
                script: "0".repeat(64).into(),
            },
        ];
        for (step, job) in plan.steps.iter_mut().zip(jobs) {
            step.job = Some(job);
        }
        for completion in [Completion::Poll, Completion::Event] {
            plan.completion = completion;
            machines(&plan, &"0".repeat(64)).unwrap();
        }
    }

    #[test]
    fn a_plan_that_could_pass_the_limit_has_no_definitions() {
        let problem = machines(&plan(400_000, 1, 1), "0").unwrap_err().to_string();
        assert!(problem.contains("-query` might have"), "{problem}");
    }
}
