//! Runs of a pipeline under virtual time and faults, held against what sfc promises.
//!
//! One seed is one day in the life of a pipeline. It has the six definitions in the interpreter,
//! the real actions, and a model of each port of the Lambda. Every decision is a function of the
//! seed, of the place and of how often that place has asked. So a seed repeats, and muting one
//! fault leaves most of the others alone: that makes shrinking work.
//!
//! Nothing here knows of the embedded warehouse or of the compiler: a [`Subject`] is a plan, its
//! definitions and its artifacts.

mod campaign;
mod compare;
mod conditions;
mod delivery;
mod drive;
mod faults;
mod lambda;
mod ports;
mod promise;
mod promises;
mod resources;
mod services;
mod shrink;
mod story;
mod subject;
mod world;

pub use campaign::{Campaign, PromiseFinding, Summary};
pub use compare::{BothWays, compare};
pub use conditions::Conditions;
pub use delivery::{Calling, Touched};
pub use drive::{SeedOutcome, StepEnd, simulate, simulate_before};
pub use faults::{FaultKind, Fired};
pub use promise::{BrokenPromise, Promise};
pub use shrink::{Shrunk, shrink};
pub use story::{StoryLine, diagram};
pub use subject::{Subject, SubjectProblem};
