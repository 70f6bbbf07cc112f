//! Runs state machines: JSONata ones, on a clock and with resources that the
//! host provides, nested executions included.
//!
//! An [`Interpreter`] holds machines by ARN. [`Interpreter::start`] makes an
//! [`Execution`], and polling [`Execution::run`] is what moves it: the
//! interpreter spawns nothing. So an execution, all of its branches and all of
//! the executions under it advance in one future. The same seed and the same
//! clock repeat their order. Dropping that future stops them all.
//!
//! A definition that uses what is not known here is refused when it is
//! registered; see [`MachineRefusal`].
//!
//! ```
//! use asl::definition::StateMachine;
//! use asl::interpreter::{EndStatus, Interpreter};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let definition = StateMachine::from_json(
//!     r#"{"QueryLanguage": "JSONata", "StartAt": "Nap", "States": {
//!         "Nap": {"Type": "Wait", "Seconds": 3600, "Next": "Greet"},
//!         "Greet": {"Type": "Pass", "Output": "{% 'hello ' & $states.input.name %}", "End": true}
//!     }}"#,
//! )?;
//! let arn = "arn:aws:states:eu-west-1:000000000000:stateMachine:greeter";
//! let runtime = tokio::runtime::Builder::new_current_thread()
//!     .enable_time()
//!     .start_paused(true) // the hour passes at once
//!     .build()?;
//! let outcome = runtime.block_on(async {
//!     let interpreter = Interpreter::builder().machine(arn, definition).build()?;
//!     let execution = interpreter.start(arn, "first", serde_json::json!({"name": "you"}))?;
//!     Ok::<_, Box<dyn std::error::Error>>(execution.run().await)
//! })?;
//! assert_eq!(outcome.status, EndStatus::Succeeded);
//! assert_eq!(outcome.output.as_deref(), Some(&serde_json::json!("hello you")));
//! # Ok(())
//! # }
//! ```

mod builder;
mod compile;
mod execution;
pub(crate) mod failure;
mod history;
mod limits;
mod machine_type;
mod program;
mod record;
mod registry;
mod resources;
mod run;
pub(crate) mod single;
mod tokens;

pub use builder::{Builder, CompiledMachines, Interpreter, WeakInterpreter};
pub use compile::MachineRefusal;
pub use execution::{ChildStart, Execution, Nursery};
pub use failure::names as errors;
pub use history::{EventKind, HistoryEvent, StateKind, TaskKind};
pub use limits::{HISTORY_EVENTS, INLINE_CONCURRENCY, PAYLOAD_BYTES};
pub use machine_type::MachineType;
pub use record::{EndStatus, ExecutionInfo, ExecutionOutcome};
pub use registry::StartProblem;
pub use resources::{Clock, Observer, Resources, TaskCall, TaskFailure, TokioClock};
pub use tokens::TokenProblem;
