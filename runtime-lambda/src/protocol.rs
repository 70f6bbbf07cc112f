//! The contract between state machines, rules of EventBridge and the Lambda: one type for each thing that
//! one of them says and another one reads.
//!
//! A request is written by a state machine or a rule and read by the Lambda, so its type has two
//! forms. In [`Written`] each field is a constant or an expression; in [`Arrived`] it is a value.
//! What a state machine reads of an answer or of its input, it reads by [`field!`](crate::field),
//! [`input!`](crate::input) and [`answer!`](crate::answer). Such text does not compile if there is
//! no such field. Statuses, kinds and errors are enums and constants whose names are spelled here
//! and nowhere else.

mod answer;
pub mod errors;
mod form;
mod given;
mod names;
mod request;

pub use answer::{
    CrawlerArguments, Created, FunctionArguments, GlueArguments, JobArguments, Looked,
    MachineArguments, NextAnswer, Nothing, Notified, PreparedJob, Reported, Resumed, RoundClosed,
    RsqlArguments, StackAnswered, StepAnswer, StopAnswer, Swept,
};
pub use form::{Arrived, Form, Instant, JsonataValue, Wire, Written};
pub use given::{
    BackfillInput, BackfillValue, LaneInput, LookInput, OverInput, RUN_INPUT_VERSION, ReportInput,
    RunInput, RunOutput, STEPS_SINCE, StepInput, StopInput,
};
pub(crate) use names::named;
pub use names::{ExecutionStatus, JobKind, LaneMove, Progress, SKIPPED};
pub use request::{
    Ask, CloseRound, Crawling, CreateRun, Look, NextStep, OfRun, OfStep, Park, Request, Resume,
    Settle, Stop, Submit, Sweep,
};

/// The name of a field, which the type must have: `field!(Created, run)` is `"run"`.
///
/// ```
/// use runtime_lambda::protocol::StopInput;
/// assert_eq!(runtime_lambda::field!(StopInput, call), "call");
/// ```
///
/// Another name does not compile:
///
/// ```compile_fail
/// use runtime_lambda::protocol::StopInput;
/// let _ = runtime_lambda::field!(StopInput, cal);
/// ```
#[macro_export]
macro_rules! field {
    ($type:ty, $field:ident) => {{
        const _: usize = ::std::mem::offset_of!($type, $field);
        stringify!($field)
    }};
}

/// Where a state reads a field of its input: `input!(StopInput, call)` is `"$states.input.call"`.
///
/// ```compile_fail
/// use runtime_lambda::protocol::StopInput;
/// let _ = runtime_lambda::input!(StopInput, cal);
/// ```
#[macro_export]
macro_rules! input {
    ($type:ty, $field:ident) => {{
        const _: usize = ::std::mem::offset_of!($type, $field);
        concat!("$states.input.", stringify!($field))
    }};
}

/// Where a state reads a field of the Lambda's answer: `answer!(Created, run)` is
/// `"$states.result.Payload.run"`.
///
/// ```compile_fail
/// use runtime_lambda::protocol::Created;
/// let _ = runtime_lambda::answer!(Created, runn);
/// ```
#[macro_export]
macro_rules! answer {
    ($type:ty, $field:ident) => {{
        const _: usize = ::std::mem::offset_of!($type, $field);
        concat!("$states.result.Payload.", stringify!($field))
    }};
}

#[cfg(test)]
mod tests;
