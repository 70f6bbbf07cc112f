//! What a deployment is, as data: what is uploaded, what a change set would do, and how a stack stands.
//! Also what the events of a stack say, and where in the spec a resource comes from.
//!
//! Nothing here talks to AWS or prints; [`crate::aws`] gives the values, [`crate::commands`] acts on them.

pub mod cause;
pub mod change;
pub mod code_hash;
pub mod definitions;
pub mod deployment;
pub mod event;
pub mod needs;
pub mod review;
pub mod stack;
pub mod undelivered;
