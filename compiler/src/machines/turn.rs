//! The turn of a run, where runs must not overlap: whether it may have to wait, and how often it asks.

use runtime_lambda::plan::{Overlap, Plan};

/// Times that a run asks for its turn, where runs must not overlap.
pub const MOST_TURNS: u64 = 200;

/// Whether a run may have to wait for its turn: where runs queue, and where CloudFormation waits for a
/// run, which must never be skipped.
pub fn waits(plan: &Plan) -> bool {
    match plan.overlap {
        Overlap::Queue => true,
        Overlap::Skip => plan.has_stack_steps(),
        Overlap::Allow => false,
    }
}
