//! What AWS's `TestState` is asked about the six definitions, what our interpreter answers to the same,
//! and where two answers differ. Nothing here talks to AWS.
//!
//! The questions come from runs: the simulation plays the pipeline in fair and in bad weather. Each state
//! that a run enters gives its input, its variables and what answered it. Errors that a state names in its
//! `Retry` and `Catch` are asked for as well, whether or not a run met them.

mod about;
mod backfilled;
mod choices;
mod compare;
mod limits;
mod own;
mod played;
mod questions;
mod states;

use asl::definition::State;
use asl::test_state::{TestAnswer, TestRefusal, TestRequest};

use crate::machines::Machine;

pub use compare::{Difference, differences};
pub use limits::VerifyLimits;
pub use own::{OwnAnswer, own};
pub use questions::questions;

/// What a state is asked, or why it is not.
#[derive(Debug)]
pub struct AskedState {
    /// The machine that the state is in.
    pub machine: Machine,
    /// Name of the state.
    pub state: String,
    /// Its type, such as `Task`.
    pub kind: &'static str,
    /// What it is asked.
    pub questions: Vec<Question>,
    /// Why nothing is asked.
    pub not_asked: Option<String>,
}

/// One question about a state.
#[derive(Debug)]
pub struct Question {
    /// What happens to the state in it, in a few words.
    pub what: String,
    /// The request, for AWS and for us.
    pub request: TestRequest,
    /// What our interpreter answers, twice.
    pub own: OwnAnswer,
}

/// An answer or a refusal.
pub type AnswerOrRefusal = Result<TestAnswer, TestRefusal>;

/// The type of a state.
const fn type_name(state: &State) -> &'static str {
    match state {
        State::Task(_) => "Task",
        State::Pass(_) => "Pass",
        State::Choice(_) => "Choice",
        State::Wait(_) => "Wait",
        State::Succeed(_) => "Succeed",
        State::Fail(_) => "Fail",
        State::Map(_) => "Map",
        State::Parallel(_) => "Parallel",
    }
}
