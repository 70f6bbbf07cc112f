//! How often things happen in a run at the most, from its plan. It knows no machine.

use runtime_lambda::plan::{Completion, Plan};

use super::pauses;
use super::turn::{MOST_TURNS, waits};

/// How often things happen in a run at the most.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MostCounts {
    /// Lanes of a round.
    pub lanes: u64,
    /// Rounds of a run.
    pub rounds: u64,
    /// Statements of a step in one round.
    pub statements: u64,
    /// Questions about a statement whose event is late or lost; 0 where no event tells of its end.
    pub asks: u64,
    /// Questions about the statements of a step, the one that the step's limit cuts off included; 0 where events
    /// tell of their end.
    pub awaits: u64,
    /// Looks at a crawler.
    pub looks: u64,
    /// Times that a run asks for its turn.
    pub turns: u64,
}

impl MostCounts {
    /// The counts that follow from a plan's lanes, steps, rounds and limits.
    pub fn of(plan: &Plan) -> Self {
        let steps = plan.steps.len() as u64;
        let longest = plan.steps.iter().map(|step| step.limit_seconds).max();
        let told = plan.completion == Completion::Event;
        // Statements of a step in one round: each but the last has an error that passes.
        let again = plan.steps.iter().map(|step| step.retry.transient).max();
        let statements = 1 + u64::from(again.unwrap_or(0));
        Self {
            lanes: u64::from(plan.limits.lanes).min(steps.max(1)),
            rounds: u64::from(plan.limits.rounds),
            statements,
            asks: if told { plan.most_asks() } else { 0 },
            awaits: if told {
                0
            } else {
                // The pauses are short again for each statement.
                pauses::questions(longest.unwrap_or(0)) + (statements - 1) * pauses::questions(0)
            },
            looks: pauses::questions(longest.unwrap_or(0)),
            turns: if waits(plan) { MOST_TURNS } else { 1 },
        }
    }
}
