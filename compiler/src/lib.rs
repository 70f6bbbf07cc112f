//! The compiler: SQL files and one `pipeline.yaml` to state machines, and the verbs around it.
//!
//! The phases, in order: [`spec`], [`pipeline`], [`plan`], [`machines`], [`stack`], [`bundle`]; [`compile`] calls
//! them. They are pure. Everything that touches the world lies in [`project`], [`printer`] and
//! [`commands`].

#[cfg(feature = "aws")]
pub mod aws;
pub mod bundle;
pub mod ci;
pub mod cli;
pub mod commands;
pub mod compile;
pub mod cost;
#[cfg(feature = "aws")]
pub mod deploy;
pub mod diagnostic;
pub mod execution;
pub mod exit;
pub mod grants;
pub mod graph;
pub mod layout;
pub mod lineage;
pub mod lsp;
pub mod machines;
pub mod package;
pub mod picture;
pub mod pipeline;
pub mod pipeline_yaml;
pub mod plan;
pub mod printer;
pub mod project;
pub mod script;
pub mod select;
pub mod source;
pub mod stack;
pub mod stages;
pub mod terminal;
pub mod testing;
#[cfg(feature = "aws")]
pub mod verify;
