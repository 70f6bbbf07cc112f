//! The generic Lambda of every pipeline, as a library.
//!
//! A state machine invokes it with an `action`; the action reads the plan and the run's global
//! state, talks to the world through [`ports`], and answers with references only. It knows nothing
//! of States Language, of the compiler, or of any AWS client.

pub mod actions;
pub mod error;
mod expectation;
pub mod heartbeats;
pub mod keys;
mod outcome;
pub mod parameters;
pub mod plan;
pub mod ports;
mod results;
mod run;
pub mod state;

pub use actions::Handler;
pub use error::ActionError;
