//! The States Language of AWS Step Functions, JSONata flavour: typed
//! definitions, their validation, and an interpreter that runs them, or one
//! state of them.
//!
//! This crate knows nothing of what the machines are for: no pipelines, no SQL.

pub mod definition;
mod expression;
pub mod interpreter;
mod moment;
mod random;
pub mod test_state;
pub mod validation;
