//! States Language documents as types, in both directions. What is read can be written again
//! without loss, in the order in which a person would write it.
//!
//! A field that this crate does not know, JSONPath's among them, stays in the
//! `unknown` map of the object that held it. So [`crate::validation`] can name
//! such a field, and the interpreter can refuse it.

mod machine;
mod quantity;
mod recovery;
mod state;
mod wire;

pub use machine::{Branch, ItemProcessor, ProcessorConfig, QueryLanguage, StateMachine, States};
pub use quantity::Quantity;
pub use recovery::{Catcher, JitterStrategy, Retrier};
pub use state::{Choice, ChoiceRule, Fail, Map, Parallel, Pass, State, Succeed, Task, Wait};
pub use wire::{AssignedVariables, ReadError, UnknownFields, expression_source, is_expression};

#[cfg(test)]
mod tests;
