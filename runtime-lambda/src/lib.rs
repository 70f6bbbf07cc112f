//! The generic Lambda of every pipeline, as a library.
//!
//! A state machine invokes it with an `action`. The action reads the plan and the run's global
//! state, talks to the world through [`ports`], and answers with references only. It knows nothing
//! of States Language or of the compiler. What talks to AWS is the module `aws`, behind the feature
//! of that name, which nothing else here knows. `sdk` is what the program says to AWS in the same
//! way.

pub mod actions;
#[cfg(feature = "aws")]
pub mod aws;
mod checked;
pub mod checks;
pub mod cost;
pub mod custom_resource;
mod denied;
pub mod error;
pub mod expectation;
pub mod gathered;
pub mod healing;
pub mod heartbeats;
pub mod ids;
mod jobs;
pub mod keys;
pub mod mail;
mod outcome;
pub mod parameters;
pub mod pauses;
pub mod picture;
pub mod place;
pub mod plan;
pub mod ports;
pub mod protocol;
pub mod report;
pub mod results;
mod run;
#[cfg(feature = "sdk")]
pub mod sdk;
mod secrets;
pub mod shared;
pub mod signals;
pub mod state;
pub mod steps;
mod tried;
mod turn;
mod watch;
mod words;

pub use actions::Handler;
pub use error::ActionError;
pub use run::Memory;
