//! Holds this crate against what AWS really answered: executions, definitions
//! that were taken and refused, and tests of single states.
//!
//! The corpus is not part of the repository: `../shared/asl-corpus` beside it,
//! or the file that `ASL_CORPUS` names. Without it the tests say so and pass.

mod cases;
mod definitions;
mod executions;
mod test_states;
