//! Holds this crate against what AWS really answered: executions, definitions
//! that were taken and refused, and tests of single states.
//!
//! The corpus is not part of the repository: `../shared/asl-corpus` beside it,
//! or the file that `ASL_CORPUS` names. Without it the tests say so and pass.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test stops at the first surprise, and prints its figures"
)]

mod cases;
mod definitions;
mod executions;
mod test_states;
