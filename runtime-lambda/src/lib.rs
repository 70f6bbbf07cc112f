//! The generic Lambda of every pipeline, as a library.
//!
//! A state machine invokes it with an `action`; the action reads the plan and the run's global
//! state, talks to the world through [`ports`], and answers with references only. It knows nothing
//! of States Language, of the compiler, or of any AWS client.

pub mod plan;
pub mod ports;
