//! The pipeline: what a spec and its SQL files come to, with every default filled in.
//!
//! Built by [`resolve`] only, which also reports every mistake that needs more than the shape of
//! the spec to be seen. Nothing here reads a file but through [`crate::source::Files`].

mod cycles;
mod duration;
mod expectations;
mod limits;
mod names;
mod order;
mod parameters;
mod resolve;
mod scripts;
mod signals;
mod stack;
mod stale;
mod warehouse;

use std::sync::Arc;

use indexmap::IndexMap;
use runtime_lambda::plan::{Batch, Completion, Expectation, Parameter, Script, Signal, Warehouse};

use crate::script::Lineage;

pub use duration::words as duration_words;
pub use limits::{
    DEFAULT_LANES, DEFAULT_ROUNDS, DEFAULT_RUN_SECONDS, DEFAULT_STEP_SECONDS, MAX_LANES,
    MAX_ROUNDS, MAX_RUN_SECONDS, MAX_STEP_SECONDS,
};
pub use names::{MAX_PIPELINE_NAME, MAX_STEP_NAME};
pub use resolve::resolve;
pub use scripts::{MAX_BATCH_STATEMENTS, MAX_SCRIPT_BYTES, MAX_STATEMENT_BYTES};
pub use stack::{Architecture, DEFAULT_LOG_RETENTION_DAYS, DEFAULT_MEMORY_MIB, DataBucket, Stack};

/// A pipeline without mistakes.
#[derive(Debug, Clone)]
pub struct Pipeline {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// Where its statements run.
    pub warehouse: Warehouse,
    /// How the end of a statement is learnt.
    pub completion: Completion,
    /// Values that a run may set, by name, in the order of the spec.
    pub parameters: IndexMap<String, Declared>,
    /// Limits of a run.
    pub limits: Limits,
    /// The steps in the order of the spec.
    pub steps: Vec<Step>,
    /// What the stack is like.
    pub stack: Stack,
    /// What stands in for AWS on a laptop.
    pub local: Local,
}

/// A parameter and what it is for.
#[derive(Debug, Clone)]
pub struct Declared {
    /// Its type and default.
    pub parameter: Parameter,
    /// What it is for.
    pub description: Option<String>,
}

/// Limits of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How long a step without a limit of its own may take, in seconds.
    pub step_seconds: u64,
    /// How long a run may take, in seconds.
    pub run_seconds: u64,
    /// Most rounds of a run; the first try is round 1.
    pub rounds: u32,
    /// Most steps that run at the same time.
    pub lanes: u32,
}

/// One step.
#[derive(Debug, Clone)]
pub struct Step {
    /// Its name, unique in the pipeline.
    pub name: String,
    /// What it does.
    pub description: Option<String>,
    /// Path of its SQL file, relative to the spec's folder.
    pub sql_path: String,
    /// The steps that must be FINISHED before it starts: their indices in [`Pipeline::steps`], in
    /// the order in which the spec names them, without repetition.
    pub after: Vec<usize>,
    /// How long its level-1 execution may take, in seconds.
    pub limit_seconds: u64,
    /// Its SQL, taken apart.
    pub script: Arc<Script>,
    /// The tables that its SQL reads and writes.
    pub lineage: Arc<Lineage>,
    /// What its result must look like.
    pub expect: Option<Expectation>,
    /// What its result may show that readers should know of.
    pub signals: Vec<Signal>,
}

impl Step {
    /// How its statements are sent.
    pub fn batch(&self) -> Batch {
        self.script.batch
    }
}

/// What stands in for AWS on a laptop.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Local {
    /// Folder, relative to the spec's, for each bucket.
    pub buckets: IndexMap<String, String>,
    /// Folder of the system tables' files, relative to the spec's.
    pub system_tables: Option<String>,
}
