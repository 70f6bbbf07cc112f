//! What a run may cost at the most, proven from the plan and the definitions.
//!
//! A lane hands over to a fresh execution after a fixed number of turns, an `await` takes a fixed
//! number of seconds, and rounds and lanes are limited, so every execution's worst case is a sum.

use asl::validation::Multiplicity;
use runtime_lambda::plan::Plan;

use super::{Definition, Machine, MachinesError};

/// Most lanes of a run (AWS page: "Using Map state in Inline mode", concurrent iterations).
pub const MOST_LANES: u32 = 40;

/// Most events of an execution; the one after it fails the execution (AWS page: "Step Functions
/// service quotas").
pub const MOST_EVENTS: u64 = 24_999;

/// What a machine's own limit allows beyond the limit that a catch watches.
pub const LAST_RESORT_SECONDS: u64 = 3_600;

/// How long it may take to stop a step.
pub const STOP_SECONDS: u64 = 900;

/// How long the report of a run may take.
pub const REPORT_SECONDS: u64 = 3_600;

/// Seconds that one `await` takes while its statement runs: the window of the action.
const AWAIT_SECONDS: u64 = 120;

/// Calls of `stop` before the action gives a statement up.
const STOP_CALLS: u64 = 10;

/// Turns of a lane in one execution.
const TURNS_A_LAP: u64 = 200;

/// A lane that waits looks by itself after this time at the latest, in case nobody woke it.
const LONGEST_PARK_SECONDS: u64 = 300;

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
    /// Transitions that a statement adds for each `await_seconds` that it runs.
    pub transitions_an_await: u64,
    /// Seconds of one `await`.
    pub await_seconds: u64,
    lanes: u64,
    rounds: u64,
    awaits: u64,
}

impl Bounds {
    /// Of this plan.
    #[must_use]
    pub fn of(plan: &Plan) -> Self {
        let steps = plan.steps.len() as u64;
        let lanes = u64::from(plan.limits.lanes).min(steps.max(1));
        let longest = plan.steps.iter().map(|step| step.limit_seconds).max();
        // A step: `Next step`, `What is next?`, `Run step`; `Submit`, `Has it ended?`, `Collect
        // result`. A lane: `Run lane`, `Start lane`, and the turn that finds nothing left. The run:
        // `Create run`, `Run lanes`, `Close round`, `Another round?`, `Report`, `How did it end?`,
        // `Run finished`; `Write report`, `Notify`.
        let least_transitions = 6 * steps + 5 * lanes + 9;
        Self {
            turns_a_lap: TURNS_A_LAP,
            longest_park_seconds: LONGEST_PARK_SECONDS,
            least_transitions,
            transitions_an_await: 2,
            await_seconds: AWAIT_SECONDS,
            lanes,
            rounds: u64::from(plan.limits.rounds),
            // One more than fits, for the one that the limit cuts off.
            awaits: longest.unwrap_or(0).div_ceil(AWAIT_SECONDS) + 1,
        }
    }

    /// Asserts that no execution of these definitions can reach the limit of its history.
    pub fn check(
        &self,
        plan: &Plan,
        definitions: &[(Machine, Definition)],
    ) -> Result<(), MachinesError> {
        for (machine, definition) in definitions {
            let events = self.events(*machine, definition);
            if events > MOST_EVENTS {
                return Err(MachinesError::TooManyEvents {
                    machine: machine.name(&plan.pipeline),
                    events,
                    limit: MOST_EVENTS,
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
            (Machine::Query, "Await statement" | "Has it ended?") => self.awaits + 1,
            (Machine::QueryTimeout, "Stop statement" | "Does it still run?") => STOP_CALLS,
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
        // `ExecutionStarted`, and how it ended.
        2 + definition
            .machine
            .states
            .iter()
            .map(|(name, state)| visits(name) * asl::validation::events(state, lanes).worst())
            .sum::<u64>()
    }
}
