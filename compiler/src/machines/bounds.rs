//! What a run may cost at the most, proven from the plan and the definitions.
//!
//! A lane hands over to a fresh execution after a fixed number of turns, an `await` takes a fixed
//! number of seconds, and rounds and lanes are limited, so every execution's worst case is a sum.

use asl::definition::{State, States};
use asl::validation::Multiplicity;
use runtime_lambda::actions::{AWAIT_WINDOW, MOST_STOP_CALLS};
use runtime_lambda::heartbeats::heartbeats;
use runtime_lambda::plan::{Completion, Plan, When};

use super::jobs::{FIRST_LOOKS, HAS_IT_CRAWLED, LONGEST_PAUSE_SECONDS, LOOK, PAUSE};
use super::query::{ASK_AGAIN, AWAIT, HAS_IT_ENDED};
use super::query_timeout::{HAS_IT_STOPPED, LET_IT_STOP, LOOK_AGAIN, MOST_LOOKS};
use super::retry::{AWAIT_TURN, MAY_IT_RUN, waits};
use super::{Definition, Machine, MachinesError};

/// Most events of an execution; the one after it fails the execution (AWS page: "Step Functions
/// service quotas").
pub const MOST_EVENTS: u64 = 24_999;

/// Most bytes of a state's input or output (AWS page: "Step Functions service quotas").
pub const MOST_PAYLOAD_BYTES: usize = 262_144;

/// Most bytes that an expression in a payload stands for: task tokens are the longest of what travels
/// between states (AWS page: `SendTaskSuccess`). The input that a run is started with is its
/// starter's, and AWS itself refuses one that is too long.
const LONGEST_REFERENCE: usize = 2_048;

/// What a machine's own limit allows beyond the limit that a catch watches.
pub const LAST_RESORT_SECONDS: u64 = 3_600;

/// How long it may take to stop a step.
pub const STOP_SECONDS: u64 = 1_800;

/// How long the report of a run may take, or its sweep.
pub const REPORT_SECONDS: u64 = 4 * 3_600;

/// Seconds that one `await` takes while its statement runs.
const AWAIT_SECONDS: u64 = AWAIT_WINDOW.as_secs();

/// Times that a run asks for its turn, where runs must not overlap.
pub const MOST_TURNS: u64 = 200;

/// Turns of a lane in one execution.
const TURNS_A_LAP: u64 = 200;

/// A lane that waits looks by itself after this time at the latest, in case nobody woke it.
const LONGEST_PARK_SECONDS: u64 = 300;

/// Transitions that a step costs in its lane: `Next step`, `What is next?`, `Run step`.
const STEP_TRANSITIONS_OF_ITS_LANE: u64 = 3;

/// Transitions of a step that finishes within its limit, over all levels, where the end of statements
/// is learnt by events, however long it runs and whether the event comes or not.
pub const MOST_STEP_TRANSITIONS: u64 = 8;

/// What a run may cost at the most.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounds {
    /// Turns of a lane in one execution of `query-loop`.
    pub turns_a_lap: u64,
    /// Seconds after which a lane that waits looks by itself.
    pub longest_park_seconds: u64,
    /// State transitions of a run in which every step ends well within its first call and no lane has
    /// to wait.
    pub least_transitions: u64,
    /// Transitions that a statement adds for each `await_seconds` that it runs; 0 where its end is
    /// learnt by an event.
    pub transitions_an_await: u64,
    /// Transitions that a step adds at the most because events are late or lost.
    pub most_asks: u64,
    /// Seconds of one `await`.
    pub await_seconds: u64,
    lanes: u64,
    rounds: u64,
    awaits: u64,
    looks: u64,
    turns: u64,
}

impl Bounds {
    /// Of this plan.
    #[must_use]
    pub fn of(plan: &Plan) -> Self {
        let steps = plan.steps.len() as u64;
        let lanes = u64::from(plan.limits.lanes).min(steps.max(1));
        let longest = plan.steps.iter().map(|step| step.limit_seconds).max();
        let told = plan.completion == Completion::Event;
        // A step: `Next step`, `What is next?`, `Run step`; `Submit`, `Has it ended?` if nobody tells,
        // `Collect result`. A lane: `Run lane`, `Start lane`, and the turn that finds nothing left. The run:
        // `Create run`, `Run lanes`, `Close round`, `Another round?`, `Report`, `How did it end?`,
        // `Run finished`; `Who asks?`, `Write report`, `Notify`.
        let a_step =
            STEP_TRANSITIONS_OF_ITS_LANE + if told { 2 } else { 3 } + u64::from(plan.has_jobs());
        let ordinary = plan.steps.iter().filter(|step| step.when == When::Run);
        let ordinary = ordinary.count() as u64;
        let least_transitions = a_step * ordinary + 5 * lanes.min(ordinary.max(1)) + 10;
        Self {
            turns_a_lap: TURNS_A_LAP,
            longest_park_seconds: LONGEST_PARK_SECONDS,
            least_transitions,
            transitions_an_await: if told { 0 } else { 2 },
            most_asks: if told { plan.most_asks() } else { 0 },
            turns: if waits(plan) { MOST_TURNS } else { 1 },
            looks: longest.unwrap_or(0).div_ceil(LONGEST_PAUSE_SECONDS) + FIRST_LOOKS,
            await_seconds: AWAIT_SECONDS,
            lanes,
            rounds: u64::from(plan.limits.rounds),
            // One more than fits, for the one that the limit cuts off.
            awaits: if told {
                0
            } else {
                longest.unwrap_or(0).div_ceil(AWAIT_SECONDS) + 1
            },
        }
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
                        step: step.name.clone(),
                        transitions,
                        limit: MOST_STEP_TRANSITIONS,
                    });
                }
            }
        }
        for (machine, definition) in definitions {
            let events = self.events(*machine, definition);
            if events > MOST_EVENTS {
                return Err(MachinesError::TooManyEvents {
                    machine: machine.name(&plan.pipeline),
                    events,
                    limit: MOST_EVENTS,
                });
            }
            let bytes = payload_bytes(&definition.machine.states);
            if bytes > MOST_PAYLOAD_BYTES {
                return Err(MachinesError::PayloadTooLarge {
                    machine: machine.name(&plan.pipeline),
                    bytes,
                    limit: MOST_PAYLOAD_BYTES,
                });
            }
        }
        Ok(())
    }

    /// Most events of one execution: every state as often as it can be visited, each with all of its
    /// retries.
    #[must_use]
    pub fn events(&self, machine: Machine, definition: &Definition) -> u64 {
        let visits = |name: &str| match (machine, name) {
            (Machine::Query, AWAIT | HAS_IT_ENDED) => self.awaits + 1,
            (Machine::Query, ASK_AGAIN) => self.most_asks,
            (Machine::Query, PAUSE | LOOK | HAS_IT_CRAWLED) => self.looks,
            (Machine::Retry, "Create run" | MAY_IT_RUN | AWAIT_TURN) => self.turns,
            (Machine::QueryTimeout, "Stop statement" | "Does it still run?") => MOST_STOP_CALLS,
            (Machine::QueryTimeout, LOOK_AGAIN | HAS_IT_STOPPED | LET_IT_STOP) => MOST_LOOKS,
            (
                Machine::QueryLoop,
                "Next step" | "What is next?" | "Run step" | "Stop step" | "Await change",
            ) => self.turns_a_lap,
            (Machine::Retry, "Run lanes" | "Close round" | "Another round?") => self.rounds,
            _ => 1,
        };
        let lanes = Multiplicity {
            items: self.lanes,
            ..Multiplicity::default()
        };
        let events = |name: &str, state: &State| {
            visits(name) * asl::validation::events(state, lanes).worst()
        };
        let mut sum = 0;
        // A step is SQL or a crawl, so an execution loops through one of the two.
        let (mut awaiting, mut crawling) = (0, 0);
        // A turn of a lane runs a step, or waits.
        let (mut running, mut parked) = (0, 0);
        for (name, state) in &definition.machine.states {
            let events = events(name, state);
            match (machine, name.as_str()) {
                (Machine::Query, AWAIT | HAS_IT_ENDED) => awaiting += events,
                (Machine::Query, PAUSE | LOOK | HAS_IT_CRAWLED) => crawling += events,
                (Machine::QueryLoop, "Run step" | "Stop step") => running += events,
                (Machine::QueryLoop, "Await change") => parked += events,
                _ => sum += events,
            }
        }
        // `ExecutionStarted`, and how it ended.
        2 + sum + awaiting.max(crawling) + running.max(parked)
    }
}

/// Most bytes that a task of these states is given.
fn payload_bytes(states: &States) -> usize {
    let of_state = |state: &State| match state {
        State::Task(task) => task.arguments.as_ref().map_or(0, |arguments| {
            let text = arguments.to_string();
            text.len() + text.matches("{%").count() * LONGEST_REFERENCE
        }),
        State::Map(map) => payload_bytes(&map.item_processor.states),
        _ => 0,
    };
    states.values().map(of_state).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use runtime_lambda::plan::{Connection, FORMAT, Limits, Overlap, Step, Warehouse};

    use super::*;
    use crate::machines::machines;

    fn plan(limit_seconds: u64, rounds: u32, lanes: u32) -> Plan {
        let step = |name: String| Step {
            name,
            after: Vec::new(),
            script: "0".repeat(64),
            job: None,
            tags: Vec::new(),
            when: runtime_lambda::plan::When::Run,
            limit_seconds,
            expect: None,
            signals: Vec::new(),
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
            topics: Vec::new(),
            rsql: None,
            report_template: "0".repeat(64),
            report: runtime_lambda::plan::ReportStyle::default(),
            picture: None,
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
            let events = machines.bounds.events(*machine, definition);
            assert!(events <= MOST_EVENTS, "{machine:?} {events}");
        }
    }

    #[test]
    fn with_events_a_step_of_any_limit_costs_at_most_eight_transitions_and_few_events() {
        for limit in [1, 60, 599, 600, 661, 3_600, 86_400] {
            let mut plan = plan(limit, 1, 4);
            plan.completion = Completion::Event;
            let machines = machines(&plan, &"0".repeat(64)).unwrap();
            assert_eq!(machines.bounds.transitions_an_await, 0);
            assert_eq!(machines.bounds.most_asks, 3);
            let (_, query) = &machines.definitions[0];
            assert!(machines.bounds.events(Machine::Query, query) < 300);
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
                script: "0".repeat(64),
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
